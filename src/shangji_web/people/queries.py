"""Who is asking, and in which post."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone

from shangji_web import statements
from shangji_web.people.models import Person, Post
from shangji_web.remembered import remembered
from shangji_web.rights.menu import counts

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

CHOSEN = "post"


def posts_now(request: HttpRequest) -> QuerySet[Post]:
    """The posts that the person holds today."""
    today = timezone.localdate()
    held = Post.objects.filter(person_id=request.user.pk, since__lte=today, waiting=False)
    held = held.order_by("pk")
    return held.filter(Q(until__isnull=True) | Q(until__gte=today)).select_related("person")


def posts_held(request: HttpRequest) -> list[Post]:
    """The same, read once a request."""
    return remembered(("posts", request.user.pk), lambda: _posts(request))


def _posts(request: HttpRequest) -> list[Post]:
    key = ("posts", request.user.pk, timezone.localdate())
    held = statements.listed(Post, key, lambda: posts_now(request))
    for post in held:
        post.person = request.user
    return held


def acting_post(request: HttpRequest) -> Post | None:
    """The post in which the person acts: the one chosen, else the first; None without a log-in."""
    if not request.user.is_authenticated:
        return None
    held = posts_held(request)
    chosen = request.session.get(CHOSEN)
    return next((post for post in held if post.pk == chosen), held[0] if held else None)


def people_listed(words: str = "", role: str = "", state: str = "") -> QuerySet[Person]:
    """People for the administrators, by words of their names, a role, a state."""
    found = Person.objects.prefetch_related("posts").order_by("login")
    if words:
        named = Q(login__icontains=words) | Q(name__icontains=words)
        found = found.filter(named | Q(posts__place_name__icontains=words))
    if role:
        found = found.filter(posts__role=role)
    if state == "locked":
        found = found.filter(login__in=locked_logins())
    elif state in STATES:
        found = found.filter(**STATES[state])
    return found.distinct()


STATES = {
    "active": {"is_active": True},
    "stopped": {"is_active": False},
    "first": {"must_change": True},
    "waiting": {"posts__waiting": True},
}


def locked_logins() -> list[str]:
    """The names that wrong passwords have locked."""
    from axes.models import AccessAttempt

    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    wrong = AccessAttempt.objects.filter(attempt_time__gte=since)
    summed = wrong.values("username", "ip_address").annotate(times=Sum("failures_since_start"))
    locked = summed.filter(times__gte=settings.AXES_FAILURE_LIMIT)
    return sorted({row["username"] for row in locked if row["username"]})


def posts_waiting() -> QuerySet[Post]:
    """Posts that were asked for and not yet approved."""
    waiting = Post.objects.filter(waiting=True).select_related("person", "asked_by")
    return waiting.order_by("pk")


@counts("posts_waiting")
def posts_waiting_count(post: Post) -> int:  # noqa: ARG001 - a count's form
    """How many posts wait for the security's administrator."""
    return statements.count("posts_waiting", posts_waiting)
