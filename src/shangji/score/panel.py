"""How far the judges of a panel agree: by indicator, by pair, and where one stands apart.

Points stay whole hundredths; κ and α come from `agreement`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from shangji.score.agreement import alpha, kappa

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from shangji.pack import Framework, Node, Pack
    from shangji.score.agreement import Agreement

TWO = 2
TOGETHER = 10
"""Things that two judges must both have judged before a number is given for them."""

THIRDS = ((Fraction(2, 3), "高"), (Fraction(1, 3), "中"), (Fraction(0), "低"))
"""Bands of points where a framework declares none."""


@dataclass(frozen=True)
class Judged:
    """One judgement: of which leaf of which row, by whom, how many hundredths of a point."""

    framework: Framework
    node: Node
    key: str
    judge: str
    points: int


@dataclass(frozen=True)
class Spread:
    """The judgements of one leaf of one row: their mean, and who stands farthest from the others.

    `apart` is the distance of that judge from the mean of the others, in per cent of full marks.
    """

    framework: Framework
    node: Node
    key: str
    judges: int
    mean: Fraction
    least: int
    most: int
    farthest: str
    apart: Fraction


@dataclass(frozen=True)
class Panel:
    """What the judgements of a review came to."""

    nodes: tuple[tuple[Framework, Node, Agreement], ...]
    pairs: tuple[tuple[str, str, Agreement], ...]
    spreads: tuple[Spread, ...]


def panel(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Panel:
    """Gather the judgements of the snapshot that is readable there; empty where there are none."""
    judged = tuple(_judged(connection, pack))
    return Panel(tuple(_nodes(judged)), tuple(_pairs(judged)), tuple(_spreads(judged)))


def _judged(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Iterator[Judged]:
    held = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = 'given_judgement'"
    ).fetchone()
    if not held or not held[0]:
        return
    leaves = {
        (framework.name, leaf.name): (framework, leaf)
        for framework in pack.frameworks.values()
        for leaf in framework.leaves()
        if leaf.judged_by
    }
    for name, node, key, kind, judge, points in connection.execute(
        "SELECT framework, node, subject_key, judge_kind, judge, CAST(value * 100 AS BIGINT) "
        "FROM given_judgement WHERE value IS NOT NULL AND judge IS NOT NULL ORDER BY ALL"
    ).fetchall():
        found = leaves.get((name, node))
        if found and found[1].judged_by == kind:
            yield Judged(*found, key, judge, points)


def _things(judged: Sequence[Judged]) -> Mapping[tuple[str, str, str], list[Judged]]:
    """The judgements of each leaf of each row, where there are two or more."""
    made: defaultdict[tuple[str, str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        made[one.framework.name, one.node.name, one.key].append(one)
    return {key: found for key, found in made.items() if len(found) >= TWO}


def _nodes(judged: Sequence[Judged]) -> Iterator[tuple[Framework, Node, Agreement]]:
    by_leaf: defaultdict[tuple[str, str], list[list[Judged]]] = defaultdict(list)
    for (name, node, _), found in _things(judged).items():
        by_leaf[name, node].append(found)
    for same in by_leaf.values():
        first = same[0][0]
        points = [[one.points for one in thing] for thing in same]
        yield first.framework, first.node, alpha(points, "interval")


def _pairs(judged: Sequence[Judged]) -> Iterator[tuple[str, str, Agreement]]:
    """Every two judges who judged the same things often enough, on the bands of the points."""
    made: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for found in _things(judged).values():
        for one, two in combinations(sorted(found, key=lambda item: item.judge), TWO):
            made[one.judge, two.judge].append((_band(one), _band(two)))
    for (one_name, two_name), answers in sorted(made.items()):
        if len(answers) >= TOGETHER:
            yield one_name, two_name, kappa(answers)


def _band(one: Judged) -> str:
    share = Fraction(one.points, one.node.weight * 100)
    bands = [(Fraction(least) / 100, name) for name, least in one.framework.bands] or THIRDS
    return next((name for least, name in bands if share >= least), bands[-1][1])


def _spreads(judged: Sequence[Judged]) -> Iterator[Spread]:
    for found in _things(judged).values():
        total = sum(one.points for one in found)
        others = len(found) - 1

        def apart(one: Judged, total: int = total, others: int = others) -> Fraction:
            return abs(one.points - Fraction(total - one.points, others))

        far = max(found, key=lambda one: (apart(one), one.judge))
        points = [one.points for one in found]
        yield Spread(
            far.framework,
            far.node,
            far.key,
            len(found),
            Fraction(total, len(found)),
            min(points),
            max(points),
            far.judge if min(points) < max(points) else "",
            apart(far) / far.node.weight,
        )
