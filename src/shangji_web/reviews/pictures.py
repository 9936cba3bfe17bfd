"""A page of a paper as a picture, the quoted lines boxed; drawn when asked for and kept.

The drawing is done by the library's reading process, with limits of memory and time: a page that
eats or kills it does so there, and is told in words where the picture would stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from shangji.intake import Limits
from shangji.intake.documents import Paper, Readers
from shangji_web import documents, place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.intake.documents.model import Box
    from shangji_web.projects.models import Project

KINDS = {".pdf", ".png", ".jpg", ".jpeg"}
LIMITS = Limits(seconds=15, memory_bytes=1 << 30, ocr=False)
CHILDREN = 1
FOLDER = "pictures"
PNG, WORDS = ".png", ".txt"


@dataclass(frozen=True)
class Picture:
    """A page as PNG, or why there is none."""

    png: bytes = b""
    says: str = ""


def drawable(project: Project, quotes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The quotes whose paper can be shown: it is there, and is a PDF or a picture."""
    if not quotes:
        return []
    papers = project.papers.filter(
        sha256__in={quote["document"] for quote in quotes}, removed_at=None
    )
    shown = {
        sha256
        for sha256, name in papers.values_list("sha256", "name")
        if PurePosixPath(name).suffix.lower() in KINDS
    }
    return [quote for quote in quotes if quote["document"] in shown]


def picture(sha256: str, suffix: str, page: int, box: str, *, whole: bool = True) -> Picture | None:
    """The page with the box drawn; None where there is no such paper or page.

    Args:
        sha256: the paper's digest.
        suffix: its kind, as `.pdf`.
        page: from 1.
        box: left, top, right, bottom in ten-thousandths of the page, or nothing.
        whole: the whole page, else the lines around the box.
    """
    corners = [int(part) for part in box.split()] if box else []
    part = "page" if whole or not corners else "lines"
    kept = place.folder(FOLDER) / f"{sha256}-{page}-{'-'.join(map(str, corners))}-{part}"
    if kept.with_suffix(PNG).is_file():
        return Picture(documents.opened(kept.with_suffix(PNG).read_bytes(), sha256))
    if kept.with_suffix(WORDS).is_file():
        return Picture(says=kept.with_suffix(WORDS).read_text("utf-8"))
    if not documents.path_of(sha256).is_file():
        return None
    wanted: Box | None = (corners[0], corners[1], corners[2], corners[3]) if corners else None
    with documents.laid(sha256) as path:
        paper = Paper(path, f"paper{suffix}")
        png, says = _drawers().page(paper, page, wanted, whole=whole or not corners)
    if not png and not says:
        return None
    data = documents.sealed(png, sha256) if png else says.encode()
    documents.written(kept.with_suffix(PNG if png else WORDS), data)
    return Picture(png, says)


@cache
def _drawers() -> Readers:
    """The reading process of this process of the site; it ends with it."""
    return Readers(LIMITS, CHILDREN)
