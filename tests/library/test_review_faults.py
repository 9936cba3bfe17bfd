"""A review killed, starved, hindered, and its files bent: nothing lost, nothing half, all named.

Ten rounds a fail point; `make soak` has a hundred. The rounds are forks of one process that has
everything imported.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from given import FACTS, TINY, collect, loaded
from ledger_given import ROUNDS
from shangji.errors import Refused
from shangji.failpoints import VARIABLE
from shangji.review import open_report, review
from shangji.snapshot import Snapshot, freeze, place, put, recovered
from shangji.verify import Unreadable, seals
from zygote import Zygote, needs_fork

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify.seals import Report

FLIPS = 50 * ROUNDS // 10
POINTS = [
    "intake.file",
    "freeze.tables",
    "freeze.sealed",
    "place.aside:1",
    "place.aside:2",
    "place.moved:1",
    "place.moved:2",
    "review.planned",
    "review.result",
    "review.written",
]


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with Zygote("dying_review", tmp_path_factory.mktemp("临时")) as made:
        yield made


@pytest.fixture(scope="module")
def filed(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two filings, a pack of one rule, and the result of the first filing: each point has a copy.

    A round is one whole review at worst, so it reviews as little as there can be.
    """
    folder = tmp_path_factory.mktemp("申报")
    pack = Path(shutil.copytree(TINY, folder / "pack"))
    for name in ("frameworks", "measures"):
        shutil.rmtree(pack / name)
    for path in (pack / "rules").glob("R-000[23].yaml"):
        path.unlink()
    for which, projects in enumerate((3, 5)):
        filing(folder / f"申报{which}", projects)
    assert work(zygote, folder, 0) == 0
    return folder


def work(zygote: Zygote, folder: Path, which: int, point: str = "", name: str = "run") -> int:
    """How a review of a filing ended."""
    given = [str(folder / one) for one in (f"申报{which}", "结果", "pack")]
    return zygote.run(name, *given, point=point)[0]


def filing(folder: Path, projects: int) -> None:
    folder.mkdir(parents=True)
    rows = [f"9901-{at:03},会议{at},116001,990101,operation,8000" for at in range(projects)]
    head = "项目代码,项目名称,单位代码,财政区划代码,通道,申报金额"
    (folder / "项目.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")


class Stands:
    """What stands at a place, opened once for each state of its files."""

    def __init__(self, zygote: Zygote, folder: Path) -> None:
        self.zygote, self.place = zygote, folder / "结果"
        self.known: dict[str, list[str]] = {}

    def look(self) -> list[str]:
        """Its digest, its projects, its files; every table opened and compared with its digest."""
        files = sorted(path for path in self.place.rglob("*") if path.is_file())
        parts = [str(path).encode() + path.read_bytes() for path in files]
        state = hashlib.sha256(b"\0".join(parts)).hexdigest()
        if state not in self.known:
            ended, said = self.zygote.run("tell", str(self.place))
            assert ended == 0, said
            (self.known[state],) = said
        return self.known[state][1:]


@needs_fork
@pytest.mark.parametrize("point", POINTS)
def test_kill_at_each_point(zygote: Zygote, filed: Path, tmp_path: Path, point: str) -> None:
    """What stands is the result of one whole review: the old one, or the new one, never neither."""
    folder = Path(shutil.copytree(filed, tmp_path / "办公"))
    stands = Stands(zygote, folder)
    first = stands.look()
    assert first[1] == "3"
    seen = []
    for round_ in range(ROUNDS):
        assert work(zygote, folder, (round_ + 1) % 2, point) == signal.SIGKILL
        seen.append(stands.look())
    assert work(zygote, folder, 0) == 0
    assert stands.look() == first  # after all that, a review is what it was before
    # Whatever the dead left behind is gone: no folder of theirs beside the result.
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    if point == "place.moved:2":  # the new result was in place when the kill came
        assert [one[1] for one in seen] == ["53"[at % 2] for at in range(ROUNDS)]
    else:
        assert seen == [first] * ROUNDS


@needs_fork
def test_twin_without_recovery_the_result_is_gone(
    zygote: Zygote, filed: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(filed, tmp_path / "办公"))
    assert work(zygote, folder, 1, "place.aside:2", "run_unrecovered") == signal.SIGKILL
    ended, said = zygote.run("tell_unrecovered", str(folder / "结果"))
    assert ended != 0
    assert said[0][0] == "fault"
    assert any(path.name.startswith(".结果-old-") for path in folder.iterdir())


def reviewed(folder: Path, name: str = "结果") -> Path:
    pack = loaded(TINY)
    rows = [
        {"project_code": f"P{at}", "project_name": "会议", "region": "990101", "lane": "operation",
         "amount_yuan": "9000"}
        for at in range(20)
    ]  # fmt: skip
    lines = [
        {"project_code": f"P{at}", "line_no": "1", "tier": "三类", "persons": "10", "days": "2",
         "amount_yuan": str(7990 + at)}
        for at in range(20)
    ]  # fmt: skip
    given = collect(pack, {"project": rows, "line": lines})
    frozen, _ = freeze(given, pack.tables, FACTS, folder / "快照")
    review(frozen, pack, out=folder / name, folders=(TINY,))
    return folder / name


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reviewed(tmp_path_factory.mktemp("完好"))


def sealed(report: Path) -> list[Path]:
    """The files of a report that its digests cover."""
    kept = [report / "result.json", *report.glob("snapshot/*"), *report.glob("tables/*")]
    kept += [path for path in report.glob("pack/**/*") if path.is_file()]
    return sorted(kept)


