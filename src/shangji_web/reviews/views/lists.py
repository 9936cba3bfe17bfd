"""Lists of the bureau: all projects with sums, and how far divisions and reviewers are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.projects import listing
from shangji_web.reviews import progress
from shangji_web.seasons.queries import season_now
from shangji_web.typed import count

if TYPE_CHECKING:
    from django.http import HttpRequest

LINES = 50
WORDS = {
    "department": "主管部门",
    "division": "归口科室",
    "step": "环节",
    "grade": "等级",
    "worst": "最重疑点",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def listed(request: HttpRequest) -> HttpResponse:
    """The projects that the post sees, filtered, with their sums."""
    season = season_now()
    if season is None:
        return render(request, "reviews/list.html", {})
    asked = request.GET.dict()
    found = listing.listed(request.post, season, asked)
    total = listing.sums(found, request.post)
    offered = listing.choices(request.post, season)
    filters = [
        {"name": name, "zh": zh, "value": asked.get(name, ""), "options": offered[name]}
        for name, zh in WORDS.items()
        if len(offered[name]) > 1
    ]
    filters.append(
        {"name": "q", "zh": "查找", "value": asked.get("q", ""), "hint": "项目、单位或代码"}
    )
    told = {
        "page": Paginator(found, LINES).get_page(request.GET.get("page")),
        "filters": filters,
        "found": listing.sentence(total),
        "total": total,
        "seen": {name for name, _ in listing.columns_of(request.post)},
        "asked": asked,
    }
    return render(request, "reviews/list.html", told)


def exported(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook: the rows and the fields that the post sees, no others."""
    season = season_now()
    if season is None:
        return redirect("reviews:list")
    found = listing.listed(request.post, season, request.GET.dict())
    title = f"{season.title} {season.year} 年度项目清单"
    answer = HttpResponse(listing.workbook(found, request.post, title), content_type=XLSX)
    answer["Content-Disposition"] = "attachment; filename*=UTF-8''" + "%E9%A1%B9%E7%9B%AE.xlsx"
    return answer


def going(request: HttpRequest) -> HttpResponse:
    """How far each division and each reviewer is, and who is behind."""
    season = season_now()
    told: dict[str, Any] = {}
    if season is not None:
        told = {
            "divisions": progress.divisions(request.post, season),
            "reviewers": progress.reviewers(request.post, season),
            "units": progress.units_behind(request.post, season),
            "stage": season.stages.filter(name="review").first(),
            "may_urge": request.post.role in progress.URGERS,
        }
    return render(request, "reviews/progress.html", told)


@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """Remind a division or a unit of what waits there."""
    try:
        said = progress.urge(
            request.post, request.POST.get("division", ""), request.POST.get("unit", "")
        )
    except Refused as refused:
        messages.error(request, "\n".join(item.says for item in refused.problems))
    else:
        messages.success(request, said)
    return redirect("reviews:progress")


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give projects of the list to a reviewer of their division."""
    person = count(request.POST.get("person"), 0)
    try:
        number = progress.assign(request.post, request.POST.getlist("code"), person)
    except Refused as refused:
        messages.error(request, "\n".join(f"{item.says}{item.fix}" for item in refused.problems))
    else:
        messages.success(request, f"已分派 {number} 个项目。")
    return redirect("reviews:assignment")


def assignment(request: HttpRequest) -> HttpResponse:
    """The waiting projects of a division with their reviewers, to be given out."""
    season = season_now()
    told: dict[str, Any] = {}
    if season is not None:
        found = progress.to_assign(request.post, season)
        only = request.GET.get("only", "none")
        if only == "none":
            found = found.filter(assignment=None)
        told = {
            "page": Paginator(found, LINES).get_page(request.GET.get("page")),
            "people": progress.reviewers_of(request.post),
            "only": only,
        }
    return render(request, "reviews/assignment.html", told)
