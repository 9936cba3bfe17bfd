"""The scitech pack: its cases, its sample with planted faults, the paths as proof, verify."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner

from given import loaded
from shangji.checking.basis import unlisted
from shangji.cli import shangji
from shangji.cli.reviewing import review_paths
from shangji.explain import row_lines
from shangji.faults import grading
from shangji.review import open_report
from shangji.testing import run_cases
from shangji.verify import verify

if TYPE_CHECKING:
    from shangji.cli.reviewing import Done
    from shangji.pack import Pack

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "scitech"
PACKS = ("national", "scitech")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loaded(*PACKS)


@pytest.fixture(scope="module")
def own(pack: Pack) -> Pack:
    """The pack with its own rules only."""
    rules = {name: rule for name, rule in pack.rules.items() if name.startswith("R-05")}
    return replace(pack, rules=rules)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    options: dict[str, Any] = {
        "paths": [str(SAMPLE / "data")], "packs": PACKS, "year": None, "as_of": None,
        "region": None, "out": str(tmp_path_factory.mktemp("scitech") / "out"),
        "engine": "duckdb", "threads": 2,
    }  # fmt: skip
    return review_paths(options)


def followed(done: Done, thing: str) -> list[list[str]]:
    """The lines of a thing on the sheet of scores over time."""
    book = openpyxl.load_workbook(done.report.folder / "审核结果.xlsx", read_only=True)
    rows = [[str(cell) for cell in row] for row in book["动态评分"].iter_rows(values_only=True)]
    return [row for row in rows if row[0] == thing]


def test_every_case_comes_out_as_written(own: Pack) -> None:
    assert [result for result in run_cases(own) if not result.right] == []


def test_no_rule_cites_what_the_index_lacks(own: Pack) -> None:
    assert [found for found in unlisted(own) if found[0].startswith("R-05")] == []


def test_what_was_planted_is_found_and_nothing_grave_beside(done: Done) -> None:
    planted = grading.read_side(SAMPLE / "planted.csv")
    found = grading.findings(done.report.folder)
    made = grading.grade(planted, found, done.problems, 0)
    assert made.all.trials >= 70
    missed = {kind for kind, count in made.by_kind.items() if count.hits < count.trials}
    assert missed == {fault["kind"] for fault in planted if not fault["expected"]}
    assert len(missed) == 3
    assert not made.unplanted


def test_a_diversion_shows_its_path_under_the_venture(done: Done, pack: Pack) -> None:
    snapshot, results, _, _ = open_report(done.report.folder)
    told = "".join(row_lines(snapshot, results, pack, "KC02"))
    assert "R-0501 专项资金流向基建、房产或理财" in told
    assert "样例县国库 →〔" in told
    assert "〕样例宏基建筑有限公司" in told


def test_scores_of_three_days_stand_beside_each_other(done: Done) -> None:
    rows = followed(done, "KC02")
    assert [row[1] for row in rows] == ["2025-12-31", "2026-06-30", "2026-10-31"]
    assert rows[0][5] == "首次"
    change = Decimal(rows[1][3]) - Decimal(rows[0][3])
    assert Decimal(rows[1][5]) == change


def test_without_a_financial_history_the_score_is_an_interval(done: Done) -> None:
    spans = [row[3] for row in followed(done, "KC01")]
    assert len(spans) == 3
    assert all(" 至 " in span for span in spans)


def test_the_panel_is_told_by_coefficients(done: Done) -> None:
    made = CliRunner().invoke(shangji, ["score", "panel", str(done.report.folder)])
    assert made.exit_code == 0, made.output
    assert "初创期科创项目评估 · 技术专家：α 0." in made.output
    assert "与其他人的平均差满分的" in made.output


def test_verify_derives_everything_again(done: Done) -> None:
    made = verify(done.report.folder)
    assert made.ok, made.problems
    assert made.counts.not_derived == 0
