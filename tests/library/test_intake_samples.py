"""The shipped samples: what they hold, and that the planted faults stand where the list says."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import openpyxl
import pytest

from shangji import intake
from shangji import pack as packs
from shangji.cli.reviewing import review_paths

if TYPE_CHECKING:
    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.snapshot import Collected

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "samples" / "small"
PLANTED = ROOT / "samples" / "small_planted.csv"
DISCLOSED = ROOT / "samples" / "disclosed"

Read = tuple["Collected", list["Problem"]]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack") / "national"
    for part in ("tables", "codes", "words"):
        shutil.copytree(packs.shipped("national") / part, folder / part)
    shutil.copy(packs.shipped("national") / "pack.toml", folder)
    loaded, problems = packs.load([folder])
    assert loaded is not None, problems
    return loaded


@pytest.fixture(scope="module")
def small(pack: Pack) -> Read:
    return intake.read([SMALL], pack, children=0)


def planted() -> list[dict[str, str]]:
    with PLANTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_small_is_all_read(small: Read) -> None:
    collected, problems = small
    projects = {row["project_code"] for row in collected.rows["project"]}
    assert len(projects) == 60
    assert 165 <= len(collected.rows["line"]) <= 185
    assert len(collected.rows["target"]) > 200
    assert {row["lane"] for row in collected.rows["project"]} == {
        "rigid", "formula", "works", "operation", "policy", "one_off",
    }  # fmt: skip
    assert collected.facts["region"] == "990101"
    assert "虚构" in collected.facts["data_kind"]
    assert not [problem for problem in problems if problem.fatal]
    cells = collected.cells
    assert cells["read"] == cells["kept"] + cells["changed"] + cells["refused"]
    origins = Counter(source.origin for source in collected.sources)
    assert origins == {"unit": 6, "bureau": 9, "external": 1}


def test_children_and_lineage_have_their_projects(small: Read) -> None:
    rows = small[0].rows
    projects = {row["project_code"] for row in rows["project"]}
    for table in ("line", "target", "basis", "attachment", "lineage"):
        assert {row["project_code"] for row in rows[table]} <= projects
    past = {row["project_code"] for row in rows["history"]}
    assert {row["prior_project_code"] for row in rows["lineage"]} <= past
    units = {row["unit_code"] for row in rows["organisation"]}
    assert {row["unit_code"] for row in rows["project"]} == units


def test_codes_are_in_their_lists(small: Read, pack: Pack) -> None:
    wrong = {
        (table, column.name, row[column.name])
        for table, rows in small[0].rows.items()
        for column in pack.tables[table].columns
        if column.codes is not None
        for row in rows
        if row[column.name] is not None and row[column.name] not in column.codes.codes
    }
    assert wrong == {("line", "economic_class", "30250")}


def test_planted_cells_exist() -> None:
    faults = planted()
    assert len(faults) >= 25
    assert len({fault["kind"] for fault in faults}) >= 25
    books = {fault["file"]: openpyxl.load_workbook(SMALL / fault["file"]) for fault in faults}
    empty = {
        fault["kind"]
        for fault in faults
        if books[fault["file"]][fault["sheet"]][fault["cell"]].value is None
    }
    assert empty == {"persons_missing", "procurement_unmarked"}
    assert PLANTED.parent != SMALL  # it lies beside what is reviewed, and is not read


def test_faults_that_intake_itself_finds(small: Read) -> None:
    found = {
        (problem.code, problem.where.file, problem.where.sheet, problem.where.cell)
        for problem in small[1]
    }
    codes = {
        "code_scientific": "cell-scientific", "date_in_words": "cell-date",
        "number_in_words": "cell-number", "unknown_column": "column-unknown",
        "column_unit": "column-unit",
    }  # fmt: skip
    for fault in planted():
        if fault["kind"] in codes:
            assert (codes[fault["kind"]], fault["file"], fault["sheet"], fault["cell"]) in found
    lines = {
        (problem.code, problem.where.file, f"A{problem.where.line}")
        for problem in small[1]
        if problem.where.line
    }
    for fault in planted():
        row = "A" + fault["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if fault["kind"] == "total_row":
            assert ("row-total", fault["file"], row) in lines
        if fault["kind"] == "secret_row":
            assert ("row-secret", fault["file"], row) in lines


def test_small_is_built_by_its_script(tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    for script in (ROOT / "samples").glob("*.py"):
        shutil.copy(script, samples)
    run = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]; "
        "import build_small; build_small.main()"
    )
    arguments = [sys.executable, "-c", run, str(samples), str(ROOT / "src")]
    subprocess.run(arguments, check=True, capture_output=True)
    made = sorted((samples / "small").rglob("*.xlsx"))
    assert {path.relative_to(samples / "small") for path in made} == {
        path.relative_to(SMALL) for path in SMALL.rglob("*.xlsx")
    }
    for path in [*made, samples / PLANTED.name]:
        shipped = ROOT / "samples" / path.relative_to(samples)
        assert path.read_bytes() == shipped.read_bytes(), shipped.name


def test_disclosed(pack: Pack) -> None:
    collected, problems = intake.read([DISCLOSED], pack, children=0)
    rows = collected.rows
    assert len(rows["project"]) == 177
    assert [source.origin for source in collected.sources] == ["external"]
    assert collected.facts["data_kind"] == "公开信息整理，不是申报数据"
    assert not [problem for problem in problems if problem.effect in {"fatal", "refused"}]
    supplied = set(collected.sources[0].supplied["project"])
    assert not supplied & {"lane", "project_category", "start_date", "functional_class"}
    assert {row["value_text"] for row in rows["target"]} >= {"100", "≤30万元"}
    over = [
        row
        for row in rows["history"]
        if row["original_yuan"] is not None and row["executed_yuan"] > row["original_yuan"]
    ]
    assert {row["project_code"] for row in over} == {"GK-qsfg23-01", "GK-dysfj23-01"}


def failed(verdicts: Path) -> list[str]:
    """The rule of every finding."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT rule_id FROM read_parquet(?) WHERE outcome = 'fail'", [str(verdicts)]
        )
        return [row[0] for row in found.fetchall()]


