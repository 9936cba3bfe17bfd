"""Asked, reviewed, arranged: the figures of a plan that screen, workbook, page and JSON share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.report.packages import chosen
from shangji.report.quality import columns, quality
from shangji.report.rows import dicts
from shangji.words import CAUSES, RULE, cause_words, fund_words, limit_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shangji.pack import Pack

POINT = Decimal("1E-7")
"""A weight as points of the two axes: hundredths, times the worth of a level, times a thousand."""
CENT = Decimal("0.01")
WAN = Decimal(10_000)

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
    found = connection.execute("SELECT min(year) FROM plan").fetchone()
    year = int(found[0]) if found and found[0] is not None else 0
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
        "limits": limits_of(connection, pack),
        "causes": causes(connection, pack),
        "beside": quality(connection, year),
        "frontier": dicts(connection, "SELECT * FROM plan_frontier ORDER BY ALL"),
        "more": more(connection, pack),
        "packages": chosen(connection, pack),
        "for_people": _for_people(connection),
        "stability": _stability(connection),
        "inversions": _inversions(connection),
    }


def causes(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """Every cause with its money, rules first; together all that was asked and not arranged."""
    rows = dicts(
        connection,
        "SELECT cause_kind, CASE WHEN cause_kind IN ('rule', 'gate') THEN cause_id ELSE '' END "
        "AS cause_id, count(DISTINCT project_code) AS projects, "
        "sum(amount_yuan)::DECIMAL(18,2) AS amount_yuan, "
        "count(*) FILTER (also <> '[]') AS also FROM plan_cause GROUP BY ALL",
    )
    order = [RULE, *CAUSES]
    for row in rows:
        row["zh"] = cause_words(pack, row["cause_kind"], row["cause_id"])
        rule = pack.rules.get(row["cause_id"])
        row["by_standard"] = bool(rule and rule.standards)
    return sorted(
        rows,
        key=lambda row: (
            order.index(row["cause_kind"]),
            -Decimal(row["amount_yuan"]),
            row["cause_id"],
        ),
    )


def path_words(pack: Pack, step: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A step on the path to be funded, as one sentence; `step` is a row of `plan_path`."""
    action, target = step["action"], step["target"]
    if action == "pass":
        return f"先过入库这一关（现在：{cause_words(pack, 'gate', target)}），按通过路径改"
    if action == "lower":
        amount = f"{Decimal(step['amount_yuan']) / WAN:,.2f}"
        return f"{fund_words(pack, target)}申报降到 {amount} 万元以内，现有余额就能安排"
    if action == "points":
        return f"补齐材料：还差 {Decimal(step['points']) / 100} 分，现缺的材料够补"
    if action == "money":
        return f"财力和控制数增加 {step['money_percent']}%"
    return f"先安排前置项目“{names.get(target, target)}”"


PEOPLE_MOST = 200
INVERSIONS_MOST = 200


