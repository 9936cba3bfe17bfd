"""The review opinion for print and as a Word file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from shangji.errors import Refused
from shangji_web.reviews.letters import document, letter
from shangji_web.rights.scope import project_seen

if TYPE_CHECKING:
    from django.http import HttpRequest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def shown(request: HttpRequest, code: str) -> HttpResponse:
    """The letter on A4, or as a Word file where `?as=docx` asks for it."""
    project = project_seen(request.post, code)
    made = letter(project)
    if request.GET.get("as") != "docx":
        svg = mark_safe(made.svg)  # noqa: S308 - drawn by our own ledger from digits alone
        return render(request, "reviews/letter.html", {"letter": made, "svg": svg})
    try:
        data = document(made)
    except Refused as refused:
        messages.error(request, "\n".join(f"{one.says}{one.fix}" for one in refused.problems))
        return redirect("reviews:letter", code)
    answer = HttpResponse(data, content_type=WORD)
    name = quote(f"审核意见书 {project.code}.docx")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
