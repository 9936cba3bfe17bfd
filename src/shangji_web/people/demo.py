"""The log-ins of the sample county, shown at the door: made-up people over made-up data only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from shangji_web import place
from shangji_web.people.models import Post
from shangji_web.seasons.demo import PASSWORD_FILE
from shangji_web.seasons.queries import FICTITIOUS, season_now

if TYPE_CHECKING:
    from collections.abc import Sequence


def password() -> str:
    """The password of the sample's log-ins; empty with real data or where it is hidden."""
    season = season_now()
    if not settings.DEMO_LOGINS or season is None or FICTITIOUS not in season.data_kind:
        return ""
    try:
        return (place.home() / PASSWORD_FILE).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def posts() -> Sequence[Post]:
    """The first post of every role, in the order of the roles' data."""
    from shangji_web.rights.roles import roles

    order = list(roles())
    first: dict[str, Post] = {}
    for post in Post.objects.filter(person__is_active=True).select_related("person").order_by("pk"):
        first.setdefault(post.role, post)
    return sorted(first.values(), key=lambda post: order.index(post.role))
