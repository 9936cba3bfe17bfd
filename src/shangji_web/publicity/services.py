"""Letting out: to the public after 批复, to congress and audit a version that stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from shangji.errors import Problem, Where
from shangji_web.ledgered.services import log
from shangji_web.meetings.versions import freeze
from shangji_web.projects.services import refuse
from shangji_web.publicity.extract import extract
from shangji_web.publicity.models import NOTICES, Handover, PublicNotice
from shangji_web.seasons.services import locked

if TYPE_CHECKING:
    from shangji_web.people.models import Post
    from shangji_web.seasons.models import Season

WHY_LEAST = 4
INTERNAL = ("suggested_yuan",)
"""Amounts that are the bureau's own opinion, not handed over."""


def publish(season: Season, post: Post) -> None:
    """Publish what was issued; nothing is public before.

    Raises:
        Refused: the congress has not approved, nothing is issued, or it is public already.
    """
    with transaction.atomic():
        held = locked(season)
        issued = held.projects.filter(issued_yuan__isnull=False).count()
        where = Where(field=str(held))
        if held.approved_on is None or not issued:
            says = "还没有批复，不能公开。"
            refuse([Problem("publish-early", where, says, "人代会批准并批复之后再公开。")])
        if held.published_at is not None:
            refuse([Problem("publish-early", where, "已经公开过。", "请刷新页面。")])
        held.published_at = timezone.now()
        held.save(update_fields=["published_at"])
        log("disclosure", post, {"act": "publish", "year": held.year, "projects": issued})
    season.refresh_from_db()


def hand_over(season: Season, post: Post, receiver: str, *, whole: bool = False) -> Handover:
    """Freeze the year as it stands and hand it over with the findings of the latest review.

    Args:
        season: the budget year.
        post: who hands over.
        receiver: to whom.
        whole: hand over the review's whole folder too, snapshot and pack included.

    Raises:
        Refused: there is nothing to hand over.
    """
    with transaction.atomic():
        held = locked(season)
        run = held.runs.last()
        if run is None:
            says = "还没有审核结果，没有可移交的内容。"
            refuse([Problem("hand-nothing", Where(field=str(held)), says, "审核完成后再移交。")])
        version = freeze(held, post, f"移交{receiver}", INTERNAL)
        text, sha256 = extract(version, run)
        made: Handover = Handover.objects.create(
            season=held,
            version=version,
            run=run,
            receiver=receiver,
            by=post.person,
            extract=text,
            extract_sha256=sha256,
            whole=whole,
        )
        held.handed_at = made.at
        held.save(update_fields=["handed_at"])
        told = {"to": receiver, "version": version.sha256, "result": run.result_digest}
        told |= {"extract": sha256, "whole": "yes" if whole else "no"}
        log("disclosure", post, {"act": "hand_over", "year": held.year, **told})
    season.refresh_from_db()
    return made


def give_notice(
    season: Season, post: Post, kind: str, department: tuple[str, str], title: str, words: str
) -> PublicNotice:
    """Publish a notice on a department: how it spends, or what was found wrong.

    Raises:
        Refused: there is no such kind.
    """
    if kind not in NOTICES:
        says = "没有这种通报。"
        refuse([Problem("notice-kind", Where(field=title), says, "请从种类中选。", value=kind)])
    with transaction.atomic():
        made: PublicNotice = PublicNotice.objects.create(
            season=season,
            kind=kind,
            department_code=department[0],
            department_name=department[1],
            title=title,
            words=words,
            by=post.person,
        )
        told = {"kind": kind, "department": department[0], "title": title}
        log("disclosure", post, {"act": "give_notice", "year": season.year, **told})
    return made


def withdraw_notice(notice: PublicNotice, post: Post, why: str) -> None:
    """Take a notice back; it stays in the records.

    Raises:
        Refused: no reason, or it was taken back already.
    """
    with transaction.atomic():
        held = PublicNotice.objects.select_for_update().get(pk=notice.pk)
        where = Where(field=held.title)
        if len(why.strip()) < WHY_LEAST:
            says = "撤回公示要写明理由。"
            refuse([Problem("words-missing", where, says, "请用一句话说清楚。")])
        if held.withdrawn_at is not None:
            refuse([Problem("notice-kind", where, "这条公示已经撤回。", "请刷新页面。")])
        held.withdrawn_at, held.withdrawn_why = timezone.now(), why.strip()
        held.save(update_fields=["withdrawn_at", "withdrawn_why"])
        told = {"title": held.title, "words": why}
        log("disclosure", post, {"act": "withdraw_notice", "year": held.season.year, **told})
