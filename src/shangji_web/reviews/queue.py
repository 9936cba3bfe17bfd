"""The queue of a desk: whose turn it is, by money and doubt, and how fast it shrinks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, DecimalField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from shangji_web import statements
from shangji_web.projects.flow import flow
from shangji_web.projects.models import Event, Project
from shangji_web.remembered import recalled, remembered
from shangji_web.responses.models import Answer
from shangji_web.reviews.models import Assignment, Finding
from shangji_web.reviews.rates import rates
from shangji_web.reviews.standing import latest_run
from shangji_web.rights.menu import counts
from shangji_web.rights.scope import projects_seen, standpoint
from shangji_web.seasons.models import Stage
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

UNIT_STEPS = ("drafting", "unit_head", "department")
PASSED = ("pass_first", "pass_second", "decide")
PACE_DAYS = 7
DECIMAL = DecimalField(max_digits=24, decimal_places=4)
LISTED = ("code", "name", "unit_name", "asked_yuan", "worst", "finding_count", "unknown_count")
DUPLICATES = ("duplicate_pair", "same_name")


def steps_of(role: str) -> list[str]:
    """The steps at which it is a role's turn."""
    return [step.name for step in flow().steps.values() if role in step.roles]


def by_risk(projects: QuerySet[Project]) -> QuerySet[Project]:
    """The projects with their `risk`, the greatest first: money at stake by weight of the doubt."""
    known = rates()
    money = Coalesce(
        "at_stake_yuan", F("asked_yuan") * Value(known.share), Decimal(0), output_field=DECIMAL
    )
    worst = Case(
        *(When(worst=name, then=Value(weight)) for name, weight in known.weights.items()),
        default=Value(0),
    )
    doubt = Case(When(_wanting(), then=Value(known.unknown)), default=Value(0))
    marked = projects.annotate(money=money, weight=worst + doubt)
    return marked.annotate(
        risk=Case(
            When(weight=0, then=Value(Decimal(0))),
            default=F("money") * F("weight"),
            output_field=DECIMAL,
        )
    ).order_by("-risk", "-asked_yuan", "code")


def _wanting() -> Q:
    return Q(unknown_count__gt=0) | _spread()


def _spread() -> Q:
    return ~Q(grade=F("grade_high"))


def _has(subjects: tuple[str, ...], season: Season) -> Exists:
    run = latest_run(season)
    found = Finding.objects.filter(
        run=run, project=OuterRef("pk"), subject__in=subjects, outcome="fail", status="active"
    )
    return Exists(found)


def _answered() -> Exists:
    return Exists(Answer.objects.filter(project=OuterRef("pk")))


FILTERS: Mapping[str, tuple[str, Callable[[Post, Season], Any]]] = {
    "": ("全部", lambda _post, _season: Q()),
    "mine": (
        "分给我的",
        lambda post, _: Exists(
            Assignment.objects.filter(project=OuterRef("pk"), person=post.person)
        ),
    ),
    "veto": ("否决", lambda _post, _season: Q(worst="veto")),
    "spread": ("区间跨级", lambda _post, _season: _spread()),
    "duplicate": ("重复", lambda _, season: _has(DUPLICATES, season)),
    "wanting": ("材料不足", lambda _post, _season: Q(unknown_count__gt=0)),
    "answered": ("有申辩", lambda _post, _season: _answered()),
}
"""Name of a filter: its words, and its condition."""

STATES = {"todo": "待办", "done": "已办", "back": "退回中", "answers": "申辩"}


def in_state(post: Post, season: Season, state: str) -> QuerySet[Project]:
    """The projects of a post by what is to be done: one of `STATES`."""
    return projects_seen(post).filter(_state(post, state), season=season)


def _state(post: Post, state: str) -> Q:
    """The condition of a state."""
    turn = Q(step__in=steps_of(post.role))
    if state == "done":
        own = Event.objects.filter(project=OuterRef("pk"), by=post.person, act__in=PASSED)
        return Q(Exists(own)) & ~turn
    if state == "back":
        return Q(step__in=UNIT_STEPS)
    if state == "answers":
        return Q(Exists(Answer.objects.filter(project=OuterRef("pk"), outcome="")))
    return turn


