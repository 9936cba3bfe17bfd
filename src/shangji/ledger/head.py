"""A small file beside a log that says how far it had come: the log may be longer, never shorter.

SQLite drops the damaged end of its write-ahead file without a word, and an old copy put back looks
whole. The head is written after each commit, so it is a lower bound: a log that no longer reaches
it has lost entries that somebody was told were kept.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

SUFFIX = ".head"
TRIES, PAUSE = 3, 0.02
FORM = re.compile(rb"([0-9]{20}) ([0-9a-f]{64}) ([0-9a-f]{16})\n")


def beside(path: Path) -> Path:
    """The head of a log."""
    return path.with_name(path.name + SUFFIX)


def pack(size: int, root: bytes) -> bytes:
    """The one line of a head, always equally long, so that writing it anew never tears it."""
    line = f"{size:020d} {root.hex()}"
    return f"{line} {hashlib.sha256(line.encode()).hexdigest()[:16]}\n".encode()


def unpack(data: bytes) -> tuple[int, bytes] | None:
    """Size and root of a head; None if it is damaged."""
    found = FORM.fullmatch(data)
    if not found:
        return None
    size, root = int(found[1]), bytes.fromhex(found[2].decode())
    return (size, root) if pack(size, root) == data else None


def read(path: Path) -> tuple[int, bytes] | None:
    """Size and root of the head of a log; None if it is damaged."""
    found = unpack(beside(path).read_bytes())
    for _ in range(TRIES):
        if found is None:  # another process may be writing it this very moment
            time.sleep(PAUSE)
            found = unpack(beside(path).read_bytes())
    return found


def write(path: Path, size: int, root: bytes) -> None:
    """Write a head through to the disk."""
    place = beside(path)
    # The first one is made whole under another name: a crash must not leave an empty head.
    fresh = None if place.exists() else tempfile.mkstemp(prefix=f".{place.name}", dir=path.parent)
    binary = getattr(os, "O_BINARY", 0)  # Windows would write the newline as two bytes
    descriptor, name = fresh or (os.open(place, os.O_WRONLY | binary), "")
    try:
        os.write(descriptor, pack(size, root))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if name:
        Path(name).chmod(path.stat().st_mode & 0o777)  # whoever may read the log may read this
        with suppress(FileNotFoundError):
            Path(name).replace(place)
