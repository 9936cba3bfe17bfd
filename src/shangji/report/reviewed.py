"""One row a project as every list and total reads it: who asks, what for, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.explain import register

if TYPE_CHECKING:
    import duckdb

    from shangji.pack import Framework, Pack
    from shangji.results import Results
    from shangji.snapshot import Snapshot

NO_GRADE = "材料不足，暂不评级"
SPREAD = "区间跨级，待补材料"
RIGID = "刚性测算，不评级"
NO_LANE = "评审分类不明，不评级"
NO_UNIT = "（未填单位）"

GROUP = f"""
    CASE WHEN g.key IS NULL AND p.lane = 'rigid' THEN '{RIGID}'
      WHEN g.key IS NULL THEN '{NO_LANE}' WHEN g.low_grade = '' THEN '{NO_GRADE}'
      WHEN g.low_grade <> g.high_grade THEN '{SPREAD}' ELSE g.low_grade END
"""
"""Under which heading a project is counted."""

OPTIONAL = ("unit_code", "unit_name", "department_code", "project_category", "functional_class")
"""Columns of a project that a pack need not have; where it has none they are empty."""

COUNTS = """
    SELECT project_code,
      count(*) FILTER (outcome = 'fail' AND status = 'active') AS fail,
      count(*) FILTER (outcome = 'fail' AND status <> 'active') AS trial,
      count(*) FILTER (outcome = 'unknown' AND status = 'active') AS unknown
    FROM verdict GROUP BY ALL
"""


def project_framework(pack: Pack) -> Framework | None:
    """The framework by which projects are graded."""
    return next((item for item in pack.frameworks.values() if item.subject == "project"), None)


def open_reviewed(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, results: Results, pack: Pack
) -> None:
    """Register snapshot and results, and make the table `reviewed`, one row a project."""
    register(connection, snapshot, results)
    _organisations(connection, snapshot)
    framework = project_framework(pack)
    columns = pack.tables["project"].by_name
    absent = "".join(f", NULL::VARCHAR AS {name}" for name in OPTIONAL if name not in columns)
    connection.execute(
        f"""
        CREATE TABLE reviewed AS
        WITH given AS (SELECT *{absent} FROM given_project), cut AS (
          SELECT project_code, sum(asked_yuan - approved_yuan) AS cut FROM reduction GROUP BY ALL
        )
        SELECT p.row_key, p.project_code, p.project_name,
          coalesce(p.unit_code, '') AS unit_code,
          coalesce(u.unit_name, p.unit_name, p.unit_code, '{NO_UNIT}') AS unit_name,
          coalesce(p.department_code, u.department_code, p.unit_code, '') AS department_code,
          coalesce(d.department_name, u.department_name, u.unit_name, p.unit_name,
            p.department_code, p.unit_code, '{NO_UNIT}') AS department_name,
          p.lane, p.project_category, p.functional_class,
          p.amount_yuan AS asked_yuan, coalesce(c.cut, 0)::DECIMAL(18,2) AS cut_yuan,
          (p.amount_yuan - coalesce(c.cut, 0))::DECIMAL(18,2) AS approved_yuan,
          {GROUP} AS grade, t.outcome AS gate, g.low_grade, g.high_grade, g.known, g.rank,
          coalesce(v.fail, 0) AS fail, coalesce(v.trial, 0) AS trial,
          coalesce(v.unknown, 0) AS unknown, p.row_source, p.row_sheet, p.row_number
        FROM given AS p
        LEFT JOIN organisation_names AS u ON u.unit_code = p.unit_code
        LEFT JOIN (SELECT department_code, min(department_name) AS department_name
          FROM organisation_names GROUP BY ALL) AS d ON d.department_code = p.department_code
        LEFT JOIN cut AS c ON c.project_code = p.project_code
        LEFT JOIN grade AS g ON g.key = p.row_key AND g.framework = ? AND g.subject = 'project'
        LEFT JOIN gate AS t ON t.key = p.row_key AND t.subject = 'project'
        LEFT JOIN ({COUNTS}) AS v ON v.project_code = p.project_code
        ORDER BY g.rank NULLS LAST, p.row_key
        """,
        [framework.name if framework else ""],
    )


def _organisations(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Make the view `organisation_names`; where the bureau gave no list of units it is empty."""
    columns = "unit_code, unit_name, department_code, department_name"
    if "organisation" in snapshot.tables:
        source = (
            "SELECT unit_code, min(unit_name) AS unit_name, min(department_code) "
            "AS department_code, min(department_name) AS department_name "
            "FROM given_organisation WHERE unit_code IS NOT NULL GROUP BY unit_code"
        )
    else:
        nothing = ", ".join(f"NULL::VARCHAR AS {name}" for name in columns.split(", "))
        source = f"SELECT {nothing} WHERE false"
    connection.execute(f"CREATE VIEW organisation_names AS SELECT {columns} FROM ({source})")
