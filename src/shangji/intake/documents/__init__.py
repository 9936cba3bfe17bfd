"""Documents behind a declaration: text with its place, tables, what was hidden, what was not read.

`read_document` is the door for one file, `read_documents` for a folder. Each document is read in
a process of its own with limits; whatever is wrong with it is said in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.intake.documents.model import (
    READER,
    Document,
    DocumentTable,
    Hidden,
    Limits,
    Line,
    Page,
    Unread,
)
from shangji.intake.documents.pool import Paper, Readers
from shangji.intake.files import passed_over
from shangji.intake.processes import CHILDREN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = [
    "READER",
    "Document",
    "DocumentTable",
    "Hidden",
    "Limits",
    "Line",
    "Page",
    "Paper",
    "Readers",
    "Unread",
    "papers_under",
    "read_document",
    "read_documents",
]

ZIP_KIND = ".zip"


def read_document(path: Path, limits: Limits | None = None, *, name: str = "") -> Document:
    """Read one file in a process of its own.

    Args:
        path: the file; of a zip only its members are documents, see `read_documents`.
        limits: what it may cost.
        name: what it is called; the file's name where empty.
    """
    with Readers(limits or Limits(), 1) as readers:
        return readers.one(Paper(path.resolve(), name or path.name))


def read_documents(
    papers: Iterable[Paper],
    limits: Limits | None = None,
    *,
    children: int = CHILDREN,
    known: Callable[[Paper], Document | None] | None = None,
) -> Iterator[tuple[Paper, Document]]:
    """Read files one after another, the members of a zip in its place.

    Args:
        papers: the files.
        limits: what each may cost.
        children: how many are read at the same time.
        known: gives what an earlier reading made of the very same bytes, or None.
    """
    with Readers(limits or Limits(), children) as readers:
        wanted: list[Paper] = []
        told: dict[Paper, Document] = {}
        for paper in papers:
            if paper.path.suffix.lower() != ZIP_KIND:
                wanted.append(paper)
                continue
            members, refused = readers.members(paper)
            wanted += members
            for document in refused:
                place = Paper(paper.path, document.name)
                told[place] = document
                wanted.append(place)
        for paper in wanted:
            found = known(paper) if known and paper not in told else None
            if found is not None:
                told[paper] = found
        fresh = readers.read([paper for paper in wanted if paper not in told])
        for paper in wanted:
            yield paper, told[paper] if paper in told else next(fresh)


def papers_under(folder: Path) -> list[Paper]:
    """The files of a folder in name order, those that systems leave there passed over."""
    root = folder.resolve()
    if root.is_file():
        return [Paper(root, root.name)]
    files = [
        path
        for path in root.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not passed_over(path.relative_to(root).parts)
    ]
    return [
        Paper(path, path.relative_to(root).as_posix())
        for path in sorted(files, key=lambda each: each.relative_to(root).as_posix())
    ]
