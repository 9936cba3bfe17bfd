"""Notices that a post reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from shangji_web import statements
from shangji_web.notices.models import Notice, Seen
from shangji_web.remembered import remembered
from shangji_web.rights.menu import counts
from shangji_web.rights.scope import standpoint

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from shangji_web.people.models import Post


def notices_for(post: Post) -> QuerySet[Notice]:
    """Notices to the post's role, in its unit, department or division."""
    own = Q(person=None) | Q(person=post.person)
    ours = Notice.objects.filter(own, role=post.role)
    for name in ("unit_code", "department_code", "division_code"):
        ours = ours.filter(Q(**{name: ""}) | Q(**{name: getattr(post, name)}))
    return ours


def notices_marked(post: Post) -> QuerySet[Notice]:
    """The same, each with `read`: whether the person has read it."""
    seen = Seen.objects.filter(notice=OuterRef("pk"), person=post.person)
    return notices_for(post).annotate(read=Exists(seen))


@counts("unread")
def unread_count(post: Post) -> int:
    """How many the person has not read."""

    def unread() -> QuerySet[Notice]:
        return notices_marked(post).filter(read=False)

    key = ("unread", standpoint(post))
    return remembered(key, lambda: statements.count(key, unread))
