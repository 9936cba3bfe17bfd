"""Whose turn it is: who may write on a project where it stands, and what changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from shangji.errors import Problem, Refused, Where
from shangji_web.projects.flow import flow
from shangji_web.projects.models import Project
from shangji_web.rights.scope import projects_seen

if TYPE_CHECKING:
    from datetime import datetime

    from shangji_web.people.models import Post

REVIEWERS = frozenset({"first_reviewer", "second_reviewer", "budget_office"})


def has_turn(project: Project, post: Post) -> bool:
    """Whether the post's role acts where the project stands."""
    return post.role in flow().steps[project.step].roles


def taken(project: Project, post: Post) -> Project:
    """The project read again under a lock, for whose turn it is; call it in a transaction.

    Raises:
        PermissionDenied: the role rules on nothing.
        Refused: the project is elsewhere by now.
    """
    if post.role not in REVIEWERS:
        raise PermissionDenied
    seen = projects_seen(post).filter(pk=project.pk).values("pk")
    held = (
        Project.objects.select_for_update(of=("self",))
        .select_related("season")
        .filter(pk__in=seen)
        .first()
    )
    if held is None:
        raise PermissionDenied
    if not has_turn(held, post):
        says = f"项目现在在“{flow().steps[held.step].zh}”环节，不轮到您办理。"
        fix = "请刷新页面，看过最新的办理记录。"
        raise Refused([Problem("project-step", Where(field=held.name), says, fix)])
    return held


@dataclass(frozen=True)
class Change:
    """What somebody did to a project after a page of it was opened."""

    at: datetime
    who: str
    words: str


def changes_since(project: Project, moment: datetime) -> list[Change]:
    """What was done to a project after a moment, in order: acts, rulings, deductions, opinions."""
    found = [
        Change(
            event.at,
            event.by.name,
            f"{flow().acts[event.act].zh}，现在{flow().steps[event.to_step].zh}",
        )
        for event in project.events.filter(at__gt=moment).select_related("by")
    ]
    found += [
        Change(
            ruling.at,
            ruling.by.name,
            f"{'认定' if ruling.stands else '不认定'} {ruling.rule_id}"
            f"{f'：{ruling.reason}' if ruling.reason else ''}",
        )
        for ruling in project.rulings.filter(at__gt=moment, blind=False).select_related("by")
    ]
    found += [
        Change(item.at, item.by.name, f"扣减 {item.name} {item.amount_yuan:,.2f} 元")
        for item in project.deductions.filter(at__gt=moment).select_related("by")
    ]
    found += [
        Change(item.at, item.by.name, "修改审核意见")
        for item in project.opinions.filter(at__gt=moment).select_related("by")
    ]
    return sorted(found, key=lambda one: one.at)
