"""`shangji pack …`, `shangji doctor` and the page of problem codes."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import reference
from given import loaded, upon
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.cli.doctor import PARTS
from shangji.pack import load, required

ROOT = Path(__file__).resolve().parent.parent.parent
TINY = ROOT / "tests" / "contract" / "pack"
REFUSED, USAGE = 3, 2


def test_check_of_a_good_pack(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shangji, ["pack", "check", str(TINY)]) == 0
    said = capsys.readouterr().out
    assert "规则 3 条" in said
    assert "没有问题" in said


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("line.amount_yuan > cap", "line.amont_yuan > cap", "amont_yuan"),
        ("样财行〔2024〕1号（样例）", "计价格〔2002〕10号", "市场调节价"),
        ("id: R-0001", "id: R-0001\nid: R-0001", "写了两次"),
        ("severity: major", "severity: grave", "grave"),
    ],
)
def test_bad_rules_are_words_not_tracebacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, word: str
) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    shutil.copy(ROOT / "src" / "shangji" / "packs" / "national" / "repealed.yaml", folder)
    path = folder / "rules" / "R-0001.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert run(shangji, ["pack", "check", str(folder)]) == REFUSED
    said = capsys.readouterr().err
    assert word in said
    assert "tiny/rules/R-0001.yaml 第 " in said
    assert "Traceback" not in said


def test_no_pack_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shangji, ["pack", "check", str(tmp_path)]) == REFUSED
    assert "pack.toml" in capsys.readouterr().err


def test_test_runs_the_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shangji, ["pack", "test", str(TINY)]) == 0
    assert run(shangji, ["pack", "test", str(TINY), "--engine", "clickhouse"]) == REFUSED
    assert "clickhouse" in capsys.readouterr().err


def test_a_new_pack_passes_and_differs_by_what_it_adds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from shangji import checking

    assert run(shangji, ["pack", "new", "shili", "--dir", str(tmp_path)]) == 0
    folder = tmp_path / "shili"
    pack, problems = load(required([folder]))
    assert pack is not None, problems
    assert pack.names == ("national", "shili")
    pack = upon(loaded("national"), pack)
    assert any(rule.cases for rule in pack.rules.values())
    mine = [
        problem
        for problem in [*checking.check(pack), *checking.test(pack)]
        if problem.where.file.startswith("shili/")
    ]
    assert mine == []
    capsys.readouterr()
    assert run(shangji, ["pack", "diff", "national", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "新增　L-0001" in said
    assert "council_date" in said
    assert "共 新增 2 · 修改 1" in said
    assert run(shangji, ["pack", "new", "shili", "--dir", str(tmp_path)]) == USAGE
    assert run(shangji, ["pack", "new", "示例", "--dir", str(tmp_path)]) == USAGE


def test_diff_says_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    rule = folder / "rules" / "R-0001.yaml"
    rule.write_text(rule.read_text("utf-8").replace("severity: major", "severity: minor"), "utf-8")
    (folder / "rules" / "R-0003.yaml").unlink()
    standard = folder / "standards" / "meeting.yaml"
    standard.write_text(standard.read_text("utf-8").replace("value: 400", "value: 410"), "utf-8")
    assert run(shangji, ["pack", "diff", str(TINY), str(folder)]) == 0
    said = capsys.readouterr().out
    assert "删除　R-0003" in said
    assert "程度：重 → 轻" in said
    assert "400（启用" in said
    assert "410（启用" in said
    assert "共 修改 2 · 删除 1" in said
    assert run(shangji, ["pack", "diff", str(TINY), str(TINY)]) == 0
    assert "没有差别" in capsys.readouterr().out


def test_doctor_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shangji, ["doctor", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    names = {item["name"] for item in said["items"]}
    assert {"Python", "系统", "内存", "磁盘", "组件 base", "Java", "规则案例 DuckDB"} <= names


def test_doctor_refuses_an_engine_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shangji, ["doctor", "--engine", "clickhouse"]) == REFUSED
    assert "clickhouse" in capsys.readouterr().err


def test_doctor_looks_for_what_pyproject_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {"base": project["dependencies"], **project["optional-dependencies"]}

    def bare(line: str) -> str:
        return re.split(r"[\[>=<]", line, maxsplit=1)[0].strip()

    assert {group: tuple(map(bare, lines)) for group, lines in declared.items()} == PARTS


def test_help_is_quick() -> None:
    seconds = []
    for words in (["--help"], ["pack", "--help"]) * 2:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "shangji", *words]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Of the processor, not of the clock: other tests run beside.
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        seconds.append(used)
    assert min(seconds) < 0.3


def test_the_page_of_problems_is_current() -> None:
    assert reference.PROBLEMS.read_text("utf-8") == reference.problems_page(), "run `make docs`"
