"""Acts on projects. Each is one transaction: new step, event, ledger's outbox, notices."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji_web.ledgered.services import log
from shangji_web.notices.services import notify_turn
from shangji_web.projects.flow import FIELDS, VISITED, WORDS, flow, hindrances
from shangji_web.projects.models import Event, Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from shangji_web.people.models import Post
    from shangji_web.projects.flow import Act

SENTENCE = 4
"""A reason has at least so many characters: a bare 无 or 同意 is none."""


def act(
    project: Project,
    post: Post,
    name: str,
    *,
    lock: int,
    words: str = "",
    to: str = "",
    fields: Sequence[str] = (),
    **detail: Any,  # noqa: ANN401 - any JSON
) -> Event:
    """Do an act on a project, whole or not at all.

    Args:
        project: as the person saw it; it is read again under a lock.
        post: who acts.
        name: an act of the flow.
        lock: the count of acts that the person saw; another's act in between is told, not undone.
        words: the reason or opinion.
        to: the step to go back to, where the act leads to a visited one.
        fields: cells that may be changed, for 补正: `table.column`.
        detail: what else the event keeps.

    Raises:
        PermissionDenied: the role may not do this.
        Refused: it is not the turn, something stands in the way, or somebody else was faster.
    """
    done = flow().acts[name]
    if post.role not in done.roles:
        raise PermissionDenied
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        refuse(_wrong(project, done, lock, words, to, fields))
        refuse(hindrances(done, project, post))
        event = _write(project, post, done, words, to, {**detail, **_named(fields)})
        log(
            "decision",
            post,
            {
                "act": name,
                "project": project.code,
                "year": project.season.year,
                "round": event.round,
                "version": project.version,
                "from": event.from_step,
                "to": event.to_step,
                "words": words,
                "detail": event.detail,
            },
        )
        notify_turn(project, event)
    return event


def refuse(problems: Sequence[Problem]) -> None:
    """Refuse where there are problems.

    Raises:
        Refused: there are some.
    """
    if problems:
        raise Refused(list(problems))


def visited(project: Project, events: Iterable[Event] | None = None) -> list[str]:
    """The steps behind a project in this round, where it has actually been, in their order.

    Args:
        project: the project.
        events: all that was done to it, where the caller has read it.
    """
    if events is None:
        events = project.events.only("from_step", "round")
    been = {event.from_step for event in events if event.round == project.round}
    order = list(flow().steps)
    now = order.index(project.step)
    return [name for name in order[:now] if name in been]


def _wrong(
    project: Project, done: Act, lock: int, words: str, to: str, fields: Sequence[str]
) -> list[Problem]:
    found = []
    where = Where(field=project.name)
    if project.lock != lock:
        says = "您打开之后，别人已经办理过这个项目。"
        found.append(Problem("project-stale", where, says, "请刷新页面，看过最新的办理记录再办。"))
    elif project.step not in done.at or project.round not in done.rounds:
        says = f"项目现在在“{flow().steps[project.step].zh}”环节，不能{done.zh}。"
        found.append(Problem("project-step", where, says, "请刷新页面查看项目现状。"))
    if WORDS in done.needs and len(words.strip()) < SENTENCE:
        found.append(
            Problem("words-missing", where, f"{done.zh}要写明理由。", "请用一句话说清楚。")
        )
    if FIELDS in done.needs and not fields:
        says = "没有选定要补正的栏目。"
        found.append(Problem("fields-missing", where, says, "请勾选允许单位修改的栏目。"))
    if done.to == VISITED and to not in visited(project):
        says = "只能退回到这个项目实际经过的环节。"
        found.append(Problem("step-not-visited", where, says, "请从列出的环节中选。", value=to))
    return found


def _write(
    project: Project, post: Post, done: Act, words: str, to: str, detail: dict[str, Any]
) -> Event:
    came = project.step
    event = Event(
        project=project,
        by=post.person,
        role=post.role,
        act=done.name,
        from_step=came,
        to_step=to if done.to == VISITED else done.to,
        round=project.round,
        words=words.strip(),
        detail=detail,
    )
    project.step = event.to_step
    project.lock += 1
    project.open_fields = detail.get("fields", [])
    project.due_on = _due(project, done)
    if done.next_round:
        project.round += 1
    if done.name == "department_approve":
        project.submitted_at = project.submitted_at or timezone.now()
    if done.name == "head_approve":
        project.handed_up_at = project.handed_up_at or timezone.now()
    if done.name == "pass_first":
        project.first_reviewer = post.person
    project.save()
    event.save()
    return event


def _due(project: Project, done: Act) -> date | None:
    """Until when the unit is to have done what an act asks of it; what it handed in is due no more.

    The flow's `days` under an act's own name are counted from that act.
    """
    if done.name in flow().days:
        return timezone.localdate() + timedelta(days=flow().days[done.name])
    return None if done.name == "submit" else project.due_on


def _named(fields: Sequence[str]) -> dict[str, Any]:
    return {"fields": list(fields)} if fields else {}
