"""A few child processes that read files; a file that breaks one is a problem, in its place."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from shangji.errors import ShangjiError
from shangji.intake.child import LEARN, LENGTH, READ, answer, failed, learned, packed
from shangji.intake.processes import CHILDREN, START_SECONDS, Gone, Late, Pool, closed, exactly
from shangji.intake.reading import FileReader
from shangji.intake.sheet import WALL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.intake.files import Found
    from shangji.intake.learning import Learned
    from shangji.intake.reading import FileRead, Setting

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

PACKING = threading.Lock()


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
    asked, requests = _packed(setting, READ, files)
    with Pool(lambda: _Child(asked), min(children, len(files))) as pool:
        yield from pool.map(lambda one: _read(pool, *one), requests)


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
    asked, requests = _packed(setting, LEARN, files)
    with Pool(lambda: _Child(asked), min(children, len(files))) as pool:
        yield from pool.map(lambda one: _learned(pool, one[1]), requests)


def _packed(
    setting: Setting, what: str, files: Sequence[Found]
) -> tuple[bytes, list[tuple[Found, bytes]]]:
    """All that the children will be sent, packed by one thread at a time.

    Two threads that pickle one object at the same time can each make it a `__dict__` in CPython
    3.11, where a collection of garbage may run in the middle of the making: one of the two is left
    without an owner, and a later collection reads memory that was given back (decision 0020).
    """
    with PACKING:
        return packed(setting), [(found, packed((what, found))) for found in files]


def _read(pool: Pool[_Child], found: Found, request: bytes) -> list[FileRead]:
    try:
        with pool.child() as child:
            return list(child.ask(request))
    except _Ended as ended:
        return [failed(found, ended.code, ended.says)]


def _learned(pool: Pool[_Child], request: bytes) -> list[Learned]:
    try:
        with pool.child() as child:
            return list(child.ask(request))
    except _Ended:  # reading it says what is wrong with it
        return []


class _Child:
    """One process, asked over its pipes."""

    def __init__(self, setting: bytes) -> None:
        command = [sys.executable, "-c", BOOT, *sys.path]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._send(setting)
        if self._received(time.monotonic() + START_SECONDS) is not True:
            raise ShangjiError("a reading process did not start")

    def ask(self, request: bytes) -> Any:  # noqa: ANN401 - of the kinds listed
        """What a file brought, or what its sheets seem to be.

        Raises:
            _Ended: the child ended, or took longer than a file may.
        """
        try:
            self._send(request)
            return self._received(time.monotonic() + WALL_SECONDS)
        except _Ended:
            self.end()
            raise

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        closed(self.process)

    def _send(self, request: bytes) -> None:
        pipe = self.process.stdin
        try:
            if pipe:
                pipe.write(request)
                pipe.flush()
        except OSError as error:
            raise self._ended() from error

    def _received(self, until: float) -> Any:  # noqa: ANN401 - of the kinds listed
        head = self._bytes(LENGTH.size, until)
        return _Answer(io.BytesIO(self._bytes(LENGTH.unpack(head)[0], until))).load()

    def _bytes(self, count: int, until: float) -> bytes:
        """Exactly so many bytes of the answer, before the time is over."""
        try:
            return exactly(self.process, count, until)
        except Late as late:
            says = f"{WALL_SECONDS} 秒之内没有读完，已停止。"
            raise _Ended("file-too-large", says) from late
        except Gone as gone:
            raise self._ended() from gone

    def _ended(self) -> _Ended:
        """Why the process is gone: its time was used up, or the file broke the reader."""
        import signal

        code = self.process.wait()
        if -code in {signal.SIGXCPU, signal.SIGKILL}:
            return _Ended("file-too-large", "读这个文件要用的时间或内存超过上限，已停止。")
        return _Ended("file-crash", "读这个文件时读取程序中断，文件可能已损坏或有恶意内容。")
