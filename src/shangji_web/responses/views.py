"""Pages on which a unit answers what it was told, and begins the second filing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web.filings import pages
from shangji_web.filings.content import PROJECT
from shangji_web.projects.flow import flow
from shangji_web.projects.services import act
from shangji_web.responses import services
from shangji_web.responses.forms import AnswerForm
from shangji_web.responses.queries import answered, deadline, waiting_answers
from shangji_web.rights.scope import project_seen
from shangji_web.typed import count

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from shangji_web.projects.models import Project


def answers(request: HttpRequest, code: str) -> HttpResponse:
    """What was told, what the unit said to it, and what became of that."""
    project = project_seen(request.post, code)
    return render(request, "responses/answers.html", _shown(request, project))


def _shown(request: HttpRequest, project: Project) -> dict[str, Any]:
    last = deadline(project)
    days = (last - timezone.localdate()).days if last else None
    own = request.post.unit_code == project.unit_code
    turn = own and request.post.role in flow().steps["told"].roles and project.step == "told"
    begins = [one for one in flow().open_to(project, request.post.role) if one.next_round]
    return {
        "project": project,
        "tabs": pages.tabs(project, request.post, "responses:answers"),
        "answered": answered(project),
        "reductions": pages.reductions(project, request.post),
        "deadline": last,
        "days": days,
        "answers": turn and days is not None and days >= 0,
        "begins": own and bool(begins),
        "waiting": waiting_answers(project),
    }


@require_POST
def answer(request: HttpRequest, code: str, finding_id: str) -> HttpResponse:
    """Answer a finding."""
    project = project_seen(request.post, code)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label}：{'；'.join(errors)}")
        return redirect("responses:answers", code)
    try:
        services.answer(
            project,
            request.post,
            finding_id,
            words=form.cleaned_data["words"],
            restores_yuan=form.cleaned_data["restores_yuan"],
            uploads=request.FILES.getlist("file"),
        )
    except Refused as refused:
        told = {**_shown(request, project), "problems": refused.problems}
        told |= {"typed": form.cleaned_data["words"], "typed_for": finding_id}
        return render(request, "responses/answers.html", told, status=422)
    messages.success(request, "说明已送归口业务科室。")
    return redirect("responses:answers", code)


@require_POST
def second(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the second filing."""
    project = project_seen(request.post, code)
    lock = count(request.POST.get("lock"))
    try:
        act(project, request.post, "begin_second", lock=lock)
    except Refused as refused:
        told = {**_shown(request, project), "problems": refused.problems}
        return render(request, "responses/answers.html", told, status=422)
    messages.success(request, "已开始二上：请在控制数内编细支出明细和资金来源。")
    return redirect("filings:sheet", code, PROJECT)
