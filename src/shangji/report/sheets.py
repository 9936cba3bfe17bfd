"""What stands on each sheet of the workbook: columns, rows and notes, from tables and summary."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.domain import BASIS_KINDS, DIMENSIONS, OUTCOMES, SEVERITIES, STATUSES
from shangji.errors import EFFECTS
from shangji.words import field_words, fund_words, message, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.report.summary import Summary
    from shangji.snapshot import Snapshot

WAN = Decimal(10000)
OWED = {"unit": "单位", "bureau": "财政", "external": "外部"}
MONEY, COUNT, TEXT, WRAP = "money", "count", "text", "wrap"
A3, A4 = 8, 9
URGENCY = ("fatal", "refused", "noted", "changed")
"""The order of intake's problems on their sheet: what is lost first, what was mended last."""

PROJECT_COLUMNS = (
    ("名次", 6, COUNT),
    ("项目代码", 23, TEXT),
    ("项目名称", 40, WRAP),
    ("单位代码", 10, TEXT),
    ("通道", 16, TEXT),
    ("入库", 10, TEXT),
    ("等级", 9, TEXT),
    ("已知权重%", 10, COUNT),
    ("申报（万元）", 14, MONEY),
    ("审减（万元）", 13, MONEY),
    ("核定（万元）", 14, MONEY),
    ("疑点", 6, COUNT),
    ("不知道", 7, COUNT),
    ("出处", 54, WRAP),
)
PROJECTS = """
    SELECT p.project_code, p.project_name, p.unit_code, p.lane, p.amount_yuan,
      coalesce(r.cut, 0) AS cut, t.outcome, g.low_grade, g.high_grade, g.known, g.rank,
      coalesce(v.fail, 0) AS fail, coalesce(v.unknown, 0) AS unknown,
      p.row_source, p.row_sheet, p.row_number
    FROM given_project AS p
    LEFT JOIN (SELECT project_code, sum(asked_yuan - approved_yuan) AS cut FROM reduction
      GROUP BY ALL) AS r USING (project_code)
    LEFT JOIN gate AS t ON t.subject = 'project' AND t.key = p.row_key
    LEFT JOIN grade AS g ON g.subject = 'project' AND g.key = p.row_key
    LEFT JOIN (SELECT project_code, count(*) FILTER (outcome = 'fail' AND status = 'active')
      AS fail, count(*) FILTER (outcome = 'unknown' AND status = 'active') AS unknown
      FROM verdict GROUP BY ALL) AS v USING (project_code)
    ORDER BY g.rank NULLS LAST, p.row_key
"""
FINDING_COLUMNS = (
    ("状态", 6, TEXT),
    ("程度", 6, TEXT),
    ("维度", 11, TEXT),
    ("疑点", 20, WRAP),
    ("项目代码", 13, WRAP),
    ("项目名称", 22, WRAP),
    ("单位代码", 10, TEXT),
    ("说明", 38, WRAP),
    ("实为", 15, WRAP),
    ("应为", 15, WRAP),
    ("涉及（万元）", 13, MONEY),
    ("依据", 28, WRAP),
    ("出处", 26, WRAP),
    ("规则", 12, WRAP),
    ("可能误报", 36, WRAP),
)


@dataclass
class Sheet:
    """A sheet: columns as (heading, width, form), rows, and a note above the table."""

    name: str
    columns: Sequence[tuple[str, int, str]]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    total: bool = False
    extra: list[str] = field(default_factory=list)
    paper: int = A3


def in_wan(value: Decimal | str | None) -> Decimal | None:
    """Yuan as 万元, exact."""
    return None if value is None else Decimal(value) / WAN


def overview(snapshot: Snapshot, pack: Pack, summary: Summary) -> Sheet:
    """Grades and money with their total, gates, causes, and what the result rests on."""
    columns = [
        ("等级", 24, TEXT),
        ("项目数", 10, COUNT),
        ("申报（万元）", 18, MONEY),
        ("审减（万元）", 18, MONEY),
        ("核定（万元）", 18, MONEY),
    ]
    names: dict[str, str] = {}
    for framework in pack.frameworks.values():
        names |= {letter: f"{letter} {zh}" for letter, zh in framework.grades.items()}
    rows: list[Sequence[Any]] = [
        (
            names.get(row["grade"], row["grade"]),
            row["projects"],
            in_wan(row["asked_yuan"]),
            in_wan(row["cut_yuan"]),
            in_wan(row["approved_yuan"]),
        )
        for row in summary.grades
    ]
    gates = [f"{row['zh']} {row['projects']} 个" for row in summary.gates]
    extra = [f"入库：{'；'.join(gates)}"] * bool(gates)
    extra += [
        f"审减原因：{row['zh']}（{row['cause_id']}）{in_wan(row['cut_yuan']):,.2f} 万元，"
        f"{row['projects']} 个项目"
        for row in summary.causes
    ]
    extra += [
        (
            f"规则包 {'、'.join(pack.names)} {pack.version}，摘要 {pack.digest[:16]}；"
            f"数据快照摘要 {snapshot.digest[:16]}"
        ),
        "等级按低分评定；区间跨级的须由人定；刚性测算项目不打分、不排序。",
    ]
    return Sheet("总览", columns, rows, total=True, extra=extra, paper=A4)


