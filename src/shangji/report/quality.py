"""What stands beside the share that was cut, which by itself says nothing of quality.

应保误减: money that a meeting took from a project's request and that came back within the year;
deviation: last year's budget against what was spent; 采纳率: see `adoption`. What the data do not
tell is said to be not known.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.adoption import adoption
from shangji.domain import wan
from shangji.report.rows import dicts

if TYPE_CHECKING:
    import duckdb

YEARLY = frozenset({"year", "as_of", "period_months", "original_yuan", "executed_yuan"})
MEETING = frozenset({"project_code", "held_on", "decided_yuan", "suggested_yuan", "asked_yuan"})
YEAR_OF = "year(held_on) + CASE WHEN month(held_on) > 6 THEN 1 ELSE 0 END"
"""The budget year of a decision: meetings from July on are about the next one."""
LAST = f"""
    SELECT project_code, {YEAR_OF} AS year, asked_yuan, suggested_yuan, decided_yuan
    FROM given_decision_meeting WHERE project_code IS NOT NULL AND decided_yuan IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY project_code, {YEAR_OF}
      ORDER BY held_on DESC, meeting_no DESC, item_no DESC) = 1
"""


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """The columns of a readable table; none where there is no such table."""
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [table]
    )
    return {row[0] for row in found.fetchall()}


def quality(connection: duckdb.DuckDBPyConnection, budget_year: int) -> dict[str, Any]:
    """The figures, and the same as sentences under `says`; money as text."""
    made: dict[str, Any] = {"last_year": _last_year(connection)}
    pairs = _decided(connection, budget_year)
    told = adoption(pairs)
    made["decided"] = {
        "decided": told.decided,
        "adopted": told.adopted,
        "raised_yuan": str(told.raised_yuan),
        "lowered_yuan": str(told.lowered_yuan),
    }
    made["wrongly_cut"] = _wrongly_cut(connection, made["last_year"])
    made["says"] = [*_said(made), told.words]
    return made


def _last_year(connection: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """The latest full year: what came within the year, and how far settled was from the budget."""
    held = columns(connection, "given_history")
    if not held >= YEARLY:
        return None
    supplement = "supplement_yuan" if "supplement_yuan" in held else "NULL"
    rows = dicts(
        connection,
        f"""
        SELECT year, count(*) FILTER ({supplement} > 0) AS restored_projects,
          coalesce(sum({supplement}), 0)::DECIMAL(18,2) AS restored_yuan,
          sum(original_yuan)::DECIMAL(18,2) AS original_yuan,
          sum(abs(original_yuan - executed_yuan))::DECIMAL(18,2) AS deviation_yuan
        FROM given_history WHERE period_months = 12 AND original_yuan IS NOT NULL
          AND executed_yuan IS NOT NULL GROUP BY year ORDER BY year DESC LIMIT 1
        """,
    )
    return rows[0] if rows else None


def _decided(
    connection: duckdb.DuckDBPyConnection, budget_year: int
) -> list[tuple[Decimal | None, Decimal | None]]:
    """Suggested and decided of this year: by the last meeting, else as the project's row says."""
    meeting = columns(connection, "given_decision_meeting") >= MEETING
    own = "decided_yuan" in columns(connection, "given_project")
    if not meeting and not own:
        return []
    none = (
        "SELECT NULL::VARCHAR AS project_code, 0 AS year, NULL::DECIMAL(18,2) AS suggested_yuan, "
        "NULL::DECIMAL(18,2) AS decided_yuan WHERE 1 = 0"
    )
    decided = "p.decided_yuan" if own else "NULL::DECIMAL(18,2)"
    found = connection.execute(
        f"""
        WITH met AS ({LAST if meeting else none})
        SELECT coalesce(m.suggested_yuan, r.approved_yuan), coalesce(m.decided_yuan, {decided})
        FROM given_project AS p JOIN reviewed AS r USING (row_key)
        LEFT JOIN met AS m ON m.project_code = p.project_code AND m.year = ?
        """,
        [budget_year],
    )
    return found.fetchall()


def _wrongly_cut(
    connection: duckdb.DuckDBPyConnection, last: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Of the latest full year: projects that a meeting cut and that got money back in the year.

    None where the decisions of that year, or what came within it, are not in the data.
    """
    if last is None or "supplement_yuan" not in columns(connection, "given_history"):
        return None
    if not columns(connection, "given_decision_meeting") >= MEETING:
        return None
    rows = dicts(
        connection,
        f"""
        WITH met AS ({LAST}),
        came AS (SELECT project_code, sum(supplement_yuan) AS supplement FROM given_history
          WHERE year = {int(last["year"])} AND period_months = 12 GROUP BY ALL)
        SELECT count(*) AS decided, count(*) FILTER (asked_yuan > decided_yuan) AS cut_projects,
          count(*) FILTER (asked_yuan > decided_yuan AND supplement > 0) AS projects,
          coalesce(sum(least(asked_yuan - decided_yuan, supplement))
            FILTER (asked_yuan > decided_yuan AND supplement > 0), 0)::DECIMAL(18,2) AS amount_yuan
        FROM met JOIN came USING (project_code) WHERE met.year = {int(last["year"])}
        """,
    )
    return rows[0] if rows[0]["decided"] else None


def _said(made: dict[str, Any]) -> list[str]:
    last, wrong = made["last_year"], made["wrongly_cut"]
    if last is None:
        return ["应保误减、决算偏差：不知道，没有上一完整年度的执行数"]
    year = last["year"]
    came = f"{year} 年年中追加 {last['restored_projects']} 个项目 {wan(last['restored_yuan'])} 万元"
    if wrong is None:
        said = f"应保误减：不知道，没有 {year} 年的会议决定可以对照；{came}"
    else:
        said = (
            f"应保误减：{year} 年审减过的 {wrong['cut_projects']} 个项目里，年中又补回 "
            f"{wrong['projects']} 个 {wan(wrong['amount_yuan'])} 万元；{came}"
        )
    whole = Decimal(last["original_yuan"])
    share = f"，占年初预算 {Decimal(last['deviation_yuan']) * 100 / whole:.1f}%" if whole else ""
    return [
        said,
        f"决算偏差：{year} 年年初预算与决算相差合计 {wan(last['deviation_yuan'])} 万元{share}",
    ]
