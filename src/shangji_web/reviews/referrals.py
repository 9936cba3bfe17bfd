"""Projects handed to people beside the line: who may be asked, asking, answering, taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji_web import statements
from shangji_web.ledgered.services import log, person_digest
from shangji_web.notices.services import notify, notify_person
from shangji_web.people.models import Person, Post, Recusal
from shangji_web.projects.models import Referral
from shangji_web.projects.services import SENTENCE
from shangji_web.reviews.turns import taken
from shangji_web.rights.menu import counts
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from shangji_web.projects.models import Project

KINDS = {
    "joint_reviewer": "会审",
    "appraisal_centre": "投资评审",
    "agency": "第三方评审",
    "expert": "专家评审",
}
"""Roles that are asked beside the line, and what one asks them for."""


def askable(
    post: Post, project: Project, referrals: Iterable[Referral] | None = None
) -> list[Post]:
    """The posts that may be asked about a project: not those who keep out of it, nor oneself.

    Args:
        post: who asks.
        project: about which project.
        referrals: who was asked already, where the caller has read it.
    """
    today = timezone.localdate()
    held = project.referrals.all() if referrals is None else referrals
    asked = {(item.person_id, item.role) for item in held}
    kinds = Post.objects.filter(role__in=KINDS, since__lte=today).order_by("pk")
    kinds = kinds.filter(Q(until__isnull=True) | Q(until__gte=today))
    posts = statements.listed(Post, ("askable", today), lambda: kinds)
    people = Person.objects.filter(pk__in=kinds.values("person"), is_active=True)
    named = {one.pk: one for one in statements.listed(Person, ("askable", today), lambda: people)}
    out = Recusal.objects.filter(person__in=kinds.values("person"))
    away = {
        item.person_id
        for item in statements.listed(Recusal, ("askable", today), lambda: out)
        if project.unit_code == item.unit_code or project.code == item.project_code
    }
    may = named.keys() - away - {post.person_id}
    found = [item for item in posts if item.person_id in may]
    for item in found:
        item.person = named[item.person_id]
    return [item for item in found if (item.person_id, item.role) not in asked]


def refer(project: Project, post: Post, to: int, question: str, due_on: date | None) -> Referral:
    """Ask somebody beside the line.

    Raises:
        Refused: no question, it is not the turn, or the person keeps out of it.
    """
    if len(question.strip()) < SENTENCE:
        raise Refused([_words(project, "委托要写明请对方看什么。")])
    with transaction.atomic():
        project = taken(project, post)
        asked = next((item for item in askable(post, project) if item.pk == to), None)
        if asked is None:
            says = "不能委托这个人：没有这个岗位、已经委托过，或者本人对这个项目回避。"
            raise Refused([Problem("referral-person", _at(project), says, "请另选一位。")])
        made = Referral.objects.create(
            project=project,
            person=asked.person,
            role=asked.role,
            question=question.strip(),
            due_on=due_on,
        )
        project.lock += 1
        project.save(update_fields=["lock"])
        notify_person(project, asked, f"请您评审：{project.name}。{made.question}")
        _log(project, post, "refer", {"to": person_digest(asked.person), "as": asked.role})
    return made


def take_back(project: Project, post: Post, number: int) -> None:
    """Take back a question that was not answered.

    Raises:
        Refused: it is not the turn, or it was answered meanwhile.
    """
    with transaction.atomic():
        project = taken(project, post)
        gone, _ = project.referrals.filter(pk=number, answered_at=None).delete()
        if not gone:
            says = "对方已经答复，委托不能撤回。"
            raise Refused([Problem("project-stale", _at(project), says, "请看对方的意见。")])
        project.lock += 1
        project.save(update_fields=["lock"])
        _log(project, post, "take_back_referral", {})


def referred_to(post: Post) -> QuerySet[Referral]:
    """What was referred to a post, what is open first; recused projects are gone."""
    from shangji_web.rights.scope import projects_seen

    own = Referral.objects.filter(person=post.person, role=post.role)
    seen = projects_seen(post).values("pk")
    return own.filter(project__in=seen).select_related("project", "project__season")


def answer(
    post: Post, code: str, words: str, suggested: Decimal | None, moment: str = ""
) -> Referral:
    """Answer what one was asked; a later answer replaces one's own until the review has passed.

    Args:
        post: who was asked.
        code: the project.
        words: the answer.
        suggested: the amount that one holds right, None for no word on it.
        moment: when the answer that the page showed was given, as ISO; empty where there was none.

    Raises:
        Refused: no words, or the review has gone on.
        Http404: one was not asked.
    """
    with transaction.atomic():
        held = referred_to(post).select_for_update(of=("self",)).filter(project__code=code).last()
        if held is None:
            raise Http404
        project = held.project
        if len(words.strip()) < SENTENCE:
            raise Refused([_words(project, "意见要写明结论和理由。")])
        given = held.answered_at.isoformat() if held.answered_at else ""
        if project.step != "first_review" or given != moment:
            says = "初审已经办结，或者您在另一个窗口答复过，这次没有保存。"
            raise Refused([Problem("project-stale", _at(project), says, "请刷新页面。")])
        held.answer, held.suggested_yuan = words.strip(), suggested
        held.answered_at = timezone.now()
        held.save()
        _log(project, post, "answer_referral", {"words": held.answer, "yuan": str(suggested or "")})
        zh = roles()[post.role].zh
        notify(project, "first_reviewer", f"{project.name}：{zh}已答复委托。", "reviews:project")
    return held


@counts("referred")
def waiting(post: Post) -> int:
    """How many questions a post has not answered."""
    from shangji_web.rights.scope import standpoint

    return statements.count(
        ("referred", standpoint(post)), lambda: referred_to(post).filter(answered_at=None)
    )


def _at(project: Project) -> Where:
    return Where(field=project.name)


def _words(project: Project, says: str) -> Problem:
    return Problem("words-missing", _at(project), says, "请用一句话说清楚。")


def _log(project: Project, post: Post, act: str, body: dict[str, str]) -> None:
    told = {"act": act, "project": project.code, "year": project.season.year, **body}
    log("decision", post, told)
