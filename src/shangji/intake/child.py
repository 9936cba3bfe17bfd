"""The process that reads files for another: one that a hostile file may slow or break, no more.

Requests and answers are pickles with their length before them. The parent takes from an answer
only the kinds of value listed in `intake.pool`; a child is given limits, and no secrets.
"""

from __future__ import annotations

import contextlib
import pickle
import resource
import struct
import sys
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.intake.reading import FileRead, FileReader
from shangji.intake.sheet import CPU_SECONDS, MEMORY_BYTES

if TYPE_CHECKING:
    from typing import BinaryIO

    from shangji.intake.files import Found
    from shangji.intake.learning import Learned

READ, LEARN = "read", "learn"
LENGTH = struct.Struct(">Q")
SMALLER = "请拆成几个文件，或删去图片和多余的表后重报。"


def main() -> None:
    """Read files until the parent closes the pipe."""
    take, give = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may stand among the answers
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    reader = FileReader(received(take))
    send(give, True)  # noqa: FBT003 - the word that the child is ready
    while (request := received(take)) is not None:
        _one_more()
        asked, found = request
        send(give, answer(reader, found) if asked == READ else learned(reader, found))


def answer(reader: FileReader, found: Found) -> list[FileRead]:
    """What a file brought, whatever it did to the reader short of ending the process."""
    try:
        return reader.read(found)
    except MemoryError:
        return [failed(found, "file-too-large", "读这个文件要用的内存超过上限。")]


def learned(reader: FileReader, found: Found) -> list[Learned]:
    """What the sheets of a file seem to be; nothing of one that is too large."""
    try:
        return reader.learn(found)
    except MemoryError:
        return []


def failed(found: Found, code: str, says: str) -> FileRead:
    """A file of which nothing was read, and why."""
    read = FileRead(found.name, found.origin)
    read.problems.append(Problem(code, Where(found.name), says, SMALLER))
    return read


def _limit(kind: int, most: int) -> None:
    """Lower a limit of this process, where the system knows it."""
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most, hard))


def _one_more() -> None:
    """Allow the time of one more file."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CPU_SECONDS)


def received(pipe: BinaryIO) -> Any:  # noqa: ANN401 - what the parent sends
    """The next thing that the parent sends, or None where it has closed the pipe."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pickle.loads(pipe.read(LENGTH.unpack(head)[0]))  # noqa: S301 - from our own parent


def send(pipe: BinaryIO, value: Any) -> None:  # noqa: ANN401 - what the other end expects
    """Send a value."""
    pipe.write(packed(value))
    pipe.flush()


def packed(value: object) -> bytes:
    """A value as it goes over a pipe: its length, then its pickle."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data
