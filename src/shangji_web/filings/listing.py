"""The list of a unit's or a department's projects, with what is asked and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from shangji_web.filings.content import PROJECT
from shangji_web.filings.pages import amount, writes
from shangji_web.filings.pool import last_year, pool
from shangji_web.filings.queries import of_season, open_fields
from shangji_web.projects.flow import flow
from shangji_web.rights.scope import sees
from shangji_web.seasons.queries import season_now
from shangji_web.templatetags.shown import wan

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shangji_web.filings.pool import Pool
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project

NOUGHT = Decimal(0)
SOON = 3
DO = {
    "drafting": "填报并送审",
    "unit_head": "审核：同意上报或退回",
    "department": "审核：同意报财政或退回",
    "told": "看审减原因，答复或申辩，开始二上",
}


@dataclass(frozen=True)
class Listed:
    """A line of the list."""

    project: Project
    asked: Decimal | None
    past: Decimal | None
    ceiling: Decimal | None
    do: str
    due: date | None
    link: str

    @property
    def days(self) -> int | None:
        """Days until it is due."""
        return None if self.due is None else (self.due - timezone.localdate()).days

    @property
    def late_by(self) -> int:
        """Days since it was due."""
        return -(self.days or 0)

    @property
    def late(self) -> bool:
        """Whether it is due soon or overdue."""
        return self.days is not None and self.days <= SOON


def listed(request: HttpRequest) -> dict[str, Any]:
    """The list with its figures, tabs and filters."""
    post, season = request.post, season_now()
    held = pool(season) if season else None
    found = of_season(post, season).select_related("season", "draft")
    every = [_line(project, post, held) for project in found]
    every.sort(key=lambda line: (not line.do, line.due or date.max))
    turn = [line for line in every if line.do]
    only, words = request.GET.get("only", ""), request.GET.get("words", "").strip()
    shown = turn if only == "turn" else every
    if words:
        shown = [
            line
            for line in shown
            if words in line.project.name
            or words in line.project.code
            or words in line.project.unit_name
        ]
    told = any(line.ceiling is not None for line in every)
    return {
        "lines": shown,
        "season": season,
        "sums": {
            "past": sum((line.past or NOUGHT for line in shown), NOUGHT),
            "asked": sum((line.asked or NOUGHT for line in shown), NOUGHT),
            "ceiling": sum((line.ceiling or NOUGHT for line in shown), NOUGHT),
        },
        "told": told,
        "by_unit": len({line.project.unit_code for line in every}) > 1,
        "figures": _figures(every, turn, told=told),
        "tabs": [
            {"zh": "全部项目", "link": "?", "here": only != "turn", "count": len(every)},
            {"zh": "轮到我办", "link": "?only=turn", "here": only == "turn", "count": len(turn)},
        ],
        "words": words,
        "only": only,
        "begins": post.role == "unit_clerk",
    }


def _texts(project: Project) -> tuple[str, ...]:
    return project.name, project.code, project.unit_name


def _figures(every: list[Listed], turn: list[Listed], *, told: bool) -> list[dict[str, Any]]:
    past = sum((line.past or NOUGHT for line in every), NOUGHT)
    asked = sum((line.asked or NOUGHT for line in every), NOUGHT)
    ceiling = sum((line.ceiling or NOUGHT for line in every), NOUGHT)
    return [
        {
            "name": "上年预算",
            "value": wan(past or None),
            "unit": "万元" if past else "",
            "note": "有对应关系的往年项目",
        },
        {"name": "本年申报", "value": wan(asked), "unit": "万元", "note": f"{len(every)} 个项目"},
        {
            "name": "控制数",
            "value": wan(ceiling) if told else "—",
            "unit": "万元" if told else "",
            "note": "" if told else "一下后告知",
        },
        {
            "name": "轮到我办",
            "value": len(turn),
            "unit": "项",
            "tone": "warn" if turn else "good",
            "link": "?only=turn",
        },
    ]


def _line(project: Project, post: Post, held: Pool | None) -> Listed:
    turn = post.role in flow().steps[project.step].roles
    do = DO.get(project.step, "办理") if turn else ""
    if turn and project.step == "drafting":
        if project.round > 1:
            do = "二上：在控制数内编细并送审"
        elif open_fields(project):
            do = "补正开放的栏目并送审"
    link = reverse("projects:project", args=[project.code])
    if writes(project, post):
        link = reverse("filings:sheet", args=[project.code, PROJECT])
    elif project.step == "told" and turn:
        link = reverse("responses:answers", args=[project.code])
    before = [row for row in last_year(project, held) if row["year"] == project.season.year - 1]
    ceiling = project.decided_yuan if sees(post, "decided", project) else None
    past = before[0]["original_yuan"] if before else None
    return Listed(project, amount(project), past, ceiling, do, due(project), link)


def due(project: Project) -> date | None:
    """Until when the unit's side has to do what is asked; None where nothing is due."""
    if project.step not in DO:
        return None
    days = flow().days
    if project.step == "told" and project.told_at is not None:
        return timezone.localdate(project.told_at) + timedelta(days=days["answer"])
    if project.due_on is not None:
        return project.due_on
    last = project.events.filter(act="correct", round=project.round).last()
    if last is not None and open_fields(project):
        return timezone.localdate(last.at) + timedelta(days=days["correct"])
    name = "first_up" if project.round == 1 else "second_up"
    stage = next((item for item in project.season.stages.all() if item.name == name), None)
    return stage.closes_on if stage else None
