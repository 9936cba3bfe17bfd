"""Speaking to a model server: one allowed address, one answer, within bounds."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from shangji.evidence.model.server import ModelServer
from shangji.evidence.serving import Address, Bounds, Unreachable
from shangji.faults.peer import Said, serving

WIDE = Bounds(connect=10, seconds=30, largest=5000)
HASTY = Bounds(connect=10, seconds=0.4, largest=5000)
NOTHING = json.dumps({"facts": [], "doubts": []})


@pytest.mark.parametrize(
    ("peer", "said_so"),
    [
        (Said(b"garbage"), "不是 JSON"),
        (Said(b'{"choices": []}'), "不合协议"),
        (Said(b"{}", 500), "500"),
        (Said(b"", 307, {"Location": "http://127.0.0.1:9/v1"}), "没有照办"),
        (Said(b"x" * 9000), "太长"),
        (Said(b'{"choices"', short=50), "断在半路"),
        (Said(b"{}", wait=1.0), "限定的时间"),
        (Said(b"{" * 400, drip=0.01), "断在半路|限定的时间"),
        (Said(b"[" * 4000), "不是 JSON"),
    ],
)
def test_a_server_that_misbehaves_is_left_within_its_bounds(peer: Said, said_so: str) -> None:
    bounds = HASTY if peer.wait or peer.drip else WIDE
    with serving(lambda _: peer) as (url, heard), pytest.raises(Unreachable, match=said_so):
        ModelServer(url, "m", bounds=bounds).ask([], {})
    assert len(heard) == 1  # no redirect was followed, nothing was asked again


def test_a_server_without_schemas_is_asked_more_plainly_and_remembered() -> None:
    def peer(body: dict[str, Any]) -> Said:
        return Said(b"{}", 400) if "response_format" in body else Said.content(NOTHING)

    with serving(peer) as (url, heard):
        server = ModelServer(url, "m", bounds=WIDE)
        assert [server.ask([], {}) for _ in range(2)] == [NOTHING] * 2
    told = [(one.get("response_format") or {}).get("type") for one in heard]
    assert told == ["json_schema", "json_object", None, None]


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.5:8000/v1", "http://localhost.evil.example/v1", "file:///etc/passwd",
        "http://user:pass@127.0.0.1/v1", "http://127.0.0.1/v1?x=1", "http://127.0.0.1:99999/v1", "",
    ],
)  # fmt: skip
def test_only_allowed_addresses_are_spoken_to(url: str) -> None:
    with pytest.raises(Unreachable):
        ModelServer(url, "m").check()
    assert Address.of("http://10.0.0.5:8000/v1", {"10.0.0.5:8000"}).port == 8000


@pytest.mark.parametrize("peer", ["169.254.169.254", "fe80::1%eth0", "224.0.0.1", "8.8.8.8"])
def test_a_name_that_leads_elsewhere_is_refused(peer: str, monkeypatch: Any) -> None:
    class Sock:
        def getpeername(self) -> tuple[str, int]:
            return peer, 80

        def close(self) -> None:
            return

    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: Sock())
    with pytest.raises(Unreachable, match="没有连接"):
        ModelServer("http://localhost/v1", "m").ask([], {})
