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


@dataclass
class Collected:
    """Rows by table as intake leaves them, with the files they came from. Nothing is frozen yet."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
