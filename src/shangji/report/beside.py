"""A paper written by a second process while the review goes on: two cores, half the waiting."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkProcess


LONGEST_SECONDS = 120
"""So long is waited for the other process once the review itself is done."""


def single_threaded() -> bool:
    """Whether this process has no thread but this one, those of libraries counted where we can."""
    tasks = Path("/proc/self/task")
    count = len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()
    return count == 1


class Beside:
    """A paper begun when entered and put in its place when asked for.

    The process is a fork: it holds what its parent holds, so nothing has to be sent to it. A fork
    of a process that has other threads may wait for ever for a lock that one of them held; where
    there are any, as in a server, and where the fork takes too long or fails, the parent writes the
    paper itself, and its fault is told as any other.
    """

    def __init__(self, name: str, write: Callable[[Path], None]) -> None:
        """Prepare a paper: the name of its file, and its writer, called with a path."""
        self.name, self.write = name, write
        self.folder = tempfile.TemporaryDirectory(prefix="shangji-")
        self.process: ForkProcess | None = None

    @property
    def path(self) -> Path:
        """Where the other process writes."""
        return Path(self.folder.name) / self.name

    def __enter__(self) -> Self:
        """Begin."""
        if sys.platform != "win32" and single_threaded():
            process = multiprocessing.get_context("fork").Process(target=self._made, daemon=True)
            with suppress(OSError):  # no room for a second process: the parent writes
                process.start()
                self.process = process
        return self

    def __exit__(self, *_: object) -> None:
        """End, whatever stands written."""
        if self.process is not None and self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.folder.cleanup()

    def put(self, folder: Path) -> None:
        """Wait for the paper and put it into a folder."""
        if self.process is not None:
            self.process.join(LONGEST_SECONDS)
            if self.process.exitcode == 0:
                shutil.move(self.path, folder / self.name)
                return
        self.write(folder / self.name)

    def _made(self) -> None:
        """Write in the other process, whose own screen is nobody's."""
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - devnull has no better name
            sys.stdout = sys.stderr = nowhere
            self.write(self.path)
