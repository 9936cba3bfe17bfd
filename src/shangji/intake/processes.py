"""Child processes that wait for work: each driven by a thread, one that is gone is replaced."""

from __future__ import annotations

import os
import queue
import select
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from shangji.errors import ShangjiError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from typing import Self

CHILDREN = 2
"""More would not be faster on the machine of a bureau, and each takes its memory."""

START_SECONDS = 60
PIECE = 1 << 20

Item = TypeVar("Item")
Made = TypeVar("Made")


class Late(Exception):  # noqa: N818 - an outcome: the time of an answer is over
    """A child did not answer in its time."""


class Gone(Exception):  # noqa: N818 - an outcome: there will be no answer
    """A child closed its pipe."""


class Child(Protocol):
    """A process with what it is asked and answers; it ends itself where an answer does not come."""

    process: subprocess.Popen[bytes]

    def end(self) -> None:
        """End the process, whatever it is at."""


C = TypeVar("C", bound=Child)


class Pool(Generic[C]):
    """Children that are started when they are first needed, as many as there are threads."""

    def __init__(self, start: Callable[[], C], children: int = CHILDREN) -> None:
        """Prepare; nothing is started yet."""
        self.start = start
        self.free: queue.SimpleQueue[C | None] = queue.SimpleQueue()
        self.started: list[C] = []
        for _ in range(children):
            self.free.put(None)
        self.threads = ThreadPoolExecutor(children)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        for child in self.started:
            child.end()
        self.threads.shutdown(cancel_futures=True)

    def map(self, work: Callable[[Item], Made], items: Sequence[Item]) -> Iterator[Made]:
        """The outcomes of work on each item, in their order."""
        return self.threads.map(work, items)

    @contextmanager
    def child(self) -> Iterator[C]:
        """A child for one request; one that has ended is not used again."""
        held = self.free.get()
        try:
            if held is None:
                held = self.start()
                self.started.append(held)
            yield held
        finally:
            alive = held is not None and held.process.poll() is None
            self.free.put(held if alive else None)


def exactly(process: subprocess.Popen[bytes], count: int, until: float) -> bytes:
    """So many bytes of what a child writes, before the time is over.

    Raises:
        Late: the time is over.
        Gone: the child closed the pipe.
    """
    pipe = process.stdout
    if pipe is None:  # pragma: no cover - always a pipe
        raise ShangjiError("no pipe")
    held = bytearray()
    while len(held) < count:
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise Late
        # Unread bytes of a buffer would not wake select: the pipe itself is read.
        piece = os.read(pipe.fileno(), min(PIECE, count - len(held)))
        if not piece:
            raise Gone
        held += piece
    return bytes(held)


def closed(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that was ended, and close its pipes."""
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            try:
                pipe.close()
            except OSError:  # what was not sent is not wanted any more
                continue
