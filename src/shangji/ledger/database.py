"""A log in the tables of a database that another program owns, over any DB-API connection.

Whoever decides writes a row of the outbox in the decision's own transaction (`put_out`): both are
kept, or neither. One sequencer (`Sequencer`) takes the rows in batches, appends them and marks them
with their numbers in one transaction: a kill at any point loses nothing and doubles nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from shangji.errors import Problem, Refused, ShangjiError, Where
from shangji.failpoints import reach
from shangji.ledger.entry import decode, encode
from shangji.ledger.hashing import SHA256, hash_named
from shangji.ledger.log import Ledger
from shangji.ledger.tables import FORMAT, Tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shangji.ledger.entry import Entry

PREFIX = "ledger_"
BATCH = 1000


class Cursor(Protocol):
    """What is needed of a DB-API cursor."""

    def execute(self, sql: str, given: Any = ..., /) -> Any:  # noqa: ANN401 - as the driver has it
        """Run a statement."""

    def executemany(self, sql: str, given: Any, /) -> Any:  # noqa: ANN401 - as the driver has it
        """Run a statement for each of some rows."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the last query."""

    def close(self) -> None:
        """Close it."""


class Connection(Protocol):
    """What is needed of a DB-API connection; `sqlite3`, `psycopg` and others have it."""

    def cursor(self) -> Any:  # noqa: ANN401 - as the driver has it
        """A new cursor."""

    def commit(self) -> None:
        """Keep the transaction."""

    def rollback(self) -> None:
        """Undo the transaction."""


@dataclass(frozen=True)
class Dialect:
    """How a database spells a parameter, bytes, and a number that it gives itself."""

    mark: str
    blob: str
    serial: str


