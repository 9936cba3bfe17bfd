"""What a unit may answer to, until when, and what became of its answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from shangji.domain import FAIL, SEVERITIES
from shangji_web.projects.flow import flow
from shangji_web.reviews.models import Finding

if TYPE_CHECKING:
    from datetime import date

    from shangji_web.filings.models import Paper
    from shangji_web.projects.models import Project
    from shangji_web.responses.models import Answer

OUTCOMES = {"": "等待财政答复", "withdrawn": "采纳，财政撤回这一条", "upheld": "维持原意见"}


@dataclass(frozen=True)
class Answered:
    """A finding that the unit was told, with its answer and papers where there are some."""

    finding: Finding
    answer: Answer | None
    papers: list[Paper] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """What became of the answer, in words."""
        return OUTCOMES[self.answer.outcome] if self.answer else ""


def told_findings(project: Project) -> list[Finding]:
    """The findings that 一下 told: visible to the unit, and not taken back by the reviewer."""
    run = project.season.runs.last()
    if run is None or project.told_at is None:
        return []
    ruled = {item.finding_id: item.stands for item in project.rulings.order_by("pk")}
    found = Finding.objects.filter(
        run=run, project=project, to_unit=True, outcome=FAIL, status="active"
    )
    held = [item for item in found if ruled.get(item.finding_id, True)]
    order = list(SEVERITIES)
    return sorted(
        held,
        key=lambda item: (order.index(item.severity), -(item.at_stake_yuan or 0), item.rule_id),
    )


def answered(project: Project) -> list[Answered]:
    """Every finding told, with the answers; answers to findings of an earlier run too."""
    answers = {item.finding_id: item for item in project.answers.select_related("by")}
    papers: dict[str, list[Paper]] = {}
    for paper in project.papers.exclude(finding_id="").filter(removed_at=None).order_by("pk"):
        papers.setdefault(paper.finding_id, []).append(paper)
    return [
        Answered(item, answers.get(item.finding_id), papers.get(item.finding_id, []))
        for item in told_findings(project)
    ]


def deadline(project: Project) -> date | None:
    """The last day on which the unit may answer."""
    if project.told_at is None:
        return None
    return timezone.localdate(project.told_at) + timedelta(days=flow().days["answer"])


def waiting_answers(project: Project) -> int:
    """How many answers the bureau has not settled."""
    return project.answers.filter(outcome="").count()
