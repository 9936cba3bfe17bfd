"""Files to rows: every cell is kept, changed or refused, and what was refused says why.

`read` is the door. Readers of other kinds of file hand on `Sheet`s and come through the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.failpoints import reach
from shangji.intake.collect import Collector
from shangji.intake.documents import Document, Limits, read_document, read_documents
from shangji.intake.files import find
from shangji.intake.learning import Learned, joined_sheets
from shangji.intake.pool import learn_files, read_files
from shangji.intake.processes import CHILDREN
from shangji.intake.reading import Setting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack, SheetMapping
    from shangji.snapshot import Collected

__all__ = [
    "Document",
    "Learned",
    "Limits",
    "learn",
    "read",
    "read_document",
    "read_documents",
]


def read(
    paths: Iterable[Path],
    pack: Pack,
    *,
    mappings: Iterable[SheetMapping] = (),
    year: str = "",
    children: int = CHILDREN,
) -> tuple[Collected, list[Problem]]:
    """Read declaration files; trouble in them is a problem each, never an exception.

    Args:
        paths: files, or folders that are searched for .xlsx, .csv and .zip in name order.
        pack: says which tables and columns there are.
        mappings: what a person said of sheets whose names and headings the pack does not know.
        year: the budget year, for headings that name one; empty for that of each file's cover.
        children: processes that read, with limits; 0 reads in this process, without.

    Returns:
        Rows by table with the files they came from, the facts that a cover sheet tells, and the
        count of cells (read = kept + changed + refused); then what was found wrong.
    """
    found, problems = find(paths)
    collector = Collector(pack.tables)
    for files in read_files(found, Setting.of(pack, mappings, year), children):
        for file in files:
            collector.add(file)
            reach("intake.file")
    collected, more = collector.collected()
    return collected, problems + more


def learn(
    paths: Iterable[Path],
    pack: Pack,
    *,
    mappings: Iterable[SheetMapping] = (),
    children: int = CHILDREN,
) -> tuple[list[Learned], list[Problem]]:
    """Say what the sheets of files seem to be, those of one layout as one; nothing is read in.

    Args:
        paths: files or folders, as for `read`.
        pack: says which tables and columns there are.
        mappings: sheets that these name already are left out, as are those of the pack's own.
        children: processes that read, with limits.
    """
    found, problems = find(paths)
    setting = Setting.of(pack, mappings)
    each = [one for file in learn_files(found, setting, children) for one in file]
    return joined_sheets(each), problems
