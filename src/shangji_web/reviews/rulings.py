"""Ruling on findings: it stands, or it does not and why. Rows are added, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shangji.errors import Problem, Refused, Where
from shangji_web.ledgered.services import log
from shangji_web.projects.services import SENTENCE
from shangji_web.reviews.amounts import drop, keep_cut, recompute
from shangji_web.reviews.models import Ruling
from shangji_web.reviews.standing import standing
from shangji_web.reviews.turns import taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.reviews.standing import Stood


def rule(
    project: Project,
    post: Post,
    finding_id: str,
    *,
    stands: bool,
    reason: str = "",
    was: int | None = None,
) -> Ruling:
    """Say that a finding stands, or that it does not and why; the amount follows.

    Args:
        project: as the person saw it.
        post: who rules.
        finding_id: on what.
        stands: whether the finding stands.
        reason: a sentence; needed where it does not stand.
        was: the ruling that the person saw on the page, 0 for none, None where it was not asked.

    Raises:
        Refused: no reason, no such finding, not the turn, or somebody ruled in between.
    """
    with transaction.atomic():
        project = taken(project, post)
        found = standing(project)
        one = _found(project, found, finding_id)
        _fit(project, post, one, stands=stands, reason=reason, was=was)
        made = _write(project, post, one, stands=stands, reason=reason, found=found)
        recompute(project)
    return made


def rule_rest(project: Project, post: Post, finding_ids: Sequence[str]) -> int:
    """Say at once of the findings that a person has listed before him that they stand.

    Raises:
        Refused: it is not the post's turn.
    """
    with transaction.atomic():
        project = taken(project, post)
        found = standing(project)
        chosen = [one for one in found if one.open and one.finding.finding_id in set(finding_ids)]
        for one in chosen:
            _write(project, post, one, stands=True, reason="", found=found)
        recompute(project)
    return len(chosen)


def _found(project: Project, found: Sequence[Stood], finding_id: str) -> Stood:
    for one in found:
        if one.finding.finding_id == finding_id and one.to_rule:
            return one
    says = "最近一次审核里已经没有这条疑点。"
    raise Refused([Problem("answer-gone", Where(field=project.name), says, "请刷新页面。")])


def _fit(
    project: Project, post: Post, one: Stood, *, stands: bool, reason: str, was: int | None
) -> None:
    where = Where(field=f"{project.name} · {one.finding.title}")
    if not stands and len(reason.strip()) < SENTENCE:
        says = "不认定要用一句话写明理由，理由会计入这条规则的记录。"
        raise Refused([Problem("words-missing", where, says, "请写清楚为什么不成立。")])
    now = one.ruling
    if was is not None and now is not None and now.pk != was and now.by_id != post.person_id:
        said = "认定" if now.stands else f"不认定（{now.reason}）"
        says = f"您打开之后，{now.by.name}已经对这条疑点作出{said}。"
        raise Refused([Problem("project-stale", where, says, "请看过之后再决定是否改判。")])


def _write(
    project: Project, post: Post, one: Stood, *, stands: bool, reason: str, found: Sequence[Stood]
) -> Ruling:
    finding = one.finding
    made = Ruling.objects.create(
        project=project,
        finding_id=finding.finding_id,
        rule_id=finding.rule_id,
        stands=stands,
        reason=reason.strip(),
        by=post.person,
        role=post.role,
    )
    if stands:
        keep_cut(project, post, finding.finding_id, found)
    else:
        drop(project, finding.finding_id)
    body = {
        "act": "uphold" if stands else "reject",
        "project": project.code,
        "year": project.season.year,
        "finding": finding.finding_id,
        "rule": finding.rule_id,
        "reason": made.reason,
        "result": finding.run.result_digest,
    }
    log("decision" if stands else "override", post, body)
    return made