SQLITE = Dialect("?", "BLOB", "INTEGER PRIMARY KEY AUTOINCREMENT")
POSTGRESQL = Dialect("%s", "BYTEA", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")


def schema(dialect: Dialect, hash_name: str = SHA256) -> list[str]:
    """The statements that make the tables of a log, for a migration of the site.

    Args:
        dialect: of the database.
        hash_name: the hash of the log, for good.
    """
    hash_named(hash_name)
    own, blob = PREFIX, dialect.blob
    return [
        f"CREATE TABLE {own}meta (name VARCHAR(20) PRIMARY KEY, value VARCHAR(20) NOT NULL)",
        f"CREATE TABLE {own}entry (number BIGINT PRIMARY KEY, data {blob} NOT NULL)",
        f"CREATE TABLE {own}node (at BIGINT PRIMARY KEY, hash {blob} NOT NULL)",
        f"CREATE TABLE {own}leaf (hash {blob} PRIMARY KEY, number BIGINT NOT NULL)",
        f"CREATE TABLE {own}checkpoint (size BIGINT PRIMARY KEY, note TEXT NOT NULL)",
        f"CREATE TABLE {own}turn (one INTEGER PRIMARY KEY, taken BIGINT NOT NULL)",
        f"CREATE TABLE {own}outbox (id {dialect.serial}, data {blob} NOT NULL, number BIGINT)",
        f"CREATE INDEX {own}waiting ON {own}outbox (id) WHERE number IS NULL",
        f"INSERT INTO {own}meta VALUES ('format', '{FORMAT}'), ('hash', '{hash_name}')",
        f"INSERT INTO {own}turn VALUES (1, 0)",
    ]


def put_out(cursor: Cursor, entries: Sequence[Entry], dialect: Dialect) -> None:
    """Put entries into the outbox, in whatever transaction the cursor is: the decision's own.

    Raises:
        Refused: an entry cannot stand in a log; nothing was put.
    """
    sql = f"INSERT INTO {PREFIX}outbox (data) VALUES ({dialect.mark})"
    cursor.executemany(sql, [(leaf,) for leaf in encode(entries)])


class DatabaseStore(Tables):
    """A log in the site's database.

    Args:
        connection: of the store alone, not in autocommit; its isolation is read committed.
        dialect: of the database.
        name: of the log in messages.
    """

    prefix = PREFIX

    def __init__(self, connection: Connection, dialect: Dialect, name: str = "网站账本") -> None:
        """Open the log that `schema` made."""
        self.connection, self.dialect, self.name = connection, dialect, name
        self.mark = dialect.mark
        self._inside = False
        if _autocommits(connection):
            says = "这个数据库连接逐句提交，一批记录可能只写进一半。"
            fix = "请给账本一个不自动提交的专用连接。"
            raise Refused([Problem("ledger-database", Where(file=name), says, fix)])
        facts = dict(self.rows(f"SELECT name, value FROM {PREFIX}meta"))
        if facts.get("format") != FORMAT or "hash" not in facts:
            raise self.damaged("不是本程序的账本，或格式标记被改动。")
        self.hash_name: str = facts["hash"]

    # Statements.

    def rows(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query; outside `writing` no transaction is left open."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql, tuple(given))
            found = [tuple(map(_plain, row)) for row in cursor.fetchall()]
        finally:
            cursor.close()
            if not self._inside:
                self.connection.rollback()
        return found

    def many(self, sql: str, given: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of some rows."""
        cursor = self.connection.cursor()
        try:
            cursor.executemany(sql, [tuple(row) for row in given])
        finally:
            cursor.close()

    @contextmanager
    def writing(self) -> Iterator[DatabaseStore]:
        """Begin a transaction, after those of others; inside one, go on in it.

        The row of `turn` is the lock: its update is the first statement, so that whoever comes
        second waits for it, and reads what the first has kept.
        """
        if self._inside:
            yield self
            return
        self._inside = True
        try:
            self.many(f"UPDATE {PREFIX}turn SET taken = taken + {self.mark}", [(1,)])
            yield self
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise
        finally:
            self._inside = False
        reach("ledger.append.committed")

    # The outbox.

    def waiting(self, most: int) -> list[tuple[int, bytes]]:
        """Rows of the outbox that have no number yet, oldest first."""
        sql = f"SELECT id, data FROM {PREFIX}outbox WHERE number IS NULL ORDER BY id LIMIT {most}"
        return [(at, data) for at, data in self.rows(sql)]

    def numbered(self, numbers: Iterable[tuple[int, int]]) -> None:
        """Mark rows of the outbox with their numbers: pairs of number and row."""
        mark = self.mark
        self.many(f"UPDATE {PREFIX}outbox SET number = {mark} WHERE id = {mark}", numbers)

    # Trouble.

    def inspect(self) -> Sequence[Problem]:
        """Tables that have more or fewer rows than a log of its size."""
        return [problem for says in self.miscounted() for problem in self.damaged(says).problems]

    def damaged(self, says: str) -> Refused:
        """The refusal of a damaged log."""
        fix = "请保留数据库备份不动，用手中留存的检查点核对，并通知审计人员。"
        return Refused([Problem("ledger-damaged", Where(file=self.name), says, fix)])


class Sequencer:
    """Gives the rows of the outbox their numbers, a batch in a transaction."""

    def __init__(self, store: DatabaseStore, batch: int = BATCH) -> None:
        """Take the store and how many rows make a batch."""
        self.store, self.batch = store, batch
        self.ledger = Ledger(store)

    def run(self) -> int:
        """Take all that waits; return how many rows were given a number."""
        done = 0
        while found := self.once():
            done += found
        return done

    def once(self) -> int:
        """Take one batch; a row that a kill makes it take twice keeps its number."""
        with self.store.writing() as batch:
            waiting = batch.waiting(self.batch)
            reach("ledger.sequence.taken")
            if waiting:
                numbers = self.ledger.append([self._entry(at, data) for at, data in waiting])
                batch.numbered(zip(numbers, (at for at, _ in waiting), strict=True))
                reach("ledger.sequence.marked")
        reach("ledger.sequence.done")
        return len(waiting)

    def _entry(self, at: int, data: bytes) -> Entry:
        try:
            return decode(data)
        except (ShangjiError, AttributeError) as error:
            says = f"待记的第 {at} 行不是规范写法的记录，被改动过；这一批一条也没有记入。"
            raise self.store.damaged(says) from error


def _autocommits(connection: Connection) -> bool:
    told = getattr(connection, "autocommit", None)
    if isinstance(told, bool):
        return told
    return getattr(connection, "isolation_level", "") is None


def _plain(cell: Any) -> Any:  # noqa: ANN401 - any cell
    return bytes(cell) if isinstance(cell, memoryview) else cell
