"""Last year and the year before: budgets, execution, names that changed, evaluations."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from shangji.faults.data import county

if TYPE_CHECKING:
    from shangji.faults.world import Project, Row, World

RENAMES = (
    ("经费", "专项经费"),
    ("服务", "购买服务"),
    ("补助", "补贴"),
    ("维修", "修缮"),
    ("改造", "提升改造"),
    ("运行", "运转"),
    ("项目", ""),
    ("养护", "管护"),
    ("补贴", "补助资金"),
)
SLOW_BELOW = 80
JULY_PARTS = (44, 71)
"""Per cent of the year spent by the end of July, in order."""


def recall(world: World, seed: int) -> None:
    """Write history, lineage and evaluations, and tell projects of the year before."""
    held = world.bureau
    for name in ("history", "lineage", "evaluation"):
        held[name] = []
    lasting = [
        project for project in world.reviewed() if project.row["project_attribute"] == "延续"
    ]
    for number, project in enumerate(lasting):
        draw = Random(f"{seed}/past/{project.key}")
        _remember(world, project, number, draw)
    _merge(world, lasting)
    _evaluate(world, lasting, Random(f"{seed}/evaluation"))


def _remember(world: World, project: Project, number: int, draw: Random) -> None:
    data, row = county(), project.row
    year = data["year"]
    code = (
        f"{data['region']}{year % 100 - 1}{str(row['project_code'])[8]}{number * 37 + 500001:012d}"
    )
    name = re.sub(str(year), str(year - 1), str(row["project_name"]))
    renamed = draw.random() < 0.2
    if renamed:
        old, new = next(((a, b) for a, b in RENAMES if a in name), ("", ""))
        name = name.replace(old, new, 1) if old else f"{name}（原）"
    row["prior_project_code"] = code
    this, last, rate = _amounts(project, draw)
    project.prior = {
        "code": code,
        "name": name,
        "this": this,
        "last": last,
        "rate": rate,
        "renamed": renamed,
    }
    works = row["lane"] == "工程"
    july = draw.randint(*JULY_PARTS)
    years = [
        (year - 2, f"{year - 2}-12-31", 12, last, rate),
        (year - 1, f"{year - 1}-07-31", 7, this, july),
    ]
    for each, day, months, budget, percent in years:
        if works and each == year - 2:
            continue
        executed = (budget * percent / 100).quantize(Decimal("0.01"))
        late = Decimal(0)
        if percent < SLOW_BELOW and months == 12 and row.get("transfer_notice_no"):
            late = (budget * (100 - percent) / 100).quantize(Decimal(1))
        world.bureau["history"].append(
            {
                "project_code": code,
                "project_name": name,
                "unit_code": row["unit_code"],
                "department_code": row["department_code"],
                "year": each,
                "as_of": day,
                "period_months": months,
                "project_category": row["project_category"],
                "functional_class": row["functional_class"],
                "original_yuan": budget,
                "adjusted_yuan": budget,
                "executed_yuan": executed,
                "late_transfer_yuan": late,
                "is_finished": "否",
            }
        )
    _link(world, project)


def _link(world: World, project: Project) -> None:
    """Say which of last year's projects this one was."""
    world.bureau["lineage"].append(
        {
            "project_code": project.code,
            "prior_project_code": project.prior["code"],
            "prior_year": county()["year"] - 1,
            "kind": "改名" if project.prior["renamed"] else "同一项目",
            "share": 1,
            "confirmed_by": "样例审核员",
            "confirmed_on": "2026-09-10",
        }
    )


def _amounts(project: Project, draw: Random) -> tuple[Decimal, Decimal, int]:
    """This year's budget, last full year's, and its execution in per cent: U-shaped, mean 82."""
    asked = project.amount
    luck = draw.random()
    if luck < 0.2:
        this = asked
    elif luck < 0.33:
        this = (asked * 100 / draw.choice((105, 110))).quantize(Decimal("0.01"))
    else:
        this = (asked * 100 / draw.randint(112, 150)).quantize(Decimal(100))
    rate = draw.choice(
        (
            draw.randint(18, 49),
            draw.randint(52, 79),
            *[draw.randint(90, 100)] * 5,
            draw.randint(82, 92),
        )
    )
    last = (this * draw.randint(88, 98) / 100).quantize(Decimal(100)) or this
    if rate < SLOW_BELOW:  # slow ones ask for less than they had, as they should
        last = (asked * draw.randint(112, 150) / 100).quantize(Decimal(100))
        this = (asked * draw.randint(104, 118) / 100).quantize(Decimal(100))
    return max(this, Decimal(1000)), max(last, Decimal(1000)), rate


