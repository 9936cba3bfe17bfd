"""The performance pack: its checks, its forms, and a year of 120 projects that grades itself."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner

from given import loaded
from shangji.checking.basis import unlisted
from shangji.cli import shangji
from shangji.compile.reach import tables_under
from shangji.compile.scope import aliases
from shangji.faults.grading import findings
from shangji.pack.load import shipped
from shangji.testing import run_cases
from shangji.verify import verify

if TYPE_CHECKING:
    from shangji.pack import Pack

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "performance"
PROJECT = "99010126T000000500007"


@pytest.fixture(scope="module")
def whole() -> Pack:
    return loaded("national", "performance")


@pytest.fixture(scope="module")
def own(whole: Pack) -> Pack:
    """The pack with its own rules alone: those of the national pack have tests of theirs."""
    national = loaded("national")
    rules = {name: rule for name, rule in whole.rules.items() if name not in national.rules}
    frames = {k: v for k, v in whole.frameworks.items() if k not in national.frameworks}
    return replace(whole, rules=rules, frameworks=frames)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("performance") / "out"
    asked = ["review", str(SAMPLE / "data"), "--pack", "performance", "--out", str(out)]
    made = CliRunner().invoke(shangji, asked)
    assert made.exit_code == 0, made.output
    return out, made.output


def test_the_pack_is_data_and_as_large_as_promised(own: Pack) -> None:
    assert not list(shipped("performance").rglob("*.py"))
    written = [rule for rule in own.rules.values() if not rule.derived]
    assert len(written) >= 40
    assert all("R-0301" <= rule.id <= "R-0399" for rule in written)
    assert len(own.frameworks) >= 6
    assert len([one for one in own.measures.values() if one.subject in STEPS]) >= 30


STEPS = {
    "monitoring", "indicator_progress", "self_evaluation", "self_indicator", "evaluation",
    "department_evaluation", "ex_ante", "result_use",
}  # fmt: skip


def test_each_step_has_a_form(whole: Pack) -> None:
    asked = {sheet.table for form in whole.forms.values() for sheet in form.sheets}
    assert asked >= STEPS


def test_its_own_cases_come_out_and_its_bases_are_listed(own: Pack) -> None:
    assert [result for result in run_cases(own) if not result.right] == []
    assert [one for one in unlisted(own) if one[0] in own.rules] == []


def test_every_planted_fault_is_found_and_nothing_else(told: tuple[Path, str]) -> None:
    out, said = told
    with (SAMPLE / "planted.csv").open(encoding="utf-8", newline="") as file:
        planted = list(csv.DictReader(file))
    assert len(planted) >= 150
    assert f"共 {len(planted)} 处，找到 {len(planted)} 处" in said
    places = {(row["expected"], row["file"], row["sheet"], int(row["cell"][1:])) for row in planted}
    found = [one for one in findings(out) if one.rule.startswith("R-03")]
    stray = [one for one in found if one.place is None or (one.rule, *one.place) not in places]
    assert stray == []


def test_the_workbook_opens_with_each_evaluation(told: tuple[Path, str]) -> None:
    book = openpyxl.load_workbook(told[0] / "审核结果.xlsx", read_only=True)
    rows = [row[:3] for row in book["总览"].iter_rows(min_row=4, values_only=True)]
    assert ("双监控", "绩效运行监控", 240) in rows
    assert ("项目支出绩效评价", "绩效评价结果", 45) in rows
    assert {"执行慢于序时", "评价结果与下年申报"} <= set(book.sheetnames)


def test_a_code_tells_every_evaluation_of_the_project(told: tuple[Path, str]) -> None:
    made = CliRunner().invoke(shangji, ["explain", PROJECT, "--report", str(told[0])])
    assert made.exit_code == 0, made.output
    for head in ("双监控", "自评复算", "自评质量", "项目支出绩效评价", "评价结果应用"):
        assert f"\n{head}" in made.output
    assert made.output.count("绩效运行监控 ") == 2


def test_verify_derives_everything_again(told: tuple[Path, str]) -> None:
    made = verify(told[0])
    assert made.ok, made.problems
    assert [name for name in made.counts.reasons if not name.startswith("摘要")] == []


def test_no_self_score_can_reach_a_grade_of_the_project_review(whole: Pack) -> None:
    """What a rule or a node on a project may name never comes from a self-evaluation."""
    sources = {table.name for table in aliases(whole, whole.tables["project"]).values()}
    sources |= {fact.child for fact in whole.facts if fact.of in sources and fact.child}
    reached = set().union(*(tables_under(whole, name) for name in sources))
    assert not reached & {"self_evaluation", "self_indicator"}
    readers = [name for name in sources if "evaluation" in tables_under(whole, name)]
    assert readers == ["independent_evaluation"]
    assert "'self'" not in whole.relations["independent_evaluation"].sql
