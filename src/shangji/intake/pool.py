"""A few child processes that read files; a file that breaks one is a problem, in its place."""

from __future__ import annotations

import io
import pickle
import queue
import select
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from shangji.errors import ShangjiError
from shangji.intake.child import LEARN, LENGTH, READ, answer, failed, learned, send
from shangji.intake.reading import FileReader
from shangji.intake.sheet import WALL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from shangji.intake.files import Found
    from shangji.intake.learning import Learned
    from shangji.intake.reading import FileRead, Setting

CHILDREN = 2
"""More would not be faster on the machine of a bureau, and each takes its memory."""

START_SECONDS = 60
PIECE = 1 << 20
BOOT = "import sys; sys.path[:] = sys.argv[1:]; from shangji.intake.child import main; main()"
KINDS = {
    "shangji.errors": {"Problem", "Where"},
    "shangji.intake.account": {"Taken", "Tally"},
    "shangji.intake.cover": {"Cover"},
    "shangji.intake.learning": {"Learned"},
    "shangji.intake.reading": {"FileRead"},
    "shangji.snapshot.facts": {"SheetCount", "Placeholder"},
    "decimal": {"Decimal"},
    "datetime": {"date"},
    "copyreg": {"_reconstructor"},
    "builtins": {"object", "set", "frozenset"},
}
"""What an answer may hold: anything else in it was not made by the reader."""


class _Ended(Exception):  # noqa: N818 - an outcome inside this module
    """The child gave no answer; carries the code and the words of it."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code, self.says = code, says


class _Answer(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as pickle declares it
        if name not in KINDS.get(module, ()):
            raise ShangjiError(f"a reading process answered with {module}.{name}")
        return super().find_class(module, name)


def read_files(
    files: Sequence[Found], setting: Setting, children: int = CHILDREN
) -> Iterator[list[FileRead]]:
    """Yield what each file brought, in the order of the files.

    Args:
        files: the files.
        setting: what reading needs of the pack.
        children: how many processes read; 0 reads in this one, for those who trust their files.
    """
    if not files:
        return
    if not children:
        reader = FileReader(setting)
        for found in files:
            yield answer(reader, found)
        return
    with _Pool(setting, min(children, len(files))) as pool:
        yield from pool.read(files)


def learn_files(
    files: Sequence[Found], setting: Setting, children: int = CHILDREN
) -> Iterator[list[Learned]]:
    """Yield what the sheets of each file seem to be, in the order of the files."""
    if not files:
        return
    if not children:
        reader = FileReader(setting)
        for found in files:
            yield learned(reader, found)
        return
    with _Pool(setting, min(children, len(files))) as pool:
        yield from pool.learn(files)


class _Pool:
    """Children that wait for files, each driven by a thread; one that ends is replaced."""

    def __init__(self, setting: Setting, children: int) -> None:
        self.setting = setting
        self.free: queue.SimpleQueue[_Child | None] = queue.SimpleQueue()
        self.started: list[_Child] = []
        for _ in range(children):
            self.free.put(None)  # started by the thread that first needs it
        self.threads = ThreadPoolExecutor(children)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.started:
            child.end()
        self.threads.shutdown(cancel_futures=True)

    def read(self, files: Sequence[Found]) -> Iterator[list[FileRead]]:
        return self.threads.map(self._read, files)

    def learn(self, files: Sequence[Found]) -> Iterator[list[Learned]]:
        return self.threads.map(self._learned, files)

    def _read(self, found: Found) -> list[FileRead]:
        try:
            return list(self._asked(READ, found))
        except _Ended as ended:
            return [failed(found, ended.code, ended.says)]

    def _learned(self, found: Found) -> list[Learned]:
        try:
            return list(self._asked(LEARN, found))
        except _Ended:  # reading it says what is wrong with it
            return []

    def _asked(self, what: str, found: Found) -> Any:  # noqa: ANN401 - of the kinds listed
        child = self.free.get()
        try:
            if child is None:
                child = _Child(self.setting)
                self.started.append(child)
            return child.ask(what, found)
        except _Ended:
            if child is not None:
                child.end()
            child = None
            raise
        finally:
            self.free.put(child)


class _Child:
    """One process, asked over its pipes."""

    def __init__(self, setting: Setting) -> None:
        command = [sys.executable, "-c", BOOT, *sys.path]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._send(setting)
        if self._received(time.monotonic() + START_SECONDS) is not True:
            raise ShangjiError("a reading process did not start")

    def ask(self, what: str, found: Found) -> Any:  # noqa: ANN401 - of the kinds listed
        """What a file brought, or what its sheets seem to be.

        Raises:
            _Ended: the child ended, or took longer than a file may.
        """
        self._send((what, found))
        return self._received(time.monotonic() + WALL_SECONDS)

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:  # what was not sent is not wanted any more
                    continue

    def _send(self, value: object) -> None:
        pipe = self.process.stdin
        try:
            if pipe:
                send(pipe, value)  # type: ignore[arg-type] # Popen's pipe is a binary file
        except OSError as error:
            raise self._ended() from error

    def _received(self, until: float) -> Any:  # noqa: ANN401 - of the kinds listed
        head = self._bytes(LENGTH.size, until)
        return _Answer(io.BytesIO(self._bytes(LENGTH.unpack(head)[0], until))).load()

    def _bytes(self, count: int, until: float) -> bytes:
        """Exactly so many bytes of the answer, before the time is over."""
        pipe = self.process.stdout
        if pipe is None:  # pragma: no cover - always a pipe
            raise ShangjiError("no pipe")
        held = bytearray()
        while len(held) < count:
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise _Ended("file-too-large", f"{WALL_SECONDS} 秒之内没有读完，已停止。")
            piece = pipe.raw.read(min(PIECE, count - len(held)))  # type: ignore[attr-defined] # unread bytes of a buffer would not wake select
            if not piece:
                raise self._ended()
            held += piece
        return bytes(held)

    def _ended(self) -> _Ended:
        """Why the process is gone: its time was used up, or the file broke the reader."""
        import signal

        code = self.process.wait()
        if -code in {signal.SIGXCPU, signal.SIGKILL}:
            return _Ended("file-too-large", "读这个文件要用的时间或内存超过上限，已停止。")
        return _Ended("file-crash", "读这个文件时读取程序中断，文件可能已损坏或有恶意内容。")
