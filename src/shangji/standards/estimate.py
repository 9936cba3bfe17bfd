"""An interval for the unit cost of each group, with coverage that does not rest on a model.

Quantile regressions of the logarithm of unit cost are fitted on folds that keep each member whole;
every record is held against a model that did not see it. The interval of a new expense is made of
those residuals *of its own group* (CV+, Mondrian): it holds, for exchangeable records, with
probability at least 1 - 2a by theorem and close to 1 - a in practice; `coverage` measures it on
later years. Below `MEMBERS_LEAST` records of a group there is no interval: median and range of
peers, labelled as reference.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.standards.records import Record, Records

MEMBERS_LEAST = 30
"""Comparable records below which a group has no interval."""

TREES_FROM = 1000
"""Records from which on trees are fitted; below, straight lines in logarithms."""

FOLDS = 5
BREAK = 0.01
"""Chance below which an earlier year is held to be another level of cost, and left out."""

SEED = 20270101


@dataclass(frozen=True)
class Peers:
    """What stands in for a standard where records are few: a reference, never a standard."""

    group: tuple[str, str]
    n: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class GroupInterval:
    """The interval of a group at the typical values of its drivers, in yuan per unit of work."""

    group: tuple[str, str]
    n: int
    years: tuple[int, ...]
    low: float
    mid: float
    high: float


@dataclass(frozen=True)
class Effect:
    """What a driver does: the change of unit cost, in per cent, from its lower to upper quartile.

    `weight` is the share of the loss that is added when the driver's values are shuffled.
    """

    driver: str
    lower: float
    upper: float
    percent: float
    weight: float


@dataclass
class Estimate:
    """What records say of a class: intervals by group, peers where few, and the drivers."""

    records: Records
    level: int
    years: tuple[int, ...] = ()
    intervals: dict[tuple[str, str], GroupInterval] = field(default_factory=dict)
    peers: dict[tuple[str, str], Peers] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    model: str = ""
    folds: _Folds | None = None
    levels_left: tuple[int, ...] = ()
    """Years that were left out because the level of cost was another one."""

    def interval(self, rows: Sequence[Record]) -> list[tuple[float, float] | None]:
        """The interval of each record's unit cost; None where its group has none."""
        if self.folds is None:
            return [None] * len(rows)
        return self.folds.intervals(rows, self.intervals)


def estimate(records: Records, level: int | None = None) -> Estimate:
    """Estimate the intervals of a class.

    Args:
        records: comparable records; the last `spending.years` years of them are used, an earlier
            year only while its level of cost is that of the latest.
        level: per cent of expenses that the interval is to hold; the class's own where None.

    Raises:
        Refused: the libraries for it are not installed.
    """
    level = level or records.spending.level
    chosen, left = _years(records)
    used = records.of_years(chosen)
    made = Estimate(used, level, tuple(chosen), levels_left=tuple(left))
    by_group: dict[tuple[str, str], list[Record]] = {}
    for row in used.rows:
        by_group.setdefault(row.group, []).append(row)
    large = {group for group, rows in by_group.items() if len(rows) >= MEMBERS_LEAST}
    for group, rows in sorted(by_group.items()):
        if group not in large:
            costs = sorted(row.unit_cost for row in rows)
            made.peers[group] = Peers(
                group, len(rows), costs[0], statistics.median(costs), costs[-1]
            )
    if not large:
        return made
    made.folds = _Folds(used, (100 - level) / 200)
    made.model = made.folds.model
    for group in sorted(large):
        rows = by_group[group]
        typical = _typical(rows)
        ((low, high),) = made.folds.bounds([typical], group)
        years = tuple(sorted({row.year for row in rows}))
        mid = math.exp(made.folds.middle([typical], group)[0])
        made.intervals[group] = GroupInterval(group, len(rows), years, low, mid, high)
    made.effects = made.folds.effects()
    return made


def _years(records: Records) -> tuple[list[int], list[int]]:
    """The years to use, latest first while they are of one level of cost; and those left out."""
    years = list(reversed(records.years))[: records.spending.years]
    if not years:
        return [], []
    kept = [years[0]]
    for year in years[1:]:
        if _another_level(records, kept, year):
            return sorted(kept), sorted(set(years) - set(kept))
        kept.append(year)
    return sorted(kept), []


def _another_level(records: Records, kept: list[int], year: int) -> bool:
    """Whether a year's unit costs stand on another level than those of later years, by rank test.

    Costs are taken relative to the median of their group, so that a change of mix is none of level.
    """
    stats = library("scipy.stats")
    middles: dict[tuple[str, str], list[float]] = {}
    for row in records.rows:
        if row.year in kept:
            middles.setdefault(row.group, []).append(row.unit_cost)
    middle = {group: statistics.median(costs) for group, costs in middles.items()}
    now = [r.unit_cost / middle[r.group] for r in records.rows if r.year in kept]
    then = [
        r.unit_cost / middle[r.group] for r in records.rows if r.year == year and r.group in middle
    ]
    if not now or not then:
        return False
    return bool(stats.mannwhitneyu(now, then).pvalue < BREAK)


def _typical(rows: Sequence[Record]) -> list[float]:
    """The medians of a group: size first, then each driver, as they enter the model."""
    columns = zip(*(_features(row) for row in rows), strict=True)
    return [statistics.median(column) for column in columns]


def _features(row: Record) -> list[float]:
    """How a record enters the model: the logarithm of its size, its drivers as they are."""
    return [math.log(row.per), *row.drivers]


