"""Files to rows: every cell is kept, changed or refused, and what was refused says why.

`read` is the door. Readers of other kinds of file hand on `Sheet`s and come through the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.intake.collect import Collector
from shangji.intake.files import find

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.snapshot import Collected

__all__ = ["read"]


def read(paths: Iterable[Path], pack: Pack) -> tuple[Collected, list[Problem]]:
    """Read declaration files; trouble in them is a problem each, never an exception.

    Args:
        paths: files, or folders that are searched for .xlsx and .csv in name order.
        pack: says which tables and columns there are.

    Returns:
        Rows by table with the files they came from, the facts that a cover sheet tells, and the
        count of cells (read = kept + changed + refused); then what was found wrong.
    """
    found, problems = find(paths)
    collector = Collector(pack)
    for file in found:
        collector.add(file)
    collected, more = collector.collected()
    return collected, problems + more
