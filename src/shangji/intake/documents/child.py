"""The process that reads documents: it forks for each, so that one may break only itself.

Requests come as JSON lines, answers go back as JSON with their length before them. The fork is
given limits of time, memory and output; it opens one file, and no secrets are handed to it.
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import json
import os
import resource
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.intake.documents.model import Limits
from shangji.intake.documents.packed import listed, member
from shangji.intake.documents.pictures import picture, shown_page
from shangji.intake.documents.reading import read_bytes, too_large

if TYPE_CHECKING:
    from typing import BinaryIO

HEAD = struct.Struct(">BQ")
ANSWER, ENDED = 1, 2
"""Kinds of answer: what was read, or how the fork that read it ended."""

LIBRARIES = ("pypdfium2", "PIL.Image", "python_calamine")
READ, LIST, PICTURE, PAGE = "read", "list", "picture", "page"


def main() -> None:
    """Serve requests until the parent closes the pipe."""
    take, give = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may stand among the answers
    for library in LIBRARIES:  # once here, and not again in each fork
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    send(give, ANSWER, b"{}")
    while line := take.readline():
        pid = os.fork()
        if not pid:
            _serve(json.loads(line), give)
        _, status = os.waitpid(pid, 0)
        if status:
            send(give, ENDED, json.dumps({"signal": os.waitstatus_to_exitcode(status)}).encode())


def _serve(request: dict[str, Any], give: BinaryIO) -> None:
    """Answer one request in this fork, and end it."""
    code = 1
    try:
        limits = Limits.of(request["limits"])
        _limited(limits)
        answer = asked(request, limits)
        send(give, ANSWER, json.dumps(answer, ensure_ascii=False).encode())
        code = 0
    except MemoryError:
        code = 2
    finally:
        os._exit(code)


def asked(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """What a request asks for: a document, the members of a zip, a page or a strip of it."""
    path = Path(request["path"])
    large = path.stat().st_size > limits.file_bytes
    if large and request["what"] == READ and not request["member"]:
        return too_large(request["name"], path, limits).record()
    data = b"" if large else path.read_bytes()
    if request["what"] == LIST:
        return {"members": listed(data, limits)}
    if request["member"]:
        data = member(data, request["member"], limits)
    if request["what"] == PICTURE:
        box = (request["box"][0], request["box"][1], request["box"][2], request["box"][3])
        kind, made = picture(data, request["name"], request["page"], box, limits)
        return {"kind": kind, "data": base64.b64encode(made).decode()}
    if request["what"] == PAGE:
        return {"data": _page(request, data, limits)}
    return read_bytes(request["name"], data, limits).record()


def _page(request: dict[str, Any], data: bytes, limits: Limits) -> str:
    """A page for a screen, as text; nothing where there is no such page."""
    given = request["box"]
    box = (given[0], given[1], given[2], given[3]) if given else None
    made = shown_page(data, request["name"], request["page"], box, limits, whole=request["whole"])
    return base64.b64encode(made).decode()


def _limited(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (most, hard))


def send(pipe: BinaryIO, kind: int, data: bytes) -> None:
    """Send an answer."""
    pipe.write(HEAD.pack(kind, len(data)) + data)
    pipe.flush()
