"""The ledger in a site's database: decided and put out at once, numbered by one sequencer."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from ledger_given import KNOWN, ROUNDS, SIGNER, entries, entry, filled
from shangji.errors import Refused
from shangji.ledger import Ledger, MemoryStore
from shangji.ledger.audit import audit
from shangji.ledger.database import (
    POSTGRESQL,
    PREFIX,
    SQLITE,
    DatabaseStore,
    Sequencer,
    put_out,
    schema,
)
from shangji.ledger.entry import encode
from zygote import Zygote, needs_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Connect = Callable[[], Any]

SERVER = "SHANGJI_POSTGRES"
"""Names a PostgreSQL database whose tables the tests may make and drop."""
POINTS = [
    "ledger.sequence.taken",
    "ledger.append.begun",
    "ledger.append.entries",
    "ledger.append.written",
    "ledger.append.done",
    "ledger.sequence.marked",
    "ledger.append.committed",
    "ledger.sequence.done",
]


def made(path: Path) -> Path:
    """A database with the site's own table of decisions and the tables of a log."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE decision (project INTEGER PRIMARY KEY)")
        for statement in schema(SQLITE):
            connection.execute(statement)
        connection.commit()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def connect(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connect]:
    """Opens connections to an empty log of the site, on each database that is there."""
    if request.param == "sqlite":
        path = made(tmp_path / "site.sqlite")
        yield lambda: sqlite3.connect(path, timeout=30)
        return
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"没有 PostgreSQL（环境变量 {SERVER}）")
    psycopg = pytest.importorskip("psycopg")
    names = ["meta", "entry", "node", "leaf", "checkpoint", "turn", "outbox"]
    drop = [f"DROP TABLE IF EXISTS {PREFIX}{name}" for name in names]
    own = ["DROP TABLE IF EXISTS decision", "CREATE TABLE decision (project INTEGER PRIMARY KEY)"]
    with psycopg.connect(server) as connection:
        for statement in [*drop, *own, *schema(POSTGRESQL)]:
            connection.execute(statement)
    yield lambda: psycopg.connect(server)


def dialect(connection: Any) -> Any:
    return SQLITE if isinstance(connection, sqlite3.Connection) else POSTGRESQL


def decide(connection: Any, *numbers: int) -> None:
    """Decide on projects, and put that out in the same transaction."""
    how = dialect(connection)
    cursor = connection.cursor()
    insert = f"INSERT INTO decision VALUES ({how.mark})"
    cursor.executemany(insert, [(number,) for number in numbers])
    put_out(cursor, [entry(number) for number in numbers], how)
    connection.commit()


