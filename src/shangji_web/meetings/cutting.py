"""The pages of a batch cut: fill in, preview, do; look at, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.jobs.acts import ASKED, AT_ONCE
from shangji_web.meetings import batches, handlers
from shangji_web.meetings.forms import CutForm, ReasonForm
from shangji_web.meetings.models import Batch, Meeting
from shangji_web.seasons.queries import season_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse, QueryDict

    from shangji.errors import Problem


def cut(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in a cut and see what it would do; nothing is done before it is confirmed."""
    season = season_asked()
    meeting = get_object_or_404(Meeting, season=season, pk=pk)
    form = CutForm(season, _with_skipped(request.POST) if request.POST else None)
    seen = None
    problems: Sequence[Problem] = ()
    if request.method == "POST" and form.is_valid():
        rule = form.rule()
        seen = batches.preview(season, rule)
        if "confirm" in request.POST:
            seal, name = request.POST["confirm"], form.cleaned_data["name"]
            if len(seen.lines) > AT_ONCE:
                handlers.ask_cut(request.post, meeting, name, rule, seal)
                messages.success(request, ASKED.format(zh="批量压减", count=len(seen.lines)))
                return redirect("jobs:list")
            try:
                made = batches.cut(request.post, meeting, name, rule, seal)
            except Refused as refused:
                problems = refused.problems
            else:
                says = f"已压减 {made.decisions.count()} 个项目。需要时可以整批撤销。"
                messages.success(request, says)
                return redirect("meetings:batch", made.pk)
    told = {"meeting": meeting, "form": form, "seen": seen, "problems": problems}
    return render(request, "meetings/cut.html", told)


def _with_skipped(given: QueryDict) -> QueryDict:
    """The form with the projects that were ticked in the preview among those not to be cut."""
    made = given.copy()
    skipped = given.getlist("skip")
    if skipped:
        made["excluded"] = "\n".join([given.get("excluded", ""), *skipped]).strip()
    return made


def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """A cut that was done: its rule, its projects, and whether it was taken back."""
    made = get_object_or_404(Batch, season=season_asked(), pk=pk)
    rows = list(made.decisions.select_related("project").order_by("project__code"))
    total = sum(row.before_yuan - row.decided_yuan for row in rows)
    told = {"batch": made, "rows": rows, "total": total, "form": ReasonForm()}
    return render(request, "meetings/batch.html", told)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a cut back; what others changed since stays, and is told."""
    made = get_object_or_404(Batch, season=season_asked(), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "撤销要写明理由（至少四个字）。")
        return redirect("meetings:batch", pk)
    count = made.decisions.count()
    if count > AT_ONCE:
        handlers.ask_undo(request.post, made, form.cleaned_data["reason"])
        messages.success(request, ASKED.format(zh="撤销批量压减", count=count))
        return redirect("jobs:list")
    try:
        done = batches.undo(request.post, made, form.cleaned_data["reason"])
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.says}{problem.fix}")
        return redirect("meetings:batch", pk)
    messages.success(request, f"已撤销，{len(done.restored)} 个项目恢复到压减前的金额。")
    if done.kept:
        names = "、".join(row.project.name for row in done.kept)
        says = f"{len(done.kept)} 个项目在压减之后另有决定或已一下，没有恢复：{names}"
        messages.warning(request, says)
    return redirect("meetings:batch", pk)
