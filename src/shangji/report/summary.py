"""The figures that screen, workbook and JSON share, each computed once from tables and snapshot.

Money is text with two decimals; every table of money carries its total, and the totals tie.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.domain import SEVERITIES, STATUSES
from shangji.errors import ShangjiError
from shangji.explain import register
from shangji.words import field_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Pack
    from shangji.results import Results
    from shangji.snapshot import Snapshot

NO_GRADE = "材料不足，暂不评级"
SPREAD = "区间跨级，待补材料"
RIGID = "刚性测算，不评级"
NO_LANE = "评审分类不明，不评级"
LOOK_FIRST = 3
UNKNOWN_FIELDS = 12


@dataclass(frozen=True)
class Summary:
    """What a review came to, as JSON values."""

    tables: Mapping[str, int]
    rules: Mapping[str, int]
    grades: list[dict[str, Any]]
    gates: list[dict[str, Any]]
    causes: list[dict[str, Any]]
    first: list[dict[str, Any]]
    findings: Mapping[str, int]
    unknown: Mapping[str, Any]
    framework: str

    def record(self) -> dict[str, Any]:
        """The summary as JSON values."""
        return asdict(self)


def summarise(snapshot: Snapshot, results: Results, pack: Pack) -> Summary:
    """Compute the summary of a review; raises ShangjiError if its sums do not tie."""
    import duckdb

    with duckdb.connect() as connection:
        register(connection, snapshot, results)
        framework = next(
            (item for item in pack.frameworks.values() if item.subject == "project"), None
        )
        grades = _grades(connection, framework.name if framework else "")
        causes = _causes(connection, pack)
        cut = sum((Decimal(row["cut_yuan"]) for row in causes), Decimal(0))
        if grades and Decimal(grades[-1]["cut_yuan"]) != cut:
            raise ShangjiError("the cuts by grade and by cause do not tie")
        return Summary(
            tables={name: snapshot.rows(name) for name in snapshot.tables},
            rules=_rules(pack),
            grades=grades,
            gates=_gates(connection, framework),
            causes=causes,
            first=_first(connection, pack),
            findings=_findings(connection),
            unknown=_unknown(connection, pack),
            framework=framework.name if framework else "",
        )


def _rows(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    *parameters: Any,  # noqa: ANN401 - SQL values
) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries; decimals become text."""
    found = connection.execute(sql, list(parameters))
    names = [column[0] for column in found.description or ()]
    return [
        {
            name: f"{value:f}" if isinstance(value, Decimal) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in found.fetchall()
    ]


def _rules(pack: Pack) -> dict[str, int]:
    counts = dict.fromkeys(STATUSES, 0)
    for rule in pack.rules.values():
        if not rule.derived:
            counts[rule.status] += 1
    counts["derived"] = sum(rule.derived for rule in pack.rules.values())
    return counts


def _grades(connection: duckdb.DuckDBPyConnection, framework: str) -> list[dict[str, Any]]:
    """Projects and money by grade, the rigid lane and the ungraded apart, and the total."""
    return _rows(
        connection,
        f"""
        WITH cut AS (
          SELECT project_code, sum(asked_yuan - approved_yuan) AS cut FROM reduction GROUP BY ALL
        ), each AS (
          SELECT p.row_key, p.amount_yuan AS asked, coalesce(c.cut, 0) AS cut,
            CASE WHEN g.key IS NULL AND p.lane = 'rigid' THEN '{RIGID}'
              WHEN g.key IS NULL THEN '{NO_LANE}' WHEN g.low_grade = '' THEN '{NO_GRADE}'
              WHEN g.low_grade <> g.high_grade THEN '{SPREAD}' ELSE g.low_grade END AS grade
          FROM given_project AS p LEFT JOIN cut AS c USING (project_code)
          LEFT JOIN grade AS g ON g.key = p.row_key AND g.framework = ?
        )
        SELECT coalesce(grade, '合计') AS grade, count(*) AS projects,
          count(*) FILTER (asked IS NULL) AS without_amount,
          coalesce(sum(asked), 0)::DECIMAL(18,2) AS asked_yuan,
          sum(cut)::DECIMAL(18,2) AS cut_yuan,
          (coalesce(sum(asked), 0) - sum(cut))::DECIMAL(18,2) AS approved_yuan
        FROM each GROUP BY GROUPING SETS ((grade), ())
        ORDER BY grade IS NULL, length(grade), grade
        """,
        framework,
    )


def _gates(connection: duckdb.DuckDBPyConnection, framework: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - Framework or None
    if framework is None:
        return []
    names = {line.name: line.zh for line in framework.gate}
    found = {
        row["outcome"]: row
        for row in _rows(
            connection,
            "SELECT outcome, count(*) AS projects, coalesce(sum(p.amount_yuan), 0)::DECIMAL(18,2) "
            "AS asked_yuan FROM gate JOIN given_project AS p ON p.row_key = gate.key "
            "WHERE subject = 'project' GROUP BY outcome",
        )
    }
    return [{**found[name], "zh": zh} for name, zh in names.items() if name in found]


def _causes(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    rows = _rows(
        connection,
        "SELECT cause_kind, cause_id, count(DISTINCT project_code) AS projects, "
        "sum(asked_yuan - approved_yuan)::DECIMAL(18,2) AS cut_yuan FROM reduction "
        "GROUP BY ALL ORDER BY cut_yuan DESC, cause_id",
    )
    return [{**row, "zh": pack.rules[row["cause_id"]].title} for row in rows]


def _first(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """What to look at first: active findings, gravest first, then by money at stake."""
    order = ", ".join(f"'{name}'" for name in SEVERITIES)
    rows = _rows(
        connection,
        f"""
        SELECT v.rule_id, v.subject, v.key, v.project_code, v.severity, v.measured, v.allowed,
          v.value_kind, v.at_stake_yuan, p.amount_yuan, p.project_name, p.unit_name,
          p.unit_code
        FROM verdict AS v LEFT JOIN given_project AS p ON p.row_key = v.project_code
        WHERE v.outcome = 'fail' AND v.status = 'active'
          AND NOT starts_with(v.rule_id, 'C-')
        QUALIFY row_number() OVER (PARTITION BY v.project_code ORDER BY
          list_position([{order}], v.severity), v.at_stake_yuan DESC NULLS LAST,
          p.amount_yuan DESC NULLS LAST, v.rule_id, v.key) = 1
        ORDER BY list_position([{order}], v.severity), v.at_stake_yuan DESC NULLS LAST,
          p.amount_yuan DESC NULLS LAST, v.rule_id, v.key
        LIMIT {LOOK_FIRST}
        """,
    )
    return [{**row, "title": pack.rules[row["rule_id"]].title} for row in rows]


def _findings(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Findings by what they count for: severity for active ones, `trial`, `unknown`."""
    rows = connection.execute(
        "SELECT CASE WHEN outcome = 'unknown' THEN 'unknown' WHEN status = 'trial' THEN 'trial' "
        "ELSE severity END AS kind, count(*) FROM verdict GROUP BY kind"
    ).fetchall()
    found = dict(rows)
    return {kind: found.get(kind, 0) for kind in (*SEVERITIES, "trial", "unknown")}


def _unknown(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, Any]:
    """Unknowns grouped by the missing field, with the number of rules that the field unlocks."""
    total = connection.execute(
        "SELECT count(*), count(DISTINCT project_code) FROM verdict "
        "WHERE outcome = 'unknown' AND status = 'active'"
    ).fetchone() or (0, 0)
    rows = _rows(
        connection,
        f"""
        SELECT field, min(owed_by) AS owed_by, count(*) AS places,
          count(DISTINCT project_code) AS projects, count(DISTINCT rule_id) AS rules
        FROM (SELECT unnest(from_json(missing, '["VARCHAR"]')) AS field, owed_by, project_code,
                rule_id FROM verdict WHERE outcome = 'unknown' AND status = 'active')
        GROUP BY field ORDER BY projects * rules DESC, places DESC, field LIMIT {UNKNOWN_FIELDS}
        """,
    )
    fields = [{**row, "zh": field_words(pack, row["field"])} for row in rows]
    return {"places": total[0], "projects": total[1], "fields": fields}
