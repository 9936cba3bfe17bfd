"""A budget year: 一下 tells units their ceilings, the congress approves, 批复 within them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from shangji.errors import Refused
from web import filed
from web.test_meetings import choose, meeting, office, pool, ready, refile

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["meeting", "office"]


def decided(season: Any, office: Any, meeting: Any) -> list[Any]:
    """Two projects of two units, decided within what there is."""
    from shangji_web.meetings.services import decide

    filed.unit(season)
    filed.unit(season, "U002", "样例县文化馆")
    pool(season, ("general", "income", "900000.00"), ("gov_fund", "income", "200000.00"))
    made = []
    for number, (unit, share) in enumerate((("U001", "626000.00"), ("U002", "426000.00")), 1):
        project = ready(season, f"P{number}", unit_code=unit)
        rest = Decimal("626000.00") - Decimal(share)
        refile(project, general=share, gov_fund=str(rest))
        decide(office, meeting, choose(project, "450000.55", "党组会要求从紧"))
        made.append(project)
    return made


def test_a_unit_sees_its_ceiling_only_once_told(
    season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.seasons.services import tell

    decided(season, office, meeting)
    clerk = asked("unit_clerk")
    assert "45.00" not in clerk.get("/seasons/ceilings/").content.decode()
    assert tell(season, office) == 2
    page = asked("unit_clerk").get("/seasons/ceilings/").content.decode()
    assert "45.00" in page
    assert "样例县文化馆" not in page
    assert "样例县文化馆" in asked("department_reviewer").get("/seasons/ceilings/").content.decode()
    assert asked("auditor").get("/seasons/ceilings/").status_code == 403


def test_the_unit_reads_what_the_meeting_took_and_why(
    season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    from shangji_web.seasons.services import tell

    project, _ = decided(season, office, meeting)
    page = f"/projects/{project.code}/"
    assert "党组会要求从紧" not in asked("unit_clerk").get(page).content.decode()
    tell(season, office)
    told = asked("unit_clerk").get(page).content.decode()
    assert "-17.60" in told  # 626 000 asked, no cut of the review, 450 000.55 decided
    assert "党组会要求从紧" in told


def test_the_ceilings_tie_to_the_cent(season: Any, office: Any, meeting: Any) -> None:
    from shangji_web.seasons.services import tell

    projects = decided(season, office, meeting)
    tell(season, office)
    whole = {row.fund_source: row.amount_yuan for row in season.ceilings.filter(unit_code="")}
    assert sum(whole.values()) == Decimal("900001.10")
    assert whole["gov_fund"] == Decimal("200000.00")
    units = season.ceilings.exclude(unit_code="")
    assert sum(row.amount_yuan for row in units) == Decimal("900001.10")
    for project in projects:
        project.refresh_from_db()
        assert project.step == "told"
        assert project.told_at is not None
        assert project.due_on == timezone.localdate() + timedelta(days=10)


def test_more_than_there_is_cannot_be_told(season: Any, office: Any, meeting: Any) -> None:
    from shangji_web.meetings.services import decide
    from shangji_web.seasons.services import tell

    pool(season, ("general", "income", "400000.00"))
    project = ready(season)
    refile(project, general="626000.00")
    decide(office, meeting, choose(project, "500000.00"))
    with pytest.raises(Refused) as refused:
        tell(season, office)
    assert refused.value.problems[0].code == "tell-over"
    project.refresh_from_db()
    assert (project.step, project.told_at) == ("decided", None)
    decide(office, meeting, choose(project, "400000.00", "压到财力以内"))
    assert tell(season, office) == 1


def second_round(project: Any, amount: str) -> None:
    """A project whose 二上 of an amount waits at the budget office."""
    project.refresh_from_db()
    project.round, project.step, project.asked_yuan = 2, "budget", Decimal(amount)
    project.save()


def test_nothing_is_issued_before_the_congress_and_nothing_beyond_the_decision(
    season: Any, office: Any, meeting: Any
) -> None:
    from shangji_web.seasons.services import approve, deadlines, issue, tell

    one, other = decided(season, office, meeting)
    tell(season, office)
    second_round(one, "450000.00")
    with pytest.raises(Refused) as refused:
        issue(season, office)
    assert refused.value.problems[0].code == "not-approved"
    today = timezone.localdate()
    for day in (today + timedelta(days=1), date(2020, 1, 1)):
        with pytest.raises(Refused):
            approve(season, office, day)
    approve(season, office, today)
    due = deadlines(season)
    assert due is not None
    assert (due.by_bureau - today, due.by_department - today) == (
        timedelta(days=20),
        timedelta(days=35),
    )
    second_round(other, "450000.56")
    with pytest.raises(Refused) as refused:
        issue(season, office)
    assert refused.value.problems[0].code == "issue-over"
    second_round(other, "450000.55")
    assert issue(season, office) == 2
    one.refresh_from_db()
    assert (one.step, one.issued_yuan) == ("issued", Decimal("450000.00"))


def test_the_page_of_the_year_offers_acts_to_the_budget_office_alone(
    season: Any, office: Any, meeting: Any, asked: Callable[[str], Any]
) -> None:
    decided(season, office, meeting)
    assert "seasons/tell" in asked("budget_office").get("/seasons/").content.decode()
    assert "seasons/tell" not in asked("director").get("/seasons/").content.decode()
    assert asked("director").post("/seasons/tell/").status_code == 403
    assert asked("budget_office").post("/seasons/tell/", follow=True).status_code == 200
    season.refresh_from_db()
    assert season.told_at is not None
    page = asked("budget_office").get("/seasons/ceilings/").content.decode()
    assert "90.00" in page


def test_the_calendar_is_set_with_days_in_their_order(
    season: Any, asked: Callable[[str], Any]
) -> None:
    client = asked("budget_office")
    days = {"name": "first_up", "opens_on": "2026-09-30", "closes_on": "2026-09-01"}
    assert "早于" in client.post("/seasons/calendar/", days, follow=True).content.decode()
    assert not season.stages.exists()
    client.post("/seasons/calendar/", {**days, "opens_on": "2026-08-01"})
    assert season.stages.get().zh == "一上申报"


def test_the_bureau_s_words_stay_its_own_until_they_are_told(
    season: Any, office: Any, meeting: Any, people: dict[str, Any]
) -> None:
    from shangji_web.projects.history import events_for
    from shangji_web.projects.services import act
    from shangji_web.seasons.services import tell

    project, _ = decided(season, office, meeting)
    project.refresh_from_db()
    event = {"by": people["first_reviewer"], "role": "first_reviewer", "round": 1}
    steps = {"from_step": "first_review", "to_step": "second_review"}
    project.events.create(act="pass_first", words="内部意见", **steps, **event)
    project.events.create(act="return", words="请补立项文件", **steps, **event)
    clerk = people["unit_clerk"].posts.get()

    def read(post: Any) -> set[str]:
        project.refresh_from_db()
        return {event.words for event in events_for(post, project)} - {""}

    assert read(clerk) == {"请补立项文件"}
    assert read(office) == {"党组会要求从紧", "内部意见", "请补立项文件"}
    assert read(people["expert"].posts.get()) == set()
    tell(season, office)
    assert read(clerk) == {"请补立项文件", "内部意见"}
    project.refresh_from_db()
    act(project, clerk, "begin_second", lock=project.lock)
    assert read(clerk) == {"请补立项文件", "内部意见"}
