"""What congress and audit say of a handed project (评价意见), and what the bureau answers.

An appraisal stands beside the decision and never changes it: no amount, no step, no act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangji.errors import Problem, Refused, Where
from shangji.intake.marks import stamped
from shangji_web.filings.services import OFF_LINE
from shangji_web.ledgered.services import log
from shangji_web.meetings.versions import rows_of
from shangji_web.notices.models import Notice
from shangji_web.projects.services import SENTENCE, refuse
from shangji_web.publicity.models import GRADES, Appraisal, Handover
from shangji_web.rights.menu import counts

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from shangji_web.people.models import Post

AUDITOR, OFFICE = "auditor", "budget_office"
WORDS_MOST = 2000


def appraisals_seen(post: Post) -> QuerySet[Appraisal]:
    """An auditor sees his own, the budget office all."""
    rows = Appraisal.objects.select_related("handover__season", "handover__version", "by")
    rows = rows.select_related("replied_by").order_by("-pk")
    if post.role == OFFICE:
        return rows
    return rows.filter(by=post.person) if post.role == AUDITOR else rows.none()


@counts("appraisals")
def waiting(post: Post) -> int:
    """How many wait for the bureau's answer."""
    return appraisals_seen(post).filter(reply="").count() if post.role == OFFICE else 0


def appraise(post: Post, handover: Handover, code: str, grade: str, words: str) -> Appraisal:
    """Leave an appraisal of a handed project; the budget office is told.

    Raises:
        PermissionDenied: the role appraises nothing.
        Refused: no such grade, no words, or words with a mark of secrecy.
    """
    if post.role != AUDITOR:
        raise PermissionDenied
    row = next((one for one in rows_of(handover.version) if one["code"] == code), None)
    if row is None:
        raise Http404
    refuse(_wrong(row["name"], words, grade=grade))
    with transaction.atomic():
        made: Appraisal = Appraisal.objects.create(
            handover=handover,
            code=code,
            name=row["name"],
            grade=grade,
            words=words.strip(),
            by=post.person,
        )
        told = {"project": code, "year": handover.season.year, "version": handover.version.sha256}
        log("response", post, {"act": "appraise", **told, "grade": grade, "words": made.words})
        Notice.objects.create(
            role=OFFICE,
            words=f"{post.place_name}对“{row['name']}”提出评价意见：{GRADES[grade]}。请答复。"[
                :300
            ],
            link="/public/appraisals/",
        )
    return made


def answer(post: Post, pk: int, reply: str) -> Appraisal:
    """Answer an appraisal, once; whoever left it is told.

    Raises:
        PermissionDenied: the role answers none.
        Refused: no words, or it was answered already.
    """
    if post.role != OFFICE:
        raise PermissionDenied
    with transaction.atomic():
        held = get_object_or_404(Appraisal.objects.select_for_update(), pk=pk)
        if held.reply:
            says = f"{held.replied_by.name if held.replied_by else ''}已经答复过。"
            refuse([Problem("answer-twice", Where(field=held.name), says, "请刷新页面。")])
        refuse(_wrong(held.name, reply))
        held.reply, held.replied_at, held.replied_by = reply.strip(), timezone.now(), post.person
        held.save()
        told = {"project": held.code, "year": held.handover.season.year, "appraisal": held.pk}
        log("response", post, {"act": "answer_appraisal", **told, "reply": held.reply})
        says = f"财政答复了您对“{held.name}”的评价意见。"
        link = "/public/appraisals/"
        Notice.objects.create(role=AUDITOR, person=held.by, words=says[:300], link=link)
    return held


def _wrong(name: str, words: str, *, grade: str | None = None) -> list[Problem]:
    where = Where(field=name)
    if grade is not None and grade not in GRADES:
        says = "没有选评价。"
        return [Problem("words-missing", where, says, "请从列出的评价中选一种。")]
    if not SENTENCE <= len(words.strip()) <= WORDS_MOST:
        says = f"要写明意见，{SENTENCE} 到 {WORDS_MOST} 字。"
        return [Problem("words-missing", where, says, "请写清事实和依据。")]
    if stamped([words], ()):
        return [Problem("draft-secret", where, "意见里有密级字样，没有保存。", OFF_LINE)]
    return []


@require_POST
def leave(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """An appraisal from the page of a handed project."""
    held = get_object_or_404(Handover.objects.select_related("version", "season"), pk=pk)
    given = [request.POST.get(name, "") for name in ("grade", "words")]
    try:
        appraise(request.post, held, code, given[0], given[1])
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.says}{problem.fix}")
    else:
        messages.success(request, "评价意见已提交，记入账本，财政会在这里答复。")
    return redirect("publicity:handed_project", pk, code)


def listed(request: HttpRequest) -> HttpResponse:
    """Every appraisal that the post sees, those without an answer first for the bureau."""
    rows = appraisals_seen(request.post)
    told = {
        "open": [one for one in rows if not one.reply],
        "answered": [one for one in rows if one.reply],
        "answers": request.post.role == OFFICE,
    }
    return render(request, "publicity/appraisals.html", told)


@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The bureau's answer."""
    try:
        answer(request.post, pk, request.POST.get("reply", ""))
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.says}{problem.fix}")
    else:
        messages.success(request, "已答复，记入账本，已告知对方。")
    return redirect("publicity:appraisals")
