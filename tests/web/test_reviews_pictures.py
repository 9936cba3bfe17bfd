"""Pages of papers are drawn in a process of their own: kept, and told in words where it ends."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable


def png(side: int) -> bytes:
    """A white picture of so many pixels each way, a bit each: small until it is unfolded."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = zlib.compress((b"\x00" + b"\xff" * (side // 8)) * side)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def quoted(season: Any, people: dict[str, Any], data: bytes, name: str) -> str:
    """A finding that quotes a paper; the address of the picture of its first quote."""
    from shangji_web import documents

    code = f"P{season.projects.count() + 1}"
    project = filed.project(season, code, by=people["unit_clerk"])
    sha256 = documents.keep(data)
    project.papers.create(name=name, sha256=sha256, size_bytes=len(data))
    quote = {"document": sha256, "page": 1, "box": "1000 1000 5000 2000", "words": "引文"}
    finding = filed.finding(filed.run(season), project, evidence=[quote])
    return f"/reviews/desk/{project.code}/page/{finding.pk}/0/"


def test_a_page_is_drawn_beside_the_site_and_kept(
    season: Any,
    people: dict[str, Any],
    asked: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = pytest.importorskip("PIL.Image")
    from shangji_web.reviews import pictures

    address = quoted(season, people, png(400), "白纸.png")
    client = asked("first_reviewer")
    answer = client.get(f"{address}?whole")
    assert answer["Content-Type"] == "image/png"
    drawn = image.open(io.BytesIO(answer.content))
    assert drawn.size == (400, 400)
    assert drawn.getpixel((40, 38)) == pictures_red()
    monkeypatch.setattr(pictures, "_drawers", None)  # what was drawn once is not drawn again
    assert client.get(f"{address}?whole").content == answer.content
    assert asked("unit_clerk").get(address).status_code == 403


def pictures_red() -> tuple[int, int, int]:
    from shangji.intake.documents.pictures import RED

    return RED


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"%PDF-1.4 broken", "坏的.pdf"), (b"\x89PNG\r\n\x1a\nbroken", "坏的.png")],
)
def test_a_page_that_breaks_its_drawer_is_told_in_words(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any], data: bytes, name: str
) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("pypdfium2")
    address = quoted(season, people, data, name)
    answer = asked("first_reviewer").get(address)
    assert answer["Content-Type"] == "image/svg+xml"
    assert "读取程序中断" in answer.content.decode()


def test_a_greedy_page_is_ended_and_the_next_one_drawn(
    season: Any,
    people: dict[str, Any],
    asked: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("PIL")
    from shangji.intake import Limits
    from shangji.intake.documents import Readers
    from shangji_web.reviews import pictures

    address = quoted(season, people, png(7200), "大图.png")
    with Readers(Limits(seconds=10, memory_bytes=150 << 20, ocr=False), 1) as few:
        monkeypatch.setattr(pictures, "_drawers", lambda: few)
        answer = asked("first_reviewer").get(address)
    assert "内存超过上限" in answer.content.decode()
    monkeypatch.undo()
    again = asked("first_reviewer").get(address)
    assert "内存超过上限" in again.content.decode()  # kept by its digest: it is not tried again
    other = quoted(season, people, png(80), "小图.png")
    assert asked("first_reviewer").get(other)["Content-Type"] == "image/png"
