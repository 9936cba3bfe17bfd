"""The review opinion on paper: what was asked, found, taken away, and the ledger's root."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from shangji import letters
from shangji.domain import SEVERITIES, wan
from shangji.ledger.stamp import lines as stamp_lines
from shangji.ledger.stamp import qr_png, qr_svg
from shangji_web.ledgered.queries import standing_root
from shangji_web.reviews.amounts import amount_of
from shangji_web.reviews.opinions import draft, latest_opinion
from shangji_web.reviews.standing import OPEN, latest_run, standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.ledger.note import Checkpoint
    from shangji_web.projects.models import Project
    from shangji_web.reviews.amounts import Amount
    from shangji_web.reviews.standing import Stood

QR_CM = 2.6


@dataclass(frozen=True)
class Letter:
    """Everything that stands on the paper."""

    project: Project
    amount: Amount
    found: Sequence[Stood]
    opinion: str
    signed: Sequence[tuple[str, str, str]]
    checkpoint: Checkpoint | None
    result_digest: str
    draft: bool

    @property
    def stamp(self) -> list[str]:
        """The ledger's lines under the code."""
        return stamp_lines(self.checkpoint) if self.checkpoint else []

    @property
    def svg(self) -> str:
        """The code as a drawing."""
        return qr_svg(self.checkpoint) if self.checkpoint else ""


def letter(project: Project) -> Letter:
    """The letter of a project as it stands."""
    run = latest_run(project.season)
    found = standing(project, run)
    amount = amount_of(project, found)
    opinion = latest_opinion(project)
    passes = project.events.filter(act__in=("pass_first", "pass_second")).select_related("by")
    words = {"pass_first": "初审", "pass_second": "复核"}
    return Letter(
        project,
        amount,
        [one for one in found if one.to_rule and one.state != "rejected"],
        opinion.words if opinion else draft(project, found, amount),
        [(words[one.act], one.by.name, f"{timezone.localdate(one.at)}") for one in passes],
        standing_root(project.season),
        run.result_digest if run else "",
        any(one.state == OPEN for one in found if one.to_rule) or opinion is None,
    )


def document(made: Letter) -> bytes:
    """The letter as a Word file.

    Raises:
        Refused: python-docx is not installed.
    """
    project = made.project
    name = f"审核意见书 {project.code}"
    paper = letters.new(f"{name}.docx", name)
    letters.heading(paper, "项目预算审核意见书", size=18)
    letters.table(paper, ["事项", "内容"], _facts(made), [3.2, 13.2])
    letters.heading(paper, "一、审核意见", size=12, level=1)
    for line in made.opinion.split("\n"):
        letters.words(paper.add_paragraph(), line, size=10.5)
    letters.heading(paper, "二、金额", size=12, level=1)
    parts = made.amount.parts
    if parts:
        rows = [[one.name, wan(one.yuan), one.reason or "按疑点核减"] for one in parts]
        letters.table(paper, ["扣减", "金额（万元）", "理由"], rows, [6, 3, 7.4])
    else:
        letters.words(paper.add_paragraph(), "没有扣减。", size=10.5)
    letters.heading(paper, "三、认定的疑点和依据", size=12, level=1)
    rows = [
        [SEVERITIES[one.finding.severity], one.finding.title, one.finding.says, one.finding.why]
        for one in made.found
    ]
    if rows:
        letters.table(paper, ["程度", "疑点", "情况", "依据"], rows, [1.6, 3.6, 5.8, 5.4])
    else:
        letters.words(paper.add_paragraph(), "没有认定的疑点。", size=10.5)
    _signed(paper, made)
    held = io.BytesIO()
    paper.save(held)
    return held.getvalue()


def _facts(made: Letter) -> list[list[str]]:
    project, amount = made.project, made.amount
    suggested = "待定" if amount.suggested is None else f"{wan(amount.suggested)} 万元"
    asked = "未填" if amount.asked is None else f"{wan(amount.asked)} 万元"
    return [
        ["名称", project.name],
        ["代码", project.code],
        ["单位", f"{project.unit_name}（{project.department_name}）"],
        ["申报", asked],
        ["建议核定", suggested],
        ["审减", f"{wan(amount.taken)} 万元"],
        ["申报表", f"第 {project.version} 版"],
    ]


def _signed(paper: Any, made: Letter) -> None:  # noqa: ANN401 - docx has no types
    from docx.shared import Cm

    paper.add_paragraph()
    for role, who, day in made.signed:
        letters.words(paper.add_paragraph(), f"{role}：{who}　{day}", size=10.5)
    if made.checkpoint is None:
        return
    picture = io.BytesIO(qr_png(made.checkpoint))
    paper.add_paragraph().add_run().add_picture(picture, width=Cm(QR_CM))
    for line in made.stamp:
        letters.words(paper.add_paragraph(), line, size=8)
