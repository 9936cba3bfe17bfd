"""What the public reads, without a log-in: issued budgets, targets, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from shangji_web.publicity import queries
from shangji_web.rights.scope import published

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from shangji_web.seasons.models import Season

NEWEST = 10


def _season(year: int) -> Season:
    season: Season = get_object_or_404(queries.open_seasons(), year=year)
    return season


def front(request: HttpRequest) -> HttpResponse:
    """The published years and the latest notices; empty before anything is published."""
    seasons = [(season, queries.open_departments(season)) for season in queries.open_seasons()]
    told = {
        "seasons": [
            (season, sum(row["issued"] for row in rows), len(rows)) for season, rows in seasons
        ],
        "notices": queries.notices()[:NEWEST],
    }
    return render(request, "publicity/front.html", told)


def year(request: HttpRequest, year: int) -> HttpResponse:
    """The issued budget of a year by department."""
    season = _season(year)
    rows = queries.open_departments(season)
    told = {"of": season, "rows": rows, "total": sum(row["issued"] for row in rows)}
    return render(request, "publicity/year.html", told)


def department(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """The issued projects of a department."""
    season = _season(year)
    projects = list(queries.open_projects(season, code))
    if not projects:
        raise Http404
    told = {
        "of": season,
        "name": projects[0].department_name,
        "projects": projects,
        "total": sum(project.issued_yuan for project in projects),
        "notices": queries.notices(season).filter(department_code=code),
    }
    return render(request, "publicity/department.html", told)


def project(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """An issued project with its performance targets."""
    season = _season(year)
    found = get_object_or_404(published(), season=season, code=code)
    told = {"of": season, "project": found, "targets": queries.targets(found)}
    return render(request, "publicity/project.html", told)


def notices(request: HttpRequest) -> HttpResponse:
    """Every notice of the public area."""
    return render(request, "publicity/notices.html", {"notices": queries.notices()})
