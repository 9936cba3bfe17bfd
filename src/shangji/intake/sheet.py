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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows from its first row on.

    `valueless` are the cells, by row (from 1) and column (from 0), whose formula was saved without
    a result ("") or ended in an error (its name): their value reads as blank. `alone` says that
    the sheet is its file's only one, so that the file's name may stand for its own.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    alone: bool = False
    valueless: Mapping[tuple[int, int], str] = field(default_factory=dict)