def _for_people(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Projects whose fate lies inside their own interval: material may still decide it."""
    return dicts(
        connection,
        f"""
        SELECT f.project_code, f.project_name, f.department_name, f.low_grade, f.high_grade,
          p.state, (p.margin * 0.01)::DECIMAL(18,2) AS margin,
          (p.spread * 0.01)::DECIMAL(18,2) AS spread, f.approved_yuan, f.arranged_yuan
        FROM plan_flip AS p JOIN funded AS f USING (project_code) WHERE p.for_people
        ORDER BY f.approved_yuan DESC, f.project_code LIMIT {PEOPLE_MOST}
        """,
    )


def _stability(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """How many ranked projects fare otherwise, and their money, by the least change of money.

    Nothing where more and less money was not solved anew.
    """
    if connection.execute("SELECT max(change_percent) FROM plan_frontier").fetchone() == (0,):
        return []
    return dicts(
        connection,
        """
        SELECT abs(p.money_percent) AS within, count(*) AS projects,
          sum(f.approved_yuan)::DECIMAL(18,2) AS approved_yuan,
          count(*) FILTER (p.weight_percent IS NOT NULL) AS by_weight
        FROM plan_flip AS p JOIN funded AS f USING (project_code)
        GROUP BY ALL ORDER BY within NULLS LAST
        """,
    )


def _inversions(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Projects with nothing while their department ranked a project with money behind them."""
    if "dept_rank" not in columns(connection, "given_project"):
        return []
    return dicts(
        connection,
        f"""
        WITH ranked AS (
          SELECT f.*, g.dept_rank FROM funded AS f JOIN given_project AS g USING (row_key)
          WHERE g.dept_rank IS NOT NULL AND f.lane <> 'rigid'
        )
        SELECT a.project_code, a.project_name, a.department_name, a.dept_rank, a.grade,
          a.approved_yuan, count(*) AS behind, min(b.dept_rank) AS next_rank
        FROM ranked AS a JOIN ranked AS b ON b.department_code = a.department_code
          AND b.dept_rank > a.dept_rank AND b.arranged_yuan > b.bound_yuan
        WHERE a.arranged_yuan = 0 AND a.approved_yuan > 0
        GROUP BY ALL ORDER BY a.approved_yuan DESC, a.project_code LIMIT {INVERSIONS_MOST}
        """,
    )


def _stages(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What each class came to; the gap to its bound in millionths, rounded up."""
    rows = dicts(connection, "SELECT * FROM plan_stage ORDER BY class_no")
    for row in rows:
        value, bound = int(row["value"]), int(row["bound"])
        row["gap_millionths"] = -(-(bound - value) * 1_000_000 // bound) if bound else 0
    return rows


def _sources(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """Each source: the money there is, what is wanted of it, what is arranged, what is left."""
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
    short = dict(
        connection.execute(
            "SELECT fund_source, count(*) FROM plan_part WHERE arranged_yuan < amount_yuan "
            "GROUP BY ALL"
        ).fetchall()
    )
    for row in rows:
        left = row["left_yuan"]
        row["zh"] = fund_words(pack, row["fund_source"])
        row["why"] = ""
        if left is None:
            row["why"] = "单位自有，不设总额"
        elif Decimal(left) > 0:
            blocked = "其余项目已到控制数，或余额不够一档"
            row["why"] = blocked if short.get(row["fund_source"]) else "要用的都已安排"
    return rows


def limits_of(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """Limits of money with their room, and the price in the first step where each binds."""
    rows = dicts(
        connection,
        """
        SELECT l.limit_name, l.kind, l.sense, (l.limit_fen * 0.01)::DECIMAL(18,2) AS limit_yuan,
          (l.used_fen * 0.01)::DECIMAL(18,2) AS used_yuan,
          (l.limit_fen - l.used_fen) * 0.01 AS room, s.grade, p.price,
          (p.from_fen * 0.01)::DECIMAL(18,2) AS from_yuan,
          (p.to_fen * 0.01)::DECIMAL(18,2) AS to_yuan,
          CASE WHEN p.price IS NOT NULL THEN n.next_project END AS next_project
        FROM plan_limit AS l
        LEFT JOIN (SELECT limit_name, class_no, price, from_fen, to_fen
          FROM plan_price
          QUALIFY row_number() OVER (PARTITION BY limit_name ORDER BY class_no) = 1) AS p
          USING (limit_name)
        LEFT JOIN plan_stage AS s USING (class_no)
        LEFT JOIN (SELECT c.cause_id AS limit_name, g.project_name AS next_project
          FROM plan_cause AS c JOIN plan_part AS n ON n.project_code = c.project_code
            AND n.fund_source = c.fund_source AND n.arranged_yuan < n.amount_yuan
          JOIN funded AS g ON g.project_code = c.project_code
          QUALIFY row_number() OVER (PARTITION BY c.cause_id
            ORDER BY n.class_no, n.weight DESC, n.part_no) = 1) AS n USING (limit_name)
        WHERE l.kind NOT IN ('needs', 'excludes') ORDER BY l.limit_name
        """,
    )
    named = dict(
        connection.execute(
            "SELECT department_code, min(department_name) FROM funded GROUP BY ALL"
        ).fetchall()
    )
    for row in rows:
        row["zh"] = limit_words(pack, row["limit_name"], named)
        row["left_yuan"] = f"{Decimal(row.pop('room')):.2f}"
        price = row["price"]
        row["points"] = None if price is None else f"{(Decimal(price) * POINT).quantize(CENT)}"
    return rows


def more(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[dict[str, Any]]:
    """What more money in each pot that binds buys: solved anew, one 万元 first."""
    rows = dicts(
        connection,
        "SELECT m.*, f.project_name, f.grade, f.department_name FROM plan_more AS m "
        "LEFT JOIN funded AS f USING (project_code) "
        "ORDER BY m.limit_name, m.added_yuan, abs(m.after_yuan - m.before_yuan) DESC, "
        "m.project_code",
    )
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        limit, added = row.pop("limit_name"), row.pop("added_yuan")
        head = {"limit_name": limit, "zh": limit_words(pack, limit, {}), "added_yuan": added}
        one = made.setdefault((limit, added), {**head, "changes": []})
        gained = Decimal(row["after_yuan"]) - Decimal(row["before_yuan"])
        if row["project_code"]:
            one["changes"].append({**row, "gained_yuan": f"{gained:.2f}"})
        else:
            one["gained_yuan"] = f"{gained:.2f}"
    return list(made.values())


def more_words(step: Mapping[str, Any], most: int) -> str:
    """What one step of more money buys, as a sentence; `step` is one of `more`."""
    head = f"{step['zh']}再多 {Decimal(step['added_yuan']) / WAN:,.0f} 万元"
    if not step["changes"]:
        return f"{head}：什么也不变，剩下的都不能再拆"
    told = [
        f"{one['project_name'] or one['project_code']}"
        f" {'+' if Decimal(one['gained_yuan']) > 0 else '−'}"
        f"{abs(Decimal(one['gained_yuan'])) / WAN:,.2f}"
        for one in step["changes"][:most]
    ]
    rest = len(step["changes"]) - most
    also = f" 等 {len(step['changes'])} 个项目" if rest > 0 else ""
    return f"{head}：{'、'.join(told)}{also}"
