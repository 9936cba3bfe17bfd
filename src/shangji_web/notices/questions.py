"""Questions and answers: a unit asks, the bureau answers, what is asked often is for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangji.errors import Problem, Refused, Where
from shangji.intake.marks import stamped
from shangji_web.notices.models import Notice, Question
from shangji_web.rights.menu import counts
from shangji_web.rights.roles import pages, roles

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from shangji_web.people.models import Post

LEAST, MOST, COMMON_MOST = 4, 1000, 300
PAGE = "/notices/questions/"
SHOWN = 100


def answers(post: Post) -> bool:
    """Whether a post answers questions."""
    return pages().opens("notices:answer_question", post.role)


def questions_seen(post: Post) -> QuerySet[Question]:
    """Who answers sees all; everybody else what he or his own unit asked."""
    rows = Question.objects.select_related("by", "answered_by", "same_as")
    if answers(post):
        return rows
    own = Q(by=post.person)
    if post.unit_code and roles()[post.role].scope == "unit":
        own |= Q(unit_code=post.unit_code)
    return rows.filter(own)


def common(words: str = "") -> QuerySet[Question]:
    """What is asked often, the most often first; with words, those in which they stand."""
    rows = Question.objects.exclude(common="").annotate(times=Count("asked_again"))
    if words:
        rows = rows.filter(Q(common__icontains=words) | Q(answer__icontains=words))
    return rows.order_by("-times", "-pk")


@counts("questions")
def waiting(post: Post) -> int:
    """How many wait for an answer."""
    return Question.objects.filter(answer="").count() if answers(post) else 0


def ask(post: Post, words: str) -> Question:
    """Ask the bureau.

    Raises:
        Refused: nothing is asked, too much, or it bears a mark of secrecy.
    """
    _fit(words, "问题")
    made: Question = Question.objects.create(
        unit_code=post.unit_code,
        department_code=post.department_code,
        place=post.place_name,
        words=words.strip(),
        by=post.person,
    )
    return made


def answer(post: Post, pk: int, words: str, shared: str = "", same: int | None = None) -> Question:
    """Answer a question once; the asker is told.

    Args:
        post: who answers.
        pk: the question.
        words: the answer; where it is asked already, that one's answer stands in for it.
        shared: the question in the bureau's words, where it shall be read by everybody.
        same: the common question that asks the same.

    Raises:
        PermissionDenied: the role answers nothing.
        Refused: no words, a mark of secrecy, or it was answered already.
    """
    if not answers(post):
        raise PermissionDenied
    with transaction.atomic():
        held = Question.objects.select_for_update().filter(pk=pk).first()
        if held is None:
            raise Http404
        if held.answer:
            says = f"{held.answered_by.name if held.answered_by else ''}已经答复过。"
            raise Refused([Problem("answer-twice", Where(), says, "请刷新页面。")])
        before = common().filter(pk=same).first() if same else None
        words = words.strip() or (before.answer if before else "")
        _fit(words, "答复")
        if shared.strip():
            _fit(shared, "常见问题的问法", COMMON_MOST)
        held.answer, held.answered_at, held.answered_by = words, timezone.now(), post.person
        held.common, held.same_as = "" if before else shared.strip(), before
        held.save()
        says = f"财政答复了您的问题：“{held.words[:40]}”。"
        role = held.by.posts.first()
        Notice.objects.create(
            role=role.role if role else "", person=held.by, words=says[:300], link=PAGE
        )
    return held


def _fit(words: str, what: str, most: int = MOST) -> None:
    """Refuse words that are too few, too many or marked secret."""
    if not LEAST <= len(words.strip()) <= most:
        says = f"{what}要写 {LEAST} 到 {most} 字。"
        raise Refused([Problem("words-missing", Where(field=what), says, "请写清楚。")])
    if stamped([words], ()):
        says, fix = f"{what}里有密级字样，没有保存。", "涉密事项请走线下涉密渠道。"
        raise Refused([Problem("draft-secret", Where(field=what), says, fix)])


def listed(request: HttpRequest) -> HttpResponse:
    """What is asked often, and the questions that the post sees."""
    words = request.GET.get("q", "").strip()
    rows = questions_seen(request.post)
    told = {
        "common": common(words)[:SHOWN],
        "open": rows.filter(answer=""),
        "answered": rows.exclude(answer="")[:SHOWN],
        "answers": answers(request.post),
        "asks": pages().opens("notices:ask", request.post.role),
        "every": common(),
        "filters": [{"name": "q", "zh": "在常见问题里找", "value": words, "options": None}],
    }
    return render(request, "notices/questions.html", told)


@require_POST
def asked(request: HttpRequest) -> HttpResponse:
    """Ask."""
    try:
        ask(request.post, request.POST.get("words", ""))
    except Refused as refused:
        _tell(request, refused)
    else:
        messages.success(request, "问题已提交，财政答复后会通知您。")
    return redirect("notices:questions")


@require_POST
def answered(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer."""
    same = request.POST.get("same", "")
    number = int(same) if same.isdecimal() else None
    given = [request.POST.get(name, "") for name in ("words", "common")]
    try:
        answer(request.post, pk, given[0], given[1], number)
    except Refused as refused:
        _tell(request, refused)
    else:
        messages.success(request, "已答复，已通知提问的人。")
    return redirect("notices:questions")


def _tell(request: HttpRequest, refused: Refused) -> None:
    for problem in refused.problems:
        messages.error(request, f"{problem.says}{problem.fix}")