def _dicts(found: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a duckdb result
    titles = [column[0] for column in found.description]
    return [dict(zip(titles, values, strict=True)) for values in found.fetchall()]


def projects(connection: Any, pack: Pack) -> Sheet:  # noqa: ANN401 - duckdb is imported late
    """One line a project: gate, grade, asked, cut, approved, counts, where it stood."""
    gates = {line.name: line.zh for f in pack.frameworks.values() for line in f.gate}
    lanes = pack.codes["lane"].codes if "lane" in pack.codes else {}
    rows = []
    for row in _dicts(connection.execute(PROJECTS)):
        asked = row["amount_yuan"]
        rows.append(
            (
                row["rank"],
                row["project_code"],
                row["project_name"],
                row["unit_code"],
                lanes.get(row["lane"], row["lane"]),
                gates.get(row["outcome"], row["outcome"]),
                _grade(row["low_grade"], row["high_grade"]),
                row["known"],
                in_wan(asked),
                in_wan(row["cut"]),
                None if asked is None else in_wan(asked - row["cut"]),
                row["fail"],
                row["unknown"],
                _place(row["row_source"], row["row_sheet"], row["row_number"]),
            )
        )
    return Sheet("项目", PROJECT_COLUMNS, rows)


def _grade(low: str | None, high: str | None) -> str:
    if low is None:
        return "不评级"
    if not low:
        return "材料不足"
    return low if low == high else f"{low}–{high}"


def _place(source: str, sheet: str, number: int) -> str:
    return f"{source} {sheet} 第 {number} 行"


def findings(connection: Any, snapshot: Snapshot, pack: Pack) -> Sheet:  # noqa: ANN401
    """One line a finding, gravest first, with figures, basis, place and known false alarms."""
    places = _places(connection, snapshot)
    names = dict(
        connection.execute(
            "SELECT project_code, any_value(project_name) FROM given_project "
            "WHERE project_code IS NOT NULL GROUP BY ALL"
        ).fetchall()
    )
    order = ", ".join(f"'{name}'" for name in SEVERITIES)
    found = connection.execute(
        "SELECT * FROM verdict WHERE outcome = 'fail' ORDER BY status, "
        f"list_position([{order}], severity), at_stake_yuan DESC NULLS LAST, rule_id, key"
    )
    rows = [
        _finding(
            row,
            pack,
            names.get(row["project_code"]),
            places.get((row["subject"], row["key"]), f"由多行汇总：{row['key']}"),
        )
        for row in _dicts(found)
    ]
    note = "试行规则只提示，不计分；可能误报的情形写在最后一列。"
    return Sheet("疑点", FINDING_COLUMNS, rows, note=note)


def _places(connection: Any, snapshot: Snapshot) -> dict[tuple[str, str], str]:  # noqa: ANN401
    """Where the rows of findings stood, by subject and key."""
    places: dict[tuple[str, str], str] = {}
    subjects = {
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT subject FROM verdict WHERE outcome = 'fail'"
        ).fetchall()
    }
    for name in subjects & set(snapshot.tables):
        for key, source, sheet, number in connection.execute(
            f'SELECT row_key, row_source, row_sheet, row_number FROM "given_{name}" '
            f"WHERE row_key IN (SELECT key FROM verdict WHERE subject = '{name}')"
        ).fetchall():
            places[name, key] = _place(source, sheet, number)
    return places


def _finding(row: dict[str, Any], pack: Pack, name: str | None, place: str) -> Sequence[Any]:
    rule = pack.rules[row["rule_id"]]
    return (
        STATUSES[row["status"]],
        SEVERITIES[row["severity"]],
        DIMENSIONS[rule.dimension],
        rule.title,
        row["project_code"],
        name,
        row["unit_code"],
        message(rule, row),
        shown_value(row["measured"], row["value_kind"]) if row["measured"] else "",
        shown_value(row["allowed"], row["value_kind"]) if row["allowed"] else "",
        in_wan(row["at_stake_yuan"]),
        "；".join(map(str, rule.basis)),
        place,
        rule.id,
        rule.known_limits,
    )


