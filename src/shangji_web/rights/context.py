"""What the frame of every page shows: post, posts to change to, season, menu, unread notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji_web.notices.queries import unread_count
from shangji_web.people.queries import posts_held
from shangji_web.rights.menu import menu
from shangji_web.seasons.queries import season_now

if TYPE_CHECKING:
    from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame."""
    post = getattr(request, "post", None)
    if post is None:
        return {"season": season_now()}
    return {
        "post": post,
        "posts": posts_held(request),
        "season": season_now(),
        "menu": menu(request),
        "unread": unread_count(post),
    }
