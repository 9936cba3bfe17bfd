"""What a log survives, and what it names; each guard with a twin that shows the fault without it.

Ten rounds a fail point; SHANGJI_ROUNDS sets another number (`make soak` a hundred).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger_given import (
    ROUNDS,
    check_all,
    contents,
    entries,
    entry,
    filled,
    log_file,
)
from shangji.errors import Refused
from shangji.ledger import Ledger, MemoryStore, SQLiteStore
from shangji.ledger.entry import encode
from zygote import Zygote, needs_fork

if TYPE_CHECKING:
    from collections.abc import Iterator

POINTS = [
    "ledger.append.begun",
    "ledger.append.entries",
    "ledger.append.written",
    "ledger.append.committed",
    "ledger.append.done",
    "ledger.checkpoint.signed",
    "ledger.checkpoint.stored",
    "ledger.checkpoint.done",
]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote("dying_ledger") as made:
        yield made


def writer(
    zygote: Zygote, log: Path, first: int, point: str = "", work: str = "write"
) -> tuple[dict[int, int], list[int]]:
    """Run a writer that dies at a point; return which entry it told at which number, and sizes."""
    ended, said = zygote.run(work, str(log), first, point=point)
    assert ended == (signal.SIGKILL if point else 0), said
    kept: dict[int, int] = {}
    signed: list[int] = []
    for word, *numbers in said:
        if word == "kept":
            kept.update((int(at), int(numbers[0]) + which) for which, at in enumerate(numbers[1:]))
        else:
            signed.extend(map(int, numbers))
    return kept, signed


@needs_fork
@pytest.mark.parametrize("point", POINTS)
def test_kill_at_each_point(zygote: Zygote, tmp_path: Path, point: str) -> None:
    log = tmp_path / "log.sqlite"
    rng = random.Random(point)
    told: dict[int, int] = {}
    sizes: list[int] = []
    for round_ in range(ROUNDS):
        # Whoever was killed begins again with what he had in hand: nothing may stand twice.
        kept, signed = writer(zygote, log, 9 * round_ + 1, f"{point}:{rng.randint(1, 4)}")
        told |= kept
        sizes += signed
        assert check_all(log) == []
        leaves, notes = contents(log)
        assert len(leaves) == len(set(leaves))
        assert all(encode([entry(which)]) == [leaves[at]] for at, which in told.items())
        assert set(sizes) <= {size for size, _ in notes}


@needs_fork
def test_twin_without_a_transaction_a_kill_tears_the_log(zygote: Zygote, tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    writer(zygote, log, 1, "ledger.append.entries:2", "write_torn")
    said = " ".join(problem.says for problem in check_all(log))
    assert "节点" in said
    assert "缺失" in said or "不符" in said


@needs_fork
def test_a_batch_sent_again_does_not_stand_twice(
    zygote: Zygote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.sqlite"
    kept, _ = writer(zygote, log, 1, "ledger.append.committed:1")
    assert kept == {}  # it was kept, and nobody was told
    with SQLiteStore(log) as store:
        assert Ledger(store).append(entries(1, 4)) == [0, 1, 2]
        assert store.size() == 3
    # Twin: whoever does not look for what is there already fails on the file's own index, and
    # where there is no index, as in memory, the batch stands twice.
    with SQLiteStore(log) as store:
        monkeypatch.setattr(store, "known", lambda _leaves: {})
        with pytest.raises(Refused):
            Ledger(store).append(entries(1, 4))
    memory = MemoryStore()
    filled(memory, 3)
    monkeypatch.setattr(memory, "known", lambda _leaves: {})
    assert Ledger(memory).append(entries(0, 3)) == [3, 4, 5]


@needs_fork
def test_the_end_of_the_log_lost_with_its_write_ahead_file(zygote: Zygote, tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    kept, _ = writer(zygote, log, 1, "ledger.append.done:4")
    assert len(kept) == 9
    pending = log.with_name(log.name + "-wal")
    data = bytearray(pending.read_bytes())
    assert data
    data[len(data) // 2] ^= 1
    pending.write_bytes(bytes(data))
    twin = tmp_path / "twin"
    twin.mkdir()
    for path in (log, pending):
        shutil.copy(path, twin)
    (problem,) = check_all(log)
    assert "末尾的记录丢失" in problem.says
    # Twin: without the head, SQLite drops the damaged end without a word.
    assert check_all(twin / log.name) == []
    assert len(contents(twin / log.name)[0]) < 12


def test_full_disk(tmp_path: Path) -> None:
    log = log_file(tmp_path, 50)
    before = contents(log)
    with SQLiteStore(log) as store:
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count={pages + 2}")
        with pytest.raises(Refused, match="磁盘已满"):
            Ledger(store).append(entries(50, 5000))
        assert contents(log) == before
        store._connection.execute("PRAGMA max_page_count=1000000")
        assert Ledger(store).append(entries(50, 60)) == list(range(50, 60))
    assert check_all(log) == []


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user without rights for a while, where we are root: root may write anywhere."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that others can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name != "posix", reason="不适用：只有 POSIX 有这种权限")
def test_read_only_folder(shelf: Path) -> None:
    log = log_file(shelf, 20)
    before = contents(log)
    for path in shelf.iterdir():
        path.chmod(0o444)
    shelf.chmod(0o555)
    with nobody():
        with pytest.raises(Refused) as none:
            SQLiteStore(shelf / "new.sqlite")
        with pytest.raises(Refused) as old, SQLiteStore(log) as store:
            Ledger(store).append(entries(20, 22))
        # Reading and verifying needs no right to write: a log on a disc can be audited.
        assert check_all(log) == []
        assert contents(log) == before
    assert {error.value.problems[0].code for error in (none, old)} == {"output-unwritable"}
    assert not (shelf / "new.sqlite").exists()


def test_no_folder_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="写不进"):
        SQLiteStore(tmp_path / "none" / "log.sqlite")
    with pytest.raises(Refused, match="没有这个文件"):
        SQLiteStore(tmp_path / "log.sqlite", readonly=True)
    (tmp_path / "text.sqlite").write_text("not a database " * 100, "utf-8")
    with pytest.raises(Refused, match="不是账本"):
        SQLiteStore(tmp_path / "text.sqlite")
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE entry (number)")
    other.close()
    with pytest.raises(Refused, match="账本损坏"):
        SQLiteStore(tmp_path / "other.sqlite")


def test_another_hash_than_the_log_has(tmp_path: Path) -> None:
    log = log_file(tmp_path, 3)
    with pytest.raises(Refused, match="用的是 sha256"):
        SQLiteStore(log, "sm3")


class Hasty(SQLiteStore):
    """The twin of a writer: takes the write lock only when it first writes."""

    BEGIN = "BEGIN"


def two_writers(log: Path, kind: type[SQLiteStore]) -> list[str]:
    """Two threads append at once, meeting between reading the size and writing; return trouble."""
    trouble: list[str] = []
    numbers: list[int] = []
    SQLiteStore(log).close()
    start = threading.Barrier(2)

    def write(who: int) -> None:
        with kind(log, timeout=20) as store:
            ledger = Ledger(store)
            start.wait()
            for number in range(30):
                try:
                    numbers.extend(ledger.append([entry(who * 1000 + number)]))
                except Refused as refused:
                    trouble.append(refused.problems[0].code)

    threads = [threading.Thread(target=write, args=(who,)) for who in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == len(set(numbers))
    return trouble


def test_two_writers(tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    assert two_writers(log, SQLiteStore) == []
    assert len(contents(log)[0]) == 60
    assert check_all(log) == []


def test_twin_a_writer_that_locks_late(tmp_path: Path) -> None:
    """It has read a size that is old by the time it writes, and cannot go on however it waits."""
    log = tmp_path / "log.sqlite"
    SQLiteStore(log).close()

    def meet(one: SQLiteStore, two: SQLiteStore) -> None:
        with one.writing() as batch:
            assert batch.size() == 0
            Ledger(two).append([entry(2)])
            batch.put([b"x"], [(0, 0, [bytes(32)])], bytes(32))

    with Hasty(log, timeout=20) as one, SQLiteStore(log, timeout=0.05) as two:
        with pytest.raises(Refused) as late:
            meet(one, two)
        assert late.value.problems[0].where.file == one.name
        assert two.size() == 1
    # With the guard, it is the second that waits, and the first that goes on.
    log = tmp_path / "guarded.sqlite"
    with SQLiteStore(log) as guarded, SQLiteStore(log, timeout=0.05) as two:
        with pytest.raises(Refused, match="另一个程序正在写"):
            meet(guarded, two)
        assert two.size() == 0


def test_twin_two_writers_without_a_transaction_collide(tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    SQLiteStore(log).close()
    with SQLiteStore(log) as one, SQLiteStore(log) as two:
        assert one.size() == two.size() == 0
        one.put([b"x"], [(0, 0, [bytes(32)])], bytes(32))
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            two.put([b"y"], [(0, 0, [bytes([1]) * 32])], bytes(32))


def test_a_writer_that_waits_in_vain_says_so(tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    with (
        SQLiteStore(log) as one,
        SQLiteStore(log, timeout=0.05) as two,
        one.writing(),
        pytest.raises(Refused, match="另一个程序正在写"),
    ):
        Ledger(two).append([entry(1)])


@needs_fork
def test_two_processes_make_the_same_log(tmp_path: Path) -> None:
    log = tmp_path / "log.sqlite"
    with Zygote("dying_ledger") as one, Zygote("dying_ledger") as two, ThreadPoolExecutor() as pool:
        said = list(pool.map(lambda who, first: writer(who, log, first), (one, two), (1, 1001)))
    assert len(contents(log)[0]) == 60
    assert check_all(log) == []
    sizes = {size for _, signed in said for size in signed}
    assert sizes <= {size for size, _ in contents(log)[1]}


def test_fail_points_do_nothing_unless_told(tmp_path: Path) -> None:
    with SQLiteStore(tmp_path / "log.sqlite") as store:
        assert filled(store, 5)[0].size == 5
