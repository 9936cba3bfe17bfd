"""How far the review is, by division, reviewer and unit; reminding; giving out projects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max, Min, Q, Sum
from django.urls import reverse
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji_web.notices.models import Notice
from shangji_web.notices.services import notify
from shangji_web.people.models import Person, Post
from shangji_web.projects.models import Event
from shangji_web.reviews.models import Assignment
from shangji_web.reviews.queue import UNIT_STEPS, by_risk
from shangji_web.rights.scope import projects_seen
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season

URGERS = frozenset({"budget_office", "performance_office", "deputy_director", "director"})
GIVERS = frozenset({"first_reviewer", "second_reviewer", "budget_office"})
PASSES = ("pass_first", "pass_second")
BACK = ("return", "correct")
REVIEWED = ("budget", "decided", "told", "issued")


def divisions(post: Post, season: Season) -> list[dict[str, Any]]:
    """Each division: what waits where, what came back, what is through, since when it waits."""
    rows = (
        projects_seen(post)
        .filter(season=season)
        .order_by()
        .values("division_code")
        .annotate(
            number=Count("pk"),
            asked=Sum("asked_yuan"),
            first=Count("pk", filter=Q(step="first_review")),
            second=Count("pk", filter=Q(step="second_review")),
            back=Count("pk", filter=Q(step__in=UNIT_STEPS)),
            through=Count("pk", filter=Q(step__in=REVIEWED)),
            oldest=Min("submitted_at", filter=Q(step="first_review")),
        )
        .order_by("division_code")
    )
    names = dict(season.units.values_list("division_code", "division_name").order_by())
    return [
        {
            **row,
            "name": names.get(row["division_code"], row["division_code"]),
            "days": _days(row["oldest"]),
        }
        for row in rows
    ]


def _days(moment: Any) -> int | None:  # noqa: ANN401 - a time or nothing
    return None if moment is None else (timezone.now() - moment).days


def reviewers(post: Post, season: Season) -> list[dict[str, Any]]:
    """Each reviewer: passed, sent back, the last act; what is assigned and waits."""
    seen = projects_seen(post).filter(season=season).values("pk")
    acts = (
        Event.objects.filter(project__in=seen, role__in=("first_reviewer", "second_reviewer"))
        .order_by()
        .values("by", "role")
        .annotate(
            passed=Count("pk", filter=Q(act__in=PASSES)),
            back=Count("pk", filter=Q(act__in=BACK)),
            last=Max("at"),
        )
    )
    done = {(row["by"], row["role"]): row for row in acts}
    given = Counter(
        Assignment.objects.filter(project__in=seen, project__step="first_review").values_list(
            "person_id", flat=True
        )
    )
    posts = Post.objects.filter(role__in=("first_reviewer", "second_reviewer"))
    if post.division_code:
        posts = posts.filter(division_code=post.division_code)
    return [
        {
            "post": held,
            "assigned": given[held.person_id] if held.role == "first_reviewer" else 0,
            **done.get((held.person_id, held.role), {"passed": 0, "back": 0, "last": None}),
        }
        for held in posts.select_related("person").order_by("division_code", "role", "pk")
    ]


def units_behind(post: Post, season: Season) -> list[dict[str, Any]]:
    """Units that hold projects sent back to them, those over the day first."""
    rows = (
        projects_seen(post)
        .filter(season=season, step__in=UNIT_STEPS)
        .order_by()
        .values("unit_code", "unit_name")
        .annotate(number=Count("pk"), due=Min("due_on"))
        .order_by("due", "unit_code")
    )
    today = timezone.localdate()
    return [{**row, "late": row["due"] is not None and row["due"] < today} for row in rows]


def urge(post: Post, division: str, unit: str) -> str:
    """Remind a division of its waiting projects, or a unit of those that were sent back.

    Raises:
        PermissionDenied: the role reminds nobody.
        Refused: nothing waits there.
    """
    season = season_now()
    if post.role not in URGERS or season is None:
        raise PermissionDenied
    seen = projects_seen(post).filter(season=season)
    if unit:
        waiting = seen.filter(step__in=UNIT_STEPS, unit_code=unit)
        first = waiting.first()
        if first is not None:
            words = f"催办：有 {waiting.count()} 个退回的项目等你单位补正后重新送审。"
            notify(first, "unit_clerk", words, "filings:mine")
            return f"已催办{first.unit_name}。"
    waiting = seen.filter(step="first_review", division_code=division)
    if unit or not division or not waiting.exists():
        says, fix = "那里没有等办的项目。", "请刷新页面。"
        raise Refused([Problem("project-step", Where(), says, fix)])
    words = f"催办：还有 {waiting.count()} 个项目等初审。"
    Notice.objects.create(
        role="first_reviewer", division_code=division, words=words, link=reverse("reviews:desk")
    )
    return "已催办该科室。"


def reviewers_of(post: Post) -> list[Person]:
    """The people who may be given projects: first reviewers of the post's division, or all."""
    posts = Post.objects.filter(role="first_reviewer", person__is_active=True)
    if post.division_code:
        posts = posts.filter(division_code=post.division_code)
    return list(Person.objects.filter(posts__in=posts).distinct().order_by("pk"))


def to_assign(post: Post, season: Season) -> QuerySet[Project]:
    """The projects that wait for a first review, with whom they were given to."""
    waiting = projects_seen(post).filter(season=season, step="first_review")
    return by_risk(waiting).select_related("season", "assignment__person")


def assign(post: Post, codes: Sequence[str], person: int) -> int:
    """Give projects to a first reviewer of their division who does not keep out of them.

    Raises:
        PermissionDenied: the role gives out nothing.
        Refused: nobody or nothing was chosen, or the person keeps out of one of them.
    """
    season = season_now()
    if post.role not in GIVERS or season is None:
        raise PermissionDenied
    who = next((item for item in reviewers_of(post) if item.pk == person), None)
    chosen = list(to_assign(post, season).filter(code__in=codes))
    if who is None or not chosen:
        says, fix = "还没有选定项目或初审人员。", "请勾选项目，并选一位初审人员。"
        raise Refused([Problem("fields-missing", Where(), says, fix)])
    posts = Post.objects.filter(person=who, role="first_reviewer")
    seen = set()
    for held in posts:
        seen |= set(projects_seen(held).values_list("pk", flat=True))
    out = [item for item in chosen if item.pk not in seen]
    if out:
        says = f"{who.name}不归口或已回避：{'、'.join(item.name for item in out[:3])}。"
        raise Refused([Problem("referral-person", Where(), says, "请另选一位，或去掉这些项目。")])
    with transaction.atomic():
        for project in chosen:
            Assignment.objects.update_or_create(
                project=project,
                defaults={"person": who, "by": post.person, "at": timezone.now()},
            )
    return len(chosen)
