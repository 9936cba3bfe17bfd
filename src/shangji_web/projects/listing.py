"""The bureau's list of projects: filters, sums, and a workbook of it; only what a post sees."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from shangji.domain import SEVERITIES, wan
from shangji_web.projects.flow import flow
from shangji_web.rights.roles import roles
from shangji_web.rights.scope import projects_seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project
    from shangji_web.seasons.models import Season

GRADES = ("A", "B", "C", "D")
SPREAD, NONE = "spread", "none"
SORTS = {"asked": "-asked_yuan", "cut": "-at_stake_yuan", "unit": "unit_code", "code": "code"}
MONEY = ("asked_yuan", "suggested_yuan", "decided_yuan")
COLUMNS = (
    ("code", "项目代码", ""),
    ("name", "项目名称", ""),
    ("department_name", "主管部门", ""),
    ("unit_name", "单位", ""),
    ("step", "环节", ""),
    ("grade", "等级", "score"),
    ("worst", "最重疑点", "findings"),
    ("finding_count", "疑点数", "findings"),
    ("unknown_count", "不知道数", "findings"),
    ("asked_yuan", "申报（元）", ""),
    ("suggested_yuan", "建议核定（元）", "suggested"),
    ("decided_yuan", "决定数（元）", "decided"),
)
"""Column, its heading, and the field of the rights that it needs."""

EQUAL = {"department": "department_code", "division": "division_code", "step": "step"}


def columns_of(post: Post) -> list[tuple[str, str]]:
    """The columns that a post sees whether or not a project was told."""
    always = roles()[post.role].always
    return [(name, zh) for name, zh, field in COLUMNS if not field or field in always]


def listed(post: Post, season: Season, asked: Mapping[str, str]) -> QuerySet[Project]:
    """The projects of a season that a post sees, as the filters want them.

    Args:
        post: who asks.
        season: the year.
        asked: `department`, `division`, `step`, `grade`, `worst`, `q`, `sort` or none of them.
    """
    found = projects_seen(post).filter(season=season)
    for name, column in EQUAL.items():
        if asked.get(name):
            found = found.filter(**{column: asked[name]})
    seen = {name for name, _ in columns_of(post)}
    if asked.get("grade") and "grade" in seen:
        found = found.filter(_grade(asked["grade"]))
    if asked.get("worst") and "worst" in seen:
        found = found.filter(worst=asked["worst"])
    for word in asked.get("q", "").split():
        found = found.filter(
            Q(code__icontains=word) | Q(name__icontains=word) | Q(unit_name__icontains=word)
        )
    return found.order_by(SORTS.get(asked.get("sort", ""), SORTS["asked"]), "code")


def _grade(name: str) -> Q:
    from django.db.models import F

    if name == SPREAD:
        return ~Q(grade=F("grade_high"))
    return Q(grade="") if name == NONE else Q(grade=name, grade_high=name)


def sums(projects: QuerySet[Project], post: Post) -> dict[str, Any]:
    """How many projects, and the sums of the amounts that a post sees."""
    seen = {name for name, _ in columns_of(post)}
    wanted = {name: Sum(name) for name in MONEY if name in seen}
    return projects.order_by().aggregate(
        number=Count("pk"), findings=Sum("finding_count"), unknown=Sum("unknown_count"), **wanted
    )


def choices(post: Post, season: Season) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers."""
    seen = projects_seen(post).filter(season=season).order_by()
    departments = seen.values_list("department_code", "department_name").distinct()
    divisions = (
        season.units.exclude(division_code="")
        .order_by()
        .values_list("division_code", "division_name")
        .distinct()
    )
    mine = set(seen.values_list("division_code", flat=True).distinct())
    return {
        "department": sorted(departments),
        "division": sorted(item for item in divisions if item[0] in mine),
        "step": [(step.name, step.zh) for step in flow().steps.values()],
        "grade": [
            *((name, f"{name} 类") for name in GRADES),
            (SPREAD, "区间跨级"),
            (NONE, "未定级"),
        ],
        "worst": list(SEVERITIES.items()),
    }


def _cells(project: Project, names: list[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        value = getattr(project, name)
        if name == "step":
            value = flow().steps[value].zh
        if name == "worst":
            value = SEVERITIES.get(value, "")
        if name == "grade" and project.grade != project.grade_high:
            value = f"{project.grade}至{project.grade_high}"
        yield name, value


def workbook(projects: QuerySet[Project], post: Post, title: str) -> bytes:
    """The list as a workbook. Text is written as text: what a unit wrote is never a formula."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(
        held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("项目清单")
    bold = book.add_format({"bold": True, "bg_color": "#E9EEF3", "border": 1, "text_wrap": True})
    money = book.add_format({"num_format": "#,##0.00", "border": 1})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    columns = columns_of(post)
    names = [name for name, _ in columns]
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for at, (name, zh) in enumerate(columns):
        sheet.write_string(1, at, zh, bold)
        sheet.set_column(at, at, 34 if name == "name" else 24 if name == "code" else 16)
    row = 1
    for row, project in enumerate(projects.iterator(), 2):
        for at, (name, value) in enumerate(_cells(project, names)):
            if name in MONEY and value is not None:
                sheet.write_number(row, at, value, money)
            elif isinstance(value, int):
                sheet.write_number(row, at, value, plain)
            else:
                sheet.write_string(row, at, "" if value is None else str(value), plain)
    total = sums(projects, post)
    sheet.write_string(row + 1, 0, f"合计 {total['number']} 项", bold)
    for at, name in enumerate(names):
        if name in MONEY:
            sheet.write_number(row + 1, at, total[name] or Decimal(0), money)
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    book.close()
    return held.getvalue()


def sentence(total: Mapping[str, Any]) -> str:
    """The sums in words, over the table."""
    parts = [f"共 {total['number']:,} 项，申报 {wan(total['asked_yuan'] or 0)} 万元"]
    if total.get("suggested_yuan") is not None:
        parts.append(f"建议核定 {wan(total['suggested_yuan'])} 万元")
    if total.get("decided_yuan") is not None:
        parts.append(f"已定 {wan(total['decided_yuan'])} 万元")
    return "，".join(parts)
