"""A page of a paper as a picture, the quoted lines boxed; drawn when asked for and kept."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from shangji_web import place
from shangji_web.snapshot import document_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji_web.projects.models import Project

WHOLE = 10_000
"""A box is told in ten-thousandths of the page."""

KINDS = {".pdf", ".png", ".jpg", ".jpeg"}
WIDTH = 1300
PIXELS = 60_000_000
LINE = 3
ROOM = 40
ALONG, ACROSS = 1100, 900
RED = (166, 58, 50)
FOLDER = "pictures"


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


def picture(sha256: str, suffix: str, page: int, box: str, *, whole: bool = True) -> bytes | None:
    """The page as PNG with the box drawn; None where there is no such page or nothing to draw.

    Args:
        sha256: the paper's digest.
        suffix: its kind, as `.pdf`.
        page: from 1.
        box: left, top, right, bottom in ten-thousandths of the page, or nothing.
        whole: the whole page, else the lines around the box.
    """
    corners = [int(part) for part in box.split()] if box else []
    part = "page" if whole or not corners else "lines"
    name = f"{sha256}-{page}-{'-'.join(map(str, corners))}-{part}.png"
    kept = place.folder(FOLDER) / name
    if kept.is_file():
        return kept.read_bytes()
    path = document_path(sha256)
    if not path.is_file():
        return None
    drawn = _pdf(path, page) if suffix == ".pdf" else _image(path, page)
    if drawn is None:
        return None
    if corners:
        _boxed(drawn, corners)
        if not whole:
            drawn = _around(drawn, corners)
    held = io.BytesIO()
    drawn.save(held, "PNG")
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        file.write(held.getvalue())
    os.replace(file.name, kept)  # noqa: PTH105 - atomic
    return held.getvalue()


def _pdf(path: Path, page: int) -> Any:  # noqa: ANN401 - an image
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        if not 1 <= page <= len(document):
            return None
        shown = document[page - 1]
        width, height = shown.get_size()
        scale = min(WIDTH / width, (PIXELS / max(1.0, width * height)) ** 0.5)
        return shown.render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()


def _image(path: Path, page: int) -> Any:  # noqa: ANN401 - an image
    from PIL import Image, ImageOps

    if page != 1:
        return None
    with Image.open(path) as image:
        if image.width * image.height > PIXELS:
            return None
        made = ImageOps.exif_transpose(image).convert("RGB")
    made.thumbnail((WIDTH, WIDTH * 4))
    return made


def _around(drawn: Any, corners: list[int]) -> Any:  # noqa: ANN401 - an image
    """The lines around a box: the text's width of the page, some lines above and below."""
    width, height = drawn.size
    top = max(0, (corners[1] - ALONG) * height // WHOLE)
    bottom = min(height, (corners[3] + ALONG) * height // WHOLE)
    left = min(ACROSS, max(0, corners[0] - ROOM * 2)) * width // WHOLE
    right = max(WHOLE - ACROSS, min(WHOLE, corners[2] + ROOM * 2)) * width // WHOLE
    return drawn.crop((left, top, right, bottom))


def _boxed(drawn: Any, corners: list[int]) -> None:  # noqa: ANN401 - an image
    from PIL import ImageDraw

    width, height = drawn.size
    left, top, right, bottom = corners
    shape = (
        max(0, (left - ROOM) * width // WHOLE),
        max(0, (top - ROOM) * height // WHOLE),
        min(width - 1, (right + ROOM) * width // WHOLE),
        min(height - 1, (bottom + ROOM) * height // WHOLE),
    )
    ImageDraw.Draw(drawn).rectangle(shape, outline=RED, width=LINE)
