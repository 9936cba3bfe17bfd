"""`shangji ledger …` as a clerk, a witness and an auditor use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shangji.cli.chinese import run
from shangji.cli.ledger_commands import ledger
from shangji.ledger import SQLiteStore

REFUSED, USAGE = 3, 2
PERSON = {"kind": "decision", "person": "张三", "when": "2026-11-22T08:00:00+08:00"}


def call(*arguments: str) -> int:
    return run(ledger, arguments)


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with keys of a log and of a witness."""
    monkeypatch.chdir(tmp_path)
    assert call("key", "--name", "czj.example.gov.cn/ledger") == 0
    assert call("key", "见证", "--name", "sjj.example.gov.cn/w", "--witness") == 0
    return tmp_path


def lines(desk: Path, first: int, last: int) -> str:
    """Write entries to a file, one a line."""
    rows = [{**PERSON, "body": {"项目": f"P{number}"}} for number in range(first, last)]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (desk / "记录.jsonl").write_text(text + "\n\n", "utf-8-sig")
    return "记录.jsonl"


def filled(desk: Path) -> None:
    """A log of eight entries with two checkpoints, in 甲 and 乙."""
    for first, out in ((0, "甲"), (5, "乙")):
        assert call("append", lines(desk, first, first + 5), "--digest-key", "摘要密钥") == 0
        assert call("checkpoint", "--out", out) == 0


