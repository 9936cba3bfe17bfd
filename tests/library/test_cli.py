"""The command line as a person meets it: Chinese, 96 columns, exit codes, no traceback."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from wcwidth import wcswidth

from shangji.cli import shangji
from shangji.cli.chinese import run

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "samples" / "small"
ENGLISH = ("Usage", "Options", "Error", "Missing", "Traceback", "No such", "[default")


def call(*arguments: str) -> int:
    return run(shangji, arguments)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("报告") / "审核结果"
    assert call("review", str(SMALL), "--out", str(out)) == 0
    return out


def test_help_is_quick_and_chinese() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "shangji", "--help"],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Of the processor, not of the clock: other tests run beside.
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        seconds.append(used)
    assert "用法：" in done.stdout
    assert not any(word in done.stdout for word in ENGLISH)
    assert min(seconds) < 0.3


@pytest.mark.parametrize(
    "command",
    [
        ["review"],
        ["explain"],
        ["pack"],
        ["pack", "check"],
        ["pack", "test"],
        ["pack", "new"],
        ["pack", "diff"],
        ["doctor"],
    ],
)
def test_every_command_has_a_chinese_page(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*command, "--help") == 0
    page = capsys.readouterr().out
    assert not any(word in page for word in ENGLISH), page
    assert all(wcswidth(line) <= 96 for line in page.splitlines())


def test_the_screen_says_first_that_the_sample_is_fictitious(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("review", str(SMALL), "--out", str(tmp_path / "out")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "虚构" in lines[0]
    assert max(map(wcswidth, lines)) <= 96
    assert "\x1b" not in "".join(lines)
    assert any(line.startswith("① 读入") for line in lines)
    assert any("下一步" in line for line in lines)


def test_the_sums_tie(report: Path) -> None:
    summary = json.loads((report / "result.json").read_text("utf-8"))["summary"]
    *parts, total = summary["grades"]
    assert total["grade"] == "合计"
    for name in ("asked_yuan", "cut_yuan", "approved_yuan"):
        cents = [int(row[name].replace(".", "")) for row in parts]
        assert sum(cents) == int(total[name].replace(".", ""))
    assert sum(row["projects"] for row in parts) == total["projects"]
    causes = sum(int(row["cut_yuan"].replace(".", "")) for row in summary["causes"])
    assert causes == int(total["cut_yuan"].replace(".", ""))


def test_json_is_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("review", str(SMALL), "--out", str(tmp_path / "out"), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["result"] == json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    assert set(told["run"]) >= {"seconds", "peak_mb", "engine"}


def test_a_second_run_gives_the_same_bytes(report: Path, tmp_path: Path) -> None:
    assert call("review", str(SMALL), "--out", str(tmp_path / "out"), "--threads", "1") == 0
    for name in ("result.json", "intake.json"):
        assert (report / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["review"], 2, "缺少 文件夹"),
        (["review", "x", "--nope"], 2, "没有选项 --nope"),
        (["review", "x", "--threads", "many"], 2, "--threads 的值不对"),
        (["review", "x", "--threads", "0"], 2, "1 到 64"),
        (["review", "x", "--fail-on", "hint"], 2, "只能是 veto"),
        (["nothing"], 2, "没有这个命令"),
        (["review", "没有这个文件夹"], 3, "找不到文件夹或文件"),
        (["review", str(SMALL), "--engine", "abacus"], 3, "没有名为“abacus”的引擎"),
        (["review", str(SMALL), "--pack", "没有这个包"], 3, "没有这个规则包"),
        (["review", str(SMALL), "--region", "12"], 3, "区划代码"),
        (["review", str(SMALL), "--as-of", "昨天"], 3, "数据截至日"),
        (["explain", "P1", "--report", "没有这个结果"], 3, "这里没有审核结果"),
    ],
)
def test_each_way_to_fail_has_its_code_and_words(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*arguments) == code
    told = capsys.readouterr().err
    assert words in told
    assert not any(word in told for word in ENGLISH), told
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_program_is_70_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shangji.cli.reviewing.read", lambda *_, **__: 1 / 0)
    monkeypatch.delenv("SHANGJI_DEBUG", raising=False)
    assert call("review", str(SMALL)) == 70
    told = capsys.readouterr().err
    assert "程序故障（ZeroDivisionError）" in told
    assert "Traceback" not in told


def test_fail_on_veto_ends_with_4_only_when_there_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv = tmp_path / "申报" / "项目.csv"
    csv.parent.mkdir()
    head = "项目代码,项目名称,单位代码,预算年度,项目类别,评审分类,申报金额（元）,预算类型\n"
    facts = ["--year", "2027", "--region", "990101", "--as-of", "2026-11-20"]
    csv.write_text(head + "P1,修路,101001,2027,31,works,1000,一般公共预算\n", "utf-8-sig")
    out = ["--out", str(tmp_path / "out"), "--fail-on", "veto"]

    def rejected() -> bool:
        told = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
        return any(row["outcome"] == "rejected" for row in told["summary"]["gates"])

    assert call("review", str(csv.parent), *out, *facts) == 0
    assert not rejected()
    assert call("review", str(SMALL), *out) == 4
    assert rejected()
    assert call("review", str(SMALL), *out[:2]) == 0
    capsys.readouterr()


def test_an_output_that_cannot_be_written_is_words_and_the_old_result_stays(
    report: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert call("review", str(SMALL), "--out", str(tmp_path / "file" / "out")) == 3
    assert "写不进输出文件夹" in capsys.readouterr().err
    before = (report / "result.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shangji.review.write_json", full)
    assert call("review", str(SMALL), "--out", str(report)) == 3
    assert "磁盘没有空间了" in capsys.readouterr().err
    assert (report / "result.json").read_bytes() == before
    assert [path.name for path in report.parent.iterdir()] == [report.name]


def test_explain_goes_from_score_to_row_and_basis(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads((report / "result.json").read_text("utf-8"))["summary"]["first"][0]
    assert call("explain", found["project_code"], "--report", str(report)) == 0
    page = capsys.readouterr().out
    for part in ("入库", "等级", "N1 依据刚性", "疑点", found["rule_id"], "依据", "金额", "核定"):
        assert part in page
    assert "第 " in page
    assert max(map(wcswidth, page.splitlines())) <= 96


def test_explain_shows_the_sql_of_a_rule(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("explain", "R-0001", "--report", str(report), "--sql") == 0
    page = capsys.readouterr().out
    assert "会议费" in page
    assert "SELECT" in page
    assert call("explain", "R-9999", "--report", str(report), "--sql") == 3
    assert "没有这条规则" in capsys.readouterr().err
