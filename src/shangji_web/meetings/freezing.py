"""The pages of frozen versions: freeze, look at, compare two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from shangji.errors import Refused
from shangji_web.meetings.forms import VersionForm
from shangji_web.meetings.models import FrozenVersion
from shangji_web.meetings.versions import differences, freeze, rows_of
from shangji_web.seasons.queries import season_asked
from shangji_web.typed import count

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

FREEZES = "budget_office"


def listed(request: HttpRequest) -> HttpResponse:
    """Every version; the budget office freezes a new one here."""
    season = season_asked()
    form = VersionForm(request.POST or None)
    if request.method == "POST":
        if request.post.role != FREEZES:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = freeze(season, request.post, form.cleaned_data["name"])
            except Refused as refused:
                messages.error(request, refused.problems[0].says)
            else:
                messages.success(request, f"已冻结“{made.name}”，内容不再改动，摘要已记入账本。")
                return redirect("meetings:versions")
    versions = season.frozen_versions.select_related("by").order_by("-pk")
    told = {"versions": versions, "form": form, "freezes": request.post.role == FREEZES}
    return render(request, "meetings/versions.html", told)


def version(request: HttpRequest, pk: int) -> HttpResponse:
    """The amounts of a version, project by project."""
    held = get_object_or_404(FrozenVersion, season=season_asked(), pk=pk)
    rows = rows_of(held)
    names = ("asked_yuan", "suggested_yuan", "decided_yuan")
    total = {name: sum(row[name] or 0 for row in rows) for name in names}
    told = {"version": held, "rows": rows, "total": total}
    return render(request, "meetings/version.html", told)


def diff(request: HttpRequest) -> HttpResponse:
    """What changed from one version to another, by project."""
    season = season_asked()
    old = get_object_or_404(FrozenVersion, season=season, pk=count(request.GET.get("old")))
    new = get_object_or_404(FrozenVersion, season=season, pk=count(request.GET.get("new")))
    changes = differences(old, new)
    told = {
        "old": old,
        "new": new,
        "changes": changes,
        "total": sum(change.by_yuan for change in changes),
        "versions": season.frozen_versions.order_by("-pk"),
    }
    return render(request, "meetings/diff.html", told)
