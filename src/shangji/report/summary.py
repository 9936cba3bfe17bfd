"""The figures that screen, workbook and JSON share, each computed once from tables and snapshot.

Money is text with two decimals; every table of money carries its total, and the totals tie.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.domain import SEVERITIES, STATUSES
from shangji.errors import ShangjiError
from shangji.report.arranged import arranged
from shangji.report.decisions import decisions, sentence
from shangji.report.departments import departments
from shangji.report.evaluations import evaluations
from shangji.report.reviewed import open_reviewed, project_framework
from shangji.report.rows import dicts
from shangji.report.trust import trust
from shangji.words import field_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Pack
    from shangji.results import Results
    from shangji.snapshot import Snapshot

LOOK_FIRST = 3
UNKNOWN_FIELDS = 12


@dataclass(frozen=True)
class Summary:
    """What a review came to, as JSON values."""

    sentence: str
    tables: Mapping[str, int]
    rules: Mapping[str, int]
    grades: list[dict[str, Any]]
    gates: list[dict[str, Any]]
    causes: list[dict[str, Any]]
    first: list[dict[str, Any]]
    findings: Mapping[str, int]
    unknown: Mapping[str, Any]
    departments: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    trust: Mapping[str, Any]
    evaluations: list[dict[str, Any]]
    framework: str
    plan: Mapping[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The summary as JSON values; a plan only where one was drawn."""
        made = asdict(self)
        if not self.plan:
            del made["plan"]
        return made


def summarise(snapshot: Snapshot, results: Results, pack: Pack) -> Summary:
    """Compute the summary of a review; raises ShangjiError if its sums do not tie."""
    import duckdb

    with duckdb.connect() as connection:
        open_reviewed(connection, snapshot, results, pack)
        made = summarised(connection, snapshot, pack)
        return replace(made, plan=arranged(connection, pack))


def summarised(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, pack: Pack) -> Summary:
    """The summary of what `open_reviewed` made readable, or of a part of it."""
    framework = project_framework(pack)
    grades = _grades(connection)
    gates = _gates(connection, framework)
    causes = _causes(connection, pack)
    unknown = {**_unknown_total(connection), "fields": unknown_fields(connection, pack)}
    others = evaluations(connection, pack)
    cut = sum((Decimal(row["cut_yuan"]) for row in causes), Decimal(0))
    if grades and Decimal(grades[-1]["cut_yuan"]) != cut:
        raise ShangjiError("the cuts by grade and by cause do not tie")
    return Summary(
        sentence=sentence(snapshot.facts.budget_year, grades, gates, others),
        tables={name: snapshot.rows(name) for name in snapshot.tables},
        rules=_rules(pack),
        grades=grades,
        gates=gates,
        causes=causes,
        first=_first(connection, pack),
        findings=_findings(connection),
        unknown=unknown,
        departments=departments(connection, pack),
        decisions=decisions(connection, snapshot, framework, unknown),
        trust=trust(connection, snapshot),
        evaluations=others,
        framework=framework.name if framework else "",
    )


def _rules(pack: Pack) -> dict[str, int]:
    counts = dict.fromkeys(STATUSES, 0)
    for rule in pack.rules.values():
        if not rule.derived:
            counts[rule.status] += 1
    counts["derived"] = sum(rule.derived for rule in pack.rules.values())
    return counts


def _grades(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Projects and money by grade, the rigid lane and the ungraded apart, and the total."""
    return dicts(
        connection,
        """
        SELECT coalesce(grade, '合计') AS grade, count(*) AS projects,
          count(*) FILTER (asked_yuan IS NULL) AS without_amount,
          coalesce(sum(asked_yuan), 0)::DECIMAL(18,2) AS asked_yuan,
          coalesce(sum(cut_yuan), 0)::DECIMAL(18,2) AS cut_yuan,
          (coalesce(sum(asked_yuan), 0) - coalesce(sum(cut_yuan), 0))::DECIMAL(18,2)
            AS approved_yuan
        FROM reviewed GROUP BY GROUPING SETS ((grade), ())
        ORDER BY grade IS NULL, length(grade), grade
        """,
    )


def _gates(connection: duckdb.DuckDBPyConnection, framework: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - Framework or None
    if framework is None:
        return []
    names = {line.name: line.zh for line in framework.gate}
    found = {
        row["outcome"]: row
        for row in dicts(
            connection,
            "SELECT outcome, count(*) AS projects, coalesce(sum(p.amount_yuan), 0)::DECIMAL(18,2) "
            "AS asked_yuan FROM gate JOIN given_project AS p ON p.row_key = gate.key "
            "WHERE subject = 'project' GROUP BY outcome",
        )
    }
    return [{**found[name], "zh": zh} for name, zh in names.items() if name in found]


def _causes(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    rows = dicts(
        connection,
        "SELECT cause_kind, cause_id, count(DISTINCT project_code) AS projects, "
        "sum(asked_yuan - approved_yuan)::DECIMAL(18,2) AS cut_yuan FROM reduction "
        "GROUP BY ALL ORDER BY cut_yuan DESC, cause_id",
    )
    return [{**row, "zh": pack.rules[row["cause_id"]].title} for row in rows]


def _first(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """What to look at first: active findings, gravest first, then by money at stake.

    One of each project; where the review has no projects, one of each row.
    """
    order = ", ".join(f"'{name}'" for name in SEVERITIES)
    rows = dicts(
        connection,
        f"""
        SELECT v.rule_id, v.subject, v.key, v.project_code, v.severity, v.measured, v.allowed,
          v.value_kind, v.at_stake_yuan, p.asked_yuan AS amount_yuan, p.project_name,
          p.unit_name, p.unit_code, p.department_code
        FROM verdict AS v LEFT JOIN reviewed AS p ON p.row_key = v.project_code
        WHERE v.outcome = 'fail' AND v.status = 'active'
          AND NOT starts_with(v.rule_id, 'C-')
        QUALIFY row_number() OVER (PARTITION BY coalesce(v.project_code, CASE WHEN NOT EXISTS
            (SELECT 1 FROM reviewed) THEN v.subject || '|' || v.key END) ORDER BY
          list_position([{order}], v.severity), v.at_stake_yuan DESC NULLS LAST,
          p.asked_yuan DESC NULLS LAST, v.rule_id, v.key) = 1
        ORDER BY list_position([{order}], v.severity), v.at_stake_yuan DESC NULLS LAST,
          p.asked_yuan DESC NULLS LAST, v.rule_id, v.key
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


def _unknown_total(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many questions of active rules stay open, and over how many projects."""
    return dicts(
        connection,
        "SELECT count(*) AS places, count(DISTINCT project_code) AS projects FROM verdict "
        "WHERE outcome = 'unknown' AND status = 'active'",
    )[0]


def unknown_fields(
    connection: duckdb.DuckDBPyConnection, pack: Pack, most: int = UNKNOWN_FIELDS
) -> list[dict[str, Any]]:
    """Unknowns by the missing field, with the number of rules that each field unlocks."""
    rows = dicts(
        connection,
        f"""
        SELECT field, min(owed_by) AS owed_by, count(*) AS places,
          count(DISTINCT project_code) AS projects, count(DISTINCT rule_id) AS rules
        FROM (SELECT unnest(from_json(missing, '["VARCHAR"]')) AS field, owed_by, project_code,
                rule_id FROM verdict WHERE outcome = 'unknown' AND status = 'active')
        GROUP BY field ORDER BY projects * rules DESC, places DESC, field LIMIT {most}
        """,
    )
    return [{**row, "zh": field_words(pack, row["field"])} for row in rows]
