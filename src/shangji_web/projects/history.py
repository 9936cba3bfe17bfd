"""The way of a project as a post may read it: the bureau's own words stay its own until 一下."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji_web.rights.roles import roles
from shangji_web.rights.scope import sees

if TYPE_CHECKING:
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Event, Project

OPINIONS = frozenset({"pass_first", "pass_second"})
"""Acts whose words are the bureau's opinion: told with 一下."""
DECIDING = frozenset({"decide"})
"""Acts whose words are the meetings': the unit reads the one that counts beside its ceiling."""


def events_for(post: Post, project: Project) -> list[Event]:
    """Every event, oldest first; words that the post may not read are empty in what is given."""
    found = list(project.events.select_related("by"))
    for event in found:
        if not _reads(post, project, event):
            event.words, event.detail = "", {}
    return found


def _reads(post: Post, project: Project, event: Event) -> bool:
    side = roles()[post.role].side
    if side != "unit":
        return sees(post, "opinions", project)
    if event.act in DECIDING:
        return False
    return event.act not in OPINIONS or sees(post, "opinions", project)
