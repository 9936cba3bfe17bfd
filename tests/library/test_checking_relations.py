"""SQL of relations: what is portable, the same rows on SQLite, and many cases at once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from shangji import checking
from shangji.checking.places import Places
from shangji.checking.relations import sound
from shangji.checking.trials import duckdb_rows, relations, sqlite_rows
from shangji.compile.apart import carried, kept_apart, one_by_one
from shangji.pack import Pack, Relation, load
from shangji.pack.model import RelationCase
from shangji.pack.read_tables import tables_named
from shangji.schema import Column, Table

TINY = Path(__file__).resolve().parent.parent / "contract" / "pack"


@pytest.fixture(scope="module")
def tiny() -> Pack:
    pack, problems = load([TINY])
    assert pack is not None, problems
    return pack


def with_sql(pack: Pack, sql: str, columns: dict[str, str], key: str = "") -> Pack:
    """The pack with one relation more, called `made`, with columns by kind."""
    made = tuple(
        Column(name=name, zh=name, kind=kind, scale=2 if kind == "money" else 0)
        for name, kind in columns.items()
    )
    table = Table("made", "试", (key or next(iter(columns)),), made)
    reads = tables_named(sql, {*pack.tables, *pack.relations})
    return replace(pack, relations={**pack.relations, "made": Relation(table, sql, reads)})


PORTABLE = [
    "SELECT project_code, COUNT(*) AS n FROM line GROUP BY project_code",
    """WITH a AS (SELECT project_code, COUNT(DISTINCT item) AS n FROM line GROUP BY project_code)
    SELECT a.project_code, a.n FROM a LEFT JOIN project AS p ON p.project_code = a.project_code""",
    """SELECT l.project_code,
    ROW_NUMBER() OVER (PARTITION BY l.project_code ORDER BY l.line_no) AS n
    FROM line AS l WHERE EXISTS (SELECT 1 FROM project AS p
    WHERE p.project_code = l.project_code AND p.lane IN ('works'))""",
    "SELECT h.project_code, h.executed_yuan + 0 AS n FROM last_year AS h",
]


@pytest.mark.parametrize("sql", PORTABLE)
def test_portable_sql_passes(tiny: Pack, sql: str) -> None:
    pack = with_sql(tiny, sql, {"project_code": "text", "n": "money"})
    assert list(sound(pack, Places(pack))) == []


REFUSED = [
    "SELECT *, 1 AS n FROM line",
    "SELECT project_code, AVG(amount_yuan) AS n FROM line GROUP BY project_code",
    "SELECT project_code, amount_yuan / 2 AS n FROM line",
    "SELECT project_code, amount_yuan // 2 AS n FROM line",
    "SELECT project_code, line_no % 2 AS n FROM line",
    "SELECT project_code, now() AS n FROM line",
    "SELECT project_code, CURRENT_DATE AS n FROM line",
    "SELECT project_code, random() AS n FROM line",
    "SELECT project_code, list(amount_yuan) AS n FROM line GROUP BY project_code",
    "SELECT project_code, CAST(amount_yuan AS DOUBLE) AS n FROM line",
    "SELECT project_code, amount_yuan::INTEGER AS n FROM line",
    "SELECT project_code, TRY_CAST(item AS BIGINT) AS n FROM line",
    "SELECT project_code, 1 AS n FROM line WHERE item LIKE 'a%'",
    "SELECT project_code, 1 AS n FROM lines",
    "SELECT project_code, 1 AS n FROM other.line",
    "SELECT project_code, 1 AS n FROM read_csv('x.csv')",
    "SELECT project_code, prise AS n FROM line",
    "SELECT project_code, 1 AS n FROM line LIMIT 1",
    "SELECT project_code, 1 AS n FROM line QUALIFY ROW_NUMBER() OVER (ORDER BY line_no) = 1",
    "SELECT project_code, SUM(days) FILTER (WHERE days > 1) AS n FROM line GROUP BY project_code",
    "SELECT l.project_code, 1 AS n FROM line AS l FULL JOIN project AS p ON TRUE",
    "SELECT project_code, 1 AS n FROM line UNION ALL SELECT project_code, 2 AS n FROM project",
    "SELECT project_code, 1 AS n FROM line; SELECT 1",
    "DELETE FROM line",
    "SELECT project_code, 1 AS wrong_name FROM line",
    "SELECT project_code 1 FROM",
    "WITH line AS (SELECT project_code FROM project) SELECT project_code, 1 AS n FROM line",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_is_not_portable_is_refused(tiny: Pack, sql: str) -> None:
    pack = with_sql(tiny, sql, {"project_code": "text", "n": "money"})
    assert {problem.code for problem in sound(pack, Places(pack))} == {"relation-sql"}


def test_the_place_is_the_sql_of_the_relation(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    path = folder / "relations" / "last_year.yaml"
    path.write_text(path.read_text("utf-8").replace("SUM(h.executed_yuan)", "AVG(h.executed_yuan)"))
    pack, _ = load([folder])
    assert pack is not None
    problem = checking.check(pack)[0]
    assert (problem.code, problem.where.field) == ("relation-sql", "sql")
    assert problem.where.file == "tiny/relations/last_year.yaml"
    assert problem.where.line


GIVEN = {
    "line": (
        {"project_code": "P1", "line_no": "1", "item": "b", "days": "1.5", "amount_yuan": "100.05"},
        {"project_code": "P1", "line_no": "2", "item": "a", "days": "2", "amount_yuan": "0.01"},
        {"project_code": "P2", "line_no": "1", "item": "", "days": "0.5", "amount_yuan": ""},
        {"project_code": "P3", "line_no": "1", "item": "c", "amount_yuan": "7", "persons": "3"},
    ),
    "project": (
        {
            "project_code": "P1",
            "lane": "works",
            "amount_yuan": "100.06",
            "start_date": "2027-03-01",
        },
        {"project_code": "P2", "lane": "works", "amount_yuan": "5", "start_date": "2026-03-01"},
    ),
}
SAME = {
    "literals beside decimals": "SELECT l.project_code, l.line_no, l.amount_yuan - 0.5 AS n "
    "FROM line AS l WHERE l.amount_yuan > 5 AND l.days BETWEEN 0.5 AND 2.25",
    "products": "SELECT project_code, line_no, CAST(amount_yuan * days AS DECIMAL(18,2)) AS n "
    "FROM line",
    "a sum that has a default": "SELECT p.project_code, 1 AS line_no, "
    "COALESCE(SUM(l.amount_yuan), 3) AS n FROM project AS p "
    "LEFT JOIN line AS l ON l.project_code = p.project_code AND l.amount_yuan >= 0.01 "
    "GROUP BY p.project_code",
    "a case of two scales": "SELECT project_code, line_no, "
    "CASE WHEN amount_yuan IS NULL THEN 0.5 WHEN item = 'a' THEN 2 ELSE amount_yuan END AS n "
    "FROM line",
    "windows": "SELECT project_code, line_no, "
    "SUM(amount_yuan) OVER (PARTITION BY project_code ORDER BY line_no) AS n FROM line",
    "nulls in order": "SELECT project_code, line_no, "
    "RANK() OVER (ORDER BY amount_yuan DESC) AS n FROM line",
    "a union": "WITH u AS (SELECT project_code, line_no, amount_yuan AS v FROM line UNION ALL "
    "SELECT project_code, 99 AS line_no, 1 AS v FROM project) "
    "SELECT u.project_code, u.line_no, u.v AS n FROM u",
    "a subquery beside": "SELECT l.project_code, l.line_no, (SELECT SUM(m.amount_yuan) "
    "FROM line AS m WHERE m.project_code = l.project_code) AS n FROM line AS l "
    "WHERE l.project_code IN (SELECT p.project_code FROM project AS p WHERE p.amount_yuan > 5.5)",
    "dates and the year": "SELECT p.project_code, 1 AS line_no, p.amount_yuan AS n "
    "FROM project AS p JOIN review AS r ON p.start_date >= r.year_start "
    "WHERE p.start_date < CAST('2027-12-31' AS DATE)",
    "rounding": "SELECT project_code, line_no, "
    "CAST(amount_yuan * days AS BIGINT) + CAST(0 - amount_yuan AS BIGINT) AS n FROM line",
}


@pytest.mark.parametrize("what", SAME)
def test_the_same_rows_on_sqlite(tiny: Pack, what: str) -> None:
    columns = {"project_code": "text", "line_no": "count", "n": "money"}
    pack = with_sql(tiny, SAME[what], columns)
    assert list(sound(pack, Places(pack))) == []
    case = RelationCase(GIVEN, ())
    rows = duckdb_rows(pack, pack.relations["made"], case)
    assert rows
    assert sqlite_rows(pack, pack.relations["made"], case) == rows


def test_rows_that_differ_between_engines_are_named(tiny: Pack) -> None:
    """SQLite lowers only ASCII letters."""
    pack = with_sql(
        tiny,
        "SELECT project_code, LOWER(item) AS n FROM line",
        {"project_code": "text", "n": "text"},
    )
    case = RelationCase(
        {"line": ({"project_code": "P1", "item": "ÄB"},)}, ({"project_code": "P1", "n": "äb"},)
    )
    made = replace(pack.relations["made"], cases=(case,))
    pack = replace(pack, relations={"made": made})
    found = list(relations(pack, Places(pack)))
    assert [problem.code for problem in found] == ["relation-rows"]
    assert "äb" in found[0].says


def test_rows_other_than_expected_are_named(tiny: Pack) -> None:
    relation = tiny.relations["last_year"]
    case = replace(relation.cases[0], rows=relation.cases[0].rows[:1])
    pack = replace(tiny, relations={"last_year": replace(relation, cases=(case,))})
    found = list(relations(pack, Places(pack)))
    assert [problem.code for problem in found] == ["case-wrong"]


APART = {
    "group": "SELECT project_code AS k, COUNT(*) AS n FROM line GROUP BY project_code",
    "join": "SELECT l.project_code AS k, p.amount_yuan AS n FROM line AS l "
    "LEFT JOIN project AS p ON p.project_code = l.project_code",
    "window": "SELECT project_code AS k, ROW_NUMBER() OVER (ORDER BY line_no, project_code) AS n "
    "FROM line",
    "with": "WITH a AS (SELECT project_code, MAX(days) AS n FROM line GROUP BY project_code) "
    "SELECT a.project_code AS k, a.n AS n FROM review AS r JOIN a ON r.budget_year > 2000",
    "exists": "SELECT l.project_code AS k, l.line_no AS n FROM line AS l WHERE NOT EXISTS "
    "(SELECT 1 FROM project AS p WHERE p.project_code = l.project_code)",
    "value": "SELECT l.project_code AS k, (SELECT COUNT(*) FROM project AS p) AS n FROM line AS l",
    "union": "WITH u AS (SELECT project_code FROM line UNION ALL SELECT project_code FROM project) "
    "SELECT u.project_code AS k, COUNT(*) AS n FROM u GROUP BY u.project_code",
    "distinct": "SELECT DISTINCT project_code AS k, 1 AS n FROM line",
    "whole": "SELECT 'all' AS k, SUM(days) AS n FROM line",
    "whole below": "SELECT p.project_code AS k, t.n AS n FROM project AS p "
    "CROSS JOIN (SELECT COUNT(*) AS n FROM line) AS t",
}


@pytest.mark.parametrize("what", APART)
def test_cases_run_together_as_they_run_one_by_one(tiny: Pack, what: str) -> None:
    pack = with_sql(tiny, APART[what], {"k": "text", "n": "money"})
    relation = pack.relations["made"]
    cases = ("c0", "c1", "c2")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE review AS SELECT 2027 AS budget_year")
        for name in ("line", "project"):
            columns = ", ".join(f'"{column.name}" VARCHAR' for column in pack.tables[name].columns)
            connection.execute(f"CREATE TABLE {name} ({columns}, row_case VARCHAR)")
        for case, code, number in (("c0", "P1", 1), ("c0", "P2", 2), ("c1", "P1", 3)):
            connection.execute(
                "INSERT INTO line (project_code, line_no, days, row_case) VALUES (?, ?, '1', ?)",
                [code, number, case],
            )
        connection.execute(
            "INSERT INTO project (project_code, amount_yuan, row_case) VALUES ('P1', '5', 'c1')"
        )
        connection.execute("ALTER TABLE line ALTER days TYPE DECIMAL(18,1)")
        found, wanted = (
            sorted(connection.execute(sql).fetchall(), key=str)
            for sql in (kept_apart(relation, cases), one_by_one(relation, cases))
        )
    assert found == wanted


def test_what_the_national_pack_relates_is_carried() -> None:
    import sqlglot

    pack, problems = load()
    assert pack is not None, problems
    for relation in pack.relations.values():
        tree = sqlglot.parse_one(relation.sql, read="duckdb")
        assert carried(tree, set(relation.reads)), relation.table.name
