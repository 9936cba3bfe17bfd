"""Pages of what was issued: the departments, and the paper of one for print or as a Word file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from shangji.errors import Refused
from shangji_web.seasons.issued import departments_issued, document, issue_of, said
from shangji_web.seasons.queries import season_asked

if TYPE_CHECKING:
    from django.http import HttpRequest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def listed(request: HttpRequest) -> HttpResponse:
    """The departments to which something was issued that the post sees."""
    rows = departments_issued(season_asked(), request.post)
    return render(request, "seasons/issued_list.html", {"rows": rows})


def shown(request: HttpRequest, code: str) -> HttpResponse:
    """The paper on A4, or as a Word file where `?as=docx` asks for it."""
    made = issue_of(season_asked(), request.post, code)
    if made is None:
        raise Http404
    if request.GET.get("as") != "docx":
        svg = mark_safe(made.svg)  # noqa: S308 - drawn by our own ledger from digits alone
        told = {"made": made, "said": said(made), "svg": svg, "code": code}
        return render(request, "seasons/issued.html", told)
    try:
        data = document(made)
    except Refused as refused:
        messages.error(request, "\n".join(f"{one.says}{one.fix}" for one in refused.problems))
        return redirect("seasons:issued", code)
    answer = HttpResponse(data, content_type=WORD)
    name = quote(f"{made.season.year}年度项目支出预算批复 {made.department}.docx")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
