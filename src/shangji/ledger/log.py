"""The ledger: appends entries, proves that they are there, and says so in signed checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, ShangjiError, Where
from shangji.failpoints import reach
from shangji.ledger import merkle
from shangji.ledger.entry import encode, when_of
from shangji.ledger.hashing import hash_named
from shangji.ledger.note import Checkpoint, joined, parse, sign, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.ledger.entry import Entry
    from shangji.ledger.keys import PublicKey, SigningKey
    from shangji.ledger.store import Batch, Store

SHOWN = 5
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where a leaf stands and the path from it to the root."""

    index: int
    size: int
    path: list[bytes]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint, and what is strange about the entries since the one before."""

    checkpoint: Checkpoint
    problems: list[Problem]


class Ledger:
    """An append-only log over a store."""

    def __init__(self, store: Store) -> None:
        """Open the ledger of a store."""
        self.store = store
        self.hashed = hash_named(store.hash_name)

    @property
    def size(self) -> int:
        """Entries there."""
        return self.store.size()

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Add entries in one batch, all or none; return the number of each.

        An entry that is there already, byte for byte, keeps its number: whoever was not told how
        a batch ended may send it again.
        """
        data = encode(entries)
        leaves = [merkle.leaf_hash(self.hashed, leaf) for leaf in data]
        with self.store.writing() as batch:
            reach("ledger.append.begun")
            numbers = dict(batch.known(leaves))
            size = batch.size()
            fresh = {
                leaf: datum for leaf, datum in zip(leaves, data, strict=True) if leaf not in numbers
            }
            if fresh:
                edge = merkle.frontier(batch.node, size)
                grown = merkle.grow(self.hashed, size, edge, list(fresh))
                after = merkle.edge_after(edge, size + len(fresh), grown)
                root = merkle.root_of_edge(self.hashed, after)
                batch.put(list(fresh.values()), grown, root)
            numbers.update(zip(fresh, range(size, size + len(fresh)), strict=True))
            reach("ledger.append.written")
        reach("ledger.append.done")
        return [numbers[leaf] for leaf in leaves]

    def leaf(self, index: int) -> bytes:
        """The bytes of an entry."""
        found = self.store.entries(index, index + 1)
        if not found:
            raise ShangjiError(f"no entry {index} in a log of {self.size}")
        return found[0]

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` entries; of all where left out."""
        return merkle.root(self.hashed, self.store.node, self.size if size is None else size)

    def prove(self, index: int, size: int | None = None) -> Inclusion:
        """Prove that an entry is among the first `size`."""
        whole = self.size if size is None else size
        return Inclusion(index, whole, merkle.inclusion(self.hashed, self.store.node, index, whole))

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Prove that the log of `old` entries begins the log of `new`."""
        whole = self.size if new is None else new
        return merkle.consistency(self.hashed, self.store.node, old, whole)

    def checkpoint(self, signer: SigningKey) -> Signed:
        """Sign what the log says now, unless it no longer says what it signed before."""
        with self.store.writing() as batch:
            size = batch.size()
            root = merkle.root(self.hashed, batch.node, size)
            before = self._last(batch)
            fresh = Checkpoint(signer.name, size, root)
            if before:
                self._continues(batch, before, fresh)
            signed = sign(fresh, signer)
            if before and before.size == size:
                signed = joined(before, signed.lines)
            reach("ledger.checkpoint.signed")
            batch.put_checkpoint(size, str(signed))
            reach("ledger.checkpoint.stored")
        reach("ledger.checkpoint.done")
        return Signed(signed, list(self._clock(before.size if before else 0, size)))

    def _last(self, batch: Batch) -> Checkpoint | None:
        notes = batch.checkpoints()
        return parse(notes[-1][1], self.store.name) if notes else None

    def _continues(self, batch: Batch, before: Checkpoint, fresh: Checkpoint) -> None:
        """A log that signs two histories has lied: rather sign nothing."""
        if before.origin != fresh.origin:
            says = f"账本以前以“{before.origin}”的名义签署，这把密钥叫“{fresh.origin}”。"
            fix = "请使用同名的密钥。"
            raise Refused([Problem("ledger-key", Where(file=self.store.name), says, fix)])
        good = before.size <= fresh.size
        if not good or merkle.root(self.hashed, batch.node, before.size) != before.root:
            says = f"账本与第 {before.size} 条处签过的检查点对不上，不再签署。"
            fix = "请保留文件不动，用 shangji ledger verify 查看，并通知审计人员。"
            raise Refused([Problem("ledger-damaged", Where(file=self.store.name), says, fix)])

    def witnessed(self, note: Checkpoint, known: Sequence[PublicKey]) -> Checkpoint:
        """Take in the signatures that witnesses have put under a checkpoint of this log."""
        verify(note, known)
        with self.store.writing() as batch:
            for size, text in batch.checkpoints():
                kept = parse(text, self.store.name)
                if size == note.size and kept.text == note.text:
                    both = joined(kept, note.lines)
                    batch.put_checkpoint(size, str(both))
                    return both
        says = f"账本里没有这个检查点（{note.size} 条）。"
        fix = "请核对是不是这个账本签出的。"
        raise Refused([Problem("ledger-proof", Where(file=self.store.name), says, fix)])

    def _clock(self, first: int, last: int) -> Iterator[Problem]:
        """Name the entries whose own time lies before that of the entry above them."""
        back: list[int] = []
        before = ""
        for at in range(max(first - 1, 0), last, CHUNK):
            for number, leaf in enumerate(self.store.entries(at, min(at + CHUNK, last)), at):
                when = when_of(leaf)
                if when < before:
                    back.append(number)
                before = when
        if back:
            numbers = "、".join(map(str, back[:SHOWN])) + ("等" if len(back) > SHOWN else "")
            says = f"第 {numbers} 号记录（共 {len(back)} 条）的时间早于前一条。"
            fix = "记录次序以编号为准；请检查服务器时钟。"
            yield Problem("ledger-clock", Where(file=self.store.name), says, fix)
