"""What is wanted and what there is: each project by fund source, pots, ceilings, relations; 分."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_SOURCE = ""
"""Money whose source nobody named; it is shown and never arranged."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What a rule of the review took from a project's money of one source."""

    rule: str
    step: str
    amount: int
    also: str = "[]"


@dataclass(frozen=True, slots=True)
class Ask:
    """A project's money of one source: asked, what the review took, what is left."""

    source: str
    asked: int
    cuts: tuple[Cut, ...] = ()

    @property
    def reviewed(self) -> int:
        """What the review left."""
        return self.asked - sum(cut.amount for cut in self.cuts)


@dataclass(frozen=True, slots=True)
class Level:
    """A package: its level, the project's total at that level, whether the step may be split."""

    name: str
    total: int
    scalable: bool


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the allocation sees it. `points` are hundredths, the axes together.

    `mandate` is why all of it comes first, or nothing; `due` binds a part of it: signed contracts
    and entitlements of the year.
    """

    code: str
    name: str
    unit: str
    department: str
    lane: str
    category: str
    gate: str
    grade: str
    points: int
    dept_rank: int
    mandate: str
    contract: int
    entitled: int
    next_year: int
    asks: tuple[Ask, ...]
    levels: tuple[Level, ...] = ()
    decided: int | None = None
    axes: tuple[int, ...] = ()
    """Hundredths of points on each axis."""
    high: int = 0
    """Points that the material still lacking may bring it to."""
    high_grade: str = ""

    @property
    def asked(self) -> int:
        """What it asks of all sources."""
        return sum(ask.asked for ask in self.asks)


@dataclass(frozen=True, slots=True)
class Pot:
    """The money of one source.

    `total` is the sum of the bureau's table without what it takes off for rigid spending;
    `rigid` is that deduction; `reserve` is the reserve fund that the table sets aside.
    """

    source: str
    total: int
    rigid: int = 0
    reserve: int | None = None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A ceiling of a department or a unit for one source: at most, and a floor of it."""

    department: str
    unit: str
    source: str
    kind: str
    at_most: int
    at_least: int = 0

    @property
    def name(self) -> str:
        """A name that survives other ceilings."""
        return "|".join(filter(None, (self.department, self.unit, self.source, self.kind)))


@dataclass(frozen=True, slots=True)
class Relation:
    """`project` needs `other` arranged, or excludes it."""

    project: str
    other: str
    kind: str


@dataclass(frozen=True)
class Wanted:
    """Everything that an allocation is computed from."""

    year: int
    projects: Mapping[str, Project]
    pots: Mapping[str, Pot]
    ceilings: tuple[Ceiling, ...] = ()
    relations: tuple[Relation, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)
    """Names of departments, for words."""
    funds: Mapping[str, str] = field(default_factory=dict)
    """Names of sources of funds, for words."""