def _merge(world: World, lasting: list[Project]) -> None:
    """One in twenty comes of two of last year's."""
    for project in lasting[::20]:
        code = f"{project.prior['code'][:-1]}9"
        if any(row["project_code"] == code for row in world.bureau["history"]):
            continue
        rows = [
            row for row in world.bureau["history"] if row["project_code"] == project.prior["code"]
        ]
        for row in rows:
            part: Row = {
                **row,
                "project_code": code,
                "project_name": f"{row['project_name']}（分项）",
            }
            for name in ("original_yuan", "adjusted_yuan", "executed_yuan", "late_transfer_yuan"):
                part[name] = (row[name] / 4).quantize(Decimal("0.01"))
                row[name] -= part[name]
            world.bureau["history"].append(part)
        link = next(row for row in world.bureau["lineage"] if row["project_code"] == project.code)
        link["kind"] = "合并"
        world.bureau["lineage"].append({**link, "prior_project_code": code})


GRADES = ("优", "优", "良", "良", "良", "良", "良", "良", "中", "中", "中", "差")
SCORES = {"优": 93, "良": 85, "中": 72, "差": 55}
"""What the bureau found of a dozen projects; departments found none below 良."""


def _evaluate(world: World, lasting: list[Project], draw: Random) -> None:
    """Self-scores, nearly all above ninety; a dozen evaluations by the bureau."""
    told = [project for project in lasting if project.row["lane"] != "工程"]
    for project in told:
        less = Decimal(draw.randint(0, 9)) / 10
        score = Decimal(draw.choice((92, 94, 95, 96, 97, 98, 99, 100))) - less
        if draw.random() < 0.03:
            score = Decimal(draw.randint(84, 89))
        grade = "优" if score >= 90 else "良"
        _mark(world, project, "单位自评", score, grade=grade, day="2026-03-28")
    chosen = sorted(told, key=lambda project: -project.amount)[: 3 * len(GRADES)]
    sampled = draw.sample(chosen, min(len(GRADES), len(chosen)))
    for grade, project in zip(GRADES, sampled, strict=False):
        row = _mark(world, project, "财政评价", SCORES[grade], grade=grade, day="2026-07-10")
        row["report_no"] = f"样例绩评〔2026〕{draw.randint(3, 40)}号（样例）"
        if grade in {"中", "差"}:
            row["problem"] = "资金拨付偏晚，台账不完整"
            _asks_less(world, project)
    others = [project for project in told if project not in chosen]
    for project in draw.sample(others, min(60, len(others) // 4)):
        grade = draw.choice(("优", "良", "良", "良"))
        _mark(world, project, "部门评价", SCORES[grade], grade=grade, day="2026-05-22")


def _mark(
    world: World, project: Project, kind: str, score: Decimal | int, *, grade: str, day: str
) -> Row:
    """Write one evaluation of the last full year."""
    row: Row = {
        "project_code": project.prior["code"],
        "unit_code": project.row["unit_code"],
        "year": county()["year"] - 2,
        "kind": kind,
        "score": score,
        "grade": grade,
        "evaluated_on": day,
        "is_corrected": "是",
    }
    world.bureau["evaluation"].append(row)
    return row


def _asks_less(world: World, project: Project) -> None:
    """What was found wanting is asked for in a smaller sum than the year before."""
    for row in world.bureau["history"]:
        if row["project_code"] == project.prior["code"]:
            budget = (project.amount * 125 / 100).quantize(Decimal(100))
            row |= {
                "original_yuan": budget,
                "adjusted_yuan": budget,
                "late_transfer_yuan": Decimal(0),
                "executed_yuan": (
                    budget * 9 / 10 if row["period_months"] == 12 else budget / 2
                ).quantize(Decimal("0.01")),
            }
