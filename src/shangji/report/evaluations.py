"""What the frameworks beside the project card came to: one sheet each, and the measures on one."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from shangji.report import panels
from shangji.report.followed import followed_sheets
from shangji.report.reviewed import NO_GRADE, SPREAD, project_framework
from shangji.report.rows import apart, dicts
from shangji.report.sections import section_sheets
from shangji.report.sheets import A4, COUNT, TEXT, WRAP, Sheet
from shangji.score.panel import panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from shangji.pack import Framework, Measure, Node, Pack
    from shangji.report.summary import Summary
    from shangji.snapshot import Snapshot

SHEET_NAME = 31
"""Characters that the name of a sheet may have."""

FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "·"))
PLACES = Decimal("0.0001")


def others(pack: Pack) -> list[Framework]:
    """The frameworks beside the one by which projects are graded."""
    own = project_framework(pack)
    return [framework for framework in pack.frameworks.values() if framework is not own]


def evaluations(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """By framework: what is evaluated, how many rows, and how many of each grade."""
    made = []
    for framework in others(pack):
        rows = dicts(
            connection,
            f"""
            SELECT CASE WHEN g.key IS NULL THEN '' WHEN g.low_grade = '' THEN '{NO_GRADE}'
              WHEN g.low_grade <> g.high_grade THEN '{SPREAD}' ELSE g.low_grade END AS grade,
              count(*) AS number
            FROM (SELECT DISTINCT key FROM score WHERE framework = ?) AS s
            LEFT JOIN grade AS g ON g.framework = ? AND g.key = s.key GROUP BY 1
            """,
            framework.name,
            framework.name,
        )
        counts = {row["grade"]: row["number"] for row in rows}
        if not counts:
            continue
        order = [*framework.grades, SPREAD, NO_GRADE, ""]
        table = pack.relation_or_table(framework.subject)
        made.append(
            {
                "framework": framework.name,
                "zh": framework.zh,
                "subject": framework.subject,
                "subject_zh": table.zh if table else framework.subject,
                "rows": sum(counts.values()),
                "grades": [
                    {"grade": name, "rows": counts[name]} for name in order if name in counts
                ],
            }
        )
    return made


def evaluation_sheets(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Sheet]:
    """A sheet a framework that scored something: each row with its grade, score and leaves."""
    made = []
    for framework in others(pack):
        scored: dict[str, dict[str, dict[str, Any]]] = {}
        for row in dicts(
            connection,
            'SELECT key, node, low, high, "full" FROM score WHERE framework = ? ORDER BY key',
            framework.name,
        ):
            scored.setdefault(row["key"], {})[row["node"]] = row
        if scored:
            made.append(_sheet(connection, framework, pack, scored))
    return made


def _sheet(
    connection: duckdb.DuckDBPyConnection,
    framework: Framework,
    pack: Pack,
    scored: dict[str, dict[str, dict[str, Any]]],
) -> Sheet:
    names = row_names(connection, framework.subject, pack)
    grades = {
        row["key"]: row
        for row in dicts(connection, "SELECT * FROM grade WHERE framework = ?", framework.name)
    }
    nodes = [node for node in framework.nodes if not node.parent or node.weight]
    columns = [
        ("名次", 7, COUNT),
        ("对象", 18, WRAP),
        ("名称", 34, WRAP),
        ("等级", 16, TEXT),
        ("已知权重%", 10, COUNT),
        *(
            (f"{node.zh}（{node.weight} 分）" if node.weight else node.zh, 13, TEXT)
            for node in nodes
        ),
    ]
    rows = []
    for key, found in scored.items():
        grade = grades.get(key, {})
        rows.append(
            (
                grade.get("rank"),
                key,
                names.get(key, ""),
                _grade(grade),
                grade.get("known"),
                *(_points(found[node.name]) for node in nodes),
            )
        )
    rows.sort(key=lambda row: (row[0] is None, row[0] or 0, row[1]))
    note = "得分写成“低 至 高”的，是材料未齐；“不知道”的由财政或外部提供，不计入满分。"
    return Sheet(_named(framework.zh), columns, rows, note=note)


def _heading(node: Node) -> str:
    return f"{node.zh}（{node.weight} 分）" if node.weight else node.zh


def _named(zh: str) -> str:
    return zh.translate(FORBIDDEN)[:SHEET_NAME]


def _grade(grade: dict[str, Any]) -> str:
    if not grade:
        return ""
    low, high = grade["low_grade"], grade["high_grade"]
    if not low:
        return NO_GRADE
    return str(low) if low == high else f"{low}–{high} 待补材料"


def _points(score: dict[str, Any]) -> str:
    if not score["full"]:
        return "不知道"
    low, high = score["low"], score["high"]
    return str(low) if low == high else f"{low} 至 {high}"


def evaluated_overview(snapshot: Snapshot, pack: Pack, summary: Summary) -> Sheet:
    """The first sheet of a review in which no project asks for money: each evaluation's grades."""
    rows = [
        (
            one["zh"],
            one["subject_zh"],
            one["rows"],
            "；".join(f"{row['grade'] or '没有等级'} {row['rows']}" for row in one["grades"]),
        )
        for one in summary.evaluations
    ]
    extra = [
        (
            f"规则包 {'、'.join(pack.names)} {pack.version}，摘要 {pack.digest[:16]}；"
            f"数据快照摘要 {snapshot.digest[:16]}"
        ),
        "等级按低分评定；区间跨级的须由人定；材料不足的不评级。",
    ]
    columns = [("评价", 34, TEXT), ("对象", 24, TEXT), ("个数", 10, COUNT), ("结果", 60, WRAP)]
    return Sheet("总览", columns, rows, extra=extra, paper=A4)


