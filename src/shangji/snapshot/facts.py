"""What a review is about, the files that were read, and the rows they held."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a review is about: budget year, data day, region, and what kind of data it is."""

    budget_year: int
    as_of: date
    region: str
    title: str = ""
    data_kind: str = ""

    def record(self) -> dict[str, Any]:
        """The facts as JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat()}


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read: whose it is, the columns it supplied by table, and their places.

    `origin` is unit, bureau or external. What a unit's own file lacks was left empty by the unit;
    what another's file lacks is not known. `placed` gives table, sheet, column: the letters under
    which the column stands there.
    """

    id: str
    file: str
    origin: str
    sha256: str
    supplied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wan: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    placed: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The source as JSON values."""
        return {
            "id": self.id,
            "file": self.file,
            "origin": self.origin,
            "sha256": self.sha256,
            "supplied": {name: list(columns) for name, columns in self.supplied.items()},
            "wan": {name: list(columns) for name, columns in self.wan.items()},
            "placed": {
                name: {sheet: dict(columns) for sheet, columns in sheets.items()}
                for name, sheets in self.placed.items()
            },
        }


@dataclass(frozen=True, slots=True)
class SheetCount:
    """What became of the cells of one sheet; the sums tie.

    `filled` cells held something, and `merged` more show the text of the merged cell above them;
    both together are `headings` (titles, headings, covers), `passed` (not read, as a problem says)
    and the cells read: `kept`, `changed`, `refused`.
    """

    file: str
    sheet: str
    filled: int = 0
    merged: int = 0
    headings: int = 0
    passed: int = 0
    kept: int = 0
    changed: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        """The cells read."""
        return self.kept + self.changed + self.refused

    @property
    def ties(self) -> bool:
        """Whether every cell is accounted for."""
        return self.filled + self.merged == self.headings + self.passed + self.read


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A secret project of which the sender's row tells unit, class and amount, and nothing more."""

    file: str
    sheet: str
    row: int
    unit: str
    functional_class: str
    amount: str

    def record(self) -> dict[str, Any]:
        """The placeholder as JSON values."""
        return asdict(self)


@dataclass
class Collected:
    """Rows by table as intake leaves them, with the files they came from. Nothing is frozen yet."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
    counts: list[SheetCount] = field(default_factory=list)
    placeholders: list[Placeholder] = field(default_factory=list)
