"""A log in one SQLite file: write-ahead, synced on commit, one transaction a batch.

Writers begin with the write lock: the second waits, instead of reading a size that is old by the
time it writes.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused, Where
from shangji.failpoints import reach
from shangji.ledger import head, merkle
from shangji.ledger.hashing import SHA256, hash_named
from shangji.ledger.tables import FORMAT, Tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Self

    from shangji.ledger.store import Row

APPLICATION = 0x534A4C47
"""`SJLG` in the file's header."""
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE node (at INTEGER PRIMARY KEY, hash BLOB NOT NULL);
CREATE TABLE leaf (hash BLOB PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL);
"""
MAGIC = b"SQLite format 3\x00"
TIMEOUT = 30.0
CACHE_KIB = 64 * 1024
FULL, BUSY, LOCKED, READONLY, CANTOPEN, IOERR = 13, 5, 6, 8, 14, 10


class SQLiteStore(Tables):
    """A log in a SQLite file, made if it is not there.

    Args:
        path: the file.
        hash_name: the hash of a new log; an old one's must be the same. None: as the log has it.
        readonly: change nothing, and refuse a file that is not there.
        timeout: seconds to wait for another writer.
    """

    BEGIN = "BEGIN IMMEDIATE"

    def __init__(
        self,
        path: Path,
        hash_name: str | None = None,
        *,
        readonly: bool = False,
        timeout: float = TIMEOUT,
    ) -> None:
        self.path, self.name = path, str(path)
        self._head: tuple[int, bytes] | None = None
        if not path.exists():
            if readonly:
                fix = "请核对路径，或先用 shangji ledger append 记账。"
                raise Refused([self._problem("ledger-missing", "没有这个文件。", fix)])
            hash_named(hash_name or SHA256)
            self._create(hash_name or SHA256)
        with self._named():
            self._look()
            self._connection = self._connect(readonly=readonly, timeout=timeout)
            try:
                self.hash_name = self._meta()
                self._reaches_head()
            except BaseException:
                self._connection.close()
                raise
        if hash_name not in {None, self.hash_name}:
            self.close()
            says = f"这个账本用的是 {self.hash_name}，不是 {hash_name}。"
            fix = "散列算法建账时定下，不能更换；请去掉 --hash 或另建账本。"
            raise Refused([self._problem("ledger-hash", says, fix)])

    def __enter__(self) -> Self:
        """Return the open store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close the file; SQLite folds the write-ahead file in."""
        self._connection.close()

    # Opening.

    def _create(self, hash_name: str) -> None:
        """Make the file whole under another name first: a half-made log must not be seen."""
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}.new")
        with self._named():
            try:
                with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                    connection.executescript(
                        f"PRAGMA application_id={APPLICATION}; PRAGMA journal_mode=WAL;"
                        f"BEGIN; {SCHEMA} COMMIT;"
                    )
                    facts = (("format", FORMAT), ("hash", hash_name))
                    connection.executemany("INSERT INTO meta VALUES (?, ?)", facts)
                with suppress(FileExistsError):  # another was first: theirs counts
                    os.link(fresh, self.path)
            except OSError as error:
                raise Refused([self._unwritable(error.strerror or str(error))]) from error
            finally:
                with suppress(OSError):
                    fresh.unlink(missing_ok=True)

    def _look(self) -> None:
        """Refuse what is no whole SQLite file: SQLite would take an empty one for a new log."""
        try:
            actual = self.path.stat().st_size
            with self.path.open("rb") as file:
                header = file.read(100)
        except OSError as error:
            raise Refused([self._unwritable(error.strerror or str(error))]) from error
        if header[:16] != MAGIC or len(header) < 100:  # noqa: PLR2004 - a header's length
            raise self.damaged("文件头不对，文件被改动、截断或根本不是账本。")
        page = int.from_bytes(header[16:18], "big")
        expected = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
        pending = self.path.with_name(self.path.name + "-wal")
        if actual < expected and not (pending.exists() and pending.stat().st_size):
            raise self.damaged(f"文件应有 {expected:,} 字节，实有 {actual:,} 字节，被截断了。")

    def _connect(self, *, readonly: bool, timeout: float) -> sqlite3.Connection:
        place = f"{self.path.absolute().as_uri()}?mode={'ro' if readonly else 'rw'}"
        if readonly and not os.access(self.path.absolute().parent, os.W_OK):
            place += "&immutable=1"  # on a medium that nobody writes, SQLite needs no lock file
        connection = sqlite3.connect(place, uri=True, isolation_level=None, timeout=timeout)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        return connection

    def _meta(self) -> str:
        found = self._connection.execute("PRAGMA application_id").fetchone()[0]
        facts = dict(self._connection.execute("SELECT name, value FROM meta"))
        if found != APPLICATION or facts.get("format") != FORMAT or len(facts) != 2:  # noqa: PLR2004 - as made
            raise self.damaged("不是本程序的账本，或格式标记被改动。")
        try:
            hash_named(facts["hash"])
        except (Refused, KeyError) as error:
            if isinstance(error, Refused) and error.problems[0].code != "ledger-hash":
                raise
            raise self.damaged("散列算法的标记被改动。") from error
        return str(facts["hash"])

    def _reaches_head(self) -> None:
        path = head.beside(self.path)
        if not path.exists():
            return
        try:
            told = head.read(self.path)
        except OSError as error:
            raise Refused([self._unwritable(error.strerror or str(error))]) from error
        if told is None:
            raise self.damaged(f"{path.name} 损坏，无法判断末尾的记录是否丢失。")
        size, root = told
        if self.size() < size:
            says = f"曾记到 {size} 条，现在只有 {self.size()} 条：末尾的记录丢失，或换上了旧文件。"
            raise self.damaged(says)
        if merkle.root(hash_named(self.hash_name), self.node, size) != root:
            raise self.damaged(f"前 {size} 条的根与当时记下的不符：记录被改动。")

    # Reading.

    def rows(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._named():
            return self._connection.execute(sql, given).fetchall()

    def inspect(self) -> Sequence[Problem]:
        """Trouble in the pages of the file, and in the index that finds known leaves."""
        try:
            with self._named():
                return [self._damage(says) for says in self._inspected()]
        except Refused as refused:
            return list(refused.problems)

    def _inspected(self) -> Iterator[str]:
        query = self._connection.execute
        said = [str(row[0]) for row in query("PRAGMA integrity_check(5)")]
        if said != ["ok"]:
            yield f"SQLite 自检：{'；'.join(said)[:200]}。"
            return
        yield from self.miscounted()

    # Writing.

    @contextmanager
    def writing(self) -> Iterator[SQLiteStore]:
        """Begin a transaction with the write lock; what was put is on the disk when it ends."""
        with self._named():
            self._connection.execute(self.BEGIN)
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                self._head = None
                raise
        reach("ledger.append.committed")
        if self._head is not None:
            size, root = self._head
            self._head = None
            try:
                head.write(self.path, size, root)
            except OSError as error:
                says = f"记录已经入账，但 {head.beside(self.path).name} 写不进去"
                says += f"（{error.strerror or error}）。"
                fix = "请检查权限和磁盘；记录不必重记。"
                raise Refused([self._problem("output-unwritable", says, fix)]) from error

    def many(self, sql: str, given: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of some rows."""
        self._connection.executemany(sql, given)

    def put(self, data: Sequence[bytes], grown: Sequence[Row], root: bytes) -> None:
        """Add leaves and the nodes that they finish."""
        super().put(data, grown, root)
        if grown:
            self._head = grown[0][1] + len(data), root

    # Trouble.

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turn what SQLite says into words."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == FULL:
                says, fix = "磁盘已满，这一批一条也没有记入。", "请腾出空间后重记。"
                raise Refused([self._problem("output-full", says, fix)]) from error
            if code in {BUSY, LOCKED}:
                says, fix = "另一个程序正在写账本，等不到它结束。", "请稍后重试。"
                raise Refused([self._problem("ledger-busy", says, fix)]) from error
            if code in {READONLY, CANTOPEN, IOERR}:
                raise Refused([self._unwritable(str(error))]) from error
            raise self.damaged(f"SQLite 读不下去（{error}）。") from error

    def _problem(self, code: str, says: str, fix: str) -> Problem:
        return Problem(code, Where(file=self.name), says, fix)

    def _unwritable(self, why: str) -> Problem:
        fix = "请检查文件夹是否存在、可写，磁盘是否正常。"
        return self._problem("output-unwritable", f"打不开或写不进（{why}）。", fix)

    def _damage(self, says: str) -> Problem:
        fix = "请保留这个文件不动，用备份核对，并通知审计人员。"
        return self._problem("ledger-damaged", says, fix)

    def damaged(self, says: str) -> Refused:
        """The refusal of a damaged log."""
        return Refused([self._damage(says)])
