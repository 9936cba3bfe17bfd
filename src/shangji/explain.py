"""Why: a project from score to row and basis; a rule from words to SQL."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji import cited, quoted
from shangji.children import rows_named, whose_verdicts
from shangji.compile.plan import review_literals
from shangji.compile.rows import Rows
from shangji.compile.scope import RuleScope, typed
from shangji.compile.subject import Subject
from shangji.compile.verdicts import findings_sql, outcome
from shangji.domain import DIMENSIONS, OUTCOMES, SEVERITIES, STATUSES, VISIBLE, wan, yuan
from shangji.errors import Problem, Refused, Where
from shangji.responses import finding_id, responses
from shangji.words import end_words, field_words, fund_words, in_words, message, step_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from shangji.children import Whose
    from shangji.pack import Framework, Node, Pack, Rule
    from shangji.responses import Response
    from shangji.results import Results
    from shangji.snapshot import Snapshot

OWED = {"unit": "单位", "bureau": "财政部门", "external": "外部"}


def register(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, results: Results) -> None:
    """Make the snapshot's tables (`given_x`) and the result tables (`x`) readable by name."""
    for name in snapshot.tables:
        path = str(snapshot.path(name)).replace("'", "''")
        connection.execute(f"CREATE VIEW \"given_{name}\" AS FROM read_parquet('{path}')")
    for name in results.rows:
        path = str(results.path(name)).replace("'", "''")
        connection.execute(f"CREATE VIEW \"{name}\" AS FROM read_parquet('{path}')")


def row_lines(
    snapshot: Snapshot, results: Results, pack: Pack, name: str, reader: str = "bureau"
) -> Iterator[str]:
    """Yield the derivation of what is evaluated under a code or name: a project, a fund, a company.

    What is no project is told in every evaluation that bears the code. Gate, grade, findings, cuts,
    path to pass, unknowns. A unit is shown the path that it may be shown; everything else is for
    the bureau alone.
    """
    import duckdb

    told = False
    with duckdb.connect() as connection:
        register(connection, snapshot, results)
        subjects = (framework.subject for framework in pack.frameworks.values())
        for subject in dict.fromkeys(("project", *subjects)):
            for row in rows_named(connection, snapshot, pack.tables.get(subject), name):
                if told:
                    yield ""
                told = True
                yield from _one(connection, (snapshot, results, pack), subject, row, reader)
            if told and subject == "project":
                return
    if not told:
        says, fix = "没有这个项目或评价对象。", "请用代码或完整的名称；清单见 审核结果.xlsx。"
        raise Refused([Problem("name-unknown", Where(), says, fix, value=name)])


def _one(
    connection: duckdb.DuckDBPyConnection,
    review: tuple[Snapshot, Results, Pack],
    subject: str,
    row: Mapping[str, Any],
    reader: str,
) -> Iterator[str]:
    """The derivation of one row of a subject."""
    snapshot, results, pack = review
    yield from _head(row, pack) if subject == "project" else _other_head(row, pack, subject)
    yield from _gate(connection, subject, row, pack)
    for framework in pack.frameworks.values():
        if framework.subject == subject:
            yield from _scores(connection, row, framework)
    whose = whose_verdicts(connection, pack, subject, row)
    said = responses(snapshot, results).by_finding
    yield from _findings(connection, whose, pack, said)
    if subject == "project":
        yield from cited.lines(connection, pack, row["project_code"] or "")
        yield from quoted.model_lines(connection, pack, row["project_code"] or "")
        yield from _cuts(connection, row, pack)
        yield from _path(connection, row, pack, reader)
    yield from _unknowns(connection, whose, pack)


def _other_head(row: Mapping[str, Any], pack: Pack, subject: str) -> Iterator[str]:
    table = pack.tables[subject]
    named = row.get(table.name_column) if table.name_column else ""
    yield f"{table.zh} {row['row_key']} {named or ''}".rstrip()
    yield f"  见 {row['row_source']} · {row['row_sheet']} · 第 {row['row_number']} 行"


