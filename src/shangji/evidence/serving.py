"""Speaking to a model server over HTTP: one address that is allowed, one answer within bounds.

No redirect is followed, no proxy is asked, nothing is unpacked; the whole exchange has an end in
time, whatever drips in. Only the standard library is used.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from threading import Timer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection
    from http.client import HTTPResponse

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts of this very machine, allowed unless told otherwise."""

OK = 200
REDIRECTS = range(300, 400)
CHUNK = 1 << 16
PORTS = {"http": 80, "https": 443}
SAYS_SCHEME = "地址要以 http:// 或 https:// 开头，不带用户名、参数和锚点。"
SAYS_FAR = "地址不是可以用的地址，没有连接。"
SAYS_PLAIN = "公网地址要用 https，没有连接。"


class Unreachable(Exception):  # noqa: N818 - an outcome: the work goes on without the server
    """A server did not answer as it should; carries words for a person."""


class Declined(Unreachable):
    """A server answered, with a status of its own instead of an answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"服务器回答 {status}。")
        self.status = status


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds to connect and in all; the most bytes of an answer."""

    connect: float = 10
    seconds: float = 120
    largest: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens: the address as it was set, taken apart."""

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str, allowed: Collection[str]) -> Address:
        """Take an address apart.

        Args:
            url: up to and with /v1.
            allowed: hosts, or hosts with a port, that may be spoken to.

        Raises:
            Unreachable: it is no address of HTTP, or none of those allowed.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Unreachable(SAYS_SCHEME) from error
        bare = not (parts.username or parts.password or parts.query or parts.fragment)
        if parts.scheme not in PORTS or not parts.hostname or not bare:
            raise Unreachable(SAYS_SCHEME)
        made = cls(
            parts.scheme == "https",
            parts.hostname,
            port or PORTS[parts.scheme],
            parts.path.rstrip("/"),
        )
        listed = {one.strip().lower() for one in allowed}
        if not {made.host, f"{made.host}:{made.port}"} & listed:
            raise Unreachable(f"“{made.host}:{made.port}”不在允许的地址里，没有连接。")
        return made

    def post(self, name: str, body: Any, key: str, bounds: Bounds) -> Any:  # noqa: ANN401 - JSON
        """Post JSON below the address and return the JSON of the answer.

        Raises:
            Unreachable: no connection, no end in time, too much, a redirect, no JSON.
            Declined: a status other than 200.
        """
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        connection = self._connected(bounds)
        watch = Timer(bounds.seconds, _cut, [connection.sock])
        watch.daemon = True
        watch.start()
        try:
            connection.request("POST", f"{self.path}/{name}", json.dumps(body).encode(), headers)
            words = _read(connection.getresponse(), bounds)
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable("服务器没有在限定的时间内好好回答。") from error
        finally:
            watch.cancel()
            connection.close()
        try:
            return json.loads(words)
        except (ValueError, RecursionError) as error:
            raise Unreachable("服务器的回答不是 JSON。") from error

    def _connected(self, bounds: Bounds) -> HTTPConnection:
        """A connection to what the name stands for, refused where this is no host's own place."""
        made = HTTPConnection(self.host, self.port, timeout=bounds.seconds)
        try:
            sock = socket.create_connection((self.host, self.port), timeout=bounds.connect)
            try:
                self._fits(sock)
                if self.secure:
                    safe = ssl.create_default_context()
                    sock = safe.wrap_socket(sock, server_hostname=self.host)
                sock.settimeout(bounds.seconds)
            except BaseException:
                sock.close()
                raise
        except (OSError, ValueError) as error:
            raise Unreachable("连不上服务器。") from error
        made.sock = sock
        return made

    def _fits(self, sock: socket.socket) -> None:
        peer = ip_address(str(sock.getpeername()[0]).partition("%")[0])
        if peer.is_link_local or peer.is_multicast or peer.is_unspecified:
            raise Unreachable(SAYS_FAR)
        if peer.is_global and not self.secure:
            raise Unreachable(SAYS_PLAIN)


def _read(answer: HTTPResponse, bounds: Bounds) -> bytes:
    if answer.status in REDIRECTS:
        raise Unreachable("服务器要求转到别的地址，没有照办。")
    if answer.status != OK:
        raise Declined(answer.status)
    held = bytearray()
    while part := answer.read(CHUNK):
        held += part
        if len(held) > bounds.largest:
            raise Unreachable("服务器的回答太长，没有读完。")
    if answer.length:
        raise Unreachable("服务器的回答断在半路。")
    return bytes(held)


def _cut(sock: socket.socket) -> None:
    """End an exchange whose time is over."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