class _Folds:
    """Models fitted on all folds but one, and each record's distance from the one without it."""

    def __init__(self, records: Records, tail: float) -> None:
        self.tail, self.names = tail, (records.spending.per, *records.drivers)
        self.rows = records.rows
        np = library("numpy")
        self.groups = sorted({row.group for row in self.rows})
        self.features = np.array([self._row(_features(row), row.group) for row in self.rows])
        self.target = np.log(np.array([row.unit_cost for row in self.rows]))
        self.trees = len(self.rows) >= TREES_FROM
        self.model = "梯度提升分位数回归" if self.trees else "对数线性分位数回归"
        self.members = np.array(_folds(self.rows))
        self.models: list[tuple[Any, Any, Any]] = []
        self.below = np.zeros(len(self.rows))
        self.above = np.zeros(len(self.rows))
        for fold in range(FOLDS):
            held = self.members == fold
            models = tuple(self._fit(quantile, ~held) for quantile in (tail, 1 - tail, 0.5))
            self.models.append((models[0], models[1], models[2]))
            if held.any():
                self.below[held] = models[0].predict(self.features[held]) - self.target[held]
                self.above[held] = self.target[held] - models[1].predict(self.features[held])

    def _row(self, features: Sequence[float], group: tuple[str, str]) -> list[float]:
        return [*features, *(float(group == one) for one in self.groups)]

    def _fit(self, quantile: float, chosen: Any) -> Any:  # noqa: ANN401 - arrays and models
        if self.trees:
            model = library("lightgbm").LGBMRegressor(
                objective="quantile",
                alpha=quantile,
                n_estimators=100,
                learning_rate=0.06,
                num_leaves=8,
                min_child_samples=40,
                deterministic=True,
                force_row_wise=True,
                num_threads=1,
                random_state=SEED,
                verbose=-1,
            )
        else:
            pipeline = library("sklearn.pipeline")
            scaler = library("sklearn.preprocessing").StandardScaler()
            line = library("sklearn.linear_model").QuantileRegressor(
                quantile=quantile, alpha=0.001, solver="highs"
            )
            model = pipeline.make_pipeline(scaler, line)
        return model.fit(self.features[chosen], self.target[chosen])

    def bounds(
        self, features: Sequence[Sequence[float]], group: tuple[str, str]
    ) -> list[tuple[float, float]]:
        """Intervals in yuan for rows of one group, from that group's own residuals (CV+)."""
        np = library("numpy")
        given = np.array([self._row(row, group) for row in features])
        mine = np.array([row.group == group for row in self.rows])
        lows = np.array([models[0].predict(given) for models in self.models])
        highs = np.array([models[1].predict(given) for models in self.models])
        low = np.sort(lows[self.members[mine]] - self.below[mine, None], axis=0)
        high = np.sort(highs[self.members[mine]] + self.above[mine, None], axis=0)
        n = int(mine.sum())
        first = max(0, math.floor(self.tail * (n + 1)) - 1)
        last = min(n - 1, math.ceil((1 - self.tail) * (n + 1)) - 1)
        return [
            (math.exp(min(a, b)), math.exp(max(a, b)))
            for a, b in zip(low[first].tolist(), high[last].tolist(), strict=True)
        ]

    def middle(self, features: Sequence[Sequence[float]], group: tuple[str, str]) -> list[float]:
        """The middle prediction, over the folds, of the logarithm of unit cost."""
        np = library("numpy")
        given = np.array([self._row(row, group) for row in features])
        found = [models[2].predict(given) for models in self.models]
        return [float(value) for value in np.median(found, axis=0)]

    def intervals(
        self, rows: Sequence[Record], known: dict[tuple[str, str], GroupInterval]
    ) -> list[tuple[float, float] | None]:
        """The interval of each record; None where its group has none."""
        made: list[tuple[float, float] | None] = [None] * len(rows)
        for group in known:
            places = [at for at, row in enumerate(rows) if row.group == group]
            if places:
                found = self.bounds([_features(rows[at]) for at in places], group)
                for at, interval in zip(places, found, strict=True):
                    made[at] = interval
        return made

    def effects(self) -> tuple[Effect, ...]:
        """What size and each driver do to the middle, in words a person can check."""
        np = library("numpy")
        rng = np.random.default_rng(SEED)
        model = self.models[0][2]
        base = float(np.abs(self.target - model.predict(self.features)).mean())
        found = []
        for at, name in enumerate(self.names):
            values = self.features[:, at]
            lower, upper = (float(v) for v in np.quantile(values, (0.25, 0.75)))
            if lower == upper:
                continue
            ends = []
            for value in (lower, upper):
                moved = self.features.copy()
                moved[:, at] = value
                ends.append(float(np.mean([m[2].predict(moved).mean() for m in self.models])))
            shuffled = self.features.copy()
            shuffled[:, at] = rng.permutation(values)
            worse = float(np.abs(self.target - model.predict(shuffled)).mean())
            if at == 0:
                lower, upper = math.exp(lower), math.exp(upper)
            percent = (math.exp(ends[1] - ends[0]) - 1) * 100
            found.append(Effect(name, lower, upper, percent, max(0.0, worse / base - 1)))
        return tuple(sorted(found, key=lambda one: -one.weight))


def _folds(rows: Sequence[Record]) -> list[int]:
    """The fold of each record: a member's records fall into one, and members in turn."""
    order: dict[str, int] = {}
    for row in rows:
        order.setdefault(row.member or row.key, len(order) % FOLDS)
    return [order[row.member or row.key] for row in rows]


def library(name: str) -> Any:  # noqa: ANN401 - a module of an extra
    """A library of the ml extra."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        says = "测算支出标准要用统计库，没有装。"
        fix = "请执行 pip install --require-hashes -r requirements/ml.txt（或 shangji[ml]）。"
        raise Refused([Problem("engine-missing", Where(), says, fix)]) from error