def _dicts(
    connection: duckdb.DuckDBPyConnection, sql: str, *parameters: object
) -> list[dict[str, Any]]:
    found = connection.execute(sql, list(parameters))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _head(project: Mapping[str, Any], pack: Pack) -> Iterator[str]:
    lane = (
        pack.codes["lane"].codes.get(project["lane"] or "", "通道未填")
        if "lane" in pack.codes
        else ""
    )
    place = f"{project['row_source']} · {project['row_sheet']} · 第 {project['row_number']} 行"
    name = project["project_name"] or "（未填名称）"
    unit = project.get("unit_name") or project["unit_code"] or "（未填单位）"
    yield f"{project['project_code'] or project['row_key']} {name}"
    yield (f"  {unit} · {lane} · 申报 {wan(project['amount_yuan'])} 万元 · 见 {place}")


def _gate(
    connection: duckdb.DuckDBPyConnection, subject: str, row: Mapping[str, Any], pack: Pack
) -> Iterator[str]:
    names = {
        line.name: line.zh for framework in pack.frameworks.values() for line in framework.gate
    }
    sql = "SELECT * FROM gate WHERE subject = ? AND key = ?"
    label = "入库" if subject == "project" else "入口"
    for found in _dicts(connection, sql, subject, row["row_key"]):
        rules = "、".join(json.loads(found["rules"]))
        outcome = names.get(found["outcome"], found["outcome"])
        yield f"{label}  {outcome}{f'（{rules}）' if rules else ''}"


def _scores(
    connection: duckdb.DuckDBPyConnection, project: Mapping[str, Any], framework: Framework
) -> Iterator[str]:
    scores = {
        row["node"]: row
        for row in _dicts(
            connection,
            "SELECT * FROM score WHERE framework = ? AND key = ?",
            framework.name,
            project["row_key"],
        )
    }
    if not scores:
        because = "（刚性测算或未填通道，不评级、不排序）" if framework.y else ""
        yield f"得分  不适用{framework.zh}{because}"
        return
    grades = _dicts(
        connection,
        "SELECT * FROM grade WHERE framework = ? AND key = ?",
        framework.name,
        project["row_key"],
    )
    if not framework.y:
        yield f"{framework.zh}"
    for grade in grades:
        yield f"等级  {_grade_words(grade, framework)}"
    for node in framework.nodes:
        yield from _node(node, scores[node.name])


def _grade_words(grade: Mapping[str, Any], framework: Framework) -> str:
    low, high, known = grade["low_grade"], grade["high_grade"], grade["known"]
    if not low:
        return f"材料不足，暂不评级（已知权重 {known}%，不足 {framework.known_at_least}%）"
    if low == high:
        said = low if framework.grades[low] == low else f"{low} {framework.grades[low]}"
        return f"{said}（已知权重 {known}%，第 {grade['rank']} 名）"
    return f"{low}–{high}，补齐材料可能由 {low} 升为 {high}；按 {low} 排序（已知权重 {known}%）"


def _node(node: Node, score: Mapping[str, Any]) -> Iterator[str]:
    low, high, full = score["low"], score["high"], score["full"]
    span = f"{low:f}" if low == high else f"{low:f} 至 {high:f}"
    if not node.weight:
        yield f"  {node.zh}  {span} / {full}"
        return
    if full == 0:
        yield f"    {node.name} {node.zh}  不知道（财政或外部数据未到，{node.weight} 分不计入满分）"
        return
    step = next((item.says for item in node.steps if low == high and item.value == low), "")
    words = f"：{step}" if step else ("：待补材料" if low != high else "")
    yield f"    {node.name} {node.zh}  {span} / {full}{words}"


