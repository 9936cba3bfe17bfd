"""A filing as the bureau reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from shangji_web.reviews.versions import tables_of
from shangji_web.rights.scope import project_seen, sees

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def filing(request: HttpRequest, code: str) -> HttpResponse:
    """The latest version of a filing, or the one that was asked for."""
    project = project_seen(request.post, code)
    versions = list(project.filings.all())
    asked = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.version) == asked), None)
    shown = shown or (versions[-1] if versions else None)
    if shown is None:
        raise Http404
    contact = sees(request.post, "contact", project)
    told = {
        "project": project,
        "versions": versions,
        "shown": shown,
        "tables": tables_of(shown, contact=contact),
        "papers": project.papers.filter(removed_at=None),
    }
    return render(request, "reviews/filing.html", told)
