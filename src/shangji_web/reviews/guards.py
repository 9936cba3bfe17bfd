"""What must hold before a project passes a review."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji_web.projects.flow import flow, guard
from shangji_web.reviews.models import Outcome
from shangji_web.reviews.standing import unruled
from shangji_web.rights.roles import roles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project

NAMED = 3


@guard("every_finding_ruled")
def every_finding_ruled(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - a guard's form
    """Every failing finding in force has been ruled by a person."""
    left = unruled(project)
    if not left:
        return None
    names = "、".join(finding.title for finding in left[:NAMED])
    more = f"等 {len(left)} 条" if len(left) > NAMED else f"，共 {len(left)} 条"
    says = f"还有疑点没有认定：{names}{more}。"
    fix = "请逐条认定，或写明理由不认定。"
    return Problem("finding-unruled", Where(field=project.name), says, fix)


@guard("reviewed_as_filed")
def reviewed_as_filed(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - as above
    """The last review read the version that stands; a later one has findings of its own."""
    outcome = Outcome.objects.filter(project=project, run=project.season.runs.last()).first()
    filing = project.filings.last()
    if outcome is None or filing is None or outcome.filing_sha256 in ("", filing.sha256):
        return None
    says = f"第 {filing.version} 版还没有评审过，疑点是上一版的。"
    fix = "请预算科在“评审任务”里再评审一次，约一分钟。"
    return Problem("review-stale", Where(field=project.name), says, fix)


@guard("referrals_answered")
def referrals_answered(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - as above
    """Whoever was asked beside the line has answered."""
    open_ = project.referrals.filter(answered_at=None).select_related("person")
    names = "、".join(f"{roles()[item.role].zh}{item.person.name}" for item in open_)
    if not names:
        return None
    says = f"还在等会审或评审意见：{names}。"
    return Problem("referral-open", Where(field=project.name), says, "请等对方答复，或撤回委托。")


@guard("appraisal_done")
def appraisal_done(project: Project, post: Post) -> Problem | None:  # noqa: ARG001 - as above
    """Who must see a project of this kind and amount has seen it."""
    for row in appraisals_due(project):
        answered = project.referrals.filter(role=row["role"]).exclude(answered_at=None)
        if not answered.exists():
            who = roles()[row["role"]].zh
            says = f"这类项目要先经{who}作{row['zh']}，还没有意见。"
            fix = f"请先委托{who}。"
            return Problem("referral-open", Where(field=project.name), says, fix)
    return None


def appraisals_due(project: Project) -> Iterator[Mapping[str, Any]]:
    """The rows of the flow's `appraisal` that fit a project: by lane, and from an amount up."""
    for row in flow().appraisal:
        kind = not row.get("lanes") or project.lane in row["lanes"]
        large = (project.asked_yuan or Decimal(0)) >= Decimal(row.get("from_yuan", "0"))
        if kind and large:
            yield row
