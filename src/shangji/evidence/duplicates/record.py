"""A thing that may have been asked for twice: what is declared of it, and what its words say."""

from __future__ import annotations

from dataclasses import dataclass, field

ASKED, PAST, PAID = "asked", "past", "paid"
"""A project of this filing; a project of an earlier year; what another fund has paid."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a project's calculation: what, how much of it, in which unit, at what price."""

    item: str = ""
    quantity: str = ""
    measure: str = ""
    price: str = ""
    payee: str = ""


@dataclass(slots=True)
class Record:
    """What is declared of one project; every field but the key and the name may be empty.

    Money is whole 分; days are ISO dates, so that they compare as text.
    """

    key: str
    name: str
    side: str = ASKED
    code: str = ""
    year: int = 0
    region: str = ""
    unit: str = ""
    unit_name: str = ""
    department: str = ""
    place: str = ""
    content: str = ""
    lane: str = ""
    attribute: str = ""
    cents: int | None = None
    total_cents: int | None = None
    start: str = ""
    end: str = ""
    persons: int | None = None
    funds: frozenset[str] = frozenset()
    prior: frozenset[str] = frozenset()
    finished: bool = False
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """The places that a record names: towns, villages, other sites; or the whole region."""

    towns: frozenset[str] = frozenset()
    villages: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    raw: str = ""
    wide: bool = False
    loose: bool = False
    """A village of that name lies in several towns, and no town is told."""

    @property
    def narrow(self) -> bool:
        """Whether it says more than a town."""
        return bool(self.villages or self.sites)

    @property
    def said(self) -> bool:
        """Whether it says any place at all."""
        return bool(self.towns or self.raw or self.narrow)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read out of a record's words."""

    said: str
    core: str
    full: str
    content: str
    places: Places
    sections: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    funds: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    sums: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    payees: frozenset[str] = frozenset()
