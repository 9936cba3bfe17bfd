"""Which projects a post sees. Every query for projects begins here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404

from shangji_web.projects.models import Project
from shangji_web.remembered import remembered
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from django.db.models import QuerySet

    from shangji_web.people.models import Post


def projects_seen(post: Post | None) -> QuerySet[Project]:
    """The projects that a post sees; none for nobody.

    A unit sees its own, a department its units' once they are handed up, the bureau what was
    submitted; who has recused himself from a unit or a project sees nothing of it.
    """
    every = Project.objects.select_related("season")
    if post is None:
        return every.none()
    role = roles()[post.role]
    rows = SCOPES[role.scope](post)
    found = every.filter(rows) if rows is not None else every.none()
    if role.scope == "referred":
        found = found.distinct()
    if role.side in {"bureau", "outside"}:
        units, codes = _recused(post)
        if units:
            found = found.exclude(unit_code__in=units)
        if codes:
            found = found.exclude(code__in=codes)
    return found


def standpoint(post: Post) -> tuple[Hashable, ...]:
    """Everything of a post by which the rights choose what it sees: a key for what is kept."""
    units, codes = _recused(post)
    places = (post.unit_code, post.department_code, post.division_code)
    return (post.pk, post.person_id, post.role, *places, tuple(units), tuple(codes))


def _recused(post: Post) -> tuple[list[str], list[str]]:
    """The units and the projects that the person of a post keeps out of."""
    rows = remembered(
        ("recused", post.person_id),
        lambda: list(post.person.recusals.values_list("unit_code", "project_code")),
    )
    return [unit for unit, _ in rows if unit], [code for _, code in rows if code]


def _unit(post: Post) -> Q | None:
    return Q(unit_code=post.unit_code) if post.unit_code else None


def _department(post: Post) -> Q | None:
    if not post.department_code:
        return None
    up = Q(handed_up_at__isnull=False, department_code=post.department_code)
    return up | Q(unit_code=post.unit_code) if post.unit_code else up


def _division(post: Post) -> Q | None:
    if not post.division_code:
        return None
    return Q(submitted_at__isnull=False, division_code=post.division_code)


def _referred(post: Post) -> Q | None:
    handed = Q(referrals__person=post.person, referrals__role=post.role)
    return Q(submitted_at__isnull=False) & handed


SCOPES: dict[str, Callable[[Post], Q | None]] = {
    "unit": _unit,
    "department": _department,
    "division": _division,
    "all": lambda _: Q(submitted_at__isnull=False),
    "referred": _referred,
    "handed": lambda _: Q(submitted_at__isnull=False, season__handed_at__isnull=False),
    "published": lambda _: Q(season__published_at__isnull=False, issued_yuan__isnull=False),
    "none": lambda _: None,
}
"""The rows of each scope, as a condition; None is no row at all."""


def project_seen(post: Post | None, code: str, *, lock: bool = False) -> Project:
    """A project that the post sees.

    Raises:
        Http404: there is none, or the post does not see it; the two are not told apart.
    """
    found = projects_seen(post).filter(code=code).order_by("-season__year")
    if lock:
        found = Project.objects.select_for_update().filter(pk__in=found.values("pk")[:1])
    project = found.first()
    if project is None:
        raise Http404
    return project


def sees(post: Post | None, field: str, project: Project | None = None) -> bool:
    """Whether a post sees a field of a project, by its role and by what has been told."""
    if post is None:
        return False
    told = project is not None and project.told_at is not None
    return roles()[post.role].sees(field, told=told)


def published() -> QuerySet[Project]:
    """The projects that anybody may read: issued ones of published years, without a log-in too."""
    rows = Q(season__published_at__isnull=False, issued_yuan__isnull=False)
    return Project.objects.select_related("season").filter(rows)
