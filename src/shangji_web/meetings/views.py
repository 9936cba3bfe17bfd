"""Deciding: meetings, the table of a department, the balance of funds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from shangji.errors import Problem, Refused, Where
from shangji_web.jobs.acts import ASKED_EACH, AT_ONCE
from shangji_web.meetings import handlers
from shangji_web.meetings.balance import balance
from shangji_web.meetings.forms import MeetingForm, meeting_kinds
from shangji_web.meetings.models import Meeting
from shangji_web.meetings.queries import (
    department_rows,
    departments,
    in_wan,
    meetings_of,
    total,
)
from shangji_web.meetings.services import Choice, decide_all, hold
from shangji_web.seasons.queries import season_asked
from shangji_web.typed import count, wan_to_yuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from shangji_web.meetings.queries import Row

SUGGESTED = "suggested"


def listed(request: HttpRequest) -> HttpResponse:
    """The meetings of the season, the departments' sums and the balance."""
    season = season_asked()
    rows = departments(request.post, season)
    return render(
        request,
        "meetings/list.html",
        {
            "meetings": meetings_of(season),
            "kinds": dict(meeting_kinds()),
            "rows": rows,
            "total": total(rows),
            "funds": balance(season),
            "latest": season.meetings.order_by("-held_on", "-pk").first(),
        },
    )


def new(request: HttpRequest) -> HttpResponse:
    """Register a meeting."""
    form = MeetingForm(request.POST or None)
    problems: Sequence[Problem] = ()
    if request.method == "POST" and form.is_valid():
        try:
            meeting = hold(season_asked(), request.post, **form.cleaned_data)
        except Refused as refused:
            problems = refused.problems
        else:
            messages.success(request, f"已登记 {meeting.name}，可以按部门定数了。")
            return redirect("meetings:meeting", meeting.pk)
    return render(request, "meetings/new.html", {"form": form, "problems": problems})


def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting: what it decided, department by department."""
    season = season_asked()
    held = get_object_or_404(Meeting, season=season, pk=pk)
    rows = departments(request.post, season)
    made = held.decision_set.filter(undone_at__isnull=True).select_related("project", "batch")
    told = {
        "meeting": held,
        "kind": dict(meeting_kinds()).get(held.kind, held.kind),
        "rows": rows,
        "total": total(rows),
        "funds": balance(season),
        "decided_here": made.count(),
        "batches": season.batches.filter(meeting=held).order_by("-pk"),
    }
    return render(request, "meetings/meeting.html", told)


def department(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The table of a department in a meeting: asked, suggested, decided, difference, reason."""
    season = season_asked()
    held = get_object_or_404(Meeting, season=season, pk=pk)
    rows = department_rows(request.post, season, code)
    if not rows:
        raise Http404
    problems: list[Problem] = []
    if request.method == "POST":
        choices, problems = _choices(request, rows)
        if len(choices) > AT_ONCE and not problems:
            handlers.ask_decide(request.post, held, choices)
            messages.success(request, ASKED_EACH.format(zh="定数", count=len(choices)))
            return redirect("jobs:list")
        made, refused = decide_all(request.post, held, choices)
        problems += refused
        if made:
            messages.success(request, f"已定 {len(made)} 个项目，逐项记入账本。")
            _warn(request)
        if not problems:
            if not made:
                messages.info(request, "没有改动。")
            return redirect(request.path)
        rows = _again(request, department_rows(request.post, season, code))
    sums = next(one for one in departments(request.post, season) if one["department_code"] == code)
    told = {"meeting": held, "rows": rows, "sums": sums, "funds": balance(season)}
    return render(request, "meetings/department.html", {**told, "problems": problems})


def _choices(request: HttpRequest, rows: list[Row]) -> tuple[list[Choice], list[Problem]]:
    """What the cells of the table decide: only rows that were changed."""
    found: list[Choice] = []
    problems: list[Problem] = []
    fill = request.POST.get("fill") == SUGGESTED
    for row in rows:
        project, given = row.project, request.POST.get(f"amount-{row.project.pk}")
        if given is None or not row.open:
            continue
        why = request.POST.get(f"reason-{project.pk}", "").strip()
        if not given.strip() and fill and project.suggested_yuan is not None:
            given = in_wan(project.suggested_yuan)
        if not given.strip():
            continue
        try:
            amount = wan_to_yuan(given)
            lock = count(request.POST.get(f"lock-{project.pk}"))
        except ValueError:
            where = Where(field=f"{project.name}（{project.unit_name}）")
            says = "决定数不是数字，或不足一分的部分说不清。"
            fix = "请填阿拉伯数字，单位万元，最多六位小数。"
            problems.append(Problem("paper-amount", where, says, fix, value=given))
            continue
        if amount != project.decided_yuan or why != row.reason:
            found.append(Choice(project, lock, amount, why))
    return found, problems


def _again(request: HttpRequest, rows: list[Row]) -> list[Row]:
    """The rows with what the person wrote, so that nothing has to be written twice."""
    for row in rows:
        row.amount = request.POST.get(f"amount-{row.project.pk}") or row.amount
        row.reason = request.POST.get(f"reason-{row.project.pk}") or row.reason
    return rows


def _warn(request: HttpRequest) -> None:
    """Say at once where more is decided than there is."""
    for fund in balance(season_asked()):
        if fund.over:
            over = f"{fund.over_yuan:,.2f}"
            says = f"{fund.zh}已定数超过可用财力 {over} 元，一下之前必须压到财力以内。"
            messages.warning(request, says)
