"""The unit's page of a project: where it stands, what is asked, what was filed, who did what."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from shangji_web.filings.content import hot, opened
from shangji_web.filings.pool import last_year
from shangji_web.filings.queries import open_fields
from shangji_web.filings.reading import read_parts
from shangji_web.meetings.sources import decided_words, held
from shangji_web.projects.flow import flow
from shangji_web.projects.history import events_for
from shangji_web.projects.pages import page_of
from shangji_web.projects.services import visited
from shangji_web.rights.roles import pages
from shangji_web.rights.scope import sees
from shangji_web.templatetags.shown import wan

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from shangji_web.filings.content import Content
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project

ON_PAGE = ("withdraw", "head_approve", "department_approve", "return")
BACK = "return"
YEAR = 12


@page_of("unit")
def project_page(request: HttpRequest, project: Project) -> HttpResponse:
    """A project for its unit and its department: read only, with the acts whose turn it is."""
    content = latest(project, request.post)
    told: dict[str, Any] = {
        "project": project,
        "figures": figures(project, request.post),
        "tabs": tabs(project, request.post, "projects:project"),
        "parts": read_parts(content),
        "events": events_for(request.post, project),
        "acts": acts_open(project, request.post),
        "visited": [(name, flow().steps[name].zh) for name in visited(project)],
        "writes": writes(project, request.post),
        "opened": open_fields(project) if project.step == "drafting" else frozenset(),
        "reductions": reductions(project, request.post),
        "held": held(project, content) if sees(request.post, "decided", project) else None,
    }
    return render(request, "filings/project.html", told)


def latest(project: Project, post: Post) -> Content:
    """What the unit now says: to itself its draft while it writes, else the latest version."""
    draft = getattr(project, "draft", None)
    filing = project.filings.last()
    own = post.unit_code == project.unit_code
    if draft is not None and (filing is None or (own and project.step == "drafting")):
        return opened(draft.content)
    return opened(filing.content) if filing else {"rows": {}, "supplied": {}}


def writes(project: Project, post: Post) -> bool:
    """Whether the post may write on the draft now."""
    steps = flow().steps["drafting"]
    return (
        project.step == "drafting"
        and post.role in steps.roles
        and post.unit_code == project.unit_code
    )


def acts_open(project: Project, post: Post) -> list[Any]:
    """The acts of the unit's side that the post may try here."""
    return [act for act in flow().open_to(project, post.role) if act.name in ON_PAGE]


def amount(project: Project) -> Decimal | None:
    """The amount asked: of the draft while the unit writes, else of the latest version."""
    if project.step != "drafting" or getattr(project, "draft", None) is None:
        return project.asked_yuan
    asked: Decimal | None = hot(opened(project.draft.content))["asked_yuan"]
    return asked


def figures(project: Project, post: Post) -> list[dict[str, Any]]:
    """Last year's figures, this year's amount, and the ceiling once it is told."""
    past = {row["year"]: row for row in reversed(last_year(project))}
    year = project.season.year
    before = past.get(year - 1) or past.get(year - 2)
    made = [
        {
            "name": f"{before['year']} 年预算" if before else "上年预算",
            "value": wan(before["original_yuan"]) if before else "—",
            "unit": "万元" if before else "",
            "note": _executed(before) if before else "没有对应的往年项目",
        },
        {
            "name": "本年申报",
            "value": wan(amount(project)),
            "unit": "万元" if amount(project) is not None else "",
            "note": f"第 {project.version} 版" if project.version else "草稿，还没有送审",
        },
    ]
    ceiling = project.decided_yuan if sees(post, "decided", project) else None
    made.append(
        {
            "name": "控制数",
            "value": wan(ceiling) if ceiling is not None else "—",
            "unit": "万元" if ceiling is not None else "",
            "note": "已一下" if ceiling is not None else "一下后告知",
        }
    )
    return made


def _executed(row: dict[str, Any]) -> str:
    if row["executed_yuan"] is None:
        return "执行数没有"
    until = f"，到 {row['as_of']:%m-%d}" if row["as_of"] and row["period_months"] != YEAR else ""
    return f"执行 {wan(row['executed_yuan'])} 万元{until}"


def reductions(project: Project, post: Post) -> dict[str, Any]:
    """What was cut and why, once 一下 has told it."""
    if not sees(post, "reductions", project) or project.decided_yuan is None:
        return {}
    outcome = project.outcomes.last()
    cut = (project.asked_yuan or Decimal(0)) - project.decided_yuan
    named = list(project.deductions.filter(removed_at=None))
    causes = outcome.reductions if outcome else []
    return {
        "asked": project.asked_yuan,
        "decided": project.decided_yuan,
        "cut": cut,
        "named": named,
        "causes": causes,
        "meeting": _by_meeting(project, cut, named, causes),
        "sources": decided_words(project),
    }


def _by_meeting(
    project: Project, cut: Decimal, named: list[Any], causes: list[dict[str, str]]
) -> dict[str, Any]:
    """What the meeting took beyond the review's cuts, or gave back: all together make the cut."""
    made = project.decisions.filter(undone_at=None).select_related("meeting").last()
    if made is None or project.round != 1:
        return {}
    parts = [one.amount_yuan for one in named] or [Decimal(one["yuan"]) for one in causes]
    rest = cut - sum(parts, Decimal(0))
    told = {"more": -rest, "name": made.meeting.name, "reason": made.reason}
    return told if rest else {}


def tabs(project: Project, post: Post, here: str) -> list[dict[str, Any]]:
    """The pages of a project that the post may open."""
    names = [
        ("projects:project", "项目", ""),
        ("filings:check", "自查", ""),
        ("filings:papers", "附件", project.papers.filter(removed_at=None, finding_id="").count()),
        ("filings:versions", "版本", project.filings.count()),
    ]
    if project.told_at is not None:
        names.append(("responses:answers", "答复与申辩", project.answers.count()))
    return [
        {
            "zh": zh,
            "link": reverse(name, args=[project.code]),
            "here": name == here,
            "count": count,
        }
        for name, zh, count in names
        if pages().opens(name, post.role)
    ]
