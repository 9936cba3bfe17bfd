"""Whose turn it is: nobody moves a project that lies with another, whatever his page sends."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from shangji.errors import Refused
from web import filed

if TYPE_CHECKING:
    from collections.abc import Callable

BEEN = ("drafting", "unit_head", "department", "first_review", "second_review")


def lying(season: Any, people: dict[str, Any], step: str) -> Any:
    """A project at a step that came there through all before it."""
    project = filed.project(season, step=step, first_reviewer=people["first_reviewer"])
    steps = [*BEEN, "budget"]
    for one, to in pairwise(steps):
        if one == step:
            break
        by = {"by": people["unit_clerk"], "role": "unit_clerk", "round": 1}
        project.events.create(act="submit", from_step=one, to_step=to, **by)
    return project


@pytest.mark.parametrize("name", ["return", "correct"])
def test_only_who_has_the_turn_sends_back(season: Any, people: dict[str, Any], name: str) -> None:
    from shangji_web.projects.flow import flow
    from shangji_web.projects.services import act

    done = flow().acts[name]
    for step in done.at:
        project = lying(season, people, step)
        may, told_codes = set(), set()
        for role in done.roles:
            told: dict[str, Any] = {
                "words": "请补立项文件",
                "to": "drafting",
                "fields": ["project.summary"],
            }
            post = people[role].posts.get()
            try:
                act(project, post, name, lock=project.lock, **told)
            except Refused as refused:
                told_codes |= {one.code for one in refused.problems}
                continue
            may.add(role)
            project.refresh_from_db()
            project.step, project.lock = step, 0
            project.save()
        assert may == set(done.roles) & set(flow().steps[step].roles), step
        assert told_codes == {"project-step"}
        project.events.all().delete()
        project.filings.all().delete()
        project.delete()


def test_a_department_does_not_fetch_back_what_lies_at_the_bureau(
    season: Any, people: dict[str, Any], asked: Callable[[str], Any]
) -> None:
    project = lying(season, people, "first_review")
    words = {"lock": project.lock, "to": "drafting", "words": "我们想改一改"}
    for role in ("department_reviewer", "unit_head"):
        client = asked(role)
        page = client.get(f"/projects/{project.code}/").content.decode()
        assert "/act/return/" not in page
        said = client.post(f"/filings/{project.code}/act/return/", words, follow=True)
        assert "不轮到您办理" in said.content.decode()
        project.refresh_from_db()
        assert project.step == "first_review"


def test_a_clerk_withdraws_while_it_is_the_head_s_turn(season: Any, people: dict[str, Any]) -> None:
    from shangji_web.projects.services import act

    project = lying(season, people, "unit_head")
    act(project, people["unit_clerk"].posts.get(), "withdraw", lock=0, words="还要改一处")
    project.refresh_from_db()
    assert project.step == "drafting"
