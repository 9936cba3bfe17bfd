"""Whether a scoring card discriminates: grades by department, the top's share, moved cuts, leaves.

Everything is of one finished review. Shares and correlations are shown, never judged: floats.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from shangji.pack import Framework

HUNDRED = 100
UNGRADED = ""
"""The grade of a project of which too little is known."""


@dataclass
class Scored:
    """A scored project: whose, how much it asks, and points by leaf as (low, known, full)."""

    key: str
    department: str
    asked: Decimal
    grade: str
    high_grade: str
    leaves: dict[str, tuple[Decimal, int, int]] = field(default_factory=dict)

    def axis(self, names: Iterable[str]) -> tuple[Decimal, int]:
        """Points and full marks over leaves."""
        held = [self.leaves[name] for name in names if name in self.leaves]
        return sum((low for low, _, _ in held), Decimal(0)), sum(full for _, _, full in held)


@dataclass(frozen=True)
class Share:
    """Grades of a department: projects and money by grade, and the first grade's share."""

    department: str
    projects: Mapping[str, int]
    asked: Mapping[str, Decimal]
    top: float | None


@dataclass(frozen=True)
class Move:
    """A cut moved by so many points: projects whose grade changes, how, and their money."""

    axis: str
    points: int
    changed: int
    asked: Decimal
    ways: Mapping[str, int]


@dataclass(frozen=True)
class Leaf:
    """What an indicator contributes: per cent of its marks, and how it goes with its axis.

    `alone` is the correlation with the rest of the axis, itself left out: near nought or below, the
    indicator measures something else; None where nothing varies.
    """

    name: str
    axis: str
    weight: int
    known: int
    unknown: int
    mean: float | None
    spread: float | None
    full: float | None
    nought: float | None
    whole: float | None
    alone: float | None


@dataclass(frozen=True)
class Calibration:
    """All of it, for a screen and a sheet."""

    projects: int
    graded: int
    shares: list[Share]
    all: Share
    moves: list[Move]
    leaves: list[Leaf]

    def crowded(self, at_most: int) -> bool:
        """Whether the first grade holds more of the scored money than the framework lets pass."""
        return self.all.top is not None and self.all.top * HUNDRED > at_most


def calibrate(connection: duckdb.DuckDBPyConnection, framework: Framework) -> Calibration:
    """Calibrate a framework on projects; the connection has `given_*` and the result tables."""
    scored = _scored(connection, framework)
    graded = [one for one in scored if one.grade != UNGRADED]
    departments: defaultdict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        departments[one.department].append(one)
    top = next(iter(framework.grades), "")
    shares = [_share(name, held, top) for name, held in sorted(departments.items())]
    return Calibration(
        projects=len(scored),
        graded=len(graded),
        shares=shares,
        all=_share("", scored, top),
        moves=_moves(graded, framework),
        leaves=_leaves(scored, framework),
    )


def _scored(connection: duckdb.DuckDBPyConnection, framework: Framework) -> list[Scored]:
    empty = connection.execute("SELECT * FROM given_project LIMIT 0")
    held = {column[0] for column in empty.description or ()}
    tables = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
    own = "p.department_code" if "department_code" in held else "NULL"
    join, unit = "", "NULL"
    if "given_organisation" in tables:
        join, unit = (
            "LEFT JOIN given_organisation AS o ON o.unit_code = p.unit_code",
            ("coalesce(o.department_name, o.department_code)"),
        )
    rows = connection.execute(
        f"SELECT g.key, coalesce({unit}, {own}, p.unit_code, ''), coalesce(p.amount_yuan, 0), "
        f"g.low_grade, g.high_grade FROM grade AS g JOIN given_project AS p ON p.row_key = g.key "
        f"{join} WHERE g.framework = ? ORDER BY g.key",
        [framework.name],
    ).fetchall()
    made = {key: Scored(key, *rest) for key, *rest in rows}
    leaves = {leaf.name for leaf in framework.leaves()}
    for key, node, low, known, full in connection.execute(
        'SELECT key, node, low, known, "full" FROM score WHERE framework = ? ORDER BY key, node',
        [framework.name],
    ).fetchall():
        if node in leaves and key in made:
            made[key].leaves[node] = (low, known, full)
    return list(made.values())


def _share(department: str, held: Sequence[Scored], top: str) -> Share:
    projects = Counter(one.grade for one in held)
    asked: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in held:
        asked[one.grade] += one.asked
    whole = sum((money for grade, money in asked.items() if grade != UNGRADED), Decimal(0))
    share = float(asked.get(top, Decimal(0)) / whole) if whole else None
    return Share(department, dict(projects), dict(asked), share)


def _moves(graded: Sequence[Scored], framework: Framework) -> list[Move]:
    """Grades again with a cut moved down and up, on one axis and on both."""
    if framework.cut is None:
        return []
    moves = []
    axes = (framework.x, framework.y)
    for points in (-framework.shift, framework.shift):
        for moved in ((framework.x,), (framework.y,), axes):
            cuts = {axis: framework.cut + (points if axis in moved else 0) for axis in axes}
            changed = [
                (one, again)
                for one in graded
                if (again := grade_of(one, framework, cuts)) != one.grade
            ]
            ways = Counter(f"{one.grade}→{again}" for one, again in changed)
            asked = sum((one.asked for one, _ in changed), Decimal(0))
            moves.append(Move("+".join(moved), points, len(changed), asked, dict(ways)))
    return moves


def grade_of(one: Scored, framework: Framework, cuts: Mapping[str, Decimal]) -> str:
    """The grade of a project on its low points, with these cuts."""
    letters = list(framework.grades)
    passed = []
    for axis in (framework.x, framework.y):
        low, full = one.axis(leaf.name for leaf in framework.leaves(axis))
        passed.append(low * HUNDRED >= cuts[axis] * full)
    return letters[(0 if passed[0] else 2) + (0 if passed[1] else 1)]


def _leaves(scored: Sequence[Scored], framework: Framework) -> list[Leaf]:
    made = []
    for axis in (framework.x, framework.y):
        names = [leaf.name for leaf in framework.leaves(axis)]
        for leaf in framework.leaves(axis):
            held = [one for one in scored if one.leaves.get(leaf.name, (0, 0, 0))[1] > 0]
            shares = [_part(one, [leaf.name]) for one in held]
            whole = [_part(one, names) for one in held]
            rest = [_part(one, [name for name in names if name != leaf.name]) for one in held]
            made.append(
                Leaf(
                    leaf.name,
                    axis,
                    leaf.weight,
                    len(held),
                    len(scored) - len(held),
                    statistics.fmean(shares) if shares else None,
                    statistics.pstdev(shares) if shares else None,
                    sum(part >= 1 for part in shares) / len(shares) if shares else None,
                    sum(part == 0 for part in shares) / len(shares) if shares else None,
                    correlation(shares, whole),
                    correlation(shares, rest),
                )
            )
    return made


def _part(one: Scored, names: Iterable[str]) -> float:
    low, full = one.axis(names)
    return float(low / full) if full else 0.0


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Pearson's correlation; None where either does not vary."""
    if len(set(first)) <= 1 or len(set(second)) <= 1:
        return None
    return statistics.correlation(first, second)