def asked(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.execute(sql)
    found = cursor.fetchall()
    connection.rollback()
    return [tuple(row) for row in found]


def sound(connection: Any) -> dict[int, int]:
    """Every decision put out once and, where numbered, under its number; number by row."""
    store = DatabaseStore(connection, dialect(connection))
    assert audit(store, KNOWN).problems == []
    leaves = store.entries(0, store.size())
    assert len(set(leaves)) == len(leaves)
    rows = asked(connection, f"SELECT id, data, number FROM {PREFIX}outbox ORDER BY id")
    known = {at: number for at, _, number in rows if number is not None}
    assert all(leaves[number] == bytes(data) for _, data, number in rows if number is not None)
    assert len(known) == len(leaves)
    decided = [number for (number,) in asked(connection, "SELECT project FROM decision")]
    assert sorted(bytes(data) for _, data, _ in rows) == sorted(
        encode([entry(number) for number in decided])
    )
    return known


def test_a_decision_and_its_record_are_kept_together_or_not_at_all(connect: Connect) -> None:
    with closing(connect()) as site, closing(connect()) as own:
        decide(site, 1, 2, 3)
        with pytest.raises(Refused, match="不能直接写姓名"):
            decide_badly(site)
        site.rollback()
        with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
            decide(site, 4, 1)
        site.rollback()
        store = DatabaseStore(own, dialect(own))
        assert Sequencer(store).run() == 3
        assert Sequencer(store).run() == 0
        assert sorted(sound(own).values()) == [0, 1, 2]
        memory = MemoryStore()
        filled(memory, 0)
        Ledger(memory).append(entries(1, 4))
        assert Ledger(store).root() == Ledger(memory).root()
        signed = Ledger(store).checkpoint(SIGNER).checkpoint
        again = Ledger(store).checkpoint(SIGNER).checkpoint
        assert (signed.size, again.text) == (3, signed.text)
        assert audit(store, KNOWN, [signed]).good


def decide_badly(connection: Any) -> None:
    cursor = connection.cursor()
    mark = dialect(connection).mark
    cursor.execute(f"INSERT INTO decision VALUES ({mark})", (9,))
    put_out(cursor, [entry(9, who="张三")], dialect(connection))


def test_twin_a_record_in_a_transaction_of_its_own_outlives_its_decision(connect: Connect) -> None:
    with closing(connect()) as site, closing(connect()) as other:
        put_out(other.cursor(), [entry(1)], dialect(other))
        other.commit()
        cursor = site.cursor()
        cursor.execute(f"INSERT INTO decision VALUES ({dialect(site).mark})", (1,))
        site.rollback()  # the decision failed; its record stands
        Sequencer(DatabaseStore(other, dialect(other))).run()
        with pytest.raises(AssertionError):
            sound(other)


def test_two_deciders_and_two_sequencers(connect: Connect) -> None:
    """All at once: each decision has one number, and no number is given twice."""
    trouble: list[BaseException] = []
    ends = threading.Event()

    def deciding(first: int) -> None:
        with closing(connect()) as site:
            for at in range(first, first + 40, 2):
                decide(site, at, at + 1)

    def sequencing() -> None:
        with closing(connect()) as own:
            sequencer = Sequencer(DatabaseStore(own, dialect(own)), 7)
            while not ends.is_set() or sequencer.run():
                time.sleep(0.002)

    def told(work: Callable[..., None], *given: int) -> None:
        try:
            work(*given)
        except BaseException as error:  # noqa: BLE001 - raised again below
            trouble.append(error)

    deciders = [threading.Thread(target=told, args=(deciding, at)) for at in (100, 200)]
    others = [threading.Thread(target=told, args=(sequencing,)) for _ in range(2)]
    for thread in (*deciders, *others):
        thread.start()
    for thread in deciders:
        thread.join()
    ends.set()
    for thread in others:
        thread.join()
    assert trouble == []
    with closing(connect()) as own:
        assert sorted(sound(own).values()) == list(range(80))


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote("dying_ledger") as made_here:
        yield made_here


@needs_fork
@pytest.mark.parametrize("point", POINTS)
def test_a_sequencer_killed_at_each_point(zygote: Zygote, tmp_path: Path, point: str) -> None:
    path = made(tmp_path / "site.sqlite")
    rng = random.Random(point)
    before: dict[int, int] = {}
    for round_ in range(ROUNDS):
        with closing(sqlite3.connect(path)) as site:
            decide(site, *range(20 * round_, 20 * round_ + 11))
        dies = f"{point}:{rng.randint(1, 3)}"
        assert zygote.run("sequence", str(path), 4, point=dies)[0] == signal.SIGKILL
        with closing(sqlite3.connect(path)) as own:
            known = sound(own)
        assert known.items() >= before.items()  # a number that was given stays
        before = known
    assert zygote.run("sequence", str(path), 4)[0] == 0
    with closing(sqlite3.connect(path)) as own:
        assert sorted(sound(own).values()) == list(range(11 * ROUNDS))


@needs_fork
def test_twin_a_connection_that_keeps_each_statement_tears_the_log(
    zygote: Zygote, tmp_path: Path
) -> None:
    path = made(tmp_path / "site.sqlite")
    with closing(sqlite3.connect(path)) as site:
        decide(site, *range(11))
    point = "ledger.append.entries"
    assert zygote.run("sequence_torn", str(path), 4, point=point)[0] == signal.SIGKILL
    with closing(sqlite3.connect(path)) as own:
        assert audit(DatabaseStore(own, SQLITE), []).problems
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as loose,
        pytest.raises(Refused, match="逐句提交"),
    ):
        DatabaseStore(loose, SQLITE)


def test_a_row_that_was_bent_is_named_and_nothing_is_numbered(connect: Connect) -> None:
    with closing(connect()) as own:
        decide(own, *range(4))
        mark = dialect(own).mark
        bent = encode([entry(2)])[0].replace(b"2.00", b"2.01")
        sql = f"UPDATE {PREFIX}outbox SET data = {mark} WHERE id = 3"
        own.cursor().execute(sql, (bent.replace(b'"when"', b' "when"'),))
        own.commit()
        store = DatabaseStore(own, dialect(own))
        with pytest.raises(Refused, match="第 3 行"):
            Sequencer(store).run()
        assert store.size() == 0


def test_a_log_bent_in_the_database_is_named(connect: Connect) -> None:
    with closing(connect()) as own:
        decide(own, *range(9))
        store = DatabaseStore(own, dialect(own))
        Sequencer(store).run()
        Ledger(store).checkpoint(SIGNER)
        own.cursor().execute(f"DELETE FROM {PREFIX}entry WHERE number = 5")
        own.commit()
        said = " ".join(problem.says for problem in audit(store, KNOWN).problems)
        assert "记录应有 9 个，实有 8 个" in said
        assert "第 5 号记录缺失" in said
