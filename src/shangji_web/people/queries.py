"""Who is asking, and in which post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from shangji_web.people.models import Post

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

CHOSEN = "post"


def posts_now(request: HttpRequest) -> QuerySet[Post]:
    """The posts that the person holds today."""
    today = timezone.localdate()
    held = Post.objects.filter(person_id=request.user.pk, since__lte=today).order_by("pk")
    return held.filter(Q(until__isnull=True) | Q(until__gte=today)).select_related("person")


def acting_post(request: HttpRequest) -> Post | None:
    """The post in which the person acts: the one chosen, else the first; None without a log-in."""
    if not request.user.is_authenticated:
        return None
    held = list(posts_now(request))
    chosen = request.session.get(CHOSEN)
    return next((post for post in held if post.pk == chosen), held[0] if held else None)