def test_the_whole_way(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(desk)
    public = "存证密钥.pub"
    assert call("cosign", "甲", "--key", "见证", "--log-key", public, "--seen", "已见") == 0
    assert call("prove", "--since", "已见", "--out", "历史.json") == 0
    assert call("cosign", "历史.json", "--key", "见证", "--log-key", public, "--seen", "已见") == 0
    assert call("witnessed", "已见") == 0
    keys = ("--key", public, "--key", "见证.pub")
    proof = ("prove", "3", "--since", "甲", "--out", "凭证.json", "--with-verifier", "带走", *keys)
    assert call(*proof) == 0
    capsys.readouterr()
    trusted = ("--key", public, "--witness", "见证.pub", "--held", "甲")
    for target in ("凭证.json", "存证账本.sqlite"):
        assert call("verify", target, *trusted) == 0
        assert "结论：核验通过" in capsys.readouterr().out
    assert call("verify", "已见", "--key", public, "--witness", "见证.pub") == 0
    command = [sys.executable, "-I", "-S", "带走/verify.py", "凭证.json", *trusted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "张三" not in (desk / "凭证.json").read_text("utf-8")


def test_append_again_and_from_the_pipe(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lines(desk, 0, 8)
    for _ in range(2):
        assert call("append", file, "--digest-key", "摘要密钥") == 0
    said = capsys.readouterr().out
    assert "已记入 8 条，账本共 8 条" in said
    assert "其中 8 条以前已经记过" in said
    assert "编号：0–7" in said
    row = {"kind": "run", "who": "system:review", "body_digest": "ab" * 32}
    (desk / "in").write_text(json.dumps(row), "utf-8")
    with (desk / "in").open(encoding="utf-8") as file_:
        monkeypatch.setattr(sys, "stdin", file_)
        assert call("append", "-") == 0
    with SQLiteStore(desk / "存证账本.sqlite", readonly=True) as store:
        assert store.size() == 9


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("{", "不是一个 JSON 对象"),
        ("[]", "不是一个 JSON 对象"),
        ('{"kind":"run","kind":"run"}', "重复的键"),
        ('{"kind":"run"}', "要有 kind 和 who"),
        ('{"kind":"run","who":"system:x","note":""}', "不能有别的栏目：note"),
        ('{"kind":"run","who":"张三"}', "不能直接写姓名"),
        ('{"kind":"run","who":7}', "都写成文字"),
        ('{"kind":"run","who":"system:x","when":"昨天","body":1}', "带时区的时间"),
        ('{"kind":"run","who":"system:x","when":"2026-11-22T08:00:00","body":1}', "没有时区"),
        ('{"kind":"run","who":"system:x","body":1.5}', "小数"),
        ('{"kind":"run","who":"system:x"}', "不是内容的 SHA-256"),
        ('{"kind":"run","person":"张三","body":1}', "--digest-key"),
    ],
)
def test_a_bad_line_keeps_the_whole_file_out(
    desk: Path, capsys: pytest.CaptureFixture[str], row: str, word: str
) -> None:
    good = '{"kind":"run","who":"system:x","body":1}'
    (desk / "bad").write_text(f"{good}\n{row}\n", "utf-8")
    assert call("append", "bad") == REFUSED
    said = capsys.readouterr().err
    assert word in said
    assert "第 2 行" in said
    if (desk / "存证账本.sqlite").exists():
        with SQLiteStore(desk / "存证账本.sqlite", readonly=True) as store:
            assert store.size() == 0


def test_nothing_is_verified_without_a_key(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(desk)
    assert call("prove", "2", "--out", "凭证.json") == 0
    for target in ("凭证.json", "乙", "存证账本.sqlite"):
        assert call("verify", target) == REFUSED
        said = capsys.readouterr()
        assert "不能判断是谁签的" in said.err
        assert "核验通过" not in said.out


def test_tampering_is_refused_in_words(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(desk)
    assert call("prove", "2", "--out", "凭证.json") == 0
    text = (desk / "凭证.json").read_text("utf-8")
    (desk / "凭证.json").write_text(text.replace("P2", "P3"), "utf-8")
    (desk / "乙").write_text((desk / "乙").read_text("utf-8").replace("\n10\n", "\n11\n"), "utf-8")
    data = (desk / "存证账本.sqlite").read_bytes()
    (desk / "账本.sqlite").write_bytes(data.replace(b"P7", b"P8"))
    (desk / "短.sqlite").write_bytes(data[:5000])
    (desk / "空.sqlite").write_bytes(b"")
    for target, word in (
        ("凭证.json", "被改动"),
        ("乙", "签名与内容不符"),
        ("账本.sqlite", "第 7 号记录"),
        ("短.sqlite", "被截断"),
        ("空.sqlite", "文件头不对"),
        ("没有", "没有这个文件"),
        ("记录.jsonl", "凭证读不出来"),
    ):
        assert call("verify", target, "--key", "存证密钥.pub") == REFUSED
        said = capsys.readouterr()
        assert word in said.err, said.err
        assert "核验通过" not in said.out


def test_what_cannot_be_proved(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("prove", "0") == REFUSED
    filled(desk)
    for index in ("10", "-1"):
        assert call("prove", "--", index) == REFUSED
        assert "不在最近的检查点（10 条）里" in capsys.readouterr().err
    assert call("append", lines(desk, 20, 22), "--digest-key", "摘要密钥") == 0
    assert call("prove", "11") == REFUSED
    assert "先执行 shangji ledger checkpoint" in capsys.readouterr().err
    assert call("prove") == USAGE
    assert call("prove", "x") == USAGE


def test_a_witness_who_has_no_proof_does_not_sign(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(desk)
    how = ("--key", "见证", "--log-key", "存证密钥.pub", "--seen", "已见")
    assert call("cosign", "甲", *how) == 0
    before = (desk / "已见").read_bytes()
    assert call("cosign", "乙", *how) == REFUSED
    assert "没有证明" in capsys.readouterr().err
    assert (desk / "已见").read_bytes() == before
    assert call("cosign", "甲", *how) == 0  # the same again does no harm


def test_a_clock_that_went_back_is_said(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"kind": "run", "who": "system:x", "when": f"2026-11-2{day}T00:00:00Z", "body": day}
        for day in (3, 2)
    ]
    (desk / "in").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert call("append", "in", "--hash", "sm3") == 0
    assert call("checkpoint", "--qr", "码.svg") == 0
    assert "时间早于前一条" in capsys.readouterr().err
    assert (desk / "码.svg").read_text("utf-8").startswith("<svg")
    assert call("verify", "存证账本.sqlite", "--key", "存证密钥.pub") == 0
    assert "sm3" in capsys.readouterr().out
    assert call("append", "in", "--hash", "sha256") == REFUSED


def test_commands_on_nothing(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("append", "没有") == REFUSED
    assert call("checkpoint") == REFUSED
    assert "先用 shangji ledger append" in capsys.readouterr().err
    assert call("checkpoint", "--key", "没有") == REFUSED
    assert call("key", "--name", "x") == REFUSED  # there is one already
    (desk / "empty").touch()
    assert call("append", "empty") == REFUSED
    assert not Path("存证账本.sqlite").exists()
    assert call("--help") == 0
    assert "存证账本" in capsys.readouterr().out
