"""Ceilings typed in before 一下: entered, published, compared with what is asked, given or kept."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shangji.errors import Refused
from web import filed
from web.test_filings import clean
from web.test_meetings import choose, meeting, office, pool, ready, refile

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clean", "meeting", "office"]

GENERAL = ("D01", "U001", "general", "project")


def entry(amount: str | None, *key: str) -> Any:
    from shangji_web.seasons.ceilings import Entry

    names = key or GENERAL
    return Entry.of(names, None if amount is None else Decimal(amount))


def enter(season: Any, office: Any, *given: Any) -> int:
    from shangji_web.seasons import ceilings

    return ceilings.enter(season, office, given, seen=ceilings.seal(season))


def test_a_typed_ceiling_stands_before_an_imported_one_and_can_be_taken_back(
    season: Any, office: Any
) -> None:
    from shangji_web import snapshot
    from shangji_web.seasons.ceilings import entries

    filed.unit(season)
    row = dict(zip(("department_code", "unit_code", "fund_source", "kind"), GENERAL, strict=True))
    row |= {"round": "first_down", "budget_year": "2027", "amount_yuan": "700000.00"}
    content = json.dumps({"rows": {"ceiling": [row]}, "supplied": {"ceiling": sorted(row)}})
    season.bureau_files.create(name="财政数据", origin="bureau", content=content, sha256="0" * 64)
    assert entries(season)[GENERAL].amount_yuan == 700000
    assert enter(season, office, entry("650000.00")) == 1
    assert enter(season, office, entry("650000.00")) == 0
    assert entries(season)[GENERAL].amount_yuan == 650000
    collected, _ = snapshot.bureau_rows(season)
    assert [one["amount_yuan"] for one in collected.rows["ceiling"]] == [650000]
    assert enter(season, office, entry(None)) == 1
    assert entries(season)[GENERAL].amount_yuan == 700000


@pytest.mark.parametrize(
    ("amount", "key"),
    [
        ("-1.00", GENERAL),
        ("1.001", GENERAL),
        ("1.00", ("D09", "", "general", "project")),
        ("1.00", ("D01", "U009", "general", "project")),
        ("1.00", ("D01", "U001", "gold", "project")),
        ("1.00", ("D01", "U001", "general", "basic")),
    ],
)
def test_what_is_no_ceiling_is_refused_whole(
    season: Any, office: Any, amount: str, key: tuple[str, ...]
) -> None:
    from shangji_web.seasons.ceilings import entries

    filed.unit(season)
    with pytest.raises(Refused) as refused:
        enter(season, office, entry("5.00", "D01", "", "general", "total"), entry(amount, *key))
    assert {one.code for one in refused.value.problems} == {"ceiling-wrong"}
    assert entries(season) == {}


def test_two_who_enter_do_not_overwrite_each_other(
    season: Any, office: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.seasons.ceilings import entries

    filed.unit(season)
    pool(season, ("general", "income", "900000.00"))
    client = asked("budget_office")
    address = "/seasons/ceilings/enter/?department=D01&kind=project"
    assert "样例县图书馆" in client.get(address).content.decode()
    enter(season, office, entry("650000.00"))
    late = client.post(address, {"seal": "", "c-U001-general": "1"})
    assert late.status_code == 422
    assert "别人改过控制数" in late.content.decode()
    assert entries(season)[GENERAL].amount_yuan == 650000
    from shangji_web.seasons.ceilings import seal

    wrong = client.post(address, {"seal": seal(season), "c-U001-general": "六十"})
    assert "不是数字" in wrong.content.decode()
    client.post(address, {"seal": seal(season), "c-U001-general": "60.5", "c--general": ""})
    assert entries(season)[GENERAL].amount_yuan == 605000


@pytest.mark.usefixtures("clean")
def test_units_see_theirs_once_published_and_are_held_where_the_year_says_so(
    season: Any, office: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    from shangji_web.filings.content import opened
    from shangji_web.seasons import ceilings
    from shangji_web.seasons.standing import over_words, within_ceiling

    filed.unit(season)
    filed.unit(season, "U002", "样例县文化馆")
    one = ready(season)
    refile(one, general="626000.00")
    project = filed.project(season, "P2", by=people["unit_clerk"], step="drafting")
    content = opened(project.draft.content)
    content["rows"]["line"][0]["fund_source"] = "general"
    project.draft.content = json.dumps(content)
    project.draft.save()
    with pytest.raises(Refused):
        ceilings.publish(season, office)
    other = entry("8880000.00", "D01", "U002", "general", "project")
    enter(season, office, entry("1000000.00"), other)
    clerk = people["unit_clerk"].posts.get()
    assert over_words(project, content) == []
    assert "100.00" not in asked("unit_clerk").get("/seasons/ceilings/").content.decode()
    ceilings.publish(season, office)
    page = asked("unit_clerk").get("/seasons/ceilings/").content.decode()
    assert "100.00" in page
    assert "62.60" in page
    assert "888.00" not in page
    project.season.refresh_from_db()
    (words,) = over_words(project, content)
    assert "控制数 1,000,000.00 元，已申报 1,252,000.00 元，超出 252,000.00 元" in words
    assert within_ceiling(project, clerk) is None
    ceilings.settle(season, office, binds=True, given="decided")
    project.season.refresh_from_db()
    problem = within_ceiling(project, clerk)
    assert problem is not None
    assert problem.code == "ceiling-over"
    enter(season, office, entry("1252000.00"))
    assert within_ceiling(project, clerk) is None


def test_at_telling_the_typed_and_the_decided_ceiling_are_both_kept(
    season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.meetings.balance import balance
    from shangji_web.meetings.services import decide
    from shangji_web.seasons import ceilings
    from shangji_web.seasons.services import tell

    filed.unit(season)
    pool(season, ("general", "income", "900000.00"))
    project = ready(season)
    refile(project, general="626000.00")
    decide(office, meeting, choose(project, "450000.00", "党组会要求从紧"))
    enter(season, office, entry("430000.00"), entry("440000.00", "D01", "", "general", "project"))
    (fund,) = balance(season)
    assert [fund.ceilings_yuan, fund.beyond_yuan] == [440000, 0]
    tell(season, office)
    kept = season.ceilings.filter(unit_code="U001").values_list("origin", "amount_yuan")
    assert dict(kept) == {"decided": 450000, "typed": 430000}
    assert "45.00" in asked("unit_clerk").get("/seasons/ceilings/").content.decode()
    ceilings.settle(season, office, binds=False, given="typed")
    page = asked("unit_clerk").get("/seasons/ceilings/").content.decode()
    assert "43.00" in page
    assert "45.00" not in page
    bureau = asked("budget_office").get("/seasons/ceilings/").content.decode()
    assert "45.00" in bureau
    assert "44.00" in bureau


def test_a_workbook_is_seen_first_and_then_taken(
    season: Any, office: Any, asked: Callable[[str], Any]
) -> None:
    from openpyxl import load_workbook

    from shangji_web.seasons.ceilings import entries

    filed.unit(season)
    enter(season, office, entry("650000.00"), entry("700000.00", "D01", "", "general", "project"))
    client = asked("budget_office")
    given = client.get("/seasons/ceilings/template/").content
    book = load_workbook(io.BytesIO(given))
    sheet = book.active
    assert sheet is not None
    row = next(
        int(line[0].row or 0) for line in sheet.iter_rows(min_row=2) if line[1].value == "U001"
    )
    sheet.cell(row, 7).value = 640000
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("控制数.xlsx", out.getvalue())
    page = client.post("/seasons/ceilings/workbook/", {"file": upload}).content.decode()
    assert "640,000.00" in page
    assert "改动 1 行" in page
    assert entries(season)[GENERAL].amount_yuan == 650000
    client.post("/seasons/ceilings/take/")
    assert entries(season)[GENERAL].amount_yuan == 640000
    assert client.post("/seasons/ceilings/take/").status_code == 404
