"""What lies beside a finding in the run's own tables: past years, prices of peers, duplicates.

A run is never changed, so what was read once from it is kept in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shangji.report.rows import dicts
from shangji_web import place, snapshot
from shangji_web.reviews.rates import rates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from shangji_web.reviews.models import Finding, Run

KEPT = 512
YEAR = 12
KINDS = {
    "twice": "同一件事报了两次",
    "two_units": "两个单位各报同一件事",
    "two_funds": "同一件事从两种资金各报一次",
    "completed": "已完成的项目再报",
    "renamed": "换个代码或名称再报",
    "sibling": "同类但不是一件事",
}
SURE = {"clear": "明确", "doubtful": "需人判断"}


@dataclass(frozen=True)
class Peers:
    """Prices of the same thing elsewhere in the pool: how many, the middle one, some of them."""

    count: int
    median: str
    own: str
    rows: Sequence[dict[str, Any]]


def _folder(run: Run) -> Path:
    return place.home() / place.RUNS / run.folder / "snapshot"


def _opened(folder: Path, names: Sequence[str]) -> duckdb.DuckDBPyConnection | None:
    """A connection with the snapshot's tables under their names; None where one is not there."""
    import duckdb

    if not all((folder / f"{name}.parquet").is_file() for name in names):
        return None
    connection = duckdb.connect(config={"threads": 1})
    for name in names:
        path = str(folder / f"{name}.parquet").replace("'", "''")
        connection.execute(f"CREATE VIEW \"{name}\" AS FROM read_parquet('{path}')")
    return connection


def past_years(run: Run, code: str) -> Sequence[dict[str, Any]]:
    """Budget and execution of past years of a project, the latest first; months where not whole."""
    return _past(_folder(run), code)


@lru_cache(KEPT)
def _past(folder: Path, code: str) -> Sequence[dict[str, Any]]:
    relation = snapshot.pack().relations.get("project_history")
    connection = _opened(folder, list(relation.reads)) if relation else None
    if relation is None or connection is None:
        return ()
    with connection:
        rows = dicts(
            connection,
            f"FROM ({relation.sql}) WHERE project_code = ? "
            f"ORDER BY year DESC NULLS LAST LIMIT {rates().past}",
            code,
        )
    for row in rows:
        months = row["period_months"]
        row["partial"] = months if months and months < YEAR else 0
    return tuple(rows)


def duplicates(run: Run, code: str) -> Sequence[dict[str, Any]]:
    """The pairs in which a project stands, each with the columns of the other beside its own."""
    return _pairs(_folder(run), code)


PAIRS = """
    SELECT p.*, o.project_name AS other_project_name, o.unit_name AS other_unit_name,
      o.amount_yuan AS other_amount_yuan, o.place AS other_place, o.summary AS other_summary,
      o.start_date AS other_start, o.end_date AS other_end,
      s.project_name AS own_project_name, s.unit_name AS own_unit_name,
      s.amount_yuan AS own_amount_yuan, s.place AS own_place, s.summary AS own_summary,
      s.start_date AS own_start, s.end_date AS own_end
    FROM (
      SELECT project_code AS own_code, other_project_code AS other_code, * FROM duplicate_pair
      WHERE project_code = $1
      UNION ALL
      SELECT other_project_code, project_code, * FROM duplicate_pair WHERE other_project_code = $1
    ) AS p
    LEFT JOIN project AS o ON o.project_code = p.other_code
    LEFT JOIN project AS s ON s.project_code = p.own_code
    WHERE coalesce(p.kind, '') <> '' ORDER BY p.certainty, p.row_key
"""


