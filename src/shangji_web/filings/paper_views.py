"""Pages of papers: the list, taking one, giving one out, removing one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from shangji.errors import Refused
from shangji_web import documents
from shangji_web.filings import pages, papers
from shangji_web.filings.content import ATTACHMENT, table_of
from shangji_web.filings.models import Paper
from shangji_web.rights.scope import project_seen

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shangji.errors import Problem
    from shangji_web.projects.models import Project


def listed(request: HttpRequest, code: str) -> HttpResponse:
    """The papers of a project; a clerk adds to them."""
    project = project_seen(request.post, code)
    if request.method == "POST":
        return _take(request, project)
    return render(request, "filings/papers.html", _shown(request, project))


def _shown(request: HttpRequest, project: Project) -> dict[str, object]:
    codes = table_of(ATTACHMENT).column("kind").codes
    return {
        "project": project,
        "tabs": pages.tabs(project, request.post, "filings:papers"),
        "papers": project.papers.filter(finding_id="").select_related("by").order_by("pk"),
        "writes": pages.writes(project, request.post),
        "kinds": list(codes.codes.items()) if codes else [],
        "types": ",".join(sorted(papers.KINDS)),
    }


def _take(request: HttpRequest, project: Project) -> HttpResponse:
    refused_all: list[Problem] = []
    for upload in request.FILES.getlist("file"):
        try:
            taken = papers.take(project, request.post, upload, kind=request.POST.get("kind", ""))
        except Refused as refused:
            refused_all += refused.problems
            continue
        later = "这是扫描件，随后识别有无密级，结果见下表。" if taken.paper.scan else ""
        messages.success(request, f"已收“{taken.paper.name}”，并列入附件目录。{later}")
        for problem in taken.noticed:
            messages.warning(request, f"{taken.paper.name}：{problem.says}{problem.fix}")
    if refused_all:
        told = {**_shown(request, project), "problems": refused_all}
        return render(request, "filings/papers.html", told, status=422)
    return redirect("filings:papers", project.code)


def given(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The bytes of a paper, to be saved and never shown as a page."""
    project = project_seen(request.post, code)
    paper = get_object_or_404(Paper, pk=pk, project=project)
    if paper.quarantined_at is not None or not documents.path_of(paper.sha256).is_file():
        raise Http404
    answer = FileResponse(
        io.BytesIO(documents.read(paper.sha256)),
        as_attachment=True,
        filename=paper.name,
        content_type="application/octet-stream",
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def removed(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Remove a paper: it stays kept, and marked."""
    project = project_seen(request.post, code)
    paper = get_object_or_404(Paper, pk=pk, project=project)
    try:
        papers.remove(project, request.post, paper)
    except Refused as refused:
        messages.error(request, "\n".join(f"{one.says}{one.fix}" for one in refused.problems))
    else:
        messages.success(request, f"已删去“{paper.name}”，原文件留存备查。")
    return redirect("filings:papers", code)
