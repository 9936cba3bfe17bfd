"""The summary table for a meeting: handed out as a workbook, read back with decided amounts."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render

from shangji.errors import Problem, Refused, Where
from shangji.review import open_report
from shangji_web import documents, place, snapshot
from shangji_web.jobs.acts import ASKED_EACH, AT_ONCE
from shangji_web.meetings import handlers
from shangji_web.meetings.forms import WorkbookForm
from shangji_web.meetings.models import Meeting
from shangji_web.meetings.queries import submitted
from shangji_web.meetings.services import Choice, decide_all
from shangji_web.seasons.queries import season_asked

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse

    from shangji_web.projects.models import Project
    from shangji_web.reviews.models import Run
    from shangji_web.seasons.models import Season

SHA256 = 64


def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the table out; read it back: first what it would change, then, confirmed, the change."""
    season = season_asked()
    meeting = get_object_or_404(Meeting, season=season, pk=pk)
    run = season.runs.last()
    if request.GET.get("give") and run:
        return _given(run, meeting)
    form, told = WorkbookForm(), {"meeting": meeting, "run": run}
    if request.method == "POST" and run:
        told |= _read(request, meeting, run)
        if told.get("done"):
            return redirect("meetings:meeting", pk)
        form = told.get("form", form)
    return render(request, "meetings/workbook.html", {**told, "form": form})


def _given(run: Run, meeting: Meeting) -> FileResponse:
    """The library's summary table of the latest review, for this meeting."""
    from shangji.papers import named, summary_table
    from shangji.papers.entries import gather

    taken, results, result, _ = open_report(place.folder(place.RUNS) / run.folder)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "summary.xlsx"
        version = named(taken, result, meeting.name)
        summary_table.write(path, gather(taken, results, snapshot.pack()), version)
        data = io.BytesIO(path.read_bytes())
    return FileResponse(data, as_attachment=True, filename=f"项目审核汇总表-{meeting.name}.xlsx")


def _read(request: HttpRequest, meeting: Meeting, run: Run) -> dict[str, Any]:
    """The dry run of an upload, or the change of one that was looked at."""
    kept = request.POST.get("kept", "")
    if kept:
        name = Path(request.POST.get("name", "汇总表.xlsx")).name
        fit = len(kept) == SHA256 and kept.isalnum()
        if not fit or not documents.path_of(kept).is_file():
            raise Http404
        data = documents.read(kept)
    else:
        form = WorkbookForm(request.POST, request.FILES)
        if not form.is_valid():
            return {"form": form}
        file = form.cleaned_data["file"]
        name, data = Path(file.name).name, file.read()
        kept = documents.keep(data)
    choices, problems = read_back(request, meeting, run, name, data)
    if problems or "confirm" not in request.POST:
        changed = [
            {"project": one.project, "amount": one.amount_yuan, "reason": one.reason}
            for one in choices
        ]
        return {"problems": problems, "changes": changed, "kept": kept, "file": name}
    if len(choices) > AT_ONCE:
        handlers.ask_decide(request.post, meeting, choices)
        messages.success(request, ASKED_EACH.format(zh="按汇总表定数", count=len(choices)))
        return {"done": True}
    made, refused = decide_all(request.post, meeting, choices)
    messages.success(request, f"已按汇总表定 {len(made)} 个项目，逐项记入账本。")
    for problem in refused:
        messages.error(request, f"{problem.where}：{problem.says}{problem.fix}")
    return {"done": True}


def read_back(
    request: HttpRequest, meeting: Meeting, run: Run, name: str, data: bytes
) -> tuple[list[Choice], list[Problem]]:
    """What a returned table decides: the library reads it against the report it was made of."""
    from shangji.papers import take

    taken, results, result, _ = open_report(place.folder(place.RUNS) / run.folder)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            read, problems = take(path, taken, results, result, snapshot.pack())
        except Refused as refused:
            return [], list(refused.problems)
    if read is None:
        return [], problems
    projects = _projects(request, meeting.season)
    choices, found = [], []
    for row in read.rows:
        problem, project = _foreign(row, meeting, projects)
        if problem is not None:
            found.append(problem)
        elif project is not None and _differs(project, row["decided_yuan"]):
            why = row["reason"] or ""
            choices.append(Choice(project, project.lock, row["decided_yuan"], why))
    return choices, found


def _projects(request: HttpRequest, season: Season) -> dict[str, Project]:
    return {project.code: project for project in submitted(request.post, season)}


def _differs(project: Project, amount_yuan: Decimal) -> bool:
    return bool(project.decided_yuan != amount_yuan)


def _foreign(
    row: dict[str, Any], meeting: Meeting, projects: dict[str, Project]
) -> tuple[Problem | None, Project | None]:
    """What keeps a row from being this meeting's decision on a project of the season."""
    where = Where(row["row_source"], row["row_sheet"], line=row["row_number"])
    if row["minutes_no"] != meeting.minute_no:
        says = f"这一行的纪要号是 {row['minutes_no']}，不是本次会议的 {meeting.minute_no}。"
        fix = "请到那次会议的页面导入，或改正表头上方的纪要号。"
        return Problem("paper-meeting", where, says, fix), None
    project = projects.get(row["project_code"])
    if project is None:
        says = "本年度没有这个项目，或您看不到它。"
        fix = "请核对项目代码。"
        return Problem("paper-foreign", where, says, fix, value=row["project_code"]), None
    return None, project
