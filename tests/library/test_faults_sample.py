"""`shangji sample`: the same bytes for a seed, cells that hold what the list says, a fair grade."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from shangji.cli import shangji
from shangji.cli.reviewing import graded, review_paths
from shangji.errors import Problem, Where
from shangji.faults import grading
from shangji.faults.county import clean
from shangji.faults.kinds import KINDS, plant, spoil
from shangji.faults.sample import make
from shangji.pack import load

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.cli.reviewing import Done
    from shangji.pack import Pack

FAULT = {
    "project_code": "P1",
    "kind": "sum_mismatch",
    "zh": "明细合计不符",
    "gravity": "严重",
    "expected": "R-0003",
    "file": "a.xlsx",
    "sheet": "项目",
    "cell": "B3",
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    loaded, _ = load(["national"])
    assert loaded
    return loaded


@pytest.fixture(scope="module")
def folder(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("county") / "made"
    make(made, pack, 5, size=60)
    return made


@pytest.fixture(scope="module")
def done(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    options: dict[str, Any] = {
        "paths": [str(folder / "data")], "packs": (), "year": None, "as_of": None, "region": None,
        "out": str(tmp_path_factory.mktemp("out") / "out"), "engine": "duckdb", "threads": 2,
    }  # fmt: skip
    return review_paths(options)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_seed_gives_the_same_bytes(folder: Path, pack: Pack, tmp_path: Path) -> None:
    make(tmp_path / "again", pack, 5, size=60)
    assert digests(folder) == digests(tmp_path / "again")


def test_the_list_points_at_cells_that_are_there(folder: Path) -> None:
    rows = grading.read_side(folder / grading.SIDE_FILE)
    assert len(rows) >= 30
    for row in rows[::5]:
        book = load_workbook(folder / "data" / row["file"], read_only=False)
        sheet = book[row["sheet"]]
        codes = [str(cell.value) for cell in sheet[sheet[row["cell"]].row]]
        assert row["project_code"] in codes or row["file"].startswith("财政数据")


def test_intake_takes_everything_but_what_was_spoilt(done: Done) -> None:
    kinds = Counter(problem.code for problem in done.problems if problem.effect != "changed")
    arranging = {"plan-fund", "plan-sum"}  # what was planted in sources and sums shows there too
    assert set(kinds) <= {"cell-date", "cell-number", *arranging}


def test_the_grade_tells_hits_and_misses(done: Done, folder: Path) -> None:
    lines = "\n".join(graded(done, [str(folder / "data")]))
    assert "对照植入的差错" in lines
    assert not list(graded(done, [str(folder)]))


def test_a_fault_is_found_only_by_what_was_to_find_it() -> None:
    hit = grading.Finding("R-0003", "major", "P1", None)
    other_rule, other_project = hit._replace(rule="R-0004"), hit._replace(project="P2")
    assert grading.grade([FAULT], [hit], [], 10).grave.hits == 1
    assert grading.grade([FAULT], [other_rule, other_project], [], 10).grave.hits == 0
    assert grading.grade([FAULT], [other_project], [], 10).unplanted == {"R-0003": 1}
    place = ("a.xlsx", "项目", 3)
    assert grading.grade([FAULT], [hit._replace(project="", place=place)], [], 10).grave.hits == 1
    problem = Problem("cell-date", Where("a.xlsx", "项目", "D3"), "says", "fix")
    dated = {**FAULT, "expected": "cell-date"}
    assert grading.grade([dated], [], [problem], 10).grave.hits == 1
    assert grading.grade([{**FAULT, "expected": ""}], [hit], [], 10).grave.hits == 0


def test_a_sample_without_projects_is_not_said_to_have_clean_ones() -> None:
    hit = grading.Finding("R-0003", "major", "P1", None)
    assert any(
        "没有植入差错的 9 个" in line
        for line in grading.shown(grading.grade([FAULT], [hit], [], 10))
    )
    rows = "\n".join(grading.shown(grading.grade([FAULT], [hit], [], 0)))
    assert "个项目" not in rows


def test_every_kind_and_disguise_can_be_planted() -> None:
    from random import Random

    world = clean(2)
    free = list(world.reviewed())
    Random(1).shuffle(free)
    for kind in KINDS.values():
        for disguise in range(kind.disguises):
            found = plant(world, kind, free, Random(1), disguise=disguise)
            assert found, (kind.name, disguise)
            free = [project for project in free if project.code != found.project]
    assert len(KINDS) >= 80


def test_a_kind_that_cannot_be_planted_changes_nothing() -> None:
    """A function that gives up must leave the project as it was."""
    from copy import deepcopy
    from random import Random

    from shangji.faults.planting import Site

    world = clean(6, 40)
    for kind in KINDS.values():
        for project in list(world.reviewed())[1:40:5]:
            before = deepcopy((project.row, project.tables))
            bureau = deepcopy(world.bureau)
            spot = kind.plant(Site(world, project, Random(1), kind.disguises - 1))
            if spot is None:
                assert (project.row, project.tables) == before, kind.name
                assert world.bureau == bureau, kind.name
            else:
                project.row, project.tables = before
                world.bureau = bureau


def test_a_county_has_as_many_faults_as_it_should() -> None:
    planted = spoil(clean(9), 9)
    grave = sum(KINDS[found.kind].grave for found in planted)
    assert grave == 87  # 12 in a hundred, and most of the 3 in a hundred that ask twice
    assert len(planted) - grave == 303
    assert len({found.project for found in planted}) == len(planted)


def test_sample_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    done = CliRunner().invoke(shangji, ["sample", "-o", str(tmp_path)])
    assert done.exit_code == 2
    assert (tmp_path / "mine.txt").read_text("utf-8") == "x"


def test_a_review_without_projects_is_graded_by_rows() -> None:
    place = ("a.xlsx", "项目", 3)
    planted = grading.Finding("R-0003", "major", "", place, "K1")
    beside = grading.Finding("R-0009", "major", "", place, "K1")
    elsewhere = grading.Finding("R-0003", "major", "", ("a.xlsx", "项目", 4), "K2")
    made = grading.grade([FAULT], [planted, beside, elsewhere], [], 0)
    assert made.grave.hits == 1
    assert made.unplanted == {"R-0003": 1}
    assert "各行上，否决和重大疑点 1 处" in list(grading.shown(made))[-1]
    keyed = {**FAULT, "file": "", "cell": "", "keys": "K2"}
    assert not grading.grade([FAULT, keyed], [planted, elsewhere], [], 0).unplanted
