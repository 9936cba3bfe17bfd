"""What the pages of deciding show: sums by department, rows of a department, meetings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q, Sum

from shangji_web.meetings.models import Decision, Meeting
from shangji_web.meetings.versions import reason
from shangji_web.rights.scope import projects_seen

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season

NOTHING = Decimal(0)
OPEN_STEPS = ("budget", "decided")
WAN_PLACES = -4


def submitted(post: Post, season: Season) -> QuerySet[Project]:
    """The projects of a season that the post sees and that were handed to the bureau."""
    return projects_seen(post).filter(season=season, submitted_at__isnull=False)


def departments(post: Post, season: Season) -> list[dict[str, Any]]:
    """Sums of each department: asked, suggested, decided, and how many wait to be decided."""
    rows = (
        submitted(post, season)
        .order_by("department_code")
        .values("department_code", "department_name")
        .annotate(
            projects=Count("pk"),
            asked=Sum("asked_yuan"),
            suggested=Sum("suggested_yuan"),
            decided=Sum("decided_yuan"),
            decided_count=Count("pk", filter=Q(decided_yuan__isnull=False)),
            ready=Count("pk", filter=Q(step="budget", decided_yuan__isnull=True)),
            suggested_of_decided=Sum("suggested_yuan", filter=Q(decided_yuan__isnull=False)),
        )
    )
    made = []
    for row in rows:
        beside = row["suggested_of_decided"]
        row["differs"] = None if beside is None else (row["decided"] or NOTHING) - beside
        row["waits"] = row["projects"] - row["decided_count"] - row["ready"]
        made.append(row)
    return made


def total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The sums of sums; what nobody knows of stays unknown."""
    made: dict[str, Any] = {}
    for name in ("projects", "decided_count", "ready", "waits"):
        made[name] = sum(row[name] for row in rows)
    for name in ("asked", "suggested", "decided", "differs"):
        known = [row[name] for row in rows if row[name] is not None]
        made[name] = sum(known, NOTHING) if known else None
    return made


@dataclass
class Row:
    """A project in the table of a department, with what stands in its cells."""

    project: Project
    reason: str
    amount: str
    wrong: str = ""

    @property
    def open(self) -> bool:
        """Whether it may be decided where it stands."""
        return self.project.step in OPEN_STEPS and self.project.round == 1

    @property
    def differs(self) -> Decimal | None:
        """Decided less suggested."""
        one, other = self.project.decided_yuan, self.project.suggested_yuan
        return None if one is None or other is None else one - other


def department_rows(post: Post, season: Season, code: str) -> list[Row]:
    """The projects of a department, greatest request first, each with its latest reason."""
    held = Prefetch("decisions", Decision.objects.order_by("pk"))
    projects = submitted(post, season).filter(department_code=code).prefetch_related(held)
    return [
        Row(project, reason(project), in_wan(project.decided_yuan))
        for project in projects.order_by("-asked_yuan", "code")
    ]


def in_wan(amount: Decimal | None) -> str:
    """An amount as it stands in a cell in 万元, exact to the cent; empty where there is none.

    >>> in_wan(Decimal("6260000.50"))
    '626.00005'
    """
    if amount is None:
        return ""
    text = f"{amount.scaleb(WAN_PLACES):f}"
    whole, _, part = text.partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def meetings_of(season: Season) -> list[Meeting]:
    """The meetings of a season, latest first, each with how many decisions of it stand."""
    stands = Q(decision__undone_at__isnull=True)
    counted = Count("decision__project", distinct=True, filter=stands)
    return list(season.meetings.annotate(projects=counted).order_by("-held_on", "-pk"))
