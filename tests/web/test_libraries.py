"""The libraries: who may read which rule, what it came to, and the county's own standards."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from shangji.errors import Refused
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CODE = "meeting.person_day"
TABLE = "会议类别\t标准金额\n二类\t380\n三类\t320\n"


@pytest.fixture
def own() -> Iterator[Any]:
    """The bureau's own pack, gone again after the test."""
    from shangji_web import place

    folder = place.home() / place.PACK
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def rule_of(visible: str) -> Any:
    from shangji_web import snapshot

    rules = snapshot.pack().rules.values()
    return next(rule for rule in rules if not rule.derived and rule.visible_to == visible)


@pytest.mark.usefixtures("season")
def test_units_read_the_rules_that_speak_to_them_and_no_others(
    asked: Callable[[str], Any],
) -> None:
    inner, open_ = rule_of("bureau"), rule_of("unit")
    for role, status in (("unit_clerk", 404), ("expert", 404), ("director", 200), ("auditor", 200)):
        client = asked(role)
        assert client.get(f"/libraries/rules/{inner.id}/").status_code == status
        assert client.get(f"/libraries/rules/{open_.id}/").status_code == 200
    assert inner.title not in asked("unit_clerk").get("/libraries/rules/").content.decode()
    assert asked("system_admin").get("/libraries/rules/").status_code == 403


def test_a_rule_says_how_often_it_fired_and_was_upheld(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    from shangji_web.libraries.queries import counts
    from shangji_web.reviews.models import Ruling

    rule, run = rule_of("unit"), filed.run(season)
    by = {"by": people["first_reviewer"], "role": "first_reviewer"}
    for number in (1, 2, 3):
        project = filed.project(season, f"P{number}")
        found = filed.finding(run, project, rule_id=rule.id)
        for stands in (True, number == 1):
            given = {"finding_id": found.finding_id, "rule_id": rule.id, "stands": stands}
            Ruling.objects.create(project=project, **given, **by)
    count = counts(season)[rule.id]
    assert (count.fired, count.projects, count.ruled, count.upheld) == (3, 3, 3, 1)
    page = asked("director").get(f"/libraries/rules/{rule.id}/").content.decode()
    assert "3 条，1 条成立" in page
    assert (
        "3 条，1 条成立"
        not in asked("unit_clerk").get(f"/libraries/rules/{rule.id}/").content.decode()
    )


@pytest.mark.usefixtures("own")
def test_the_county_s_standard_goes_from_draft_to_force_with_reasons(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    from shangji_web import snapshot
    from shangji_web.libraries import services

    def mine() -> list[Any]:
        rows = snapshot.pack().standards[CODE].rows
        return [row for row in rows if row.region == season.region]

    client = asked("budget_office")
    given = {"code": CODE, "doc_no": "样财行〔2026〕5号（样例）", "title": "样例县会议费管理办法"}
    given |= {"start": "2026-07-01", "table": TABLE, "reason": "经局党组会研究"}
    assert "读到 2 行" in client.post("/libraries/standards/enter/", given).content.decode()
    assert not mine()
    assert client.post("/libraries/standards/enter/", {**given, "confirm": "1"}).status_code == 302
    assert [(row.keys, row.value, row.status) for row in mine()] == [
        (("二类",), 380, "draft"),
        (("三类",), 320, "draft"),
    ]
    post, at = people["budget_office"].posts.get(), (season.region, "2026-07-01")
    with pytest.raises(Refused):
        services.move(post, CODE, at, "active", "")
    page = f"/libraries/standards/{CODE}/"
    move = f"{page}{at[0]}@{at[1]}/move/"
    client.post(move, {"to": "active", "reason": "经局党组会研究，公文已印发"})
    assert {row.status for row in mine()} == {"active"}
    assert "公文已印发" in client.get(page).content.decode()
    back = client.post(move, {"to": "trial", "reason": "想要退回试行"}, follow=True)
    assert "不能改为" in back.content.decode()
    assert asked("director").post(move, {"to": "retired", "reason": "不再使用"}).status_code == 403


@pytest.mark.usefixtures("own")
def test_what_cannot_be_read_of_a_table_is_told_and_nothing_is_written(
    season: Any, people: dict[str, Any]
) -> None:
    from shangji_web.libraries import services

    post = people["performance_office"].posts.get()
    basis = {"kind": "act", "doc_no": "样财行〔2026〕5号", "title": "办法"}
    day = date(2026, 7, 1)
    _, problems = services.read_table(
        "会议类别\t标准金额\n二类\t三百八\n", season, post, CODE, day, basis
    )
    assert problems
    drafts, problems = services.read_table("", season, post, CODE, day, basis)
    assert not drafts
    assert problems


@pytest.mark.usefixtures("season")
@pytest.mark.parametrize("page", ["standards", "policies", "policies/0", "indicators", "reasons"])
def test_every_library_opens_and_searches(asked: Callable[[str], Any], page: str) -> None:
    client = asked("director")
    assert client.get(f"/libraries/{page}/").status_code == 200
    assert client.get(f"/libraries/{page}/?q=没有这样的词").status_code == 200
    assert asked("").get(f"/libraries/{page}/").status_code == 302
