"""Notices that a post reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from shangji_web.notices.models import Notice

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shangji_web.people.models import Post


def notices_for(post: Post) -> QuerySet[Notice]:
    """Notices to the post's role, in its unit, department or division."""
    ours = Notice.objects.filter(role=post.role)
    for name in ("unit_code", "department_code", "division_code"):
        ours = ours.filter(Q(**{name: ""}) | Q(**{name: getattr(post, name)}))
    return ours


def unread_count(post: Post) -> int:
    """How many the person has not read."""
    return notices_for(post).exclude(seen__person=post.person).count()
