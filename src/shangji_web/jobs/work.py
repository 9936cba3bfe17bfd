"""The worker: gives the ledger's outbox its numbers, and does one job after another."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import close_old_connections, connections

from shangji.errors import Refused
from shangji_web.jobs.services import LEASE, LostError, claim, handlers
from shangji_web.ledgered.services import sequence
from shangji_web.place import home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji_web.jobs.services import Held

BREATH_SECONDS = 1.0
RENEWALS = 4
PULSE = "worker.pulse"
log = logging.getLogger(__name__)


def work(stop: threading.Event | None = None) -> None:
    """Work until told to stop."""
    stop = stop or threading.Event()
    while not stop.is_set():
        close_old_connections()
        (home() / PULSE).touch()
        if not once():
            stop.wait(BREATH_SECONDS)


def once() -> bool:
    """Number what waits for the ledger, and do one job; whether there was one."""
    sequence()
    held = claim()
    if held is None:
        return False
    try:
        with _renewed(held):
            handlers[held.job.kind](held)
    except LostError:
        log.warning("job %s was taken over by another worker", held.job.pk)
    except Refused as refused:
        held.fail("；".join(f"{item.says}{item.fix}" for item in refused.problems))
    except Exception:
        # The lease runs out and the job is tried again; after the last attempt it is given up.
        log.exception("job %s failed", held.job.pk)
    return True


@contextmanager
def _renewed(held: Held) -> Iterator[None]:
    """The lease renewed beside the work, for as long as it lasts."""
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(LEASE.total_seconds() / RENEWALS):
                (home() / PULSE).touch()
                held.renew()
        except LostError:
            if not held.closed():  # a renewal that waited for the last transaction is no loss
                log.warning("lease of job %s lost", held.job.pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def pulse_age_seconds() -> float | None:
    """How long ago a worker was last seen; None where none ever was."""
    path = home() / PULSE
    return time.time() - path.stat().st_mtime if path.exists() else None
