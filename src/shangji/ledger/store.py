"""What a ledger needs of the place that keeps it, and the simplest such place: memory.

A store is dumb: it keeps bytes under numbers and hashes nothing. What it must promise:

* `writing()` is one transaction. Whoever enters while another is inside waits. All that was put
  becomes durable when the block ends without an exception, and nothing of it otherwise.
* What is read inside sees the state that the transaction began with, plus its own writes.
* Once durable, an entry, a node and a checkpoint's size and root never change.

`shangji.ledger.database` keeps these promises on a site's database.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from shangji.errors import Problem

    Row = tuple[int, int, list[bytes]]


class Reading(Protocol):
    """What can be read of a log."""

    def size(self) -> int:
        """Entries there."""

    def node(self, level: int, number: int) -> bytes:
        """Hash of a complete subtree."""

    def checkpoints(self) -> Sequence[tuple[int, str]]:
        """Size and note of each checkpoint, oldest first."""


class Batch(Reading, Protocol):
    """A transaction that adds to a log."""

    def known(self, leaves: Sequence[bytes]) -> Mapping[bytes, int]:
        """Numbers of those leaf hashes that are there already."""

    def put(self, data: Sequence[bytes], grown: Sequence[Row], root: bytes) -> None:
        """Add leaves, the nodes that they finish (first row: their hashes) and say the new root."""

    def put_checkpoint(self, size: int, note: str) -> None:
        """Add a checkpoint; the note of one of the same size and root is replaced."""


class Store(Reading, Protocol):
    """A place that keeps a log."""

    name: str
    hash_name: str

    def writing(self) -> AbstractContextManager[Batch]:
        """Begin a transaction, after those of others."""

    def nodes(self, level: int, first: int, last: int) -> Sequence[bytes]:
        """Hashes of the complete subtrees [first, last) of a level, as far as they are there."""

    def entries(self, first: int, last: int) -> Sequence[bytes]:
        """Leaves [first, last), as far as they are there."""

    def inspect(self) -> Sequence[Problem]:
        """Trouble of the place itself that is not seen through the other methods."""


@dataclass
class MemoryStore:
    """A log that is gone with the process: for tests and for trying out."""

    hash_name: str = "sha256"
    name: str = "内存"
    leaves: list[bytes] = field(default_factory=list)
    levels: dict[int, list[bytes]] = field(default_factory=dict)
    numbers: dict[bytes, int] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def writing(self) -> Iterator[MemoryStore]:
        """Begin a transaction: everything in memory succeeds, so nothing is ever undone."""
        with self.lock:
            yield self

    def size(self) -> int:
        """Entries there."""
        return len(self.leaves)

    def node(self, level: int, number: int) -> bytes:
        """Hash of a complete subtree."""
        return self.levels[level][number]

    def nodes(self, level: int, first: int, last: int) -> Sequence[bytes]:
        """Hashes of the complete subtrees [first, last) of a level."""
        return self.levels.get(level, [])[first:last]

    def entries(self, first: int, last: int) -> Sequence[bytes]:
        """Leaves [first, last)."""
        return self.leaves[first:last]

    def known(self, leaves: Sequence[bytes]) -> Mapping[bytes, int]:
        """Numbers of those leaf hashes that are there already."""
        return {leaf: self.numbers[leaf] for leaf in leaves if leaf in self.numbers}

    def put(self, data: Sequence[bytes], grown: Sequence[Row], _root: bytes) -> None:
        """Add leaves and the nodes that they finish."""
        for level, first, row in grown:
            if level == 0:
                self.numbers.update({leaf: first + at for at, leaf in enumerate(row)})
            self.levels.setdefault(level, []).extend(row)
        self.leaves.extend(data)

    def checkpoints(self) -> Sequence[tuple[int, str]]:
        """Size and note of each checkpoint, oldest first."""
        return sorted(self.notes.items())

    def put_checkpoint(self, size: int, note: str) -> None:
        """Add a checkpoint, or replace the note of one of the same size."""
        self.notes[size] = note

    def inspect(self) -> Sequence[Problem]:
        """Nothing can be wrong with it."""
        return []
