"""A summary table that comes back from a meeting: seen first, then decided, row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from web import filed
from web.test_meetings import meeting, office, ready

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["meeting", "office"]


def row(code: str, decided: str, minute: str = "党纪 12 号", number: int = 9) -> dict[str, Any]:
    """A row as the library reads it out of a returned table."""
    return {
        "minutes_no": minute,
        "project_code": code,
        "decided_yuan": Decimal(decided),
        "reason": "会议核定",
        "held_on": date(2026, 11, 25),
        "row_source": "汇总表.xlsx",
        "row_sheet": "项目审核汇总表",
        "row_number": number,
    }


@pytest.fixture
def returned(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The rows that the library reads; reading a workbook is tested with the library's papers."""
    from shangji import papers
    from shangji.papers.decided import Taken
    from shangji_web.meetings import returned as page

    rows: list[dict[str, Any]] = []
    monkeypatch.setattr(page, "open_report", lambda _: (None, None, {}, []))
    monkeypatch.setattr(papers, "take", lambda *_: (Taken("V1", rows, 0), []))
    return rows


def file(name: str = "汇总表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"PK bytes of a workbook")


def test_the_table_is_seen_before_it_decides(
    season: Any, meeting: Any, returned: list[dict[str, Any]], asked: Callable[[str], Any]
) -> None:
    filed.run(season)
    project, same = ready(season), ready(season, "P2", decided_yuan=Decimal(400000))
    returned += [row("P1", "450000.00"), row("P2", "400000.00")]
    client, page = asked("budget_office"), f"/meetings/{meeting.pk}/workbook/"
    seen = client.post(page, {"file": file()}).content.decode()
    assert "1 个项目将定数或改动" in seen
    project.refresh_from_db()
    assert project.decided_yuan is None
    kept = seen.partition('name="kept" value="')[2].partition('"')[0]
    told = {"kept": kept, "name": "汇总表.xlsx", "confirm": "1"}
    assert client.post(page, told).status_code == 302
    project.refresh_from_db()
    same.refresh_from_db()
    assert [project.decided_yuan, same.lock] == [450000, 0]
    assert client.post(page, {**told, "kept": "0" * 64}).status_code == 404
    assert client.post(page, {**told, "kept": "../secret.key"}).status_code == 404


def test_a_row_of_another_meeting_or_of_no_project_refuses_the_table(
    season: Any, meeting: Any, returned: list[dict[str, Any]], asked: Callable[[str], Any]
) -> None:
    filed.run(season)
    project = ready(season)
    returned += [row("P1", "450000.00"), row("P1", "1.00", "党纪 11 号"), row("P99", "1.00")]
    page = f"/meetings/{meeting.pk}/workbook/"
    seen = asked("budget_office").post(page, {"file": file()}).content.decode()
    assert "党纪 11 号" in seen
    assert "P99" in seen
    assert "确认导入" not in seen
    project.refresh_from_db()
    assert project.decided_yuan is None


def test_what_is_no_workbook_is_refused(
    season: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    filed.run(season)
    page = f"/meetings/{meeting.pk}/workbook/"
    seen = asked("budget_office").post(page, {"file": file("汇总表.xls")}).content.decode()
    assert "xlsx" in seen
    assert asked("director").get(page).status_code == 403
