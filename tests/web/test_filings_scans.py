"""Scanned papers are read as jobs; one with a mark of secrecy is put out of reach and told of."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable

FONTS = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "wqy-microhei.ttc")


def picture(words: str) -> bytes:
    """A page with words on it as a picture."""
    pytest.importorskip("rapidocr", reason="不适用：没有装 ocr 扩展")
    from PIL import Image, ImageDraw, ImageFont

    font = None
    for name in FONTS:
        try:
            font = ImageFont.truetype(name, 40)
            break
        except OSError:
            continue
    if font is None:
        pytest.skip("不适用：本机没有中文字体")
    page = Image.new("L", (700, 240), 255)
    for at, line in enumerate(words.split("\n")):
        ImageDraw.Draw(page).text((40, 30 + 70 * at), line, font=font, fill=0)
    held = io.BytesIO()
    page.save(held, "PNG")
    return held.getvalue()


def white() -> bytes:
    pytest.importorskip("PIL")
    from PIL import Image

    held = io.BytesIO()
    Image.new("L", (60, 60), 255).save(held, "PNG")
    return held.getvalue()


@pytest.fixture
def uploaded(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> Callable[[bytes], Any]:
    """Send a scan as the clerk; the paper as it was kept."""

    def send(data: bytes) -> Any:
        made = filed.project(season, by=people["unit_clerk"], step="drafting")
        sent = {"file": SimpleUploadedFile("批复扫描.png", data)}
        address = f"/filings/{made.code}/papers/"
        answer = asked("unit_clerk").post(address, sent, follow=True)
        assert answer.redirect_chain
        assert "随后识别有无密级" in answer.content.decode()
        assert "pip install" not in answer.content.decode()
        return made.papers.get()

    return send


def work() -> None:
    """Do the one job that waits."""
    from shangji_web.jobs.services import claim, handlers

    held = claim()
    assert held is not None
    handlers[held.job.kind](held)


def test_a_mark_of_secrecy_in_a_scan_puts_the_paper_out_of_reach(
    uploaded: Callable[[bytes], Any], asked: Callable[[str], Any]
) -> None:
    from shangji_web import documents
    from shangji_web.notices.models import Notice

    paper = uploaded(picture("机密★十年\n关于专项经费的批复"))
    assert paper.scan == paper.WAITING
    assert "排队识别密级" in asked("unit_clerk").get("/filings/P1/papers/").content.decode()
    path = documents.path_of(paper.sha256)
    assert path.is_file()
    work()
    paper.refresh_from_db()
    assert (paper.scan, path.exists()) == (paper.SECRET, False)
    assert paper.quarantined_at is not None
    client = asked("unit_clerk")
    assert client.get(f"/filings/P1/papers/{paper.pk}/").status_code == 404
    assert "已隔离" in client.get("/filings/P1/papers/").content.decode()
    rows = json.loads(paper.project.draft.content)["rows"]
    assert "attachment" not in rows
    told = set(Notice.objects.values_list("role", flat=True))
    assert {"unit_clerk", "security_admin"} <= told
    assert "专项经费" not in "".join(Notice.objects.values_list("words", flat=True))


@pytest.mark.parametrize(("has_reader", "state"), [(False, "unread"), (True, "read")])
def test_a_scan_is_read_or_honestly_not(
    uploaded: Callable[[bytes], Any],
    asked: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
    has_reader: bool,  # noqa: FBT001 - a parameter of the test
    state: str,
) -> None:
    from shangji_web import documents
    from shangji_web.filings import scans

    paper = uploaded(white())
    clear = SimpleNamespace(secret=False, unread=(), pages=("页",))
    monkeypatch.setattr(scans, "installed", lambda: has_reader)
    monkeypatch.setattr(scans, "read_document", lambda *_, **__: clear)
    work()
    paper.refresh_from_db()
    assert paper.scan == state
    assert documents.path_of(paper.sha256).is_file()
    page = asked("unit_clerk").get("/filings/P1/papers/").content.decode()
    assert ("未识别" in page) is (not has_reader)


def test_who_takes_the_job_over_goes_on_where_the_bytes_are_gone_already(
    uploaded: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from shangji_web import documents
    from shangji_web.filings import scans
    from shangji_web.jobs.models import Job

    paper = uploaded(white())
    secret = SimpleNamespace(secret=True)
    monkeypatch.setattr(scans, "installed", lambda: True)
    monkeypatch.setattr(scans, "read_document", lambda *_, **__: secret)
    monkeypatch.setattr(scans, "_quarantined", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work()
    assert not documents.path_of(paper.sha256).exists()
    monkeypatch.undo()
    Job.objects.update(lease_until=None, state=Job.WAITING)
    work()
    paper.refresh_from_db()
    assert paper.scan == paper.SECRET
