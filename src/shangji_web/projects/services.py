"""Acts on projects. Each is one transaction: new step, event, ledger's outbox, notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji_web.ledgered.services import log_all
from shangji_web.notices.services import notify_turns
from shangji_web.projects.flow import FIELDS, VISITED, WORDS, flow, hindrances
from shangji_web.projects.models import Event, Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from shangji_web.people.models import Post
    from shangji_web.projects.flow import Act

BATCH = 500
CHANGED = (
    *("step", "open_fields", "due_on", "round", "submitted_at", "handed_up_at"),
    "first_reviewer_id",
)
"""Columns of a project that an act may change, beside the count of acts."""

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
    way = Way(project, lock, words, to, fields, detail)
    (done,), _ = act_all(post, name, [way])
    return done.event


@dataclass(frozen=True)
class Way:
    """What is done to one of many projects; see `act`. `hot` are columns written with it."""

    project: Project
    lock: int
    words: str = ""
    to: str = ""
    fields: Sequence[str] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    hot: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What was done to a project, which `event.project` now is; `was` are its hot columns before.

    `at` is the place of its way among those that were given.
    """

    at: int
    event: Event
    was: Mapping[str, Any]


def act_all(
    post: Post, name: str, ways: Sequence[Way], *, whole: bool = True
) -> tuple[list[Done], list[Problem]]:
    """Do one act on many projects in one transaction, in few statements.

    Args:
        post: who acts.
        name: an act of the flow.
        ways: a project each, none twice.
        whole: whether one that will not do stops all; else it is left out and told.

    Raises:
        PermissionDenied: the role may not do this.
        Refused: with `whole`, what stands in the way of any of them; nothing was done.
    """
    act_ = flow().acts[name]
    if post.role not in act_.roles:
        raise PermissionDenied
    made: list[Done] = []
    problems: list[Problem] = []
    with transaction.atomic():
        held = _locked([way.project.pk for way in ways])
        for at, way in enumerate(ways):
            project = held[way.project.pk]
            found = _wrong(project, act_, way.lock, way.words, way.to, way.fields)
            found = found or _not_turn(project, act_, post) or hindrances(act_, project, post)
            problems += found
            if not found:
                made.append(_done(at, project, post, act_, way))
        if whole:
            refuse(problems)
        _keep(made)
        log_all("decision", post, [_told(one.event) for one in made])
        notify_turns((one.event.project, one.event) for one in made)
    return made, problems


def _locked(keys: Sequence[int]) -> dict[int, Project]:
    """The projects under a lock, with their seasons."""
    held: dict[int, Project] = {}
    for at in range(0, len(keys), BATCH):
        rows = Project.objects.select_for_update(of=("self",)).select_related("season")
        found = rows.filter(pk__in=sorted(keys)[at : at + BATCH]).order_by("pk")
        held |= {project.pk: project for project in found}
    return held


def _keep(made: Sequence[Done]) -> None:
    """Write what was done: a column that all share in one statement, one that differs by cases."""
    projects = [one.event.project for one in made]
    names = sorted({*CHANGED, *(name for one in made for name in one.was)})
    for at in range(0, len(projects), BATCH):
        part = projects[at : at + BATCH]
        same = {name: getattr(part[0], name) for name in names}
        differ = [name for name in names if any(getattr(one, name) != same[name] for one in part)]
        for name in differ:
            del same[name]
        rows = Project.objects.filter(pk__in=[project.pk for project in part])
        rows.update(lock=F("lock") + 1, **same)
        if differ:
            Project.objects.bulk_update(part, differ)
    Event.objects.bulk_create([one.event for one in made], BATCH)


def _told(event: Event) -> dict[str, Any]:
    """An act as it stands in the ledger."""
    project = event.project
    return {
        "act": event.act,
        "project": project.code,
        "year": project.season.year,
        "round": event.round,
        "version": project.version,
        "from": event.from_step,
        "to": event.to_step,
        "words": event.words,
        "detail": event.detail,
    }


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


def _not_turn(project: Project, done: Act, post: Post) -> list[Problem]:
    """Another's turn: a department does not fetch back what lies at the bureau."""
    if flow().in_turn(done, project, post.role):
        return []
    says = f"项目现在在“{flow().steps[project.step].zh}”环节，不轮到您办理。"
    fix = "请与正在办理的人员联系；要改的，由他们退回。"
    return [Problem("project-step", Where(field=project.name), says, fix)]


def _done(at: int, project: Project, post: Post, done: Act, way: Way) -> Done:
    """An act on a project that is locked; nothing is written yet."""
    event = Event(
        project=project,
        by=post.person,
        role=post.role,
        act=done.name,
        from_step=project.step,
        to_step=way.to if done.to == VISITED else done.to,
        round=project.round,
        words=way.words.strip(),
        detail={**way.detail, **_named(way.fields)},
    )
    project.step = event.to_step
    project.lock += 1
    project.open_fields = event.detail.get("fields", [])
    project.due_on = _due(project, done)
    if done.next_round:
        project.round += 1
    if done.name == "department_approve":
        project.submitted_at = project.submitted_at or timezone.now()
    if done.name == "head_approve":
        project.handed_up_at = project.handed_up_at or timezone.now()
    if done.name == "pass_first":
        project.first_reviewer = post.person
    was = {name: getattr(project, name) for name in way.hot}
    for name, value in way.hot.items():
        setattr(project, name, value)
    return Done(at, event, was)


def _due(project: Project, done: Act) -> date | None:
    """Until when the unit is to have done what an act asks of it; what it handed in is due no more.

    The flow's `days` under an act's own name are counted from that act.
    """
    if done.name in flow().days:
        return timezone.localdate() + timedelta(days=flow().days[done.name])
    return None if done.name == "submit" else project.due_on


def _named(fields: Sequence[str]) -> dict[str, Any]:
    return {"fields": list(fields)} if fields else {}