def checked(report: Path) -> Report | None:
    """The report as the checker reads it, or None where something is named."""
    try:
        found = seals.opened(report)
    except Unreadable:
        return None
    return None if found.problems else found


def shown(report: Path) -> bool:
    """Whether the program still shows the report."""
    try:
        open_report(report)
    except Refused:
        return False
    return True


def test_bits_flipped_anywhere_in_a_report(sound: Path, tmp_path: Path) -> None:
    """A flip is named, or lies where nothing is kept and every row read is as before."""
    good = checked(sound)
    assert good is not None
    report = Path(shutil.copytree(sound, tmp_path / "报告"))
    rng = random.Random(20261125)
    files = [path.relative_to(report) for path in sealed(report)]
    data = [path for path in files if path.parts[0] != "pack"]
    named = 0
    for number in range(FLIPS):
        path = report / rng.choice(data if number % 5 else files)
        whole = path.read_bytes()
        bent = bytearray(whole)
        at = rng.randrange(len(whole))
        bent[at] ^= 1 << rng.randrange(8)
        path.write_bytes(bytes(bent))
        found = checked(report)
        if found is None:
            named += 1
        else:
            assert (found.tables, found.snapshot) == (good.tables, good.snapshot), (path, at)
            assert found.result == good.result
        if path.parts[-2] != "pack" and "pack" not in path.relative_to(report).parts:
            assert shown(report) <= (found is not None), (path, at)
        path.write_bytes(whole)
    assert named > 0.6 * FLIPS, named
    assert checked(report) is not None


def test_a_report_cut_short_anywhere(sound: Path, tmp_path: Path) -> None:
    report = Path(shutil.copytree(sound, tmp_path / "报告"))
    rng = random.Random(2)
    for path in sealed(report):
        if "pack" in path.relative_to(report).parts and rng.random() > 0.2:
            continue
        whole = path.read_bytes()
        path.write_bytes(whole[: rng.randrange(len(whole))])
        assert checked(report) is None, path
        path.write_bytes(whole)
        path.unlink()
        assert checked(report) is None, path
        path.write_bytes(whole)


def test_twin_a_table_that_is_not_compared_is_read_as_good(sound: Path, tmp_path: Path) -> None:
    """A whole, readable table with another figure in it: only its digest tells."""
    import duckdb

    report = Path(shutil.copytree(sound, tmp_path / "报告"))
    path = report / "tables" / "verdict.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS FROM read_parquet('{path}')")
        connection.execute("UPDATE t SET measured = '1.00'")
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
        (value,) = connection.execute(
            "SELECT DISTINCT measured FROM read_parquet(?)", [str(path)]
        ).fetchone() or ("",)
    assert value == "1.00"
    assert not shown(report)
    assert json.loads((report / "result.json").read_text("utf-8"))["digest"]


def test_a_full_disk_leaves_the_old_result(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Path(shutil.copytree(sound, tmp_path / "结果"))
    before = open_report(old)[2]["digest"]

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shangji.review.write_workbook", full)
    with pytest.raises(Refused, match="磁盘没有空间"):
        reviewed(tmp_path)
    assert open_report(old)[2]["digest"] == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "只读"
    folder.mkdir()
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


@pytest.mark.skipif(
    os.name != "posix" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="不适用：root 在只读文件夹里也能写",
)
def test_a_read_only_folder_is_said(locked: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有权限"):
        reviewed(tmp_path / "别处", str(locked / "结果"))


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above, for machines on which tests run as root."""

    def denied(**_: Any) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shangji.snapshot.place.tempfile.mkdtemp", denied)
    with pytest.raises(Refused, match="没有权限"), place.made_beside(tmp_path / "结果"):
        pass


def test_two_writers_leave_one_whole_result(sound: Path, tmp_path: Path) -> None:
    """Both made theirs; the second to move finds the first's in its place and takes over."""
    out = tmp_path / "结果"
    works = [Path(shutil.copytree(sound, tmp_path / name)) for name in ("甲", "乙")]
    for work in works:
        put(work, out)
    assert checked(out) is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["结果"]


def test_what_a_living_process_made_is_left_alone(tmp_path: Path) -> None:
    mine, dead = tmp_path / f".结果-new-{os.getpid()}-x", tmp_path / ".结果-new-999999999-x"
    aside = tmp_path / ".结果-old-999999999"
    for folder in (mine, dead, aside):
        folder.mkdir()
    (aside / "result.json").write_text("{}", "utf-8")
    recovered(tmp_path / "结果")
    assert mine.is_dir()
    assert not dead.exists()
    assert (tmp_path / "结果" / "result.json").is_file()
    # Where a new result stands already, the old one that stepped aside is not put over it.
    aside.mkdir()
    recovered(tmp_path / "结果")
    assert not aside.exists()
    assert (tmp_path / "结果" / "result.json").is_file()


def test_the_clock_is_no_part_of_a_result(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put back by years, the same review is the same result; only run.json tells the time."""
    monkeypatch.setattr("shangji.review.time.gmtime", lambda: (1999, 12, 31, 0, 0, 0, 4, 365, 0))
    monkeypatch.setattr("shangji.review.time.perf_counter", iter([5.0, 1.0]).__next__)
    again = reviewed(tmp_path)
    told = json.loads((again / "run.json").read_text("utf-8"))
    assert told["finished"].startswith("1999")
    assert open_report(again)[2] == open_report(sound)[2]


def test_a_snapshot_bent_is_refused(sound: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sound / "snapshot", tmp_path / "快照"))
    path = folder / "project.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    assert [one.code for one in Snapshot.open(folder).check()] == ["snapshot-damaged"]
    assert VARIABLE not in os.environ
