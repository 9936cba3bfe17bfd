"""The account of cells: what became of each, summed by row, by sheet and for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shangji.errors import Problem
    from shangji.snapshot import Placeholder


@dataclass(slots=True)
class Tally:
    """Cells that were read, and what became of them; `merged` of them show a cell above."""

    kept: int = 0
    changed: int = 0
    refused: int = 0
    merged: int = 0

    def add(self, other: Tally) -> None:
        """Count another's cells too."""
        self.kept += other.kept
        self.changed += other.changed
        self.refused += other.refused
        self.merged += other.merged

    @property
    def read(self) -> int:
        """All of them."""
        return self.kept + self.changed + self.refused

    def all_refused(self) -> Tally:
        """The same cells, refused."""
        return Tally(refused=self.read, merged=self.merged)

    def record(self) -> dict[str, int]:
        """The counts as `Collected.cells` holds them."""
        return {
            "read": self.read,
            "kept": self.kept,
            "changed": self.changed,
            "refused": self.refused,
        }


@dataclass(slots=True)
class Taken:
    """One row that was read: its values, or None if it is no data; its problems and its cells.

    `sheet` is the ordinal of the sheet in its file. `spread` marks a line that was made of a row
    of its project's sheet: it stands aside where the project brings lines of its own.
    """

    table: str
    row: dict[str, Any] | None
    problems: list[Problem]
    tally: Tally
    secret: bool = False
    project: str = ""
    sheet: int = 0
    spread: bool = False
    placeholder: Placeholder | None = None
    changed: frozenset[str] = field(default_factory=frozenset)
