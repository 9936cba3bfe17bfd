"""Which value of each standard holds for a region in a year: nearest region, then latest date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shangji.pack import Pack, StandardRow
    from shangji.pack.model import Standard
    from shangji.snapshot import RunFacts

CENTRAL = "000000"
KEYS_MOST = 4


def chain(region: str) -> tuple[str, ...]:
    """A region and those above it, nearest first: county, city, province, centre.

    >>> chain("990101")
    ('990101', '990100', '990000', '000000')
    """
    six = region[:6]
    return tuple(dict.fromkeys((six, f"{six[:4]}00", f"{six[:2]}0000", CENTRAL)))


def level(region: str) -> str:
    """The level of a region by its code."""
    if region[:6] == CENTRAL:
        return "central"
    if region[2:6] == "0000":
        return "province"
    return "city" if region[4:6] == "00" else "county"


def binds(row: StandardRow, region: str) -> bool:
    """Whether a standard's row binds a region, or is only a reference there."""
    if row.binds_all:
        return True
    below = any(one in chain(region) for one in row.binds_regions)
    return below or level(region) in row.binds_levels


def resolve(pack: Pack, region: str, facts: RunFacts) -> list[tuple[Any, ...]]:
    """The rows of `standard_now` for one region, in the order of the pack.

    A row holds when it is trial or active, in effect on 1 January of the budget year and known at
    `as_of`; the region whose act it is must be the region itself or stand above it. One act answers
    for one combination of keys, with all its bands: bands of two acts never stand side by side.
    """
    day = date(facts.budget_year, 1, 1)
    return [
        _record(row, region)
        for standard in pack.standards.values()
        for row in in_force(standard, region, day, facts.as_of)
    ]


def in_force(standard: Standard, region: str, day: date, known: date) -> list[StandardRow]:
    """What binds a region on a day by acts known on another: nearest region, then latest date."""
    places = {place: at for at, place in enumerate(chain(region))}
    held = [row for row in standard.rows if row.region in places and _holds(row, day, known)]
    best: dict[tuple[str, ...], StandardRow] = {}
    for row in held:
        if row.keys not in best or _nearer(row, best[row.keys], places):
            best[row.keys] = row
    return [row for row in held if _same_act(row, best[row.keys])]


def _holds(row: StandardRow, day: date, known: date) -> bool:
    late = row.effective_from > min(day, known)
    over = row.effective_to is not None and row.effective_to < day
    return row.status in {"trial", "active"} and not late and not over


def _same_act(row: StandardRow, best: StandardRow) -> bool:
    return (row.region, row.effective_from) == (best.region, best.effective_from)


def _nearer(row: StandardRow, held: StandardRow, places: dict[str, int]) -> bool:
    mine, other = places[row.region], places[held.region]
    return mine < other or (mine == other and row.effective_from > held.effective_from)


def _record(row: StandardRow, region: str) -> tuple[Any, ...]:
    keys = (*row.keys, *([None] * (KEYS_MOST - len(row.keys))))
    return (
        row.code,
        region[:6],
        *keys,
        row.band_from,
        row.band_to,
        row.value,
        binds(row, region),
        row.status,
        row.id,
    )
