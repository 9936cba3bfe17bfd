"""How often an interval holds on years it has not seen; widths; inflation that it would find."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.counting import Count
from shangji.standards.estimate import estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.standards.records import Record, Records


@dataclass
class Held:
    """Counts of records inside and outside their intervals."""

    n: int = 0
    inside: int = 0
    below: int = 0
    above: int = 0
    width: float = 0.0
    plain_inside: int = 0
    plain_width: float = 0.0

    @property
    def count(self) -> Count:
        """Inside, of all."""
        return Count(self.inside, self.n)


@dataclass
class Tested:
    """Coverage on later years: overall, by year, by group; and years without any interval."""

    level: int
    whole: Held = field(default_factory=Held)
    years: dict[int, Held] = field(default_factory=dict)
    groups: dict[tuple[str, str], Held] = field(default_factory=dict)
    without: int = 0
    """Records of later years whose group had too few earlier records for an interval."""

    inflated: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By per cent added: how many of the records so inflated stand above their interval, of how
    many that stood inside it before."""


def later_years(
    records: Records, level: int, *, first: int | None = None, inflate: Sequence[int] = (20, 50)
) -> Tested:
    """For each year, estimate from earlier years and count the year's records inside.

    Args:
        records: of at least two years.
        level: per cent that the intervals are to hold.
        first: the first year to test; the second year of the records where None.
        inflate: per cents by which records are raised to see whether it is found.
    """
    made = Tested(level)
    for year in records.years[1:]:
        if first is not None and year < first:
            continue
        earlier = records.of_years(one for one in records.years if one < year)
        fitted = estimate(earlier, level)
        tested = [row for row in records.rows if row.year == year]
        count(made, tested, fitted.interval(tested), plain(fitted.records.rows, level), inflate)
    return made


def count(
    made: Tested,
    rows: Sequence[Record],
    intervals: Sequence[tuple[float, float] | None],
    quantiles: dict[tuple[str, str], tuple[float, float]],
    inflate: Sequence[int] = (20, 50),
) -> None:
    """Count records inside their intervals, beside plain quantiles of the group."""
    for row, interval in zip(rows, intervals, strict=True):
        if interval is None:
            made.without += 1
            continue
        held = (
            made.whole,
            made.years.setdefault(row.year, Held()),
            made.groups.setdefault(row.group, Held()),
        )
        for one in held:
            _held(one, row.unit_cost, interval, quantiles[row.group])
        if interval[0] <= row.unit_cost <= interval[1]:
            for percent in inflate:
                found, of = made.inflated.get(percent, (0, 0))
                above = row.unit_cost * (1 + percent / 100) > interval[1]
                made.inflated[percent] = (found + above, of + 1)


def _held(
    one: Held, cost: float, interval: tuple[float, float], plain: tuple[float, float]
) -> None:
    low, high = interval
    one.n += 1
    one.inside += low <= cost <= high
    one.below += cost < low
    one.above += cost > high
    one.width += high - low
    one.plain_inside += plain[0] <= cost <= plain[1]
    one.plain_width += plain[1] - plain[0]


def plain(rows: Sequence[Record], level: int) -> dict[tuple[str, str], tuple[float, float]]:
    """What one would do without a model: the quantiles of each group's unit costs."""
    by_group: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        by_group.setdefault(row.group, []).append(row.unit_cost)
    tail = (100 - level) / 200
    found = {}
    for group, costs in by_group.items():
        costs.sort()
        last = len(costs) - 1
        found[group] = (costs[round(tail * last)], costs[round((1 - tail) * last)])
    return found