def test_disclosed_says_what_a_review_of_it_finds(tmp_path: Path) -> None:
    """The table in the page about the sample is what a review of it says, to the last count."""
    page = (DISCLOSED / "README.md").read_text("utf-8")
    said = dict(re.findall(r"(?m)^\| (\S+) \| (\d+) [个条元] \|$", page))
    options = {
        "paths": [str(DISCLOSED)], "packs": (), "out": str(tmp_path / "out"), "year": None,
        "as_of": None, "region": None, "engine": "duckdb", "threads": 2,
    }  # fmt: skip
    done = review_paths(options)
    summary = done.report.summary.record()
    rows = summary["tables"]
    rules = failed(done.report.folder / "tables" / "verdict.parquet")
    findings = Counter(done.pack.rules[rule].title for rule in rules)
    grades = {row["grade"]: row for row in summary["grades"]}
    assert {name: int(count) for name, count in said.items()} == {
        "读入项目": rows["project"],
        "读入绩效指标": rows["target"],
        "读入历年执行": rows["history"],
        "读入评价结果": rows["evaluation"],
        "拒收的单元格": done.cells["refused"],
        "疑点": findings.total(),
        **{f"疑点·{title}": count for title, count in findings.items()},
        "评审分类不明、不评级的项目": grades["评审分类不明，不评级"]["projects"],
        "金额没有公开的项目": grades["合计"]["without_amount"],
        "审减": len(summary["causes"]),
    }
    assert summary["findings"]["unknown"] > rows["project"]
    assert summary["unknown"]["fields"][0]["field"] == "project.lane"
    assert not [field for field in summary["unknown"]["fields"] if field["owed_by"] == "unit"]
    collected, _ = intake.read([DISCLOSED], done.pack)
    projects = {row["project_code"] for row in collected.rows["project"]}
    assert set(re.findall(r"GK-[a-z]+[0-9]+-[0-9]+", page)) <= projects
