"""The first page: to each role its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from shangji import __version__
from shangji_web.jobs.models import Job
from shangji_web.jobs.views import SLEPT_SECONDS
from shangji_web.jobs.work import pulse_age_seconds
from shangji_web.notices.queries import notices_marked
from shangji_web.rights.menu import menu
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


NEWEST = 8


def health(_: HttpRequest) -> JsonResponse:
    """Whether the site can work: its database, its worker; 503 where it cannot."""
    told: dict[str, Any] = {"version": __version__}
    try:
        told["waiting_jobs"] = Job.objects.filter(state=Job.WAITING).count()
        told["database"] = "ok"
    except DatabaseError:
        told["database"] = "unreachable"
    age = pulse_age_seconds()
    told["worker"] = "ok" if age is not None and age < SLEPT_SECONDS else "not seen"
    return JsonResponse(told, status=200 if told["database"] == "ok" else 503)


def home(request: HttpRequest) -> HttpResponse:
    """The page with which a post begins its day: what waits, notices, the calendar."""
    if request.post is None:
        return redirect("people:account")
    lines = [line for entry in menu(request) for line in entry.under or (entry,)]
    figures = [
        {"name": line.zh, "value": line.count, "unit": "项", "link": line.link}
        for line in lines
        if line.counted and line.link != reverse("notices:list")
    ]
    season = season_now()
    told = {
        "figures": figures,
        "notices": notices_marked(request.post)[:NEWEST],
        "stages": season.stages.all() if season else [],
    }
    return render(request, "home.html", told)
