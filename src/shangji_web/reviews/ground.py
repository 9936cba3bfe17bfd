"""What lies beside a finding in the run's own tables: past years, prices of peers, duplicates.

A run is never changed. What people look up in it by a project is written once into a small indexed
file beside the runs: the desk then reads some rows by their key, and starts no engine for a page.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji_web import place, snapshot
from shangji_web.reviews.rates import rates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from shangji_web.reviews.models import Finding, Run

KEPT = 512
YEAR = 12
FORM = 1
"""The form of the file; another one is written anew."""
LINES = 10_000
KINDS = {
    "twice": "同一件事报了两次",
    "two_units": "两个单位各报同一件事",
    "two_funds": "同一件事从两种资金各报一次",
    "completed": "已完成的项目再报",
    "renamed": "换个代码或名称再报",
    "sibling": "同类但不是一件事",
}
SURE = {"clear": "明确", "doubtful": "需人判断"}


PAST = """
    SELECT project_code, year, period_months, original_yuan, adjusted_yuan, executed_yuan
    FROM ({sql}) WHERE project_code IS NOT NULL ORDER BY project_code, year DESC NULLS LAST
"""
PAIRS = """
    SELECT p.own_code, p.other_code, p.kind, p.certainty, p.reasons,
      coalesce(o.project_name, p.other_name) AS other_project_name,
      coalesce(o.unit_name, p.other_unit) AS other_unit_name,
      coalesce(o.amount_yuan, p.other_yuan) AS other_amount_yuan,
      o.place AS other_place, o.summary AS other_summary,
      s.project_name AS own_project_name, s.unit_name AS own_unit_name,
      s.amount_yuan AS own_amount_yuan, s.place AS own_place, s.summary AS own_summary
    FROM (
      SELECT project_code AS own_code, other_project_code AS other_code, * FROM duplicate_pair
      UNION ALL
      SELECT other_project_code, project_code, * FROM duplicate_pair
    ) AS p
    LEFT JOIN project AS o ON o.project_code = p.other_code
    LEFT JOIN project AS s ON s.project_code = p.own_code
    WHERE coalesce(p.kind, '') <> '' AND p.own_code IS NOT NULL
    ORDER BY p.own_code, p.certainty, p.row_key
"""
PRICES = """
    SELECT l.project_code, CAST(l.line_no AS VARCHAR) AS line_no,
      dense_rank() OVER (
        ORDER BY l.economic_class, l.unit_of_measure, coalesce(l.catalogue_item, l.expense_item)
      ) AS same,
      p.project_name, p.unit_name, l.expense_item, l.spec, l.unit_of_measure, l.unit_price_yuan
    FROM line AS l LEFT JOIN project AS p ON p.project_code = l.project_code
    WHERE l.unit_price_yuan > 0 AND l.unit_of_measure NOT IN ('项', '批', '宗', '笔')
      AND l.economic_class IS NOT NULL
      AND coalesce(l.catalogue_item, l.expense_item) IS NOT NULL
    ORDER BY l.unit_price_yuan, l.project_code, l.line_no
"""
TARGETS = """
    SELECT t.project_code, CAST(t.target_no AS VARCHAR) AS target_no, trim(t.level3) AS level3,
      coalesce(t.value_text, CAST(t.value AS VARCHAR)) AS value, t.measure_unit,
      p.project_name, p.unit_name
    FROM target AS t LEFT JOIN project AS p ON p.project_code = t.project_code
    WHERE t.level3 IS NOT NULL ORDER BY t.project_code, t.target_no
