"""Two at once, on two connections of their own: one wins, the other is told, nothing is done twice.

On SQLite the records are copied into a file first, because connections to one that lies in memory
share a cache and would not wait for one another as the site's do.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest

from shangji.errors import Refused
from web import filed
from web.test_filings import clean, post_of
from web.test_meetings import choose, meeting, office, ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["clean", "meeting", "office"]

pytestmark = pytest.mark.django_db(transaction=True)
Work = "Callable[[], Any]"


@pytest.fixture
def apart(tmp_path: Path) -> Callable[..., list[Any]]:
    """Run functions at the same moment, each in a thread with a connection of its own."""
    from django.db import connection, connections

    place = tmp_path / "site.sqlite3"

    def own(work: Callable[[], Any], gate: Barrier, told: list[Any], at: int) -> None:
        mine = connections["default"]
        if mine.vendor == "sqlite":
            mine.settings_dict = {**mine.settings_dict, "NAME": str(place)}
        try:
            mine.ensure_connection()
            gate.wait()
            told[at] = work()
        except Refused as refused:
            told[at] = refused
        except Exception as error:  # noqa: BLE001 - the test shows what came instead
            told[at] = error
        finally:
            mine.close()

    def run(*works: Callable[[], Any]) -> list[Any]:
        if connection.vendor == "sqlite" and not place.exists():
            connection.ensure_connection()
            with sqlite3.connect(place) as copy:
                connection.connection.backup(copy)
            copy.close()
        gate, told = Barrier(len(works)), [None] * len(works)
        threads = [Thread(target=own, args=(work, gate, told, n)) for n, work in enumerate(works)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return told

    return run


def one_won(told: list[Any], code: str) -> Any:
    """That exactly one was done and the other told so by a problem; what was done."""
    lost = [one for one in told if isinstance(one, Refused)]
    won = [one for one in told if not isinstance(one, BaseException)]
    assert [len(won), len(lost)] == [1, 1], told
    assert code in {problem.code for problem in lost[0].problems}
    assert all(problem.says and problem.fix for problem in lost[0].problems)
    return won[0]


def test_of_two_who_decide_one_decides(
    season: Any, office: Any, meeting: Any, apart: Callable[..., list[Any]]
) -> None:
    from shangji_web.meetings.models import Decision
    from shangji_web.meetings.services import decide
    from shangji_web.projects.models import Project

    project = ready(season)
    told = apart(
        lambda: decide(office, meeting, choose(project, "400000.00", "按常务会意见")),
        lambda: decide(office, meeting, choose(project, "450000.00", "按党组会意见")),
    )
    won = one_won(told, "project-stale")
    kept = apart(
        lambda: (
            [one.decided_yuan for one in Decision.objects.filter(project=project)],
            Project.objects.get(pk=project.pk).decided_yuan,
        )
    )
    assert kept == [([won.decided_yuan], won.decided_yuan)]


@pytest.mark.usefixtures("clean")
def test_of_two_who_save_or_hand_in_one_does(
    season: Any, people: dict[str, Any], apart: Callable[..., list[Any]]
) -> None:
    from shangji_web.filings.models import Draft
    from shangji_web.filings.services import save, submit
    from shangji_web.projects.models import Project

    project = filed.project(season, by=people["unit_clerk"], step="drafting")
    clerk = post_of(people, "unit_clerk")
    row = filed.content("P1")["rows"]["project"][0]

    def saves(amount: str) -> Any:
        return save(project, clerk, {"project": [{**row, "amount_yuan": amount}]}, lock=0)

    won = one_won(apart(lambda: saves("1.00"), lambda: saves("2.00")), "draft-stale")
    (kept,) = apart(lambda: Draft.objects.get(project=project))
    assert (kept.content, kept.lock) == (won.content, 1)

    def hands_in() -> Any:
        return submit(project, clerk, lock=0, draft_lock=1)

    one_won(apart(hands_in, hands_in), "project-stale")
    (versions,) = apart(
        lambda: [
            Project.objects.get(pk=project.pk).version,
            list(project.filings.values_list("version", flat=True)),
            project.events.filter(act="submit").count(),
        ]
    )
    assert versions == [1, [1], 1]


def test_of_two_who_rule_one_rules(
    season: Any, people: dict[str, Any], apart: Callable[..., list[Any]]
) -> None:
    from shangji_web.people.models import Person
    from shangji_web.people.services import give_post
    from shangji_web.reviews.models import Ruling
    from shangji_web.reviews.rulings import rule

    project = filed.project(season)
    finding = filed.finding(filed.run(season), project, at_stake_yuan=Decimal("126000.00"))
    other = Person.objects.create_user("another", "", name="另一位初审")
    again = give_post(other, "first_reviewer", "教科文科", division_code="V01")
    posts = [post_of(people, "first_reviewer"), again]

    def rules(post: Any, *, stands: bool) -> Any:
        return rule(
            project, post, finding.finding_id, stands=stands, reason="数量有会议纪要", was=0
        )

    told = apart(lambda: rules(posts[0], stands=True), lambda: rules(posts[1], stands=False))
    won = one_won(told, "project-stale")
    (kept,) = apart(lambda: list(Ruling.objects.values_list("stands", "by_id")))
    assert kept == [(won.stands, won.by_id)]
