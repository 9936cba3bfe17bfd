"""The suggested amount of a project: asked less named deductions, computed and never typed.

A cut that the run made counts until its finding is rejected; once a finding stands, its cut is kept
as a deduction in the reviewer's name. A deduction of one's own needs a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Refused, Where
from shangji_web.ledgered.services import log
from shangji_web.projects.services import SENTENCE
from shangji_web.reviews.models import Deduction, Outcome
from shangji_web.reviews.standing import REJECTED, WITHDRAWN, latest_run, round_began, standing
from shangji_web.reviews.turns import taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.reviews.models import Run
    from shangji_web.reviews.standing import Stood

NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Part:
    """One named part of what is taken: `kept` is its row, None while only the run proposes it."""

    name: str
    yuan: Decimal
    finding_id: str = ""
    reason: str = ""
    rule_id: str = ""
    kept: Deduction | None = None


@dataclass(frozen=True)
class Amount:
    """Asked, its parts taken away, and what is left."""

    asked: Decimal | None
    parts: Sequence[Part]

    @property
    def taken(self) -> Decimal:
        """The sum of all parts."""
        return sum((part.yuan for part in self.parts), NOUGHT)

    @property
    def suggested(self) -> Decimal | None:
        """What is left; nothing where nobody knows what is asked."""
        return None if self.asked is None else self.asked - self.taken


def cuts(project: Project, run: Run | None, found: Sequence[Stood]) -> list[Part]:
    """What the run takes from a project, each cut with the finding on which it rests."""
    outcome = Outcome.objects.filter(run=run, project=project).first() if run else None
    failing: dict[str, str] = {}
    for one in found:
        if one.to_rule:
            failing.setdefault(one.finding.rule_id, one.finding.finding_id)
    return [
        Part(
            cut["words"],
            Decimal(cut["yuan"]),
            cut.get("finding_id") or failing.get(cut["id"], ""),
            rule_id=cut["id"],
        )
        for cut in (outcome.reductions if outcome else ())
    ]


def amount_of(project: Project, found: Sequence[Stood] | None = None) -> Amount:
    """The amount of a project as it stands now.

    Args:
        project: the project.
        found: its findings, where the caller has read them.
    """
    run = latest_run(project.season)
    found = standing(project, run) if found is None else found
    gone = {REJECTED} if project.round == 1 else {REJECTED, WITHDRAWN}
    rejected = {one.finding.finding_id for one in found if one.state in gone}
    every = list(deductions(project).select_related("by").order_by("pk"))
    spoken = {item.finding_id for item in every if item.finding_id}
    parts = [
        part
        for part in cuts(project, run, found)
        if part.finding_id not in spoken and part.finding_id not in rejected
    ]
    parts += [
        Part(item.name, item.amount_yuan, item.finding_id, item.reason, kept=item)
        for item in every
        if item.removed_at is None
    ]
    return Amount(project.asked_yuan, parts)


def deductions(project: Project) -> QuerySet[Deduction]:
    """The deductions of this round, removed ones too; those of the first stay as its record."""
    began = round_began(project)
    every = Deduction.objects.filter(project=project)
    return every if began is None else every.filter(at__gte=began)


def recompute(project: Project) -> Amount:
    """Write the suggested amount of a locked project from its parts, and count the change.

    Raises:
        Refused: more would be taken than is asked.
    """
    amount = amount_of(project)
    if amount.suggested is not None and amount.suggested < 0:
        says = f"扣减合计 {amount.taken:,.2f} 元，多于申报的 {amount.asked:,.2f} 元。"
        raise Refused([Problem("deduction-over", _at(project), says, "请先减少或撤销别的扣减。")])
    if project.round == 1:  # beside the amount decided stands what was suggested for it
        project.suggested_yuan = amount.suggested
    project.lock += 1
    project.save(update_fields=["suggested_yuan", "lock"])
    return amount


def keep_cut(project: Project, post: Post, finding_id: str, found: Sequence[Stood]) -> None:
    """Keep the run's cut of a finding as a deduction of the person who says that it stands."""
    held = deductions(project).filter(finding_id=finding_id, removed_at=None)
    if held.exists():
        return
    for part in cuts(project, latest_run(project.season), found):
        if part.finding_id == finding_id:
            Deduction.objects.create(
                project=project,
                finding_id=finding_id,
                name=part.name,
                amount_yuan=part.yuan,
                by=post.person,
            )


def drop(project: Project, finding_id: str) -> None:
    """Remove the deductions of a finding that does not stand."""
    held = deductions(project).filter(finding_id=finding_id, removed_at=None)
    held.update(removed_at=timezone.now())


def deduct(
    project: Project, post: Post, name: str, yuan: Decimal, reason: str, finding_id: str = ""
) -> Amount:
    """Take a named amount away; where it belongs to a finding, instead of what was taken for it.

    Raises:
        Refused: not the post's turn; no name, reason or amount; or it is too much.
    """
    found = []
    if not name.strip() or len(reason.strip()) < SENTENCE:
        says = "扣减要有名目，并用一句话写明理由。"
        found.append(Problem("words-missing", _at(project), says, "请写清楚扣什么、为什么扣。"))
    if yuan <= 0:
        says = "扣减金额要大于零。"
        found.append(Problem("cell-range", _at(project), says, "请填金额。", value=str(yuan)))
    if found:
        raise Refused(found)
    with transaction.atomic():
        project = taken(project, post)
        if finding_id:
            drop(project, finding_id)
        Deduction.objects.create(
            project=project,
            finding_id=finding_id,
            name=name.strip(),
            amount_yuan=yuan,
            reason=reason.strip(),
            by=post.person,
        )
        amount = recompute(project)
        _log(project, post, "deduct", {"name": name, "yuan": str(yuan), "reason": reason})
    return amount


def undo(project: Project, post: Post, number: int, reason: str) -> Amount:
    """Take a deduction back, with a reason; its row stays, marked as removed.

    Raises:
        Refused: it is not the post's turn, or there is no reason.
    """
    if len(reason.strip()) < SENTENCE:
        says = "撤销扣减要写明理由。"
        raise Refused([Problem("words-missing", _at(project), says, "请用一句话说清楚。")])
    with transaction.atomic():
        project = taken(project, post)
        item = deductions(project).filter(pk=number, removed_at=None).first()
        if item is None:
            says = "这笔扣减已经撤销。"
            raise Refused([Problem("project-stale", _at(project), says, "请看页面上的最新金额。")])
        item.removed_at = timezone.now()
        item.save(update_fields=["removed_at"])
        amount = recompute(project)
        body = {"name": item.name, "yuan": str(item.amount_yuan), "reason": reason.strip()}
        _log(project, post, "undo_deduction", body)
    return amount


def _at(project: Project) -> Where:
    return Where(field=project.name)


def _log(project: Project, post: Post, act: str, body: dict[str, str]) -> None:
    told = {"act": act, "project": project.code, "year": project.season.year, **body}
    log("decision", post, told)