def row_names(connection: duckdb.DuckDBPyConnection, subject: str, pack: Pack) -> dict[str, str]:
    """How people call the rows of a subject, by key; nothing where its table has no name."""
    table = pack.tables.get(subject)
    held = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [f"given_{subject}"]
    ).fetchone()
    if table is None or not table.name_column or not held or not held[0]:
        return {}
    found = connection.execute(
        f'SELECT row_key, "{table.name_column}" FROM "given_{subject}"'
    ).fetchall()
    return apart({key: str(name or "") for key, name in found}, connection, table)


def measure_sheet(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Sheet]:
    """All measures of all rows on one sheet: value, numerator and denominator."""
    names: dict[str, dict[str, str]] = {}
    rows = []
    for row in dicts(connection, "SELECT * FROM measure ORDER BY name, key, period"):
        measure = pack.measures[row["name"]]
        subject = row["subject"]
        if subject not in names:
            names[subject] = row_names(connection, subject, pack)
        table = pack.relation_or_table(subject)
        rows.append(
            (
                measure.zh,
                table.zh if table else subject,
                row["key"],
                names[subject].get(row["key"], ""),
                value_of(measure, row),
                row["unit"],
                row["numerator"],
                row["denominator"] or "",
                measure.says,
            )
        )
    columns = [
        ("指标", 20, WRAP), ("对象", 16, TEXT), ("编码", 24, WRAP), ("名称", 32, WRAP),
        ("值", 12, TEXT), ("单位", 8, TEXT), ("分子", 18, TEXT), ("分母", 18, TEXT),
        ("口径", 50, WRAP),
    ]  # fmt: skip
    return [Sheet("测算指标", columns, rows)] if rows else []


def value_of(measure: Measure, row: dict[str, Any]) -> str:
    """A measure's value in words: numerator over denominator, per cent where that is its unit."""
    if not measure.denominator:
        return str(row["numerator"])
    below = Decimal(row["denominator"] or 0)
    if not below:
        return "不知道"
    times = 100 if measure.unit == "%" else 1
    value = Decimal(row["numerator"]) * times / below
    return f"{value.quantize(PLACES, ROUND_HALF_UP).normalize():f}"


def beside(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[Sheet]:
    """What belongs to scores without being one: their course over time, and how judges agreed."""
    return [*followed_sheets(connection, pack), *panels.sheets(panel(connection, pack))]


def with_evaluations(
    pages: Sequence[Sheet], connection: duckdb.DuckDBPyConnection, pack: Pack
) -> list[Sheet]:
    """The sheets of a workbook with those of frameworks, sections and measures after projects."""
    more = [
        *evaluation_sheets(connection, pack),
        *beside(connection, pack),
        *section_sheets(connection, pack),
        *measure_sheet(connection, pack),
    ]
    taken = {page.name for page in pages}
    fresh = [
        replace(sheet, name=_named(f"{sheet.name}（评价）" if sheet.name in taken else sheet.name))
        for sheet in more
    ]
    first = replace(pages[0], extra=[*_told(connection, pack), *pages[0].extra])
    return [first, *pages[1:2], *fresh, *pages[2:]]


def _told(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[str]:
    """A line an evaluation for the overview: what was evaluated, and the grades it came to."""
    return [
        f"{one['zh']}：{one['subject_zh']} {one['rows']} 个"
        + "".join(f"，{row['grade']} {row['rows']}" for row in one["grades"] if row["grade"])
        for one in evaluations(connection, pack)
    ]
