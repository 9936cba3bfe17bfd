"""What is done to a whole budget year: calendar, 一下, the congress's approval, 批复."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from shangji.allocate.money import yuan
from shangji.errors import Problem, Where
from shangji_web.ledgered.services import log
from shangji_web.meetings.balance import asked_shares, balance, pots, split
from shangji_web.meetings.sources import over_at_issue
from shangji_web.projects.flow import flow
from shangji_web.projects.models import Project
from shangji_web.projects.services import Way, act_all, refuse
from shangji_web.seasons.ceilings import TYPED, entries
from shangji_web.seasons.models import Ceiling, Season, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from shangji_web.meetings.balance import Fund
    from shangji_web.people.models import Post


def locked(season: Season) -> Season:
    """The season, so that nobody else changes it meanwhile."""
    found: Season = Season.objects.select_for_update().get(pk=season.pk)
    return found


def set_stage(season: Season, post: Post, name: str, opens_on: date, closes_on: date) -> Stage:
    """Set a stretch of the calendar.

    Raises:
        Refused: it ends before it begins.
    """
    if closes_on < opens_on:
        says = "截止日期早于开始日期。"
        refuse([Problem("stage-days", Where(field=name), says, "请改正日期。")])
    with transaction.atomic():
        made, _ = Stage.objects.update_or_create(
            season=season, name=name, defaults={"opens_on": opens_on, "closes_on": closes_on}
        )
        told = {"opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat()}
        log("decision", post, {"act": "set_stage", "year": season.year, "stage": name, **told})
    return made


def tell(season: Season, post: Post) -> int:
    """一下: tell every decided project, and the ceilings, to departments and units.

    From here on the unit's side sees the ceiling, the decided amount, reductions and reasons; it
    has `days.answer` days to answer. Projects that are decided later are told by a later 一下.

    Returns:
        How many projects were told.

    Raises:
        Refused: nothing is decided, or more is decided than there is.
    """
    with transaction.atomic():
        held = locked(season)
        projects = list(
            Project.objects.select_for_update()
            .filter(season=held, step="decided", round=1)
            .order_by("code")
        )
        where = Where(field=str(held))
        if not projects:
            says = "没有已经定数、等待一下的项目。"
            refuse([Problem("tell-nothing", where, says, "请先在会议定数里定数。")])
        refuse([_over(fund) for fund in balance(held) if fund.over])
        now, due = timezone.now(), timezone.localdate() + timedelta(days=flow().days["answer"])
        hot = {"told_at": now, "due_on": due}
        ways = [
            Way(one, one.lock, detail={"decided": str(one.decided_yuan)}, hot=hot)
            for one in projects
        ]
        act_all(post, "tell", ways)
        rows = _tell_ceilings(held)
        held.told_at = held.told_at or now
        held.save(update_fields=["told_at"])
        counts = {"projects": len(projects), "ceilings": rows, "due_on": due.isoformat()}
        log("decision", post, {"act": "tell_season", "year": held.year, **counts})
    season.refresh_from_db()
    return len(projects)


def _over(fund: Fund) -> Problem:
    says = f"{fund.zh}的已定数超过可用财力 {fund.over_yuan:,.2f} 元。"
    return Problem("tell-over", Where(field=fund.zh), says, "请先压减到财力以内，再一下。")


def _tell_ceilings(season: Season) -> int:
    """Write the ceilings of departments and units as they follow from what was told; how many."""
    told = list(Project.objects.filter(season=season, told_at__isnull=False))
    rows = ceilings_of(season, told)
    season.ceilings.all().delete()
    now = timezone.now()
    Ceiling.objects.bulk_create(
        Ceiling(
            season=season,
            department_code=department,
            unit_code=unit,
            fund_source=source,
            amount_yuan=amount,
            told_at=now,
        )
        for (department, unit, source), amount in rows.items()
    )
    typed = entries(season).values()
    Ceiling.objects.bulk_create(
        Ceiling(
            season=season,
            department_code=one.department_code,
            unit_code=one.unit_code,
            fund_source=one.fund_source,
            kind=one.kind,
            amount_yuan=one.amount_yuan,
            origin=TYPED,
            told_at=now,
        )
        for one in typed
    )
    return len(rows)


def ceilings_of(season: Season, projects: Iterable[Project]) -> dict[tuple[str, str, str], Decimal]:
    """Department, unit (empty for the whole department) and source → the sum of decided amounts."""
    every = list(projects)
    shares, (_, earmarked) = asked_shares(every), pots(season)
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for project in every:
        if project.decided_yuan is None:
            continue
        for source, part in split(project.decided_yuan, shares[project.pk], earmarked).items():
            sums[project.department_code, "", source] += part
            sums[project.department_code, project.unit_code, source] += part
    return {key: yuan(amount) for key, amount in sorted(sums.items())}


def approve(season: Season, post: Post, approved_on: date) -> date:
    """Register the day on which the people's congress approved the budget; return it.

    Raises:
        Refused: the day lies ahead, or nothing has been told yet.
    """
    with transaction.atomic():
        held = locked(season)
        where = Where(field=str(held))
        if approved_on > timezone.localdate():
            says = f"批准日期 {approved_on} 还没有到。"
            refuse([Problem("approved-day", where, says, "请在批准之后登记。")])
        if held.told_at is None or approved_on < timezone.localtime(held.told_at).date():
            says = "批准日期早于一下。"
            refuse([Problem("approved-day", where, says, "请核对日期；没有一下的年度不能登记。")])
        held.approved_on = approved_on
        held.save(update_fields=["approved_on"])
        told = {"approved_on": approved_on.isoformat()}
        log("decision", post, {"act": "approve", "year": held.year, **told})
    season.refresh_from_db()
    return approved_on


@dataclass(frozen=True)
class Deadlines:
    """Until when the law wants the budget issued and published."""

    by_bureau: date
    by_department: date
    published: date


def deadlines(season: Season) -> Deadlines | None:
    """The last days for 批复 and publication; nothing before the approval."""
    if season.approved_on is None:
        return None
    days = flow().days
    bureau = season.approved_on + timedelta(days=days["issue_by_bureau"])
    return Deadlines(
        bureau,
        bureau + timedelta(days=days["issue_by_department"]),
        bureau + timedelta(days=days["publish"]),
    )


def issue(season: Season, post: Post) -> int:
    """批复: issue every project whose 二上 the bureau has taken in, at the amount of its detail.

    Returns:
        How many projects were issued.

    Raises:
        Refused: none is ready, one asks more than was decided, or the congress has not approved.
    """
    with transaction.atomic():
        held = locked(season)
        projects = list(
            Project.objects.select_for_update()
            .filter(season=held, step="budget", round=2)
            .order_by("code")
        )
        if not projects:
            says = "没有二上审核通过、等待批复的项目。"
            fix = "单位二上、业务科室审核通过后再批复。"
            refuse([Problem("issue-nothing", Where(field=str(held)), says, fix)])
        refuse([problem for project in projects if (problem := _beyond(project))])
        refuse(over_at_issue(held, projects))
        ways = [
            Way(
                one,
                one.lock,
                detail={"issued_yuan": str(one.asked_yuan)},
                hot={"issued_yuan": one.asked_yuan},
            )
            for one in projects
        ]
        act_all(post, "issue", ways)
        total = sum((project.asked_yuan for project in projects), Decimal(0))
        told = {"projects": len(projects), "issued_yuan": str(total)}
        log("decision", post, {"act": "issue_season", "year": held.year, **told})
    return len(projects)


def _beyond(project: Project) -> Problem | None:
    asked, decided = project.asked_yuan, project.decided_yuan
    if asked is not None and decided is not None and asked <= decided:
        return None
    says = f"二上数 {asked} 元超过决定数 {decided} 元。"
    where = Where(field=f"{project.name}（{project.unit_name}）")
    return Problem("issue-over", where, says, "请退回单位，在控制数以内编细。")
