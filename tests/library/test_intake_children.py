"""Files are read in child processes with limits: one that breaks the reader is a problem."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import threading
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from shangji import intake
from shangji.errors import ShangjiError
from shangji.intake import archive, pool

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.snapshot import Collected

GOOD = "项目代码,项目名称\nP1,修路\n"
HOSTILE = """
import sys
sys.path[:] = sys.argv[1:]
import os, time
from shangji.intake import child, reading
read = reading.FileReader.read
def hostile(self, found):
    if "坏" in found.name:
        os.abort()
    if "慢" in found.name:
        time.sleep(60)
    if "忙" in found.name:
        while True:
            pass
    if "大" in found.name:
        held = bytearray(4 << 30)
    return read(self, found)
reading.FileReader.read = hostile
child.CPU_SECONDS = 1
child.main()
"""


@pytest.fixture(scope="module")
def pack(national: Pack) -> Pack:
    return national


def folder(path: Path, *names: str) -> Path:
    for name in names:
        file = path / name / "项目.csv"
        file.parent.mkdir()
        file.write_text(GOOD, "utf-8")
    return path


def test_children_read_what_one_process_reads(pack: Pack, tmp_path: Path) -> None:
    folder(tmp_path, *(f"单位{number:02}" for number in range(20)))

    def told(children: int) -> tuple[Any, ...]:
        collected, problems = intake.read([tmp_path], pack, children=children)
        return collected, problems

    alone: Collected = told(0)[0]
    assert told(0) == told(2)
    assert [source.id for source in alone.sources] == [
        f"单位{number:02}/项目.csv" for number in range(20)
    ]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("坏", "file-crash", "中断"),
        ("慢", "file-too-large", "秒之内没有读完"),
        ("忙", "file-too-large", "时间或内存"),
        ("大", "file-too-large", "内存"),
    ],
)
def test_a_file_that_breaks_the_reader_is_a_problem_in_its_place(
    pack: Pack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: str,
    words: str,
) -> None:
    monkeypatch.setattr(pool, "BOOT", HOSTILE)
    monkeypatch.setattr(pool, "WALL_SECONDS", 2 if name == "慢" else 30)
    folder(tmp_path, "一", name, "三", "四")
    collected, problems = intake.read([tmp_path], pack)
    (problem,) = [item for item in problems if item.fatal]
    assert (problem.code, problem.where.file) == (code, f"{name}/项目.csv")
    assert words in problem.says
    assert {source.id for source in collected.sources} == {
        "一/项目.csv", "三/项目.csv", "四/项目.csv",
    }  # fmt: skip


def test_without_a_child_the_same_file_ends_the_program(tmp_path: Path) -> None:
    """The twin: in one process the abort is the end of the review."""
    folder(tmp_path, "坏")
    run = HOSTILE.replace("child.main()", "") + (
        "from pathlib import Path\n"
        "from shangji import intake\n"
        "from shangji.pack import load\n"
        f"intake.read([Path({str(tmp_path)!r})], load()[0], children=0)\n"
    )
    done = subprocess.run([sys.executable, "-c", run, *sys.path], check=False, capture_output=True)
    assert done.returncode < 0


def test_what_children_are_sent_is_packed_before_there_are_threads(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CPython 3.11 frees memory that is in use where two threads pickle one object at a time."""
    packing: list[threading.Thread] = []
    true = pickle.dumps

    def watched(*given: Any) -> bytes:
        packing.append(threading.current_thread())
        return true(*given)

    monkeypatch.setattr("shangji.intake.child.pickle.dumps", watched)
    collected, _ = intake.read([folder(tmp_path, "甲", "乙", "丙")], pack, children=2)
    assert len(collected.sources) == 3
    assert len(packing) > 3
    assert set(packing) == {threading.main_thread()}


def test_an_answer_holds_nothing_but_what_the_reader_makes() -> None:
    evil = pickle.dumps(os.system)
    with pytest.raises(ShangjiError):
        pool._Answer(io.BytesIO(evil)).load()
    assert pickle.loads(evil) is os.system  # noqa: S301 - the twin: a bare pickle obeys


def zipped(path: Path, members: dict[str, bytes], *, gbk: bool = False) -> Path:
    file = path / "报送.zip"
    with zipfile.ZipFile(file, "w") as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(_marked(name) if gbk else name), data)
    if gbk:
        raw = file.read_bytes()
        for name in members:
            raw = raw.replace(_marked(name).encode(), name.encode("gbk"))
        file.write_bytes(raw)
    return file


def _marked(name: str) -> str:
    """A name of ASCII letters as long as the name is in GBK."""
    return "x" * len(name.encode("gbk"))


def read(pack: Pack, path: Path) -> tuple[Collected, dict[str, Problem]]:
    collected, problems = intake.read([path], pack, children=0)
    return collected, {
        problem.where.file: problem for problem in problems if problem.code[:4] == "file"
    }


def test_a_zip_whose_names_are_gbk(pack: Pack, tmp_path: Path) -> None:
    file = zipped(tmp_path, {"教育局/项目.csv": GOOD.encode("gbk")}, gbk=True)
    collected, _ = read(pack, file)
    assert [source.id for source in collected.sources] == ["报送.zip/教育局/项目.csv"]
    assert collected.rows["project"][0]["project_name"] == "修路"


def test_what_in_a_zip_is_not_read_is_said(pack: Pack, tmp_path: Path) -> None:
    inner = zipped(tmp_path, {"项目.csv": GOOD.encode()}).read_bytes()
    file = zipped(
        tmp_path,
        {
            "再一层.zip": inner,
            "旧表.xls": b"x",
            "宏.xlsx": b"not a zip",
            "../../逃/项目.csv": GOOD.encode(),
            "__MACOSX/._项目.csv": b"x",
            "财政数据/项目.csv": GOOD.replace("P1", "P2").encode(),
        },
    )
    collected, problems = read(pack, file)
    origins = {source.id: source.origin for source in collected.sources}
    assert origins == {"报送.zip/财政数据/项目.csv": "bureau", "报送.zip/逃/项目.csv": "unit"}
    assert "还有压缩包" in problems["报送.zip/再一层.zip"].says
    assert problems["报送.zip/旧表.xls"].code == "file-kind"
    assert problems["报送.zip/宏.xlsx"].code == "file-unreadable"


def test_a_zip_that_unpacks_too_large(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = (GOOD + "P2,修桥\n" * 20000).encode()
    file = tmp_path / "报送.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(3):
            made.writestr(f"{number}/项目.csv", many)
    monkeypatch.setattr(archive, "UNPACKED_BYTES", len(many) + 1)
    collected, problems = read(pack, file)
    assert len(collected.sources) == 1
    assert {problem.code for problem in problems.values()} == {"file-too-large"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"not a zip at all"])
def test_a_zip_that_is_none(pack: Pack, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "报送.zip").write_bytes(data)
    collected, problems = read(pack, tmp_path / "报送.zip")
    assert not collected.sources
    assert problems["报送.zip"].code == "file-unreadable"


@pytest.mark.parametrize(("limit", "value"), [("MEMBERS", 1)])
def test_a_zip_of_too_many_files(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(archive, limit, value)
    file = zipped(tmp_path, {"1.csv": b"a", "2.csv": b"a"})
    _, problems = read(pack, file)
    assert problems["报送.zip"].code == "file-too-large"
