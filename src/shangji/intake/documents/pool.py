"""Reading processes at work: each document in a process of its own, ended when its time is over."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji import digest
from shangji.errors import ShangjiError
from shangji.intake.documents.child import ANSWER, HEAD, LIST, PAGE, PICTURE, READ
from shangji.intake.documents.model import Document, Limits, Unread
from shangji.intake.processes import CHILDREN, START_SECONDS, Gone, Late, Pool, closed, exactly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shangji.intake.documents.model import Box

WALL = 2
"""Seconds on the clock for each second of processor time that is allowed."""

LARGEST = 500_000_000
BOOT = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from shangji.intake.documents.child import main; main()"
)
SPLIT = "请拆成几个文件，或删去图片后再交。"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to read, or a member of a zip; `name` is what it is called on screen."""

    path: Path
    name: str
    member: str = ""


class _Ended(Exception):  # noqa: N818 - an outcome inside this module
    """The process gave no answer; carries the words of why."""


class Readers(Pool["_Server"]):
    """Processes that read documents, each driven by a thread; one that hangs is replaced."""

    def __init__(self, limits: Limits, children: int = CHILDREN) -> None:
        """Prepare; a process is started when it is first needed."""
        super().__init__(_Server, children)
        self.limits = limits

    def read(self, papers: Sequence[Paper]) -> Iterator[Document]:
        """The documents in the order of the files."""
        return self.map(self.one, papers)

    def one(self, paper: Paper) -> Document:
        """One document; of one that breaks its reader only the reason is known."""
        try:
            return Document.of(self._asked(READ, paper))
        except _Ended as ended:
            return failed(paper, str(ended))

    def members(self, paper: Paper) -> tuple[list[Paper], list[Document]]:
        """The members of a zip to read, and those that are not, with why."""
        try:
            found = self._asked(LIST, paper)["members"]
        except _Ended as ended:
            return [], [failed(paper, str(ended))]
        wanted, refused = [], []
        for one in found:
            name = f"{paper.name}/{one['name']}" if one["name"] else paper.name
            inside = Paper(paper.path, name, str(one["member"]))
            if one["says"]:
                refused.append(failed(inside, str(one["says"])))
            else:
                wanted.append(inside)
        return wanted, refused

    def pictures(self, wanted: Sequence[tuple[Paper, int, Box]]) -> Iterator[str]:
        """The quoted lines of pages as data addresses; empty where there is no picture."""
        return self.map(self._picture, wanted)

    def page(self, paper: Paper, page: int, box: Box | None, *, whole: bool) -> tuple[bytes, str]:
        """A page for a screen as PNG; or nothing, and why where the drawing did not end well."""
        more = {"page": page, "box": list(box or ()), "whole": whole}
        try:
            made = self._asked(PAGE, paper, **more)
        except _Ended as ended:
            return b"", str(ended)
        return base64.b64decode(made["data"]), ""

    def _picture(self, wanted: tuple[Paper, int, Box]) -> str:
        paper, page, box = wanted
        try:
            made = self._asked(PICTURE, paper, page=page, box=list(box))
        except _Ended:
            return ""
        kind = {"png": "png", "jpeg": "jpeg"}.get(str(made["kind"]), "")
        return f"data:image/{kind};base64,{made['data']}" if kind and made["data"] else ""

    def _asked(self, what: str, paper: Paper, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        request = {
            "what": what,
            "path": str(paper.path),
            "name": paper.name,
            "member": paper.member,
            "limits": self.limits.record(),
            **more,
        }
        with self.child() as server:
            return server.asked(request, self.limits.seconds * WALL)


def failed(paper: Paper, says: str) -> Document:
    """A document of which nothing was read."""
    unread = (Unread(0, "document-unread", says, SPLIT),)
    try:
        data_digest = digest.of_file(paper.path) if not paper.member else ""
        size = paper.path.stat().st_size if not paper.member else 0
    except OSError:
        data_digest, size = "", 0
    return Document(paper.name, data_digest, "unknown", size, unread=unread)


class _Server:
    """A process that forks for each request."""

    def __init__(self) -> None:
        # Our own interpreter and module; the environment is not handed on.
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", BOOT, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        try:
            self._received(time.monotonic() + START_SECONDS)
        except _Ended as error:
            raise ShangjiError("a document reading process did not start") from error

    def asked(self, request: dict[str, Any], seconds: int) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        pipe = self.process.stdin
        if pipe is None:  # pragma: no cover - always a pipe
            raise ShangjiError("no pipe")
        try:
            pipe.write(json.dumps(request).encode() + b"\n")
            pipe.flush()
        except OSError as error:
            raise _Ended("读取程序中断。") from error
        return self._received(time.monotonic() + seconds)

    def end(self) -> None:
        """End the process and whatever it forked."""
        with contextlib.suppress(OSError):  # it may be gone
            os.killpg(self.process.pid, signal.SIGKILL)
        closed(self.process)

    def _received(self, until: float) -> dict[str, Any]:
        try:
            kind, length = HEAD.unpack(self._bytes(HEAD.size, until))
            data = json.loads(self._bytes(_allowed(length), until))
        except (_Ended, ValueError) as error:
            self.end()
            says = str(error) if isinstance(error, _Ended) else "读取程序的回答不完整。"
            raise _Ended(says) from error
        if kind == ANSWER:
            return dict(data)
        raise _Ended(_why(int(data["signal"])))

    def _bytes(self, count: int, until: float) -> bytes:
        try:
            return exactly(self.process, count, until)
        except Late as late:
            raise _Ended("超过时限没有读完，已停止。") from late
        except Gone as gone:
            raise _Ended("读取程序中断。") from gone


def _allowed(length: int) -> int:
    """The length of an answer, unless no reader makes one so long."""
    if length > LARGEST:
        raise _Ended("读出的内容过大，没有收。")
    return length


def _why(code: int) -> str:
    """Why a fork ended without an answer."""
    if code == 2 or -code in {signal.SIGXCPU, signal.SIGKILL}:  # noqa: PLR2004 - the child's word for memory
        return "读这份资料要用的时间或内存超过上限，已停止。"
    return "读这份资料时读取程序中断，文件可能已损坏或有恶意内容。"