def counted(post: Post, season: Season) -> Mapping[str, int]:
    """How many projects a post has in each state."""

    def parts() -> QuerySet[Any]:
        seen = projects_seen(post).filter(season=season).order_by().values("season_id")
        return seen.annotate(
            **{state: Count("pk", filter=_state(post, state)) for state in STATES}
        ).values_list(*STATES)

    def read() -> Mapping[str, int]:
        rows = statements.numbers(("counted", standpoint(post), season.pk), parts)
        return dict(zip(STATES, rows[0] if rows else (0,) * len(STATES), strict=True))

    return remembered(("counted", post.pk, season.pk), read)


def queue(
    post: Post, season: Season, state: str = "todo", only: str = "", search: str = ""
) -> QuerySet[Project]:
    """The queue of a post, in its order.

    Args:
        post: whose.
        season: the year.
        state: one of `STATES`.
        only: one of `FILTERS`.
        search: part of a code, a name or a unit's name.
    """
    found = in_state(post, season, state if state in STATES else "todo")
    if only in FILTERS:
        found = found.filter(FILTERS[only][1](post, season))
    for word in search.split():
        found = found.filter(
            Q(code__icontains=word) | Q(name__icontains=word) | Q(unit_name__icontains=word)
        )
    return by_risk(found).select_related(None).only(*LISTED)


@dataclass(frozen=True)
class Pace:
    """How the work stands against the days left."""

    counts: Mapping[str, int]
    days_left: int | None
    a_day: Decimal | None
    days_needed: int | None

    @property
    def words(self) -> str:
        """The pace in one sentence."""
        left = "审核期没有排定" if self.days_left is None else f"审核期还剩 {self.days_left} 天"
        if self.days_left is not None and self.days_left < 0:
            left = f"审核期已过 {-self.days_left} 天"
        if not self.counts["todo"]:
            return f"{left}，没有待办。"
        if self.days_needed is None:
            return f"{left}，近 {PACE_DAYS} 天还没有办结，暂不能预计。"
        return f"{left}，按近几天的进度还要 {self.days_needed} 天。"

    @property
    def late(self) -> bool:
        """Whether it will not be done in time as it goes."""
        if self.days_left is None or not self.counts["todo"]:
            return False
        return self.days_left < 0 or (
            self.days_needed is not None and self.days_needed > self.days_left
        )


def pace(post: Post, season: Season) -> Pace:
    """The counts of a desk, and how many days the rest takes at the pace of the last days."""
    told = counted(post, season)
    stages = season.stages.filter(name="review")[:1]
    stage = next(iter(statements.listed(Stage, ("stage", season.pk), lambda: stages)), None)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)

    def passed() -> QuerySet[Event]:
        return Event.objects.filter(
            project__in=projects_seen(post),
            role=post.role,
            act__in=PASSED,
            at__gte=today - timedelta(days=PACE_DAYS),
        )

    key = ("passed", standpoint(post), season.pk, today)
    number = statements.count(key, passed)
    if not number:
        return Pace(told, stage.days_left if stage else None, None, None)
    (first,) = statements.listed(Event, key, lambda: passed().order_by("at").only("at")[:1])
    days = max(1, (today.date() - timezone.localtime(first.at).date()).days + 1)
    a_day = Decimal(number) / days
    return Pace(told, stage.days_left if stage else None, a_day, -(-told["todo"] * days // number))


@counts("reviews")
def waiting(post: Post) -> int:
    """How many projects wait for a post's review."""
    season = season_now()
    if season is None:
        return 0
    known: Any = recalled(("counted", post.pk, season.pk))  # the desk has counted already
    if known:
        return int(known["todo"])
    key = ("reviews", standpoint(post), season.pk)
    return statements.count(key, lambda: in_state(post, season, "todo"))
