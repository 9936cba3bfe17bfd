"""Pictures of papers, for those who see the project and its findings."""

from __future__ import annotations

from html import escape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from shangji_web.reviews.models import Finding
from shangji_web.reviews.pictures import picture
from shangji_web.rights.scope import project_seen, sees

if TYPE_CHECKING:
    from django.http import HttpRequest


def page(request: HttpRequest, code: str, number: int, at: int) -> HttpResponse:
    """The page on which a quote of a finding stands.

    Args:
        request: who asks.
        code: the project.
        number: the finding's row.
        at: which of its quotes, from 0.
    """
    project = project_seen(request.post, code)
    finding = Finding.objects.filter(pk=number, project=project).first()
    if finding is None or not sees(request.post, "findings", project):
        raise Http404
    if at >= len(finding.evidence):
        raise Http404
    quote = finding.evidence[at]
    paper = project.papers.filter(sha256=quote["document"], removed_at=None).first()
    if paper is None:
        raise Http404
    kind = PurePosixPath(paper.name).suffix.lower()
    drawn = picture(
        paper.sha256, kind, int(quote["page"]), quote["box"], whole="whole" in request.GET
    )
    if drawn is None:
        raise Http404
    answer = (
        HttpResponse(drawn.png, content_type="image/png")
        if drawn.png
        else HttpResponse(in_words(drawn.says), content_type="image/svg+xml")
    )
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def in_words(says: str) -> str:
    """Why there is no picture, as one that stands in its place."""
    lines = ("这一页没有画出来", says, "请下载附件，看原件。")
    texts = "".join(
        f'<text x="24" y="{44 + 34 * at}" font-size="{20 if at else 22}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="140" viewBox="0 0 900 140" '
        'font-family="sans-serif" fill="#8c2a23"><rect x="1" y="1" width="898" height="138" '
        f'fill="#fff8e8" stroke="#d0a040"/>{texts}</svg>'
    )
