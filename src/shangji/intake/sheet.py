"""A sheet as every reader of files hands it on, and the limits that every file keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.intake.cells import Cell

FILE_BYTES = 50_000_000
UNPACKED_BYTES = 500_000_000
CELLS = 2_000_000
AREA = 8_000_000
SHEETS = 200
PARTS = 10_000
MEMBERS = 1_000
"""Files in a zip."""

MEMORY_BYTES = 2 << 30
CPU_SECONDS = 120
WALL_SECONDS = 240
"""What one file may cost the process that reads it."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; all from 0."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows from its first row on.

    `valueless` are the cells, by row (from 1) and column (from 0), whose formula was saved without
    a result ("") or ended in an error (its name): their value reads as blank. `alone` says that
    the sheet is its file's only one, so that the file's name may stand for its own. Hidden rows
    count from 1, hidden columns from 0; `date1904` says from which day its serial dates count.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    alone: bool = False
    valueless: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    date1904: bool = False