@lru_cache(KEPT)
def _pairs(folder: Path, code: str) -> Sequence[dict[str, Any]]:
    connection = _opened(folder, ("duplicate_pair", "project"))
    if connection is None:
        return ()
    with connection:
        rows = dicts(connection, PAIRS, code)
    seen = set()
    made = []
    for row in rows:
        if row["other_code"] in seen:
            continue
        seen.add(row["other_code"])
        row["kind_zh"] = KINDS.get(row["kind"], row["kind"])
        row["sure_zh"] = SURE.get(row["certainty"] or "", "")
        row["other_project_name"] = row["other_project_name"] or row["other_name"]
        row["other_unit_name"] = row["other_unit_name"] or row["other_unit"]
        row["other_amount_yuan"] = row["other_amount_yuan"] or row["other_yuan"]
        made.append(row)
    return tuple(made)


def price_peers(run: Run, finding: Finding) -> Peers | None:
    """The prices of the same thing where a finding is about a line of spending."""
    if finding.subject != "line":
        return None
    code, _, number = finding.key.rpartition("|")
    return _peers(_folder(run), code, number)


PEERS = """
    WITH own AS (
      SELECT * FROM line WHERE project_code = $1 AND CAST(line_no AS VARCHAR) = $2
    )
    SELECT p.project_name, p.unit_name, l.expense_item, l.spec, l.unit_of_measure,
      l.unit_price_yuan, l.project_code, l.line_no
    FROM line AS l JOIN own AS o
      ON l.economic_class = o.economic_class AND l.unit_of_measure = o.unit_of_measure
      AND coalesce(l.catalogue_item, l.expense_item) = coalesce(o.catalogue_item, o.expense_item)
    LEFT JOIN project AS p ON p.project_code = l.project_code
    WHERE l.unit_price_yuan > 0 AND NOT l.unit_of_measure IN ('项', '批', '宗', '笔')
    ORDER BY l.unit_price_yuan, l.project_code, l.line_no
"""


@lru_cache(KEPT)
def _peers(folder: Path, code: str, number: str) -> Peers | None:
    connection = _opened(folder, ("line", "project"))
    if connection is None:
        return None
    with connection:
        rows = dicts(connection, PEERS, code, number)
    own = [row for row in rows if row["project_code"] == code and str(row["line_no"]) == number]
    if len(rows) < 2 or not own:  # noqa: PLR2004 - itself and another
        return None
    others = [row for row in rows if row is not own[0]]
    middle = rows[(len(rows) - 1) // 2]["unit_price_yuan"]
    most = rates().peers
    shown = others[:: max(1, -(-len(others) // most))][:most]
    return Peers(len(rows), middle, own[0]["unit_price_yuan"], shown)


@dataclass(frozen=True)
class Alike:
    """The same indicator elsewhere in the pool: its own value, and those of others."""

    indicator: str
    own: str
    count: int
    rows: Sequence[dict[str, Any]]


def indicator_peers(run: Run, finding: Finding) -> Alike | None:
    """The values of the same indicator elsewhere, where a finding is about a target."""
    if finding.subject != "target":
        return None
    code, _, number = finding.key.rpartition("|")
    return _alike(_folder(run), code, number)


ALIKE = """
    WITH own AS (
      SELECT * FROM target WHERE project_code = $1 AND CAST(target_no AS VARCHAR) = $2
    )
    SELECT p.project_name, p.unit_name, t.project_code, t.target_no, t.level3,
      coalesce(t.value_text, CAST(t.value AS VARCHAR)) AS value, t.measure_unit
    FROM target AS t JOIN own AS o ON trim(t.level3) = trim(o.level3)
    LEFT JOIN project AS p ON p.project_code = t.project_code
    ORDER BY t.project_code, t.target_no
"""


@lru_cache(KEPT)
def _alike(folder: Path, code: str, number: str) -> Alike | None:
    connection = _opened(folder, ("target", "project"))
    if connection is None:
        return None
    with connection:
        rows = dicts(connection, ALIKE, code, number)
    own = [row for row in rows if row["project_code"] == code and str(row["target_no"]) == number]
    others = [row for row in rows if row["project_code"] != code]
    if not own or not others:
        return None
    return Alike(
        own[0]["level3"], own[0]["value"] or "", len(others), tuple(others[: rates().peers])
    )
