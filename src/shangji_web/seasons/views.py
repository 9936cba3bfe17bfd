"""Pages of a budget year: where it stands, its calendar, its ceilings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.jobs.acts import ASKED, AT_ONCE, ask
from shangji_web.meetings.balance import balance
from shangji_web.projects.flow import flow
from shangji_web.rights.scope import projects_seen
from shangji_web.seasons import services
from shangji_web.seasons.ceilings import GIVEN, entries
from shangji_web.seasons.forms import ApprovalForm, StageForm
from shangji_web.seasons.models import Ceiling, Unit
from shangji_web.seasons.queries import season_asked
from shangji_web.seasons.standing import stand

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season
    from shangji_web.seasons.standing import Stands


def progress(request: HttpRequest) -> HttpResponse:
    """Where the year stands, from 一上 to publication, and what the budget office may do next."""
    season = season_asked()
    seen = projects_seen(request.post).filter(season=season)
    counts = seen.aggregate(
        all=Count("pk"),
        deciding=Count("pk", filter=Q(step="budget", round=1)),
        decided=Count("pk", filter=Q(step="decided")),
        told=Count("pk", filter=Q(told_at__isnull=False)),
        second=Count("pk", filter=Q(round=2)),
        to_issue=Count("pk", filter=Q(step="budget", round=2)),
        issued=Count("pk", filter=Q(issued_yuan__isnull=False)),
        decided_sum=Sum("decided_yuan"),
        told_sum=Sum("decided_yuan", filter=Q(told_at__isnull=False)),
        issued_sum=Sum("issued_yuan"),
    )
    told = {
        "counts": counts,
        "deadlines": services.deadlines(season),
        "days": flow().days,
        "funds_over": [fund for fund in balance(season) if fund.over],
        "approval": ApprovalForm(),
        "acts": request.post.role == "budget_office",
    }
    return render(request, "seasons/progress.html", told)


def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar; the budget office sets its stretches."""
    season = season_asked()
    form = StageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _tried(
            request, lambda: services.set_stage(season, request.post, **form.cleaned_data)
        )
        if done:
            messages.success(request, "日程已保存。")
            return redirect("seasons:calendar")
    return render(request, "seasons/calendar.html", {"form": form, "stages": season.stages.all()})


@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """一下."""
    waits = season_asked().projects.filter(step="decided", round=1).count()
    if waits > AT_ONCE:
        return _asked(request, "tell", "一下", waits)
    if count := _tried(request, lambda: services.tell(season_asked(), request.post)):
        says = f"已一下 {count} 个项目。单位现在可以看到控制数、审核意见、审减明细和理由。"
        messages.success(request, says)
    return redirect("seasons:progress")


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Register the approval of the people's congress."""
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写批准日期。")
        return redirect("seasons:progress")
    day = form.cleaned_data["approved_on"]
    if _tried(request, lambda: services.approve(season_asked(), request.post, day)):
        messages.success(request, "已登记人代会批准日期，可以批复。")
    return redirect("seasons:progress")


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """批复."""
    waits = season_asked().projects.filter(step="budget", round=2).count()
    if waits > AT_ONCE:
        return _asked(request, "issue", "批复", waits)
    if count := _tried(request, lambda: services.issue(season_asked(), request.post)):
        messages.success(request, f"已批复 {count} 个项目。")
    return redirect("seasons:progress")


def _asked(request: HttpRequest, kind: str, zh: str, count: int) -> HttpResponse:
    """Ask for an act on very many projects as a job."""
    season = season_asked()
    ask(kind, request.post, season.pk, {"season": season.pk})
    messages.success(request, ASKED.format(zh=zh, count=count))
    return redirect("jobs:list")


def _tried(request: HttpRequest, done: Callable[[], Any]) -> Any:  # noqa: ANN401 - what it gave
    """What an act gave, or nothing, the problems told."""
    try:
        return done()
    except Refused as refused:
        for problem in refused.problems:
            where = f"{problem.where}：" if str(problem.where) else ""
            messages.error(request, f"{where}{problem.says}{problem.fix}")
        return None


def ceilings(request: HttpRequest) -> HttpResponse:
    """Ceilings: the bureau sees all beside what is asked; the unit's side what it was told."""
    season = season_asked()
    told_rows = list(ceilings_seen(request.post, season))
    units = Unit.objects.filter(season=season)
    bureau = request.post.side == "bureau"
    rows = [one for one in told_rows if one.origin == season.ceilings_given]
    others = [one for one in told_rows if one.origin != season.ceilings_given]
    told = {
        "rows": rows,
        "others": others,
        "sums": {"rows": _whole(rows), "others": _whole(others)},
        "departments": dict(units.values_list("department_code", "department_name")),
        "units": dict(units.values_list("code", "name")),
        "stands": sorted(
            stands_seen(request.post, season), key=lambda one: (not one.over_yuan, one.entry.key)
        ),
        "bureau": bureau,
        "acts": request.post.role == "budget_office",
        "given": GIVEN,
    }
    return render(request, "seasons/ceilings.html", told)


def _whole(rows: list[Ceiling]) -> Decimal:
    """What departments have together; their units' are parts of it."""
    return sum((one.amount_yuan for one in rows if not one.unit_code), Decimal(0))


def stands_seen(post: Post, season: Season) -> list[Stands]:
    """Ceilings before 一下 beside what is asked: the bureau's at all times, else once published."""
    rows = list(entries(season).values())
    if post.side == "bureau":
        projects = season.projects.filter(submitted_at__isnull=False)
        return stand(season, rows, projects)
    if season.ceilings_told_at is None:
        return []
    if post.unit_code:
        rows = [one for one in rows if one.unit_code == post.unit_code]
        return stand(season, rows, season.projects.filter(unit_code=post.unit_code, version__gt=0))
    rows = [one for one in rows if one.department_code == post.department_code]
    projects = season.projects.filter(
        department_code=post.department_code, handed_up_at__isnull=False
    )
    return stand(season, rows, projects) if post.department_code else []


def ceilings_seen(post: Post, season: Season) -> QuerySet[Ceiling]:
    """The ceilings that a post sees once told: a unit its own, a department its units'."""
    told = season.ceilings.filter(told_at__isnull=False).order_by(
        "department_code", "unit_code", "fund_source"
    )
    if post.side == "bureau":
        return told
    if post.side != "unit":
        return told.none()
    mine = Q(unit_code=post.unit_code) if post.unit_code else Q(pk__in=[])
    if post.department_code and post.role in {"department_reviewer", "town_finance"}:
        mine |= Q(department_code=post.department_code)
    return told.filter(mine)
