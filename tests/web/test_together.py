"""An act on many projects: as an act on each, in few statements, whole or with the rest told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shangji.errors import Refused
from shangji_web.jobs import services, work
from shangji_web.jobs.models import Job
from shangji_web.jobs.services import LostError, claim
from shangji_web.meetings import batches, cutting, returned
from shangji_web.meetings import views as meeting_views
from shangji_web.meetings.models import Decision
from shangji_web.meetings.services import Choice, decide, decide_all, hold
from shangji_web.notices.models import Notice
from shangji_web.projects.models import Event, Project
from shangji_web.projects.services import Way, act_all
from shangji_web.seasons import views as season_views
from shangji_web.seasons.services import tell
from web import filed

pytestmark = pytest.mark.django_db
MANY = 40


@pytest.fixture
def office(people: dict[str, Any]) -> Any:
    return people["budget_office"].posts.get()


@pytest.fixture
def meeting(season: Any, office: Any) -> Any:
    day = date(2026, 11, 25)
    return hold(season, office, "bureau_party", "第 12 次局党组会", day, "党纪 12 号")


def ready(season: Any, number: int, amount: int = 500_000) -> Project:
    given: dict[str, Any] = {"step": "budget", "suggested_yuan": Decimal(amount)}
    made = filed.project(season, f"P{number:03}", amount=f"{amount}.00", **given)
    filing = made.filings.get()
    content = json.loads(filing.content)
    content["rows"]["line"][0]["fund_source"] = "general"
    filing.content = json.dumps(content)
    filing.sha256 = sha256(filing.content.encode()).hexdigest()
    filing.save()
    return made


def choices(projects: list[Project], *, less: int = 0) -> list[Choice]:
    return [
        Choice(one, one.lock, (one.asked_yuan or Decimal(0)) - less, "从紧" * bool(less))
        for one in projects
    ]


def entries() -> list[dict[str, Any]]:
    """What waits in the outbox, each without its time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM ledger_outbox ORDER BY id")
        told = [json.loads(bytes(row[0])) for row in cursor.fetchall()]
    return [{name: value for name, value in one.items() if name != "at"} for one in told]


def state() -> list[tuple[Any, ...]]:
    return list(
        Project.objects.order_by("code").values_list(
            "code", "step", "lock", "round", "decided_yuan", "due_on", "open_fields"
        )
    )


def test_many_decided_at_once_leave_what_each_decided_alone_leaves(
    season: Any, office: Any, meeting: Any
) -> None:
    alone, together = (
        [ready(season, number, 100_000 + number) for number in range(start, start + 6)]
        for start in (0, 6)
    )
    for choice in choices(alone, less=1):
        decide(office, meeting, choice)
    before = len(entries())
    made, problems = decide_all(office, meeting, choices(together, less=1))
    assert (len(made), problems) == (6, [])
    said = entries()
    assert len(said) - before == 6
    for one, other in zip(alone, together, strict=True):
        events = [
            (event.act, event.from_step, event.to_step, event.words, sorted(event.detail))
            for event in (one.events.get(), other.events.get())
        ]
        assert events[0] == events[1]
        rows = [
            (row.reason, row.before_yuan, (row.project.asked_yuan or 0) - row.decided_yuan)
            for row in (one.decisions.get(), other.decisions.get())
        ]
        assert rows[0] == rows[1]
    assert len({tuple(row[1:4]) for row in state()}) == 1


def test_what_many_cost_does_not_grow_with_their_number(
    season: Any, office: Any, meeting: Any
) -> None:
    def cost(start: int, number: int) -> int:
        made = [ready(season, start + one, 1000 + one) for one in range(number)]
        with CaptureQueriesContext(connection) as queries:
            decide_all(office, meeting, choices(made))
        return len(queries)

    few = cost(0, 2)
    assert cost(100, MANY) <= few + 4  # of one statement SQLite takes so many values
    with CaptureQueriesContext(connection) as queries:
        tell(season, office)
    assert len(queries) < MANY


def test_one_that_will_not_do_is_told_or_stops_all(season: Any, office: Any, meeting: Any) -> None:
    good, stale, over = (ready(season, number) for number in range(3))
    given = choices([good, stale, over])
    given[1] = Choice(stale, stale.lock + 1, Decimal(500_000))
    given[2] = Choice(over, over.lock, Decimal(500_001), "多给一元")
    before = (state(), len(entries()))
    with pytest.raises(Refused) as refused:
        decide_all(office, meeting, given[:2], whole=True)
    assert [problem.code for problem in refused.value.problems] == ["project-stale"]
    assert (state(), len(entries())) == before
    assert not Event.objects.exists()
    made, problems = decide_all(office, meeting, given)
    assert [one.project_id for one in made] == [good.pk]
    assert sorted(problem.code for problem in problems) == ["paper-over", "project-stale"]
    assert Decision.objects.count() == Event.objects.count() == 1