def _findings(
    connection: duckdb.DuckDBPyConnection,
    whose: Whose,
    pack: Pack,
    said: Mapping[str, Sequence[Response]],
) -> Iterator[str]:
    order = ", ".join(f"'{name}'" for name in SEVERITIES)
    rows = _dicts(
        connection,
        f"SELECT * FROM verdict WHERE {whose[0]} AND outcome = 'fail' "
        f"ORDER BY status, list_position([{order}], severity), rule_id, key",
        *whose[1],
    )
    yield f"疑点  {len(rows)} 条" if rows else "疑点  没有"
    with_quotes = quoted.held(connection)
    for row in rows:
        rule = pack.rules[row["rule_id"]]
        trial = "" if row["status"] == "active" else f"·{STATUSES[row['status']]}"
        yield f"  {SEVERITIES[row['severity']]}{trial}  {row['rule_id']} {rule.title}"
        yield f"      {message(rule, row)}"
        yield f"      在 {_place(connection, row)} · 依据 {'；'.join(map(str, rule.basis))}"
        standards = json.loads(row["standards"])
        if standards:
            yield f"      所用标准 {'；'.join(standard_words(pack, item) for item in standards)}"
        if row["at_stake_yuan"] is not None:
            yield f"      涉及 {yuan(row['at_stake_yuan'])} 元"
        if rule.question:
            yield f"      请说明：{rule.question}"
        if rule.known_limits:
            yield f"      可能误报：{rule.known_limits}"
        if with_quotes:
            told = (row["subject"], row["key"], row["project_code"] or "")
            yield from quoted.lines(connection, pack, *told)
        for answer in said.get(finding_id(row["rule_id"], row["subject"], row["key"]), ()):
            yield f"      单位说明：{answer.words}（{answer.where}）"


def standard_words(pack: Pack, row_id: str) -> str:
    """A row of a standard as people read it: name, value, basis, from when."""
    code = row_id.partition("[")[0].partition("@")[0]
    for row in pack.standards[code].rows:
        if row.id == row_id:
            standard = pack.standards[code]
            value = f"{standard.zh} {row.value:f} {standard.unit}"
            basis = str(row.basis).removesuffix("。")
            return f"{value}（{basis}，{row.effective_from} 起）"
    return row_id


def _place(connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> str:
    """File, sheet and row of a judged row; a relation's row is made of several."""
    held = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [f"given_{row['subject']}"]
    ).fetchone()
    if not held or not held[0]:
        return f"由多行汇总（{row['key']}）"
    found = connection.execute(
        f'SELECT row_source, row_sheet, row_number FROM "given_{row["subject"]}" WHERE row_key = ?',
        [row["key"]],
    ).fetchone()
    if not found:
        return str(row["key"])
    row_words = "" if row["subject"] in quoted.QUOTED else f" · 第 {found[2]} 行"
    return f"{found[0]} · {found[1]}{row_words}"


def _cuts(
    connection: duckdb.DuckDBPyConnection, project: Mapping[str, Any], pack: Pack
) -> Iterator[str]:
    rows = _dicts(
        connection,
        "SELECT * FROM reduction WHERE project_code = ? ORDER BY ALL",
        project["project_code"],
    )
    cut = sum((row["asked_yuan"] - row["approved_yuan"] for row in rows), Decimal(0))
    asked = project["amount_yuan"]
    if asked is not None:
        yield f"金额  申报 {yuan(asked)} 元 − 审减 {yuan(cut)} 元 = 核定 {yuan(asked - cut)} 元"
    for row in rows:
        what = f"明细 {row['line_key'].partition('|')[2]}" if row["line_key"] else "项目"
        fund = fund_words(pack, row["fund_source"])
        rule = pack.rules[row["cause_id"]]
        also = "、".join(pack.rules[name].title for name in json.loads(row["also"]))
        yield (
            f"  {what}{f'（{fund}）' if fund else ''}：{yuan(row['asked_yuan'])} → "
            f"{yuan(row['approved_yuan'])} （{row['cause_id']} {rule.title}"
            f"{f'；同时发现：{also}' if also else ''}）"
        )


def _path(
    connection: duckdb.DuckDBPyConnection, project: Mapping[str, Any], pack: Pack, reader: str
) -> Iterator[str]:
    """The path to pass: what to mend, cheapest first, and what only the bureau can settle."""
    ends = _dicts(
        connection,
        "SELECT * FROM path_end WHERE project_code = ? AND reader = ?",
        project["project_code"],
        reader,
    )
    if not ends:
        return
    yield f"通过路径  {end_words(pack, ends[0])}"
    for step in _dicts(
        connection,
        "SELECT * FROM path WHERE project_code = ? AND reader = ? ORDER BY step_no",
        project["project_code"],
        reader,
    ):
        rules = "、".join(pack.rules[name].title for name in json.loads(step["rules"]))
        cost = f"，少报 {yuan(step['cost_yuan'])} 元" if step["cost_yuan"] else ""
        shown = "已重跑验证" if step["verified"] else "尚需提供，未验证"
        yield f"  {step['step_no']} {step_words(pack, step)}{cost}（{rules}；{shown}）"


