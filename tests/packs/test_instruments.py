"""The instruments pack: cases, a sample with planted faults, who wins and who loses, verify."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from click.testing import CliRunner

from given import loaded
from shangji.checking.basis import unlisted
from shangji.cli import shangji
from shangji.cli.reviewing import review_paths
from shangji.faults import grading
from shangji.pack import shipped
from shangji.testing import run_cases
from shangji.verify import verify

if TYPE_CHECKING:
    from shangji.cli.reviewing import Done
    from shangji.pack import Pack

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "instruments"
FRAMEWORKS = {
    "special_fund_review", "guidance_review", "pool_review", "product_review", "guarantee_review",
}  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The pack over a national one without rules, whose planning would take most of the time."""
    bare = tmp_path_factory.mktemp("packs") / "national"
    shutil.copytree(shipped("national"), bare, ignore=shutil.ignore_patterns("rules"))
    return str(bare), "instruments"


@pytest.fixture(scope="module")
def own(folders: tuple[str, str]) -> Pack:
    """The pack with its own rules only."""
    pack = loaded(*folders)
    rules = {name: rule for name, rule in pack.rules.items() if name.startswith("R-04")}
    return replace(pack, rules=rules)


@pytest.fixture(scope="module")
def done(folders: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Done:
    options: dict[str, Any] = {
        "paths": [str(SAMPLE / "data")], "packs": folders, "year": None, "as_of": None,
        "region": None, "out": str(tmp_path_factory.mktemp("instruments") / "out"),
        "engine": "duckdb", "threads": 2,
    }  # fmt: skip
    return review_paths(options)


def shown(done: Done, section: str) -> dict[str, dict[int, str | None]]:
    """The cells of a section by row and place."""
    path = done.report.folder / "tables" / "shown.parquet"
    with duckdb.connect() as connection:
        cells = connection.execute(
            "SELECT key, place, value FROM read_parquet(?) WHERE section = ?", [str(path), section]
        ).fetchall()
    made: dict[str, dict[int, str | None]] = {}
    for key, place, value in cells:
        made.setdefault(key, {})[place] = value
    return made


def test_every_case_comes_out_as_written(own: Pack) -> None:
    assert len(own.rules) >= 30
    assert [result for result in run_cases(own) if not result.right] == []


def test_no_rule_cites_what_the_index_lacks(own: Pack) -> None:
    assert [found for found in unlisted(own) if found[0].startswith("R-04")] == []


def test_what_was_planted_is_found_and_nothing_grave_beside(done: Done) -> None:
    planted = grading.read_side(SAMPLE / "planted.csv")
    found = grading.findings(done.report.folder)
    made = grading.grade(planted, found, done.problems, 0)
    assert made.all.trials >= 60
    assert {kind for kind, count in made.by_kind.items() if count.hits < count.trials} == set()
    assert not made.unplanted


def test_what_some_gain_by_the_merger_and_others_lose_is_the_difference_of_the_whole(
    done: Done,
) -> None:
    gained = sum(Decimal(row[7] or 0) for row in shown(done, "fund_merge_gains").values())
    lost = sum(Decimal(row[7] or 0) for row in shown(done, "fund_merge_losses").values())
    (whole,) = shown(done, "fund_merge").values()
    assert gained > 0
    assert lost > 0
    assert gained - lost == Decimal(whole[8] or 0)


def test_the_leverage_of_a_fund_is_an_interval_around_what_is_known(done: Done) -> None:
    for row in shown(done, "guidance_leverage").values():
        face, low, high = (Decimal(row[place] or 0) for place in (8, 9, 10))
        known = Decimal(row[4] or 0) * 100
        assert known <= low <= high <= face * 100


def test_every_framework_has_its_rows_and_is_explained(done: Done) -> None:
    path = done.report.folder / "tables" / "grade.parquet"
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT framework FROM read_parquet(?)", [str(path)]
        ).fetchall()
    assert {name for (name,) in rows} == FRAMEWORKS
    told = CliRunner().invoke(shangji, ["explain", "FX3", "--report", str(done.report.folder)])
    assert told.exit_code == 0, told.output
    assert "惠农贷风险补偿资金池" in told.output
    assert "R-0452 到了熔断线仍在放贷" in told.output


def test_verify_derives_everything_again(done: Done) -> None:
    made = verify(done.report.folder)
    assert made.ok, made.problems
    assert made.counts.not_derived == 0
