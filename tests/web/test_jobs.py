"""The lease table: asked for once, in effect once, whatever dies in between."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shangji.errors import Problem, Refused, Where
from shangji_web.jobs import services, work
from shangji_web.jobs.models import Job
from shangji_web.jobs.services import MOST_ATTEMPTS, Held, LostError, claim, enqueue
from shangji_web.notices.models import Notice

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Kinds of jobs for these tests."""
    made = {"write": written, "refuse": refused, "break": broken}
    monkeypatch.setattr(services, "handlers", made)
    monkeypatch.setattr(work, "handlers", made)
    monkeypatch.setattr(work, "sequence", lambda: 0)
    return made


def written(held: Held) -> None:
    with held.effect() as result:
        Notice.objects.create(role="director", words=f"做了 {held.job.pk}")
        result["done"] = True


def refused(_: Held) -> None:
    raise Refused([Problem("folder-empty", Where(), "没有可评审的项目。", "请先送审。")])


def broken(_: Held) -> None:
    raise ZeroDivisionError


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=job.asked_at - timedelta(days=1))


def test_a_job_is_done_once_and_keeps_its_result() -> None:
    job = enqueue("write")
    assert work.once()
    assert not work.once()
    job.refresh_from_db()
    assert (job.state, job.progress, job.result) == (Job.DONE, 100, {"done": True})
    assert Notice.objects.count() == 1


def test_asked_for_twice_it_is_the_same_job_until_it_is_done() -> None:
    first = enqueue("write", key="2027")
    assert enqueue("write", key="2027").pk == first.pk
    work.once()
    assert enqueue("write", key="2027").pk != first.pk


def test_who_lost_the_lease_has_no_effect() -> None:
    job = enqueue("write")
    slow = claim()
    expire(job)
    quick = claim()
    assert slow is not None
    assert quick is not None
    assert quick.attempt == slow.attempt + 1
    written(quick)
    with pytest.raises(LostError):
        written(slow)
    assert Notice.objects.count() == 1


def test_without_the_fence_the_effect_would_be_there_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = enqueue("write")
    slow = claim()
    expire(job)
    quick = claim()
    assert slow is not None
    assert quick is not None
    monkeypatch.setattr(Held, "_mine", lambda *_, **__: None)
    written(quick)
    written(slow)
    assert Notice.objects.count() == 2


def test_a_job_that_was_closed_by_its_own_worker_is_not_lost() -> None:
    enqueue("write")
    mine = claim()
    assert mine is not None
    assert not mine.closed()
    with mine.effect():
        pass
    assert mine.closed()
    with pytest.raises(LostError):
        mine.renew()  # as a renewal that waited for the last transaction
    enqueue("write")
    slow = claim()
    assert slow is not None
    Job.objects.filter(pk=slow.job.pk).update(attempts=slow.attempt + 1)  # another has taken it
    assert not slow.closed()


def test_the_lease_in_force_is_respected() -> None:
    enqueue("write")
    assert claim() is not None
    assert claim() is None


def test_a_refusal_ends_it_in_words() -> None:
    job = enqueue("refuse")
    work.once()
    job.refresh_from_db()
    assert job.state == Job.FAILED
    assert job.says == "没有可评审的项目。请先送审。"


def test_what_breaks_every_time_is_given_up() -> None:
    job = enqueue("break")
    for _ in range(MOST_ATTEMPTS + 1):
        work.once()
        expire(job)
    work.once()
    job.refresh_from_db()
    assert job.state == Job.FAILED
    assert str(MOST_ATTEMPTS) in job.says


def test_only_the_offices_start_a_review(asked: Callable[[str], Any], season: Any) -> None:
    services.handlers["review"] = written
    assert asked("first_reviewer").post("/jobs/start/").status_code == 403
    page = asked("budget_office").post("/jobs/start/", follow=True)
    assert "排队中" in page.content.decode()
    assert Job.objects.get().payload == {"season": season.pk}
