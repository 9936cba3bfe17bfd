"""The first page: to each role its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render

from shangji_web.notices.queries import notices_marked
from shangji_web.rights.menu import menu
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


NEWEST = 8


def home(request: HttpRequest) -> HttpResponse:
    """The page with which a post begins its day: what waits, notices, the calendar."""
    if request.post is None:
        return redirect("people:account")
    lines = [line for entry in menu(request) for line in entry.under or (entry,)]
    figures = [
        {"name": line.zh, "value": line.count, "unit": "项", "link": line.link}
        for line in lines
        if line.counted
    ]
    season = season_now()
    told = {
        "figures": figures,
        "notices": notices_marked(request.post)[:NEWEST],
        "stages": season.stages.all() if season else [],
    }
    return render(request, "home.html", told)