def _unknowns(connection: duckdb.DuckDBPyConnection, whose: Whose, pack: Pack) -> Iterator[str]:
    rows = connection.execute(
        f"""
        SELECT field, min(owed_by), count(DISTINCT rule_id) AS n
        FROM (SELECT unnest(from_json(missing, '["VARCHAR"]')) AS field, owed_by, rule_id
              FROM verdict WHERE {whose[0]} AND outcome = 'unknown' AND status = 'active')
        GROUP BY field ORDER BY n DESC, field
        """,
        whose[1],
    ).fetchall()
    if rows:
        yield "不知道的（按缺少的数据归并，不作通过处理）"
    for field, owed, count in rows:
        yield f"  {field_words(pack, field)}  由{OWED[owed]}提供，补齐后可判 {count} 条规则"


def rule_lines(
    snapshot: Snapshot, results: Results, pack: Pack, rule: Rule, *, sql: bool
) -> Iterator[str]:
    """Yield a rule in words, its counts in this review, and its SQL where asked."""
    subject = pack.relation_or_table(rule.subject)
    if subject is None:
        raise KeyError(rule.subject)
    scope = RuleScope(pack, subject, rule.standards)
    yield f"{rule.id} {rule.title}"
    yield (
        f"  {DIMENSIONS[rule.dimension]} · {SEVERITIES[rule.severity]} · {STATUSES[rule.status]}"
        f" · {VISIBLE[rule.visible_to]} · 对象：{subject.zh}"
    )
    yield f"  适用  {in_words(typed(rule.applies, scope, rule.id), pack, scope)}"
    yield f"  不符  {in_words(typed(rule.fails, scope, rule.id), pack, scope)}"
    yield f"  依据  {'；'.join(map(str, rule.basis))}"
    if rule.known_limits:
        yield f"  可能误报  {rule.known_limits}"
    yield from _coverage(results, rule)
    if sql:
        yield ""
        yield from rule_sql(snapshot, pack, rule)


def _coverage(results: Results, rule: Rule) -> Iterator[str]:
    import duckdb

    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT rows, applied, fail, unknown FROM read_parquet(?) WHERE rule_id = ?",
            [str(results.path("coverage")), rule.id],
        ).fetchone()
    if row is None:
        yield "  本次  没有运行（数据里没有这张表，或规则未启用）"
        return
    rows, applied, fail, unknown = row
    yield (
        f"  本次  {rows} 行中适用 {applied} 行：{OUTCOMES['fail']} {fail}，"
        f"{OUTCOMES['unknown']} {unknown}，{OUTCOMES['pass']} {applied - fail - unknown}"
    )


def rule_sql(snapshot: Snapshot, pack: Pack, rule: Rule) -> Iterator[str]:
    """Yield the SQL of one rule as it runs: wide relation, outcome, findings."""
    import sqlglot

    table = pack.relation_or_table(rule.subject)
    if table is None:
        raise KeyError(rule.subject)
    subject = Subject(Rows(pack, review=review_literals(snapshot.facts)), table)
    judged = subject.judge(rule)
    wide = subject.wide()
    made = [
        (f"所读的表 {name}", subject.rows.full(table, rests))
        for (name, table), rests in subject.reads.items()
    ]
    for title, sql in (
        *made,
        *((f"宽表 {name}", sql) for name, sql in wide.items()),
        (
            "结论（0 不适用 1 通过 2 不知道 3 不符）",
            f"SELECT {outcome(subject, judged)} AS outcome",
        ),
        ("疑点", findings_sql(subject, judged)),
    ):
        yield f"-- {title}"
        yield sqlglot.transpile(sql, read="duckdb", write="duckdb", pretty=True)[0]
