"""Asked, reviewed, arranged: the figures of a plan that screen, workbook, page and JSON share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.report.rows import dicts

if TYPE_CHECKING:
    import duckdb

    from shangji.pack import Pack

POINT = Decimal("1E-7")
"""A weight as points of the two axes: hundredths, times the worth of a level, times a thousand."""
CENT = Decimal("0.01")

FUNDED = """
    CREATE OR REPLACE TABLE funded AS
    SELECT r.*, coalesce(m.arranged_yuan, 0)::DECIMAL(18,2) AS arranged_yuan,
      coalesce(b.bound_yuan, 0)::DECIMAL(18,2) AS bound_yuan,
      (coalesce(r.approved_yuan, 0) - coalesce(m.arranged_yuan, 0))::DECIMAL(18,2) AS short_yuan
    FROM reviewed AS r
    LEFT JOIN (SELECT project_code, sum(amount_yuan) AS arranged_yuan FROM plan
      WHERE year = (SELECT min(year) FROM plan) GROUP BY ALL) AS m USING (project_code)
    LEFT JOIN (SELECT project_code, sum(arranged_yuan) AS bound_yuan FROM plan_part
      WHERE class_no = 0 GROUP BY ALL) AS b USING (project_code)
"""
SUMS = """
    count(*) AS projects, coalesce(sum(asked_yuan), 0)::DECIMAL(18,2) AS asked_yuan,
    coalesce(sum(approved_yuan), 0)::DECIMAL(18,2) AS approved_yuan,
    sum(bound_yuan)::DECIMAL(18,2) AS bound_yuan,
    sum(arranged_yuan)::DECIMAL(18,2) AS arranged_yuan,
    sum(short_yuan)::DECIMAL(18,2) AS short_yuan,
    count(*) FILTER (short_yuan > 0 AND arranged_yuan > 0) AS part,
    count(*) FILTER (short_yuan > 0 AND arranged_yuan = 0) AS none
"""


def arranged(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, Any]:
    """The figures of the plan, or nothing where none was drawn; money as text."""
    names = {row[0] for row in connection.execute("SHOW TABLES").fetchall()}
    if "plan" not in names or pack.allocation is None:
        return {}
    connection.execute(FUNDED)
    return {
        "setting": pack.allocation.setting.zh,
        "stages": _stages(connection),
        "grades": dicts(
            connection,
            f"SELECT coalesce(grade, '合计') AS grade, {SUMS} FROM funded "
            "GROUP BY GROUPING SETS ((grade), ()) ORDER BY grade IS NULL, length(grade), grade",
        ),
        "departments": dicts(
            connection,
            f"SELECT department_code, min(department_name) AS department_name, {SUMS} "
            "FROM funded GROUP BY department_code ORDER BY short_yuan DESC, department_code",
        ),
        "sources": _sources(connection, pack),
        "limits": _limits(connection),
    }


def _stages(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What each class came to; the gap to its bound in millionths, rounded up."""
    rows = dicts(connection, "SELECT * FROM plan_stage ORDER BY class_no")
    for row in rows:
        value, bound = int(row["value"]), int(row["bound"])
        row["gap_millionths"] = -(-(bound - value) * 1_000_000 // bound) if bound else 0
    return rows


def _sources(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """Each source: the money there is, what is wanted of it, what is arranged, what is left."""
    known = pack.codes["fund_source"].codes if "fund_source" in pack.codes else {}
    rows = dicts(
        connection,
        """
        SELECT p.fund_source, sum(p.amount_yuan)::DECIMAL(18,2) AS wanted_yuan,
          sum(p.arranged_yuan)::DECIMAL(18,2) AS arranged_yuan,
          (min(l.limit_fen) * 0.01)::DECIMAL(18,2) AS pot_yuan,
          (min(l.limit_fen - l.used_fen) * 0.01)::DECIMAL(18,2) AS left_yuan
        FROM plan_part AS p LEFT JOIN plan_limit AS l
          ON l.limit_name = 'pot|' || p.fund_source
        GROUP BY p.fund_source ORDER BY wanted_yuan DESC, p.fund_source
        """,
    )
    return [{**row, "zh": known.get(row["fund_source"], row["fund_source"])} for row in rows]


def _limits(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Limits of money with their room, and the price in the first step where each binds."""
    rows = dicts(
        connection,
        """
        SELECT l.limit_name, l.kind, l.sense, (l.limit_fen * 0.01)::DECIMAL(18,2) AS limit_yuan,
          (l.used_fen * 0.01)::DECIMAL(18,2) AS used_yuan,
          (l.limit_fen - l.used_fen) * 0.01 AS room, s.grade, p.price
        FROM plan_limit AS l
        LEFT JOIN (SELECT limit_name, class_no, price FROM plan_price
          QUALIFY row_number() OVER (PARTITION BY limit_name ORDER BY class_no) = 1) AS p
          USING (limit_name)
        LEFT JOIN plan_stage AS s USING (class_no)
        WHERE l.kind NOT IN ('needs', 'excludes') ORDER BY l.limit_name
        """,
    )
    for row in rows:
        row["left_yuan"] = f"{Decimal(row.pop('room')):.2f}"
        price = row["price"]
        row["points"] = None if price is None else f"{(Decimal(price) * POINT).quantize(CENT)}"
    return rows
