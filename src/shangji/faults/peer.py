"""A server in this process that speaks /v1/chat/completions as it is told to, to be read from."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Said:
    """What the server sends: bytes behind a status; dripping, lying about the length, where told.

    `wait` is slept before the answer, `drip` after each byte of it.
    """

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0
    drip: float = 0
    short: int = 0

    @classmethod
    def content(cls, text: str) -> Said:
        """An answer of the protocol whose message says this."""
        message = {"role": "assistant", "content": text}
        told = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        return cls(json.dumps(told, ensure_ascii=False).encode())


@contextmanager
def serving(
    answer: Callable[[dict[str, Any]], Said],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a server that answers so, and the bodies that it was sent."""
    heard: list[dict[str, Any]] = []

    class Peer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(size))
            heard.append({"path": self.path, "key": self.headers["Authorization"], **body})
            said = answer(body)
            with contextlib.suppress(OSError):
                self._send(said)

        def _send(self, said: Said) -> None:
            time.sleep(said.wait)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in said.headers:
                self.send_header("Content-Length", str(len(said.body) + said.short))
            self.end_headers()
            if not said.drip:
                self.wfile.write(said.body)
                return
            for at in range(len(said.body)):
                self.wfile.write(said.body[at : at + 1])
                time.sleep(said.drip)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", heard
    finally:
        server.shutdown()
        server.server_close()
