"""The unit's answer to a finding: one a finding, one round, before the deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Where
from shangji.intake.marks import stamped
from shangji_web.filings import papers
from shangji_web.filings.services import OFF_LINE
from shangji_web.ledgered.services import log
from shangji_web.notices.services import notify
from shangji_web.projects.flow import flow
from shangji_web.projects.models import Project
from shangji_web.projects.services import SENTENCE, refuse
from shangji_web.responses.models import Answer
from shangji_web.responses.queries import deadline, told_findings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from django.core.files.uploadedfile import UploadedFile

    from shangji_web.people.models import Post
    from shangji_web.reviews.models import Finding

TOLD = "told"


def answer(
    project: Project,
    post: Post,
    finding_id: str,
    *,
    words: str,
    restores_yuan: Decimal | None = None,
    uploads: Sequence[UploadedFile] = (),
) -> Answer:
    """Answer a finding with words and papers, whole or not at all.

    Args:
        project: the project, told.
        post: the unit's clerk or head.
        finding_id: a finding that the unit was told.
        words: what the unit says to it.
        restores_yuan: how much of the cut it asks back, if it says so.
        uploads: papers that show it.

    Raises:
        PermissionDenied: the role never answers for this project.
        Refused: too late, answered already, no such finding told, no reason, a paper not taken.
    """
    if post.role not in flow().steps[TOLD].roles or post.unit_code != project.unit_code:
        raise PermissionDenied
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        finding = next((f for f in told_findings(project) if f.finding_id == finding_id), None)
        refuse(_wrong(project, finding, words, restores_yuan))
        if finding is None:  # refused above
            raise PermissionDenied
        for upload in uploads:
            papers.take(project, post, upload, finding_id=finding_id)
        made = Answer.objects.create(
            project=project,
            finding_id=finding_id,
            rule_id=finding.rule_id,
            title=finding.title,
            words=words.strip(),
            restores_yuan=restores_yuan,
            by=post.person,
        )
        body = {
            "act": "answer",
            "project": project.code,
            "year": project.season.year,
            "finding": finding_id,
            "rule": finding.rule_id,
            "words": made.words,
        }
        log("response", post, body)
        says = f"{project.name}（{project.unit_name}）对“{finding.title}”作了说明，请答复。"
        notify(project, "first_reviewer", says)
    return made


def _wrong(
    project: Project, finding: Finding | None, words: str, restores: Decimal | None
) -> list[Problem]:
    where = Where(field=project.name)
    last = deadline(project)
    if project.step != TOLD or finding is None:
        says = f"项目现在在“{flow().steps[project.step].zh}”环节，或没有这一条，不能答复。"
        return [Problem("project-step", where, says, "请刷新页面查看现状。")]
    found = []
    if last is not None and timezone.localdate() > last:
        says = f"答复期限是 {last:%Y-%m-%d}，已经过了。"
        found.append(Problem("answer-late", where, says, "请与归口业务科室联系。"))
    if project.answers.filter(finding_id=finding.finding_id).exists():
        says = f"“{finding.title}”已经答复过，一条只答复一次。"
        found.append(Problem("answer-twice", where, says, "请等财政部门答复。"))
    if len(words.strip()) < SENTENCE:
        found.append(Problem("words-missing", where, "没有写说明。", "请写清事实和依据。"))
    if stamped([words], ()):
        found.append(Problem("draft-secret", where, "说明里有密级字样，没有保存。", OFF_LINE))
    if restores is not None and restores <= 0:
        says = "请求恢复的金额要大于零。"
        found.append(Problem("words-missing", where, says, "不请求恢复金额的请空着。"))
    return found