"""
INDEXES = {
    "past": ("project_code",),
    "pair": ("own_code",),
    "price": ("project_code, line_no", "same"),
    "target": ("project_code, target_no", "level3, project_code"),
}


@dataclass(frozen=True)
class Peers:
    """Prices of the same thing elsewhere in the pool: how many, the middle one, some of them."""

    count: int
    median: str
    own: str
    rows: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Alike:
    """The same indicator elsewhere in the pool: its own value, and those of others."""

    indicator: str
    own: str
    count: int
    rows: Sequence[dict[str, Any]]


def prepare(run: Run) -> Path:
    """The indexed file of a run; written now where there is none yet."""
    folder = place.home() / place.RUNS / run.folder / "snapshot"
    kept = place.folder(place.GROUND) / f"{run.folder}.{FORM}.sqlite3"
    if not kept.is_file():
        handle, name = tempfile.mkstemp(dir=kept.parent, suffix=".part")
        os.close(handle)
        try:
            _write(folder, name)
            os.replace(name, kept)  # noqa: PTH105 - atomic: another process may be as far
        finally:
            Path(name).unlink(missing_ok=True)
    return kept


def _write(folder: Path, name: str) -> None:
    import duckdb

    relation = snapshot.pack().relations.get("project_history")
    wanted: dict[str, tuple[tuple[str, ...], str]] = {
        "pair": (("duplicate_pair", "project"), PAIRS),
        "price": (("line", "project"), PRICES),
        "target": (("target", "project"), TARGETS),
    }
    if relation is not None:
        wanted["past"] = (tuple(relation.reads), PAST.format(sql=relation.sql))
    with (
        duckdb.connect(config={"threads": 1}) as connection,
        closing(sqlite3.connect(name)) as made,
        made,
    ):
        for table, (reads, sql) in sorted(wanted.items()):
            paths = {read: folder / f"{read}.parquet" for read in reads}
            if not all(path.is_file() for path in paths.values()):
                continue
            for read, path in paths.items():
                quoted = str(path).replace("'", "''")
                view = f"CREATE OR REPLACE VIEW \"{read}\" AS FROM read_parquet('{quoted}')"
                connection.execute(view)
            _copy(connection.execute(sql), made, table)


def _copy(found: duckdb.DuckDBPyConnection, made: sqlite3.Connection, table: str) -> None:
    """Copy the rows of a query; amounts become text, the order stays."""
    names = [column[0] for column in found.description or ()]
    made.execute(f"CREATE TABLE {table} ({', '.join(names)})")
    marks = ", ".join("?" * len(names))
    while rows := found.fetchmany(LINES):
        made.executemany(
            f"INSERT INTO {table} VALUES ({marks})",
            (
                [f"{value:f}" if isinstance(value, Decimal) else value for value in row]
                for row in rows
            ),
        )
    for number, columns in enumerate(INDEXES[table]):
        made.execute(f"CREATE INDEX {table}_{number} ON {table} ({columns})")


def _rows(file: Path, table: str, rest: str, *given: object) -> list[dict[str, Any]]:
    """Rows of a table of the file, in their order; none where the run has no such table."""
    address = f"{file.as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        if known.fetchone() is None:
            return []
        found: Iterator[Any] = connection.execute(f"SELECT * FROM {table} {rest}", given)
        return [dict(row) for row in found]


def past_years(run: Run, code: str) -> Sequence[dict[str, Any]]:
    """Budget and execution of past years of a project, the latest first; months where not whole."""
    return _past(prepare(run), code)


@lru_cache(KEPT)
def _past(file: Path, code: str) -> Sequence[dict[str, Any]]:
    rows = _rows(file, "past", "WHERE project_code = ? ORDER BY rowid LIMIT ?", code, rates().past)
    for row in rows:
        months = row["period_months"]
        row["partial"] = months if months and months < YEAR else 0
    return tuple(rows)


def duplicates(run: Run, code: str) -> Sequence[dict[str, Any]]:
    """The pairs in which a project stands, each with the columns of the other beside its own."""
    return _pairs(prepare(run), code)


@lru_cache(KEPT)
def _pairs(file: Path, code: str) -> Sequence[dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for row in _rows(file, "pair", "WHERE own_code = ? ORDER BY rowid", code):
        kind, sure = KINDS.get(row["kind"], row["kind"]), SURE.get(row["certainty"] or "", "")
        made.setdefault(row["other_code"], {**row, "kind_zh": kind, "sure_zh": sure})
    return tuple(made.values())


def price_peers(run: Run, finding: Finding) -> Peers | None:
    """The prices of the same thing where a finding is about a line of spending."""
    if finding.subject != "line":
        return None
    code, _, number = finding.key.rpartition("|")
    return _peers(prepare(run), code, number)


SAME = """
    WHERE same = (SELECT same FROM price WHERE project_code = ? AND line_no = ? LIMIT 1)
    ORDER BY rowid
"""


@lru_cache(KEPT)
def _peers(file: Path, code: str, number: str) -> Peers | None:
    rows = _rows(file, "price", SAME, code, number)
    own = [row for row in rows if row["project_code"] == code and row["line_no"] == number]
    if len(rows) < 2 or not own:  # noqa: PLR2004 - itself and another
        return None
    others = [row for row in rows if row is not own[0]]
    middle = rows[(len(rows) - 1) // 2]["unit_price_yuan"]
    most = rates().peers
    shown = others[:: max(1, -(-len(others) // most))][:most]
    return Peers(len(rows), middle, own[0]["unit_price_yuan"], shown)


def indicator_peers(run: Run, finding: Finding) -> Alike | None:
    """The values of the same indicator elsewhere, where a finding is about a target."""
    if finding.subject != "target":
        return None
    code, _, number = finding.key.rpartition("|")
    return _alike(prepare(run), code, number)


@lru_cache(KEPT)
def _alike(file: Path, code: str, number: str) -> Alike | None:
    keyed = "WHERE project_code = ? AND target_no = ? ORDER BY rowid LIMIT 1"
    own = _rows(file, "target", keyed, code, number)
    if not own:
        return None
    name = own[0]["level3"]
    others = _rows(
        file, "target", "WHERE level3 = ? AND project_code <> ? ORDER BY rowid", name, code
    )
    if not others:
        return None
    return Alike(name, own[0]["value"] or "", len(others), tuple(others[: rates().peers]))
