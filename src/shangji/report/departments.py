"""Departments: what each asked, what was cut and left, its grades, its gravest finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.domain import SEVERITIES
from shangji.report.rows import dicts

if TYPE_CHECKING:
    import duckdb

    from shangji.pack import Pack


def departments(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """One row a department, the greatest request first; money as text."""
    found = dicts(
        connection,
        """
        SELECT department_code, min(department_name) AS department_name,
          count(*) AS projects, count(DISTINCT unit_code) AS units,
          coalesce(sum(asked_yuan), 0)::DECIMAL(18,2) AS asked_yuan,
          sum(cut_yuan)::DECIMAL(18,2) AS cut_yuan,
          (coalesce(sum(asked_yuan), 0) - sum(cut_yuan))::DECIMAL(18,2) AS approved_yuan,
          sum(fail)::BIGINT AS fail, sum(unknown)::BIGINT AS unknown
        FROM reviewed GROUP BY department_code
        ORDER BY coalesce(sum(asked_yuan), 0) DESC, department_code
        """,
    )
    grades: dict[str, dict[str, int]] = {}
    for row in dicts(
        connection,
        "SELECT department_code, grade, count(*) AS projects FROM reviewed GROUP BY ALL "
        "ORDER BY ALL",
    ):
        grades.setdefault(row["department_code"], {})[row["grade"]] = row["projects"]
    worst = _worst(connection, pack)
    return [
        {
            **row,
            "grades": grades[row["department_code"]],
            "worst": worst.get(row["department_code"]),
        }
        for row in found
    ]


def _worst(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, dict[str, Any]]:
    """The gravest active finding of each department, then the most frequent one."""
    order = ", ".join(f"'{name}'" for name in SEVERITIES)
    rows = dicts(
        connection,
        f"""
        SELECT r.department_code, v.rule_id, v.severity, count(*) AS places
        FROM verdict AS v JOIN reviewed AS r ON r.project_code = v.project_code
        WHERE v.outcome = 'fail' AND v.status = 'active'
        GROUP BY r.department_code, v.rule_id, v.severity
        QUALIFY row_number() OVER (PARTITION BY r.department_code ORDER BY
          list_position([{order}], v.severity), count(*) DESC, v.rule_id) = 1
        """,
    )
    return {
        row["department_code"]: {
            "rule_id": row["rule_id"],
            "severity": row["severity"],
            "places": row["places"],
            "title": pack.rules[row["rule_id"]].title,
        }
        for row in rows
    }
