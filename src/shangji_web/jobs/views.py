"""What is being worked on: the list, starting a review of the pool, and one job's progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from shangji_web.jobs.models import Job
from shangji_web.jobs.services import LATER, enqueue
from shangji_web.jobs.work import pulse_age_seconds
from shangji_web.ledgered.services import log
from shangji_web.rights.roles import pages
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SHOWN = 30
SLEPT_SECONDS = 120


def jobs(request: HttpRequest) -> HttpResponse:
    """The latest jobs and the last review."""
    season = season_now()
    age = pulse_age_seconds()
    context = {
        "jobs": Job.objects.exclude(kind=LATER).select_related("asked_by").order_by("-pk")[:SHOWN],
        "run": season.runs.last() if season else None,
        "asleep": age is None or age > SLEPT_SECONDS,
        "may_start": pages().opens("jobs:start", request.post.role),
    }
    return render(request, "jobs/list.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a review of everything that was submitted."""
    season = season_now()
    if season is None:
        messages.error(request, "还没有建立年度，没有可评审的项目。")
        return redirect("jobs:list")
    with transaction.atomic():
        made = enqueue("review", {"season": season.pk}, key=str(season.pk), by=request.user)
        log("run", request.post, {"year": season.year, "job": made.pk})
    messages.success(request, "已排队评审全部已报项目，做好后疑点会更新到各项目。")
    return redirect("jobs:list")


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job's line, asked for again while it lasts."""
    found = get_object_or_404(Job, pk=pk)
    return render(request, "jobs/line.html", {"job": found})
