"""Pages on which ceilings are entered: a department's grid, a workbook, publication."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from shangji.allocate.money import yuan
from shangji.errors import Problem, Refused, Where
from shangji_web import snapshot
from shangji_web.meetings.balance import balance
from shangji_web.meetings.queries import in_wan
from shangji_web.projects.models import Project
from shangji_web.seasons import ceiling_books, ceilings
from shangji_web.seasons.ceilings import GIVEN, KINDS, PROJECTS, TOTAL, Entry
from shangji_web.seasons.queries import season_asked
from shangji_web.seasons.standing import RIGID, asked_of
from shangji_web.typed import wan_to_yuan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from django.http import HttpRequest

    from shangji_web.seasons.models import Season

KEY = "ceilings"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def enter(request: HttpRequest) -> HttpResponse:
    """The grid of a department: it and its units by the sources, in 万元."""
    season = season_asked()
    departments, _ = ceilings.names_of(season)
    asked = request.GET.get("department", "")
    department = asked if asked in departments else next(iter(sorted(departments)), "")
    kind = request.GET.get("kind", PROJECTS)
    kind = kind if kind in KINDS else PROJECTS
    if not department:
        raise Http404
    problems: Sequence[Problem] = ()
    if request.method == "POST":
        given, problems = _given(request, season, department, kind)
        try:
            if not problems:
                seen = request.POST.get("seal", "")
                count = ceilings.enter(season, request.post, given, seen=seen)
                says = f"已保存 {count} 个控制数，记入账本。" if count else "没有改动。"
                messages.success(request, says)
                return redirect(request.get_full_path())
        except Refused as refused:
            problems = refused.problems
    told = {
        "problems": problems,
        "department": department,
        "department_name": departments[department],
        "kind_zh": KINDS[kind],
        "seal": ceilings.seal(season),
        "sources": [(code, ceilings.source_words(code)) for code in sources_of(season)],
        "lines": _grid(request, season, department, kind),
        "filters": _filters(departments, department, kind),
    }
    return render(request, "seasons/enter.html", told, status=422 if problems else 200)


def sources_of(season: Season) -> list[str]:
    """The sources that there is money of, that are asked, or that have a ceiling."""
    there = {fund.code for fund in balance(season) if fund.code}
    there |= {one.fund_source for one in ceilings.entries(season).values()}
    return [code for code in snapshot.pack().codes["fund_source"].codes if code in there]


def _filters(departments: dict[str, str], department: str, kind: str) -> list[dict[str, Any]]:
    return [
        {
            "name": "department",
            "zh": "部门",
            "value": department,
            "options": sorted(departments.items()),
        },
        {"name": "kind", "zh": "控制口径", "value": kind, "options": list(KINDS.items())},
    ]


def _lines(season: Season, department: str) -> list[tuple[str, str]]:
    units = season.units.filter(department_code=department).order_by("code")
    return [("", "部门合计"), *units.values_list("code", "name")]


def _grid(request: HttpRequest, season: Season, department: str, kind: str) -> list[dict[str, Any]]:
    """Lines of cells: what is typed, beside what is asked."""
    now = ceilings.entries(season)
    asked = _asked(season, department, kind)
    made = []
    for unit, zh in _lines(season, department):
        cells = []
        for source in sources_of(season):
            entry = now.get((department, unit, source, kind))
            name = f"c-{unit}-{source}"
            value = request.POST.get(name, in_wan(entry.amount_yuan) if entry else "")
            wanted = asked.get((unit, source))
            over = bool(
                entry and entry.amount_yuan is not None and (wanted or 0) > entry.amount_yuan
            )
            cells.append({"name": name, "value": value, "asked": wanted, "over": over})
        made.append({"code": unit, "zh": zh, "cells": cells})
    return made


def _asked(season: Season, department: str, kind: str) -> dict[tuple[str, str], Decimal]:
    projects = Project.objects.filter(
        season=season, department_code=department, submitted_at__isnull=False
    )
    every = list(projects if kind == TOTAL else projects.exclude(lane=RIGID))
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    shares = asked_of(season, every)
    for one in every:
        for source, part in shares[one.pk].items():
            sums["", source] += part
            sums[one.unit_code, source] += part
    return {key: yuan(amount) for key, amount in sums.items()}


def _given(
    request: HttpRequest, season: Season, department: str, kind: str
) -> tuple[list[Entry], list[Problem]]:
    """What the cells say: an amount, or nothing where one is taken back."""
    given: list[Entry] = []
    problems: list[Problem] = []
    for unit, zh in _lines(season, department):
        for source in sources_of(season):
            text = request.POST.get(f"c-{unit}-{source}")
            if text is None:
                continue
            try:
                amount = wan_to_yuan(text) if text.strip() else None
            except ValueError:
                where = Where(field=f"{zh}，{ceilings.source_words(source)}")
                fix = "请填阿拉伯数字，单位万元，最多六位小数；不定控制数的请空着。"
                says = "控制数不是数字。"
                problems.append(Problem("ceiling-wrong", where, says, fix, value=text))
                continue
            given.append(Entry(department, unit, source, kind, amount))
    return given, problems


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Whether ceilings bind, and which one 一下 gives."""
    binds, given = request.POST.get("binds") == "yes", request.POST.get("given", "")
    ceilings.settle(season_asked(), request.post, binds=binds, given=given)
    rule = "超出的不能送审" if binds else "超出的只提醒"
    messages.success(request, f"已保存：{rule}；一下下达{GIVEN.get(given, '')}。")
    return redirect("seasons:ceilings")


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Let units and departments see their ceilings."""
    try:
        count = ceilings.publish(season_asked(), request.post)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, f"{problem.says}{problem.fix}")
    else:
        messages.success(request, f"已公布 {count} 个控制数，单位和主管部门看到各自的。")
    return redirect("seasons:ceilings")


def workbook(request: HttpRequest) -> HttpResponse:
    """A workbook of ceilings: seen first, nothing is changed."""
    if request.method != "POST":
        return render(request, "seasons/ceiling_workbook.html")
    season, upload = season_asked(), request.FILES.get("file")
    try:
        data = upload.read() if upload else b""
        found = ceiling_books.dry_run(season, upload.name if upload else "", data)
    except Refused as refused:
        told = {"problems": refused.problems}
        return render(request, "seasons/ceiling_workbook.html", told, status=422)
    request.session[KEY] = {
        "seal": ceilings.seal(season),
        "rows": [[*one.entry.key, f"{one.entry.amount_yuan:f}"] for one in found.lines],
    }
    return render(request, "seasons/ceiling_workbook.html", {"found": found})


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take over the workbook that was shown."""
    from decimal import Decimal

    held = request.session.pop(KEY, None)
    if not held:
        raise Http404
    given = [Entry.of(row[:4], Decimal(row[4])) for row in held["rows"]]
    try:
        count = ceilings.enter(season_asked(), request.post, given, seen=held["seal"])
    except Refused as refused:
        told = {"problems": refused.problems}
        return render(request, "seasons/ceiling_workbook.html", told, status=422)
    messages.success(request, f"已接收 {count} 个控制数，记入账本。")
    return redirect("seasons:ceilings")


def template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's form
    """The workbook to fill in, with what stands now."""
    season = season_asked()
    answer = HttpResponse(ceiling_books.written(season), content_type=XLSX)
    name = f"{season.year}年预算控制数.xlsx"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)  # noqa: FBT003 - Django's
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
