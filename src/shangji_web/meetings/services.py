"""Deciding amounts: a meeting, the amount of each project, a returned workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from shangji.errors import Problem, Where
from shangji_web import snapshot
from shangji_web.ledgered.services import log
from shangji_web.meetings.models import Decision, Meeting
from shangji_web.projects.services import BATCH, Way, act_all, refuse
from shangji_web.typed import CENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from shangji_web.meetings.models import Batch
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season

REASON_MOST = 60


@dataclass(frozen=True)
class Choice:
    """What is to be decided for one project, on the count of acts that the person saw."""

    project: Project
    lock: int
    amount_yuan: Decimal
    reason: str = ""


def hold(
    season: Season, post: Post, kind: str, name: str, held_on: date, minute_no: str
) -> Meeting:
    """Register a meeting that decides.

    Raises:
        Refused: the kind is none of the list, or this minute was registered already.
    """
    where = Where(field=name)
    if kind not in snapshot.pack().codes["decision_meeting_kind"].codes:
        says = "没有这种会议。"
        refuse([Problem("meeting-kind", where, says, "请从会议类型中选。", value=kind)])
    with transaction.atomic():
        if season.meetings.filter(minute_no=minute_no).exists():
            says = f"纪要号 {minute_no} 已经登记过。"
            refuse([Problem("meeting-twice", where, says, "请在会议列表中打开那次会议。")])
        meeting: Meeting = Meeting.objects.create(
            season=season, kind=kind, name=name, held_on=held_on, minute_no=minute_no
        )
        log("decision", post, {"act": "hold_meeting", "year": season.year, **_of(meeting)})
    return meeting


def _of(meeting: Meeting) -> dict[str, str]:
    return {
        "meeting": meeting.name,
        "kind": meeting.kind,
        "held_on": meeting.held_on.isoformat(),
        "minute": meeting.minute_no,
    }


def decide(post: Post, meeting: Meeting, choice: Choice, batch: Batch | None = None) -> Decision:
    """Decide the amount of a project, whole or not at all: decision, act, amount, ledger.

    The suggested amount stands beside it for good; a decision differs from it only with a reason.

    Raises:
        PermissionDenied: the post's role decides nothing.
        Refused: the amount or the reason will not do, or another was faster.
    """
    (made,), _ = decide_all(post, meeting, [choice], batch, whole=True)
    choice.project.refresh_from_db()
    return made


def decide_all(
    post: Post,
    meeting: Meeting,
    choices: Sequence[Choice],
    batch: Batch | None = None,
    *,
    whole: bool = False,
) -> tuple[list[Decision], list[Problem]]:
    """Decide several projects in one transaction.

    Args:
        post: who decides.
        meeting: by which meeting.
        choices: a project each, none twice.
        batch: the cut to which they belong.
        whole: whether one that will not do stops all; else it is told, and the rest stands.

    Raises:
        PermissionDenied: the post's role decides nothing.
        Refused: with `whole`, what stands in the way of any of them.
    """
    problems: list[Problem] = []
    fit: list[Choice] = []
    for choice in choices:
        found = _wrong(choice)
        problems += found
        if not found:
            fit.append(choice)
    if whole:
        refuse(problems)
    more = _of(meeting) | ({"batch": batch.pk} if batch else {})
    with transaction.atomic():
        done, refused = act_all(post, "decide", [_way(one, more) for one in fit], whole=whole)
        made = Decision.objects.bulk_create(
            (
                Decision(
                    project=one.event.project,
                    meeting=meeting,
                    batch=batch,
                    suggested_yuan=one.event.project.suggested_yuan,
                    before_yuan=one.was["decided_yuan"],
                    decided_yuan=fit[one.at].amount_yuan,
                    reason=fit[one.at].reason.strip(),
                    by=post.person,
                )
                for one in done
            ),
            BATCH,
        )
    return made, problems + refused


def _way(choice: Choice, more: Mapping[str, Any]) -> Way:
    project, amount = choice.project, choice.amount_yuan
    detail = {
        "decided_yuan": str(amount),
        "suggested_yuan": str(project.suggested_yuan),
        "before_yuan": str(project.decided_yuan),
        **more,
    }
    hot = {"decided_yuan": amount}
    return Way(project, choice.lock, choice.reason, detail=detail, hot=hot)


def _wrong(choice: Choice) -> list[Problem]:
    project, amount, found = choice.project, choice.amount_yuan, []
    where = Where(field=f"{project.name}（{project.unit_name}）")
    if amount != amount.quantize(CENT) or amount < 0:
        says = "决定数要写到分，不能是负数。"
        found.append(Problem("paper-amount", where, says, "请核对。", value=str(amount)))
    if project.asked_yuan is not None and amount > project.asked_yuan:
        says = f"决定数超过申报数 {project.asked_yuan:,.2f} 元。"
        fix = "请核对；确需超过申报数的，请单位先按程序修改申报。"
        found.append(Problem("paper-over", where, says, fix, value=f"{amount:,.2f}"))
    if len(choice.reason) > REASON_MOST:
        says = f"理由有 {len(choice.reason)} 个字，最多 {REASON_MOST} 个字。"
        found.append(Problem("reason-long", where, says, "请写得短一些，详情放进会议纪要。"))
    if amount != project.suggested_yuan and not choice.reason.strip():
        says = "决定数和建议数不一样，没有写理由。"
        found.append(Problem("words-missing", where, says, "请用一句话写明为什么不同于建议数。"))
    return found
