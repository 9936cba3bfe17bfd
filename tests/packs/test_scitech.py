"""The scitech pack: its cases, its sample with planted faults, the paths as proof, verify."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from given import loaded
from shangji.checking.basis import unlisted
from shangji.cli import shangji
from shangji.cli.reviewing import review_paths
from shangji.faults import grading
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


def test_every_case_comes_out_as_written(own: Pack) -> None:
    assert [result for result in run_cases(own) if not result.right] == []


def test_no_rule_cites_what_the_index_lacks(own: Pack) -> None:
    assert [found for found in unlisted(own) if found[0].startswith("R-05")] == []


def test_what_was_planted_is_found_and_nothing_grave_beside(done: Done) -> None:
    planted = grading.read_side(SAMPLE / "planted.csv")
    found = grading.findings(done.report.folder)
    made = grading.grade(planted, found, done.problems, 0)
    assert made.all.trials >= 20
    assert {kind for kind, count in made.by_kind.items() if count.hits < count.trials} == set()
    assert not made.unplanted


def test_a_diversion_shows_its_path(done: Done) -> None:
    told = CliRunner().invoke(shangji, ["explain", "KC02", "--report", str(done.report.folder)])
    assert told.exit_code == 0, told.output
    rows = grading.findings(done.report.folder)
    assert {row.key[:4] for row in rows if row.rule == "R-0501"} >= {"KC01", "KC02"}


def test_verify_derives_everything_again(done: Done) -> None:
    made = verify(done.report.folder)
    assert made.ok, made.problems
    assert made.counts.not_derived == 0
