"""Standards side by side: the same one in several regions, and units against a standard.

Also which kinds of spending would be worth a standard: many lines, much money, a wide spread.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.compile.standard_now import binds, in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, timedelta
    from decimal import Decimal

    from shangji.pack import Pack
    from shangji.pack.acts import Act
    from shangji.pack.model import Standard, StandardRow
    from shangji.snapshot import Snapshot
    from shangji.standards.records import Records

Combination = tuple[tuple[str, ...], str]
"""Keys of a standard, and the start of its band."""


@dataclass(frozen=True)
class Beside:
    """One combination of keys: each region's value, with the row that says so."""

    keys: tuple[str, ...]
    band: str
    rows: tuple[StandardRow | None, ...]

    def percent(self, at: int) -> float | None:
        """By how many per cent a region's value lies above the first region's."""
        first, other = self.rows[0], self.rows[at]
        if first is None or other is None or not first.value:
            return None
        return float((other.value / first.value - 1) * 100)


def by_keys(standard: Standard, region: str, day: date) -> dict[Combination, StandardRow]:
    """What binds a region on a day, by keys and the start of the band."""
    return {
        (row.keys, f"{row.band_from:f}" if row.band_from is not None else ""): row
        for row in in_force(standard, region, day, day)
    }


def regions(standard: Standard, places: Sequence[str], day: date) -> list[Beside]:
    """A standard in several regions, a line for each combination of keys and band."""
    held = [by_keys(standard, place, day) for place in places]
    order = sorted({at for one in held for at in one}, key=lambda at: (at[0], len(at[1]), at[1]))
    return [Beside(at[0], at[1], tuple(one.get(at) for one in held)) for at in order]


def own_regions(standard: Standard) -> list[str]:
    """The regions that have rows of their own, central first."""
    return sorted({row.region for row in standard.rows})


@dataclass(frozen=True)
class UnitCost:
    """A unit's records of one group beside the median of the group."""

    member: str
    group: tuple[str, str]
    n: int
    median: float
    peers: float

    @property
    def percent(self) -> float:
        """By how many per cent the unit lies above the median of its group."""
        return (self.median / self.peers - 1) * 100


def units(records: Records) -> list[UnitCost]:
    """Units beside their peers, the furthest above first; unnamed records count as peers only."""
    costs: dict[tuple[str, str], list[float]] = {}
    own: dict[tuple[str, tuple[str, str]], list[float]] = {}
    for row in records.rows:
        costs.setdefault(row.group, []).append(row.unit_cost)
        if row.member:
            own.setdefault((row.member, row.group), []).append(row.unit_cost)
    middle = {group: statistics.median(found) for group, found in costs.items()}
    made = [
        UnitCost(member, group, len(found), statistics.median(found), middle[group])
        for (member, group), found in own.items()
    ]
    return sorted(made, key=lambda one: (-one.percent, one.member))


@dataclass(frozen=True)
class Candidate:
    """An economic class as a candidate for a standard: money, lines, units, spread of price."""

    economic_class: str
    zh: str
    lines: int
    units: int
    amount_yuan: Decimal
    spread: float | None
    """The ninth decile of unit price over the first, where lines give a quantity and price."""

    standard: bool


CANDIDATES = """
    SELECT l.economic_class, count(*), count(DISTINCT p.unit_code), sum(l.amount_yuan),
           quantile_disc(l.unit_price_yuan, 0.9), quantile_disc(l.unit_price_yuan, 0.1)
    FROM read_parquet(?) AS l JOIN read_parquet(?) AS p USING (project_code)
    WHERE l.economic_class IS NOT NULL AND l.amount_yuan IS NOT NULL
    GROUP BY l.economic_class HAVING count(*) >= ?
    ORDER BY sum(l.amount_yuan) DESC, l.economic_class
"""


def candidates(snapshot: Snapshot, pack: Pack, least: int = 10) -> list[Candidate]:
    """Economic classes with at least so many lines, most money first.

    `standard` says whether some rule already holds that class against a standard with keys.
    """
    import duckdb

    if not {"line", "project"} <= set(snapshot.tables):
        return []
    judged = _judged(pack)
    names = pack.codes["economic_class"].codes if "economic_class" in pack.codes else {}
    paths = [str(snapshot.path("line")), str(snapshot.path("project"))]
    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(CANDIDATES, [*paths, least]).fetchall()
    made = []
    for code, lines, members, amount, high, low in rows:
        spread = float(high) / float(low) if high and low else None
        name = names.get(code, "")
        made.append(Candidate(code, name, lines, members, amount, spread, code in judged))
    return made


def _judged(pack: Pack) -> set[str]:
    """The economic classes named in rules that use a standard with keys."""
    found: set[str] = set()
    codes = set(pack.codes["economic_class"].codes) if "economic_class" in pack.codes else set()
    for rule in pack.rules.values():
        keyed = any(pack.standards[use.code].keys for use in rule.standards)
        if keyed and rule.subject == "line":
            found |= {code for code in codes if f"'{code}'" in rule.applies}
    return found


@dataclass(frozen=True)
class Due:
    """A value that a person should look at soon, and why."""

    standard: Standard
    region: str
    effective_from: date
    says: str


def due(pack: Pack, region: str, day: date, days: int, years: int) -> list[Due]:
    """What binds a region and expires within days, rests on a replaced act, or is years old."""
    from datetime import timedelta

    acts = {act.doc_no: act for act in pack.acts if act.doc_no}
    made: dict[tuple[str, str, date, str], Due] = {}
    for standard in pack.standards.values():
        for row in in_force(standard, region, day, day):
            if not binds(row, region):  # what binds others is theirs to revise
                continue
            for says in _worries(row, day, timedelta(days=days), years, acts.get(row.basis.doc_no)):
                at = (standard.code, row.region, row.effective_from, says)
                made[at] = Due(standard, row.region, row.effective_from, says)
    return [made[at] for at in sorted(made)]


def _worries(
    row: StandardRow, day: date, within: timedelta, years: int, act: Act | None
) -> Iterable[str]:
    if row.effective_to is not None and row.effective_to <= day + within:
        yield f"{row.effective_to} 到期"
    if act is not None and act.state != "in_force":
        by = f"，由{act.replaced_by}代替" if act.replaced_by else ""
        yield f"依据{act}已不再有效{by}"
    if day.year - row.effective_from.year >= years and row.value and row.keys:
        yield f"{row.effective_from.year} 年起未修订，已满 {day.year - row.effective_from.year} 年"