def reductions(connection: Any, pack: Pack) -> Sheet:  # noqa: ANN401
    """Every cut with its cause; the total equals the overview."""
    found = connection.execute(
        "SELECT r.project_code, p.project_name, line_key, fund_source, asked_yuan, approved_yuan, "
        "cause_id, also "
        "FROM reduction AS r LEFT JOIN given_project AS p ON p.project_code = r.project_code "
        "ORDER BY r.project_code, step, line_key, fund_source"
    ).fetchall()
    rows: list[Sequence[Any]] = [
        (
            code,
            name,
            "项目" if not key else f"明细 {key.removeprefix(f'{code}|')}",
            fund_words(pack, fund),
            in_wan(asked),
            in_wan(approved),
            in_wan(asked - approved),
            cause,
            pack.rules[cause].title,
            "、".join(pack.rules[other].title for other in json.loads(also)),
        )
        for code, name, key, fund, asked, approved, cause, also in found
    ]
    total = sum((row[4] - row[5] for row in found), Decimal(0))
    rows.append(("合计", "", "", "", None, None, in_wan(total), "", "", ""))
    columns = [
        ("项目代码", 22, TEXT),
        ("项目名称", 36, WRAP),
        ("明细", 9, TEXT),
        ("资金来源", 16, WRAP),
        ("申报（万元）", 14, MONEY),
        ("核定（万元）", 14, MONEY),
        ("审减（万元）", 14, MONEY),
        ("规则", 10, TEXT),
        ("原因", 26, WRAP),
        ("同时发现", 26, WRAP),
    ]
    note = (
        "同一明细有几条规则时取最低的一个，审减记在它名下，其余列为同时发现；"
        "合同当年应付的不减；合计与总览一致。"
    )
    return Sheet("审减", columns, rows, note=note, total=True, paper=A4)


def unknowns(connection: Any, pack: Pack) -> Sheet:  # noqa: ANN401
    """Unknowns grouped by the missing datum and by who owes it."""
    found = connection.execute(
        """
        SELECT field, owed_by, count(*), count(DISTINCT project_code), count(DISTINCT rule_id) AS n,
          to_json(list(DISTINCT rule_id ORDER BY rule_id))
        FROM (SELECT unnest(from_json(missing, '["VARCHAR"]')) AS field, owed_by, project_code,
                rule_id FROM verdict WHERE outcome = 'unknown')
        GROUP BY field, owed_by ORDER BY n DESC, 3 DESC, field
        """
    ).fetchall()
    rows = [
        (
            field_words(pack, name),
            OWED[owed],
            places,
            projects,
            count,
            "、".join(pack.rules[rule].title for rule in json.loads(rules))[:300],
        )
        for name, owed, places, projects, count, rules in found
    ]
    columns = [
        ("缺的数据", 40, WRAP),
        ("由谁提供", 9, TEXT),
        (OUTCOMES["unknown"], 9, COUNT),
        ("涉及项目", 9, COUNT),
        ("补齐可判规则", 13, COUNT),
        ("哪些规则", 60, WRAP),
    ]
    note = "按缺少的数据归并；不知道不作通过处理。"
    return Sheet("不知道", columns, rows, note=note, paper=A4)


def problems(found: Iterable[Problem]) -> Sheet:
    """What intake refused, doubts or changed, cell by cell."""
    rows = [
        (
            EFFECTS[item.effect],
            item.title,
            item.where.file,
            item.where.sheet,
            item.where.cell or (f"第 {item.where.line} 行" if item.where.line else ""),
            item.where.field,
            item.value,
            item.says,
            item.fix,
        )
        for item in sorted(found, key=lambda item: URGENCY.index(item.effect))
    ]
    columns = [
        ("处理", 8, TEXT),
        ("问题", 20, WRAP),
        ("文件", 30, WRAP),
        ("工作表", 16, WRAP),
        ("单元格", 9, TEXT),
        ("字段", 18, WRAP),
        ("原值", 24, WRAP),
        ("说明", 44, WRAP),
        ("怎么办", 40, WRAP),
    ]
    return Sheet(
        "数据问题", columns, rows, note="读入时拒收、存疑和改写的每一处，要人处理的排在前面。"
    )


def rules(connection: Any, pack: Pack) -> Sheet:  # noqa: ANN401
    """Every rule with its counts in this review and its basis."""
    counts = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT rule_id, applied, fail, unknown FROM coverage"
        ).fetchall()
    }
    rows = []
    for rule in sorted(pack.rules.values(), key=lambda rule: (rule.derived, rule.id)):
        applied, fail, unknown = counts.get(rule.id, (None, None, None))
        kinds = "、".join(dict.fromkeys(BASIS_KINDS[item.kind] for item in rule.basis))
        rows.append(
            (
                rule.id,
                rule.title,
                DIMENSIONS[rule.dimension],
                SEVERITIES[rule.severity],
                STATUSES[rule.status],
                applied,
                fail,
                unknown,
                kinds,
                "；".join(map(str, rule.basis)),
                rule.known_limits,
            )
        )
    columns = [
        ("规则", 36, TEXT),
        ("名称", 34, WRAP),
        ("维度", 12, TEXT),
        ("程度", 7, TEXT),
        ("状态", 7, TEXT),
        ("适用行", 9, COUNT),
        (OUTCOMES["fail"], 8, COUNT),
        (OUTCOMES["unknown"], 9, COUNT),
        ("依据类别", 14, WRAP),
        ("依据", 44, WRAP),
        ("可能误报", 50, WRAP),
    ]
    return Sheet("规则", columns, rows, note="没有运行的规则，计数空着。")
