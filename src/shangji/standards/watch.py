"""A later year beside an interval in force: what stands outside, and whether to propose a revision.

A proposal is a sentence with its counts. Nothing is changed by it: a person makes the new value.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.standards.estimate import library

if TYPE_CHECKING:
    from shangji.standards.estimate import Estimate
    from shangji.standards.records import Records

CHANCE = 0.05
"""Chance of so many records outside, were the interval still right, below which it is proposed."""

TOLD_FROM = 10
"""New records of a group below which nothing is said of it."""


@dataclass(frozen=True)
class Drift:
    """A group's later records beside its interval."""

    group: tuple[str, str]
    n: int
    below: int
    above: int
    ratio: float
    """The median of later unit costs over the middle of the interval in force."""

    chance: float
    """Chance of at least so many on the fuller side (each side counted at half the level)."""

    @property
    def proposed(self) -> bool:
        """Whether a revision is proposed."""
        return self.n >= TOLD_FROM and self.chance < CHANCE

    @property
    def says(self) -> str:
        """What was seen, in words."""
        seen = (
            f"新记录 {self.n} 条，低于区间 {self.below} 条、高于区间 {self.above} 条，"
            f"中位数为原来的 {self.ratio:.2f} 倍"
        )
        if self.n < TOLD_FROM:
            return f"{seen}；不足 {TOLD_FROM} 条，不作判断"
        if not self.proposed:
            return f"{seen}；与区间相符，不建议修订"
        way = "上调" if self.above >= self.below else "下调"
        return f"{seen}；偏离超出偶然（概率 {self.chance:.3f}），建议研究{way}，由人决定"


def drift(fitted: Estimate, later: Records) -> list[Drift]:
    """Lay later records beside the intervals of an estimate, group by group.

    The largest doubt comes first; a group without an interval is left out.
    """
    stats = library("scipy.stats")
    tail = (100 - fitted.level) / 200
    found = []
    by_group: dict[tuple[str, str], list[tuple[float, tuple[float, float]]]] = {}
    for row, interval in zip(later.rows, fitted.interval(later.rows), strict=True):
        if interval is not None:
            by_group.setdefault(row.group, []).append((row.unit_cost, interval))
    for group, pairs in by_group.items():
        below = sum(cost < low for cost, (low, _) in pairs)
        above = sum(cost > high for cost, (_, high) in pairs)
        n, most = len(pairs), max(below, above)
        chance = min(1.0, 2 * float(stats.binom.sf(most - 1, n, tail)))
        middle = statistics.median(cost for cost, _ in pairs)
        ratio = middle / fitted.intervals[group].mid
        found.append(Drift(group, n, below, above, ratio, chance))
    return sorted(found, key=lambda one: (one.chance, one.group))
