"""A log in five tables of a database: what the stores on SQLite and on the site's database share.

Tables, each name after the store's prefix: `entry` (number, leaf), `node` (level·2⁴⁸ + number,
hash), `leaf` (hash, number: finds what is there already), `checkpoint` (size, note), `meta`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from shangji.failpoints import reach
from shangji.ledger.hashing import SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shangji.errors import Refused
    from shangji.ledger.store import Row

LEVEL = 48
CHUNK = 500
FORMAT = "1"


class Tables:
    """Reads and writes the tables of a log; a store says how a statement is run."""

    prefix = ""
    mark = "?"
    name: str

    @abstractmethod
    def rows(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""

    @abstractmethod
    def many(self, sql: str, given: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of some rows."""

    @abstractmethod
    def damaged(self, says: str) -> Refused:
        """The refusal of a damaged log."""

    # Reading.

    def size(self) -> int:
        """Entries there."""
        found = self.rows(f"SELECT max(number) FROM {self.prefix}entry")[0][0]
        if found is not None and not isinstance(found, int):
            raise self.damaged("记录的编号损坏。")
        return 0 if found is None else found + 1

    def node(self, level: int, number: int) -> bytes:
        """Hash of a complete subtree."""
        at = (level << LEVEL) + number
        found = self.rows(f"SELECT hash FROM {self.prefix}node WHERE at = {self.mark}", (at,))
        if not found or type(found[0][0]) is not bytes or len(found[0][0]) != SIZE:
            raise self.damaged(f"第 {level} 层第 {number} 个节点缺失或损坏。")
        return bytes(found[0][0])

    def nodes(self, level: int, first: int, last: int) -> Sequence[bytes]:
        """Hashes of the complete subtrees [first, last) of a level, as far as they are there."""
        base = level << LEVEL
        found = self.rows(
            f"SELECT hash FROM {self.prefix}node WHERE at >= {self.mark} AND at < {self.mark} "
            "ORDER BY at",
            (base + first, base + last),
        )
        return [row[0] for row in found]

    def entries(self, first: int, last: int) -> Sequence[bytes]:
        """Leaves [first, last), as far as they are there without a gap."""
        found = self.rows(
            f"SELECT number, data FROM {self.prefix}entry WHERE number >= {self.mark} "
            f"AND number < {self.mark} ORDER BY number",
            (first, last),
        )
        return [data for at, (number, data) in enumerate(found, first) if number == at]

    def checkpoints(self) -> Sequence[tuple[int, str]]:
        """Size and note of each checkpoint, oldest first."""
        found = self.rows(f"SELECT size, note FROM {self.prefix}checkpoint ORDER BY size")
        return [(size, note) for size, note in found]

    def known(self, leaves: Sequence[bytes]) -> Mapping[bytes, int]:
        """Numbers of those leaf hashes that are there already."""
        found: dict[bytes, int] = {}
        for at in range(0, len(leaves), CHUNK):
            part = leaves[at : at + CHUNK]
            marks = ",".join([self.mark] * len(part))
            query = f"SELECT hash, number FROM {self.prefix}leaf WHERE hash IN ({marks})"
            found |= dict(self.rows(query, part))
        return found

    def miscounted(self) -> Iterator[str]:
        """Yield in words which table has more or fewer rows than a log of its size."""
        size, own = self.size(), self.prefix
        # A level has half as many complete subtrees as the one below.
        nodes = sum(size >> level for level in range(size.bit_length()))
        found = f"{own}leaf AS l JOIN {own}node AS n ON n.at = l.number AND n.hash = l.hash"
        for name, source, expected in (
            ("记录", f"{own}entry", size),
            ("节点", f"{own}node", nodes),
            ("索引", f"{own}leaf", size),
            ("对得上的索引", found, size),
        ):
            count = self.rows(f"SELECT count(*) FROM {source}")[0][0]
            if count != expected:
                yield f"{name}应有 {expected} 个，实有 {count} 个。"

    # Writing, inside a transaction.

    def put(self, data: Sequence[bytes], grown: Sequence[Row], _root: bytes) -> None:
        """Add leaves and the nodes that they finish."""
        if not grown:
            return
        _, first, leaves = grown[0]
        pair = f"VALUES ({self.mark}, {self.mark})"
        self.many(f"INSERT INTO {self.prefix}entry (number, data) {pair}", enumerate(data, first))
        reach("ledger.append.entries")
        for level, begin, row in grown:
            at = (level << LEVEL) + begin
            self.many(f"INSERT INTO {self.prefix}node (at, hash) {pair}", enumerate(row, at))
        numbers = range(first, first + len(leaves))
        leaf = zip(leaves, numbers, strict=True)
        self.many(f"INSERT INTO {self.prefix}leaf (hash, number) {pair}", leaf)

    def put_checkpoint(self, size: int, note: str) -> None:
        """Add a checkpoint, or replace the note of one of the same size."""
        own, mark = f"{self.prefix}checkpoint", self.mark
        self.many(f"DELETE FROM {own} WHERE size = {mark}", [(size,)])
        self.many(f"INSERT INTO {own} (size, note) VALUES ({mark}, {mark})", [(size, note)])
