"""Two ways: what an article holds and what a yuan rests on are the same threads, and they tie."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from click.testing import CliRunner

from shangji.checking.basis import ARTICLE
from shangji.cli import shangji
from shangji.cli.reviewing import review_paths
from shangji.explain import register
from shangji.review import open_report
from shangji.trace import back, grounds, matching, rules_came_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.pack import Pack

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trace") / "out"
    options = {"paths": [str(SAMPLES / "small")], "packs": (), "year": None, "as_of": None,
               "out": str(out), "region": None, "engine": "duckdb", "threads": 2}  # fmt: skip
    review_paths(options)
    return out


@pytest.fixture
def connection(report: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    snapshot, results, _, _ = open_report(report)
    with duckdb.connect() as opened:
        register(opened, snapshot, results)
        yield opened


def cut(connection: duckdb.DuckDBPyConnection) -> Decimal:
    row = connection.execute("SELECT sum(asked_yuan - approved_yuan) FROM reduction").fetchone()
    assert row is not None
    return Decimal(row[0])


def test_the_yuan_of_the_rules_are_all_the_yuan(connection: duckdb.DuckDBPyConnection) -> None:
    came_to = rules_came_to(connection)
    assert sum(one.cut_yuan for one in came_to.values()) == cut(connection) > 0
    row = connection.execute("SELECT count(*) FROM verdict WHERE outcome = 'fail'").fetchone()
    assert row is not None
    assert sum(one.findings for one in came_to.values()) == row[0]


def test_every_finding_rests_on_something(
    connection: duckdb.DuckDBPyConnection, national: Pack
) -> None:
    found = grounds(connection, national)
    resting = {rule.rule_id for one in found for rule in one.rules}
    assert resting == set(rules_came_to(connection))


def test_back_and_forth_are_one_thread(
    connection: duckdb.DuckDBPyConnection, national: Pack
) -> None:
    found = {one.name: one for one in grounds(connection, national)}
    codes = connection.execute("SELECT DISTINCT project_code FROM reduction").fetchall()
    total = Decimal(0)
    assert codes
    for (code,) in codes:
        for step in back(connection, national, code):
            total += step.asked_yuan - step.approved_yuan
            assert step.grounds
            for name in (*step.grounds, *step.standards):
                assert step.rule_id in {rule.rule_id for rule in found[name].rules}, name
    assert total == cut(connection)


def test_a_law_is_found_by_title_article_or_number(
    connection: duckdb.DuckDBPyConnection, national: Pack
) -> None:
    every = grounds(connection, national)
    law = next(one for one in every if one.kind == "law" and ARTICLE.search(one.name))
    article = ARTICLE.findall(law.name)[0]
    assert law in matching(every, national, article)
    assert law in matching(every, national, law.name)
    assert matching(every, national, "没有这部法") == []
    standard = next(one for one in every if one.kind == "standard")
    code = next(code for code, one in national.standards.items() if one.zh in standard.name)
    assert standard in matching(every, national, code)


def test_a_yuan_under_another_rule_is_another_thread(
    connection: duckdb.DuckDBPyConnection, national: Pack
) -> None:
    # The twin of the test above: were the cause another rule, the article would not hold it.
    before = {one.name: one.cut_yuan for one in grounds(connection, national)}
    connection.execute(
        "CREATE TABLE other AS SELECT * REPLACE ('R-0002' AS cause_id) FROM reduction"
    )
    connection.execute("CREATE OR REPLACE VIEW reduction AS FROM other")
    after = {one.name: one.cut_yuan for one in grounds(connection, national)}
    assert before != after


@pytest.mark.parametrize(("what", "code"), [("", 0), ("预算法", 0), ("没有这部法", 3)])
def test_the_command(report: Path, what: str, code: int) -> None:
    made = CliRunner().invoke(shangji, ["trace", what, "--report", str(report)])
    if code:
        assert made.exit_code != 0
        return
    assert made.exit_code == 0, made.output
    assert "本次审减共" in made.output


def test_the_command_goes_back(report: Path, connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute("SELECT project_code FROM reduction LIMIT 1").fetchone()
    assert row is not None
    made = CliRunner().invoke(shangji, ["trace", row[0], "--report", str(report)])
    assert made.exit_code == 0, made.output
    assert "依据 " in made.output
    assert " → " in made.output
