"""The same thing scored at several days: what its score was each time, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from shangji.report.rows import dicts
from shangji.report.sheets import TEXT, WRAP, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from shangji.pack import Framework, Pack

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Point:
    """A score of a thing on a day, in per cent of full marks; None where nothing was known."""

    thing: str
    day: str
    framework: Framework
    low: Decimal | None
    high: Decimal | None
    grade: str


def points(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Iterator[Point]:
    """Every score of the frameworks that follow their subject, in order of thing and day."""
    found = [
        point
        for framework in pack.frameworks.values()
        if framework.follows
        for point in _points(connection, framework, framework.follows)
    ]
    yield from sorted(found, key=lambda point: (point.thing, point.day, point.framework.name))


def _points(
    connection: duckdb.DuckDBPyConnection, framework: Framework, follows: tuple[str, str]
) -> Iterator[Point]:
    held = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [f"given_{framework.subject}"]
    ).fetchone()
    if not held or not held[0]:
        return
    thing, day = follows
    root = framework.x or framework.nodes[0].name
    for row in dicts(
        connection,
        f'SELECT CAST(t."{thing}" AS VARCHAR) AS thing, CAST(t."{day}" AS VARCHAR) AS day, '
        's.low, s.high, s."full", g.low_grade, g.high_grade FROM score AS s '
        f'JOIN "given_{framework.subject}" AS t ON t.row_key = s.key '
        "LEFT JOIN grade AS g ON g.framework = s.framework AND g.key = s.key "
        f'WHERE s.framework = ? AND s.node = ? AND t."{thing}" IS NOT NULL '
        f'AND t."{day}" IS NOT NULL',
        framework.name,
        root,
    ):
        yield Point(
            row["thing"],
            row["day"],
            framework,
            _share(row["low"], row["full"]),
            _share(row["high"], row["full"]),
            _grade(row),
        )


def _share(points_won: str, full: int) -> Decimal | None:
    if not full:
        return None
    return (Decimal(points_won) * 100 / full).quantize(TENTH, ROUND_HALF_UP)


def _grade(row: dict[str, Any]) -> str:
    low, high = row["low_grade"] or "", row["high_grade"] or ""
    return low if low == high else f"{low}–{high}"


def followed_sheets(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Sheet]:
    """One sheet over all that is followed: each day's score and its change; none without any."""
    rows: list[tuple[object, ...]] = []
    last: Point | None = None
    for point in points(connection, pack):
        before = last if last and last.thing == point.thing else None
        rows.append(
            (
                point.thing,
                point.day,
                point.framework.zh,
                _span(point),
                point.grade,
                _change(before, point),
                _why(before, point),
            )
        )
        last = point
    if not rows:
        return []
    columns = [
        ("对象", 18, WRAP),
        ("评估日", 14, TEXT),
        ("指标体系", 26, WRAP),
        ("得分率（%）", 18, TEXT),
        ("等级", 18, TEXT),
        ("比上次（百分点）", 18, TEXT),
        ("说明", 36, WRAP),
    ]
    note = (
        "同一对象用同一套指标隔一段时间再评，得分率是得分占计入满分的比例；"
        "写成“低 至 高”的是材料未齐。"
    )
    return [Sheet("动态评分", columns, rows, note=note)]


def _span(point: Point) -> str:
    if point.low is None:
        return "不知道"
    return f"{point.low}" if point.low == point.high else f"{point.low} 至 {point.high}"


def _change(before: Point | None, now: Point) -> str:
    """By how much both ends moved; one number where they moved alike."""
    if before is None:
        return "首次"
    if before.low is None or before.high is None or now.low is None or now.high is None:
        return "比不出"
    low, high = now.low - before.low, now.high - before.high
    return f"{low:+}" if low == high else f"{low:+}（高端 {high:+}）"


def _why(before: Point | None, now: Point) -> str:
    said = []
    if before and before.framework.name != now.framework.name:
        said.append(f"此前用{before.framework.zh}，权重不同")
    if before and before.grade != now.grade:
        said.append(f"由{before.grade or '未分等'}变为{now.grade or '未分等'}")
    return "；".join(said)
