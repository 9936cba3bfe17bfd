"""Long work on one lease table: asked for once, done at least once, in effect once.

A worker claims a job in a short transaction and renews its lease while it works. The effect is
written in the transaction that closes the job; who has lost the lease in between (`attempts` is the
fence) finds nothing to close, and his effect is rolled back.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Q, When
from django.utils import timezone

from shangji.errors import ShangjiError
from shangji_web.jobs.models import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shangji_web.people.models import Person

    Handler = Callable[["Held"], None]

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
GIVEN_UP = "试了 {times} 次都没有做完，已停下。"

LATER = "scan"
"""Jobs of this kind, one a paper, let the few others pass."""

handlers: dict[str, Handler] = {}


class LostError(ShangjiError):
    """The lease went to another worker: whatever was done here has no effect."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register what does a kind of job."""

    def registered(function: Handler) -> Handler:
        if handlers.setdefault(kind, function) is not function:
            raise ShangjiError(f"two handlers of {kind}")
        return function

    return registered


def enqueue(
    kind: str, payload: dict[str, Any] | None = None, key: str = "", by: Person | None = None
) -> Job:
    """Ask for a job; where one of this kind and key waits or runs already, that one is meant."""
    if kind not in handlers:
        raise ShangjiError(f"nobody does jobs of kind {kind}")
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, key=key, payload=payload or {}, asked_by=by)
    except IntegrityError:
        return Job.objects.get(kind=kind, key=key, state__in=[Job.WAITING, Job.RUNNING])


@dataclass
class Held:
    """A job under lease."""

    job: Job
    attempt: int

    def tell(self, progress: int, says: str = "") -> None:
        """Say how far it is; renews the lease.

        Raises:
            LostError: the lease went to another.
        """
        self._mine(progress=progress, says=says[:300], lease_until=timezone.now() + LEASE)

    def renew(self) -> None:
        """Renew the lease.

        Raises:
            LostError: the lease went to another.
        """
        self._mine(lease_until=timezone.now() + LEASE)

    @contextmanager
    def effect(self) -> Iterator[dict[str, Any]]:
        """The one transaction in which the effect is written and the job closed.

        What is put into the dictionary is kept as the job's result.

        Raises:
            LostError: the lease went to another; the effect is rolled back.
        """
        result: dict[str, Any] = {}
        with transaction.atomic():
            self._mine(state=Job.DONE, progress=100, ended_at=timezone.now())
            yield result
            Job.objects.filter(pk=self.job.pk).update(result=result)

    def closed(self) -> bool:
        """Whether this worker itself has closed the job."""
        own = Job.objects.filter(pk=self.job.pk, attempts=self.attempt)
        return own.exclude(state=Job.RUNNING).exists()

    def fail(self, says: str) -> None:
        """Close the job as failed, for good."""
        self._mine(state=Job.FAILED, says=says[:300], ended_at=timezone.now())

    def _mine(self, **fields: Any) -> None:  # noqa: ANN401 - columns of the job
        mine = Job.objects.filter(pk=self.job.pk, attempts=self.attempt, state=Job.RUNNING)
        if not mine.update(**fields):
            raise LostError(f"job {self.job.pk} is another's")


def claim() -> Held | None:
    """Take the oldest job that waits or whose worker is gone; None where there is none."""
    now = timezone.now()
    ready = Q(state=Job.WAITING) | Q(state=Job.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        later = Case(When(kind=LATER, then=1), default=0)
        rows = Job.objects.filter(ready).order_by(later, "pk")
        skip = (
            {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
        )
        job = rows.select_for_update(**skip).first()
        if job is None:
            return None
        job.attempts += 1
        if job.attempts > MOST_ATTEMPTS:
            job.state, job.ended_at = Job.FAILED, now
            job.says = GIVEN_UP.format(times=MOST_ATTEMPTS)
            job.save()
            return None
        job.state, job.lease_until = Job.RUNNING, now + LEASE
        job.save()
    return Held(job, job.attempts)
