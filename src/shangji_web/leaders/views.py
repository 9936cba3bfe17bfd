"""The leader's page and what opens from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from shangji.report.reviewed import NO_GRADE, RIGID, SPREAD
from shangji.words import RULE
from shangji_web.leaders import lists, queries
from shangji_web.leaders.plane import plane_seen
from shangji_web.meetings.queries import department_rows
from shangji_web.meetings.queries import departments as decided_departments
from shangji_web.seasons.queries import season_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from shangji_web.reviews.models import Run
    from shangji_web.seasons.models import Season

LINES = 50
GATES = {"rejected": "不予入库", "correction": "补正", "pending": "待核", "passed": "通过"}
SHOWN = ("gate", "grade", "department", "codes", "cause", "name", "arranged", "q")


def _season_and_run() -> tuple[Season, Run | None]:
    season = season_asked()
    return season, season.runs.last()


def page(request: HttpRequest) -> HttpResponse:
    """One sentence, where the money went, the plane, departments, what is to be decided, trust."""
    season, run = _season_and_run()
    if run is None:
        return render(request, "leaders/nothing.html")
    summary = run.summary
    total = queries.total_of(summary)
    rows = queries.departments(summary, season)
    shown = queries.DEPARTMENTS_SHOWN
    told = {
        "run": run,
        "summary": summary,
        "total": total,
        "plan": summary.get("plan") or {},
        "fall": queries.waterfall(summary),
        "plane": plane_seen(request.post, run),
        "departments": rows[:shown],
        "rest": len(rows) - len(rows[:shown]),
        "decisions": queries.decisions(summary),
        "beside": queries.beside(request.post, season),
        "trust": queries.trust(run),
        "open_grades": [
            (row, queries.listed(grade=row["grade"]))
            for row in summary.get("grades", ())
            if row["grade"] in (NO_GRADE, SPREAD)
        ],
    }
    return render(request, "leaders/page.html", told)


def projects(request: HttpRequest) -> HttpResponse:
    """The projects that a figure stands for."""
    season, run = _season_and_run()
    if run is None:
        return render(request, "leaders/nothing.html")
    show = {name: request.GET[name] for name in SHOWN if request.GET.get(name)}
    found = lists.listed(request.post, run, show).order_by("-asked_yuan", "project__code")
    filters = [
        {"name": "q", "zh": "项目、单位或代码", "value": show.get("q", ""), "options": None},
        {
            "name": "department",
            "zh": "部门",
            "value": show.get("department", ""),
            "options": [
                (row["department_code"], row["department_name"])
                for row in decided_departments(request.post, season)
            ],
        },
        {
            "name": "grade",
            "zh": "等级",
            "value": show.get("grade", ""),
            "options": [(name, name) for name in (*queries.GRADES, SPREAD, NO_GRADE, RIGID)],
        },
        {"name": "gate", "zh": "入库", "value": show.get("gate", ""), "options": GATES.items()},
    ]
    told = {
        "page": Paginator(found, LINES).get_page(request.GET.get("page")),
        "filters": filters,
        "found": f"共 {found.count()} 个项目",
        "gates": GATES,
        "kept": {
            name: show[name] for name in ("codes", "cause", "name", "arranged") if name in show
        },
        "why": _why(run, show),
    }
    return render(request, "leaders/projects.html", told)


def _why(run: Run, show: dict[str, str]) -> str:
    """What the list is of, where a figure led here."""
    if "cause" in show:
        rows = [*run.summary.get("causes", ()), *(run.summary.get("plan") or {}).get("causes", ())]
        same = [
            row["zh"]
            for row in rows
            if row["cause_kind"] == show["cause"] and row["cause_id"] == show.get("name", "")
        ]
        return f"因“{same[0]}”减少的项目" if same else ""
    if "codes" in show:
        return "需要领导决定的这一组项目"
    return "建议安排的项目" if "arranged" in show else ""


def causes(request: HttpRequest) -> HttpResponse:
    """Every cause that took money: rules from asked to approved, the rest from approved on."""
    _, run = _season_and_run()
    if run is None:
        return render(request, "leaders/nothing.html")
    ruled = [{**row, "yuan": row["cut_yuan"], "link": _link(row)} for row in run.summary["causes"]]
    later = [
        {**row, "yuan": row["amount_yuan"], "link": _link(row)}
        for row in (run.summary.get("plan") or {}).get("causes", ())
        if row["cause_kind"] != RULE
    ]
    return render(request, "leaders/causes.html", {"ruled": ruled, "later": later})


def _link(row: dict[str, Any]) -> str:
    return queries.listed(cause=row["cause_kind"], name=row["cause_id"])


def unknowns(request: HttpRequest) -> HttpResponse:
    """What is missing, who owes it, and how many rules and projects wait for it."""
    _, run = _season_and_run()
    if run is None:
        return render(request, "leaders/nothing.html")
    return render(request, "leaders/unknowns.html", {"unknown": run.summary.get("unknown", {})})


def departments(request: HttpRequest) -> HttpResponse:
    """Every department in one table."""
    season, run = _season_and_run()
    if run is None:
        return render(request, "leaders/nothing.html")
    rows = queries.departments(run.summary, season)
    return render(request, "leaders/departments.html", {"departments": rows})


def department(request: HttpRequest, code: str) -> HttpResponse:
    """One department, to be handed over on paper: its sums, its projects, why each was reduced."""
    season, run = _season_and_run()
    rows = department_rows(request.post, season, code)
    if not rows:
        raise Http404
    outcomes = {}
    if run is not None:
        held = lists.outcomes_seen(request.post, run).filter(project__department_code=code)
        outcomes = {one.project_id: one for one in held}
    told = {
        "run": run,
        "rows": [(row, outcomes.get(row.project.pk)) for row in rows],
        "sums": next(
            one
            for one in decided_departments(request.post, season)
            if one["department_code"] == code
        ),
    }
    return render(request, "leaders/department.html", told)
