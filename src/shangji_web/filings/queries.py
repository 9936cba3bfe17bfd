"""What a unit sees of its projects, and what it may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from shangji.errors import Problem, Where
from shangji_web import statements
from shangji_web.projects.flow import flow
from shangji_web.rights.menu import counts
from shangji_web.rights.scope import projects_seen, standpoint
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season

CORRECT, BACK = "correct", "return"
OF_UNIT = frozenset({"drafting", "unit_head", "department"})


def of_season(post: Post, season: Season | None = None) -> QuerySet[Project]:
    """The projects of the year that the post sees."""
    return projects_seen(post).filter(season=season or season_now()).order_by("code")


def waiting(post: Post) -> QuerySet[Project]:
    """The projects whose turn it is the post's."""
    steps = [name for name, step in flow().steps.items() if post.role in step.roles]
    return of_season(post).filter(step__in=steps)


@counts("filings_waiting")
def waiting_count(post: Post) -> int:
    """How many of them there are."""
    season = season_now()
    key = ("filings", standpoint(post), season.pk if season else None)
    return statements.count(key, lambda: waiting(post))


def open_fields(project: Project) -> frozenset[str]:
    """The fields that a 补正 left open (`table.column`); nothing where all are.

    A 补正 holds until the bureau sends the project back as a whole: that the unit withdraws it, or
    its head returns it, opens nothing more.
    """
    asked = project.events.filter(round=project.round, act__in=(CORRECT, BACK))
    for event in asked.order_by("-pk"):
        if event.act == CORRECT:
            return frozenset(event.detail.get("fields", ()))
        if event.from_step not in OF_UNIT:
            return frozenset()
    return frozenset()


def may_change(project: Project, post: Post) -> list[Problem]:
    """Why a post may not write on a project now.

    Raises:
        PermissionDenied: the role never writes on it.
    """
    if post.role not in flow().steps["drafting"].roles or post.unit_code != project.unit_code:
        raise PermissionDenied
    if project.step == "drafting":
        return []
    says = f"项目现在在“{flow().steps[project.step].zh}”环节，不能修改。"
    return [Problem("project-step", Where(field=project.name), says, "需要修改的，请先撤回。")]
