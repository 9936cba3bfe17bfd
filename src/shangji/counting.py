"""Counts of hits with honest intervals, shared by every bench that states an accuracy."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Count:
    """Hits out of trials, e.g. planted faults that were found."""

    hits: int = 0
    trials: int = 0

    def __add__(self, other: Count) -> Count:
        """Pool two counts."""
        return Count(self.hits + other.hits, self.trials + other.trials)

    @property
    def share(self) -> float:
        """Hits by trials; not a number where nothing was tried."""
        return self.hits / self.trials if self.trials else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share; all of [0, 1] where nothing was tried."""
        n = self.trials
        if not n:
            return 0.0, 1.0
        share, square = self.share, Z * Z
        middle = (share + square / (2 * n)) / (1 + square / n)
        half = Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
        low = 0.0 if self.hits == 0 else middle - half
        high = 1.0 if self.hits == n else middle + half
        return low, high

    def shown(self) -> str:
        """As a table shows it: `0.95 [0.87, 0.98]`, or a dash where nothing was tried."""
        if not self.trials:
            return "—"
        low, high = self.interval
        return f"{self.share:.3f} [{low:.3f}, {high:.3f}]"


def per_thousand(events: int, exposed: int) -> tuple[float, float, float]:
    """Events per thousand exposed, with Poisson's 95 % interval by Byar's approximation.

    Returns:
        The rate, its lower and its upper end; not numbers where nothing was exposed.
    """
    if not exposed:
        return math.nan, math.nan, math.nan
    low = 0.0
    if events:
        low = events * (1 - 1 / (9 * events) - Z / (3 * math.sqrt(events))) ** 3
    more = events + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * math.sqrt(more))) ** 3
    return 1000 * events / exposed, 1000 * low / exposed, 1000 * high / exposed
