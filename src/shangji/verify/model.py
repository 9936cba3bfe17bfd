"""What a verification says: differences, shares, and what could not be derived again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DAMAGES = (KeyError, TypeError, AttributeError, IndexError, ValueError, ArithmeticError)
"""What a document that is not what it should be raises somewhere along the way."""


class NotDerived(Exception):  # noqa: N818 - a state of the proof, caught and listed
    """Something that cannot be derived again; the text says why, in Chinese."""


class Unreadable(Exception):  # noqa: N818 - as above
    """A file of the report that cannot be read at all; the text says which and why."""


@dataclass(frozen=True)
class Difference:
    """One place where the report and the derivation part, or where a digest does not fit."""

    table: str
    rule: str
    key: str
    field: str
    reported: str
    derived: str

    def __str__(self) -> str:
        """The difference as a line of Chinese."""
        where = " · ".join(part for part in (self.table, self.rule, self.key, self.field) if part)
        return f"{where}：报告为“{self.reported}”，重算为“{self.derived}”。"


@dataclass
class Counts:
    """How many answers were derived in full, by SQL on SQLite, and not at all with the reasons."""

    full: int = 0
    by_sql: int = 0
    not_derived: int = 0
    reasons: dict[str, str] = field(default_factory=dict)
    outside: tuple[str, ...] = ()

    def add(self, answers: int, *, by_sql: bool, name: str = "", why: str = "") -> None:
        """Count some answers: under their reason where there is one, else as derived."""
        if why:
            self.not_derived += answers
            self.reasons[name] = why
        elif by_sql:
            self.by_sql += answers
        else:
            self.full += answers

    @property
    def total(self) -> int:
        """All answers of the report."""
        return self.full + self.by_sql + self.not_derived

    @property
    def share(self) -> float:
        """The per cent of answers that were derived, in full or by SQL, rounded down."""
        return (self.full + self.by_sql) * 1000 // self.total / 10 if self.total else 0.0


@dataclass(frozen=True)
class Verified:
    """The outcome of a verification; `ok` only where nothing differs."""

    problems: tuple[Difference, ...]
    counts: Counts

    @property
    def ok(self) -> bool:
        """Whether every digest fits and every answer that was derived agrees."""
        return not self.problems

    def record(self) -> dict[str, Any]:
        """The outcome as a JSON value."""
        counts = {**asdict(self.counts), "share": self.counts.share}
        return {"ok": self.ok, "problems": [asdict(one) for one in self.problems], "counts": counts}


def leaves(value: Any) -> int:  # noqa: ANN401 - any JSON value
    """How many figures and words a JSON value holds."""
    below = value.values() if isinstance(value, dict) else value
    return sum(map(leaves, below)) if isinstance(value, dict | list) else 1


def differing(
    told: Any,  # noqa: ANN401 - any JSON value
    derived: Any,  # noqa: ANN401 - any JSON value
    place: str,
) -> Iterator[tuple[str, str, str]]:
    """Yield where two JSON values part: the place, what is told, what is derived."""
    if isinstance(told, dict) and isinstance(derived, dict):
        for key in sorted(told.keys() | derived.keys()):
            yield from differing(told.get(key), derived.get(key), f"{place}.{key}")
    elif isinstance(told, list) and isinstance(derived, list) and len(told) == len(derived):
        for at, (here, there) in enumerate(zip(told, derived, strict=True), start=1):
            yield from differing(here, there, f"{place}[{at}]")
    elif told != derived or type(told) is not type(derived):
        yield place, shown_json(told), shown_json(derived)


def shown_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A JSON value on one line, keys sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
