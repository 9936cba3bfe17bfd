"""Guards that need nothing but the project's own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from shangji.errors import Problem, Where
from shangji_web.projects.flow import guard

if TYPE_CHECKING:
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project


@guard("other_than_first_reviewer")
def other_than_first_reviewer(project: Project, post: Post) -> Problem | None:
    """The second review is another person's."""
    if project.first_reviewer_id != post.person_id:
        return None
    says = "初审和复核不能是同一个人。"
    return Problem("same-person", Where(field=project.name), says, "请由另一位复核人员办理。")


@guard("other_than_submitter")
def other_than_submitter(project: Project, post: Post) -> Problem | None:
    """A unit's head does not approve what he himself handed in."""
    last = project.events.filter(act="submit").last()
    if last is None or last.by_id != post.person_id:
        return None
    says = "经办和负责人审核不能是同一个人。"
    return Problem("same-person", Where(field=project.name), says, "请由单位负责人办理。")


@guard("stage_open")
def stage_open(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - a guard's form
    """A filing is handed in while its stretch of the calendar is open, or when it was sent back."""
    if project.events.filter(act__in=("return", "correct"), round=project.round).exists():
        return None
    name = "first_up" if project.round == 1 else "second_up"
    stage = project.season.stages.filter(name=name).first()
    today = timezone.localdate()
    if stage is None or stage.opens_on <= today <= stage.closes_on:
        return None
    says = f"现在不在申报期内（{stage.opens_on:%Y-%m-%d} 至 {stage.closes_on:%Y-%m-%d}）。"
    return Problem("stage-closed", Where(field=project.name), says, "请与归口业务科室联系。")


@guard("approved_by_congress")
def approved_by_congress(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - as above
    """Nothing is issued before the people's congress has approved the budget."""
    if project.season.approved_on is not None:
        return None
    says = "本年度预算还没有登记人代会批准日期，不能批复。"
    return Problem("not-approved", Where(field=project.name), says, "请先登记批准日期。")
