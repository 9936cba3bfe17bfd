"""What the bureau says to a unit's answer: the finding stands, or it is taken back and why."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from shangji.domain import wan
from shangji.errors import Problem, Refused, Where
from shangji_web import statements
from shangji_web.ledgered.services import log
from shangji_web.notices.services import notify
from shangji_web.projects.models import Project
from shangji_web.projects.services import SENTENCE
from shangji_web.responses.models import Answer
from shangji_web.rights.menu import counts
from shangji_web.rights.scope import projects_seen, standpoint
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shangji_web.people.models import Post

DECIDERS = frozenset({"first_reviewer", "second_reviewer", "budget_office"})
WITHDRAWN, UPHELD = "withdrawn", "upheld"
OUTCOMES = {UPHELD: "维持", WITHDRAWN: "撤回"}
STEP = "told"
TOLD_UNIT, TOLD_BUREAU = ("unit_clerk", "unit_head"), ("first_reviewer", "budget_office")


def answers_seen(post: Post) -> QuerySet[Answer]:
    """The answers on projects that a post sees, this year's, the oldest first."""
    projects = projects_seen(post).filter(season=season_now())
    found = Answer.objects.filter(project__in=projects).select_related("project", "by")
    return found.select_related("replied_by").order_by("pk")


def restored(answer: Answer) -> Decimal:
    """What was taken for a finding: so much is given back where it does not stand."""
    then = Q(removed_at=None)
    if answer.replied_at is not None:
        then |= Q(removed_at__gt=answer.replied_at)
    kept = answer.project.deductions.filter(then, finding_id=answer.finding_id)
    return kept.aggregate(sum=Sum("amount_yuan"))["sum"] or Decimal(0)


def restored_in_all(post: Post) -> Decimal:
    """What is given back for all findings taken back that a post sees."""
    taken_back = answers_seen(post).filter(outcome=WITHDRAWN)
    return sum((restored(answer) for answer in taken_back), Decimal(0))


def decide(post: Post, number: int, outcome: str, reply: str) -> Answer:
    """Answer an answer: `UPHELD` or `WITHDRAWN`, with a reason; both sides are told.

    The amounts suggested and decided stay as they were kept; what is restored is shown beside them.

    Raises:
        PermissionDenied: the role decides no answers, or does not see the project.
        Refused: no reason, another was faster, or the time for answers is over.
    """
    if post.role not in DECIDERS or outcome not in OUTCOMES:
        raise PermissionDenied
    with transaction.atomic():
        answer = answers_seen(post).filter(pk=number).first()
        if answer is None:
            raise PermissionDenied
        project = Project.objects.select_for_update().get(pk=answer.project_id)
        answer = Answer.objects.select_for_update().get(pk=number)
        _fit(project, answer, reply)
        answer.outcome, answer.reply = outcome, reply.strip()
        answer.replied_at, answer.replied_by = timezone.now(), post.person
        answer.save()
        body = {
            "project": project.code,
            "year": project.season.year,
            "finding": answer.finding_id,
            "rule": answer.rule_id,
            "outcome": outcome,
            "reply": answer.reply,
            "restores_yuan": str(restored(answer)) if outcome == WITHDRAWN else "",
        }
        log("response", post, body)
        _tell(project, answer)
    return answer


def _fit(project: Project, answer: Answer, reply: str) -> None:
    where = Where(field=f"{project.name} · {answer.title}")
    if answer.outcome:
        who = answer.replied_by.name if answer.replied_by else ""
        says = f"{who}已经答复：{OUTCOMES[answer.outcome]}，{answer.reply}"
        raise Refused([Problem("project-stale", where, says, "一条申辩只答复一次。")])
    if len(reply.strip()) < SENTENCE:
        says = "维持或撤回都要用一句话写明理由，理由会告知单位。"
        raise Refused([Problem("words-missing", where, says, "请写清楚。")])
    if project.step != STEP:
        says = "项目已经进入二上，申辩期结束，不能再改。"
        raise Refused([Problem("project-step", where, says, "如确有错，请在二上审核时处理。")])


def _tell(project: Project, answer: Answer) -> None:
    """Tell the unit what became of its answer, and the bureau what is restored."""
    said = f"{project.name}：对“{answer.title}”的申辩，财政{OUTCOMES[answer.outcome]}疑点"
    for role in TOLD_UNIT:
        notify(project, role, f"{said}。{answer.reply}")
    more = ""
    if answer.outcome == WITHDRAWN:
        more = f"，应恢复 {wan(restored(answer))} 万元，建议数和决定数未自动改动"
    for role in TOLD_BUREAU:
        notify(project, role, f"{said}{more}。")


@counts("answers")
def waiting(post: Post) -> int:
    """How many answers wait for the bureau."""
    season = season_now()
    if season is None:
        return 0
    return statements.count(
        ("answers", standpoint(post), season.pk),
        lambda: answers_seen(post).filter(outcome="", project__step=STEP),
    )
