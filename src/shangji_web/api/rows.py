"""Rows as the interface gives them: money as text, nothing that the post does not see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import Schema

from shangji_web.projects.history import events_for
from shangji_web.rights.roles import roles
from shangji_web.rights.scope import sees

if TYPE_CHECKING:
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.reviews.models import Finding


class SeasonRow(Schema):
    """A budget year."""

    year: int
    region: str
    title: str
    as_of: str
    data_kind: str


class ProjectRow(Schema):
    """A project; amounts in yuan as text, null where unknown or not for this post."""

    code: str
    name: str
    year: int
    unit_code: str
    unit_name: str
    department_code: str
    step: str
    round: int
    version: int
    asked_yuan: str | None
    suggested_yuan: str | None = None
    decided_yuan: str | None = None
    grade: str | None = None
    grade_high: str | None = None


class ProjectPage(Schema):
    """A page of projects."""

    count: int
    page: int
    pages: int
    rows: list[ProjectRow]


class FindingRow(Schema):
    """A finding, or what a unit has to explain."""

    finding_id: str
    rule_id: str
    outcome: str
    severity: str
    title: str
    says: str
    why: str
    fix: str
    place: str
    at_stake_yuan: str | None


class EventRow(Schema):
    """An act on a project; who did it only where the post sees opinions."""

    at: str
    act: str
    from_step: str
    to_step: str
    round: int
    words: str | None = None
    by: str | None = None


class Trouble(Schema):
    """Why there is no answer."""

    says: str


def money(value: Any) -> str | None:  # noqa: ANN401 - Decimal or nothing
    """An amount as text."""
    return None if value is None else f"{value:.2f}"


def project_row(project: Project, post: Post) -> ProjectRow:
    """A project with the fields that the post sees."""
    told = project.told_at is not None
    role = roles()[post.role]
    scored = role.sees("score", told=told)
    return ProjectRow(
        code=project.code,
        name=project.name,
        year=project.season.year,
        unit_code=project.unit_code,
        unit_name=project.unit_name,
        department_code=project.department_code,
        step=project.step,
        round=project.round,
        version=project.version,
        asked_yuan=money(project.asked_yuan),
        suggested_yuan=money(project.suggested_yuan) if role.sees("suggested", told=told) else None,
        decided_yuan=money(project.decided_yuan) if role.sees("decided", told=told) else None,
        grade=project.grade if scored else None,
        grade_high=project.grade_high if scored else None,
    )


def finding_row(finding: Finding) -> FindingRow:
    """A finding in words."""
    return FindingRow(
        finding_id=finding.finding_id,
        rule_id=finding.rule_id,
        outcome=finding.outcome,
        severity=finding.severity,
        title=finding.title,
        says=finding.says,
        why=finding.why,
        fix=finding.fix,
        place=finding.place,
        at_stake_yuan=money(finding.at_stake_yuan),
    )


def event_rows(project: Project, post: Post) -> list[EventRow]:
    """The way of a project, with words and names where the post sees them."""
    return [
        EventRow(
            at=event.at.isoformat(),
            act=event.act,
            from_step=event.from_step,
            to_step=event.to_step,
            round=event.round,
            words=event.words or None,
            by=event.by.name if sees(post, "opinions", project) else None,
        )
        for event in events_for(post, project)
    ]
