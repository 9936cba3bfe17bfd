"""Telling people: whose turn it is, and what happened to what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from shangji_web.notices.models import Notice, Seen
from shangji_web.projects.flow import flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shangji_web.people.models import Post
    from shangji_web.projects.models import Event, Project

BATCH = 500


def notify(project: Project, role: str, words: str, page: str = "projects:project") -> None:
    """Tell everybody who holds a role for a project's unit, department or division."""
    _notice(project, role, words, page).save()


def _notice(project: Project, role: str, words: str, page: str = "projects:project") -> Notice:
    from shangji_web.rights.roles import roles

    scope = roles()[role].scope
    try:
        link = reverse(page, args=[project.code])
    except NoReverseMatch:
        link = ""
    return Notice(
        role=role,
        unit_code=project.unit_code if scope == "unit" else "",
        department_code=project.department_code if scope == "department" else "",
        division_code=project.division_code if scope == "division" else "",
        words=words[:300],
        link=link,
    )


def notify_person(project: Project, to: Post, words: str) -> None:
    """Tell one person in one post, and nobody else of that role."""
    link = reverse("projects:project", args=[project.code])
    Notice.objects.create(role=to.role, person=to.person, words=words[:300], link=link)


def notify_turn(project: Project, event: Event) -> None:
    """Tell those whose turn it is now, and the unit where its filing came back."""
    notify_turns([(project, event)])


def notify_turns(done: Iterable[tuple[Project, Event]]) -> None:
    """The same for many projects at once.

    Who acted himself needs no notice: deciding eight hundred amounts must not write as many.
    """
    made = [notice for project, event in done for notice in _turns(project, event)]
    Notice.objects.bulk_create(made, BATCH)


def _turns(project: Project, event: Event) -> Iterator[Notice]:
    known = flow()
    act, step = known.acts[event.act], known.steps[event.to_step]
    said = f"：{event.words}" if event.words and act.name in {"return", "correct"} else ""
    for role in step.roles:
        if role == event.role:
            continue
        words = f"{project.name}（{project.unit_name}）{act.zh}{said}，现在{step.zh}。"
        yield _notice(project, role, words)


def mark_read(post: Post, notices: Iterable[Notice]) -> None:
    """Note that a person has read notices; a second reading changes nothing."""
    seen = [Seen(notice=notice, person=post.person) for notice in notices]
    Seen.objects.bulk_create(seen, ignore_conflicts=True)