def test_columns_that_differ_and_columns_that_are_shared_are_both_written(
    season: Any, office: Any
) -> None:
    made = [ready(season, number) for number in range(3)]
    ways = [
        Way(one, one.lock, hot={"decided_yuan": Decimal(number), "worst": "veto"})
        for number, one in enumerate(made)
    ]
    done, _ = act_all(office, "decide", ways)
    assert [one.was for one in done] == [{"decided_yuan": None, "worst": ""}] * 3
    rows = Project.objects.order_by("code").values_list("decided_yuan", "worst", "lock")
    assert list(rows) == [(Decimal(number), "veto", 1) for number in range(3)]


def test_a_cut_of_many_is_taken_back_to_the_cent_and_told_to_units_once(
    season: Any, office: Any, meeting: Any
) -> None:
    made = [ready(season, number, 10_001 + 7 * number) for number in range(MANY)]
    decide_all(office, meeting, choices(made))
    was = {row[0]: row[4] for row in state()}
    rule = batches.Rule(Decimal("3.3"))
    batch = batches.cut(office, meeting, "压减", rule, batches.preview(season, rule).seal)
    assert all(row[4] < was[row[0]] for row in state())
    assert len(batches.undo(office, batch, "会议改变主意").restored) == MANY
    assert {row[0]: row[4] for row in state()} == was
    assert not Notice.objects.exists()  # who acts himself is not told
    assert tell(season, office) == MANY
    assert Notice.objects.count() == 2 * MANY


def expire() -> None:
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three projects are very many."""
    for module in (cutting, returned, season_views, meeting_views):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    monkeypatch.setattr(work, "sequence", lambda: 0)


@pytest.mark.usefixtures("few")
def test_very_many_are_told_by_the_worker(
    season: Any, office: Any, meeting: Any, asked: Any
) -> None:
    decide_all(office, meeting, choices([ready(season, number) for number in range(3)]))
    client = asked("budget_office")
    for _ in range(2):  # asked for twice it is one job
        answer = client.post("/seasons/tell/", follow=True)
    assert "一下，共 3 个项目" in answer.content.decode()
    assert {row[1] for row in state()} == {"decided"}
    assert work.once()
    assert {row[1] for row in state()} == {"told"}
    assert Job.objects.get().state == Job.DONE
    assert "已一下 3 个项目" in client.get("/jobs/").content.decode()


@pytest.mark.usefixtures("few")
def test_a_worker_that_dies_in_between_neither_loses_nor_doubles_a_cut(
    season: Any, office: Any, meeting: Any, asked: Any, monkeypatch: Any
) -> None:
    made = [ready(season, number, 10_000) for number in range(3)]
    decide_all(office, meeting, choices(made))
    rule = batches.Rule(Decimal(10))
    given = {"percent": "10", "name": "统一压减"}
    given["confirm"] = batches.preview(season, rule).seal
    assert asked("budget_office").post(f"/meetings/{meeting.pk}/cut/", given).status_code == 302
    before = state()

    def dies(*_: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(batches, "log", dies)  # after every amount was written
        assert work.once()
    assert state() == before
    assert not Decision.objects.filter(batch__isnull=False).exists()
    expire()
    first = claim()
    assert first is not None
    expire()
    second = claim()
    assert second is not None
    services.handlers["cut"](second)
    with pytest.raises(LostError):
        services.handlers["cut"](first)  # the twin of a worker that comes back too late
    assert [row[4] for row in state()] == [Decimal(9000)] * 3
    assert Decision.objects.filter(batch__isnull=False).count() == 3


@pytest.mark.usefixtures("few")
def test_a_table_and_an_undoing_of_very_many_are_done_by_the_worker(
    season: Any, office: Any, meeting: Any, asked: Any
) -> None:
    made = [ready(season, number, 10_000) for number in range(3)]
    cells = {f"lock-{one.pk}": one.lock for one in made} | {f"amount-{one.pk}": "1" for one in made}
    page = f"/meetings/{meeting.pk}/departments/{filed.DEPARTMENT}/"
    assert asked("budget_office").post(page, cells).status_code == 302
    assert work.once()
    assert [row[4] for row in state()] == [Decimal(10_000)] * 3
    rule = batches.Rule(Decimal(10))
    batch = batches.cut(office, meeting, "压减", rule, batches.preview(season, rule).seal)
    given = {"reason": "会议改变主意"}
    assert asked("budget_office").post(f"/meetings/batches/{batch.pk}/undo/", given)
    assert work.once()
    assert [row[4] for row in state()] == [Decimal(10_000)] * 3
    assert "3 个项目恢复" in Job.objects.latest("pk").result["says"]


@pytest.mark.usefixtures("few")
def test_who_has_no_such_post_any_more_does_nothing(
    season: Any, office: Any, meeting: Any, asked: Any
) -> None:
    decide_all(office, meeting, choices([ready(season, number) for number in range(3)]))
    asked("budget_office").post("/seasons/tell/")
    office.until = timezone.localdate() - timedelta(days=1)
    office.save()
    assert work.once()
    job = Job.objects.get()
    assert (job.state, "没有这个岗位" in job.says) == (Job.FAILED, True)
    assert {row[1] for row in state()} == {"decided"}
