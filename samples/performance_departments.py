"""Departments of the fictitious year: their whole spending, and what was evaluated beforehand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

YEAR = 2026


def whole_department(number: int, code: str, bureau: str, rows: Rows) -> None:
    """A department's whole spending, its projects being those that it evaluated itself."""
    own = [row for row in rows["self_evaluation"] if row["department_code"] == code]
    projects = sum((row["executed_yuan"] for row in own), Decimal(0))
    original = Decimal(24000000 + number * 1700000)
    quota = 40 + number * 5
    rows["department_evaluation"].append(
        {
            "department_code": code,
            "department_name": f"样例县{bureau}",
            "year": YEAR,
            "quota_count": quota,
            "staff_count": quota - number % 4,
            "original_yuan": original,
            "supplement_yuan": original * (number % 5) / 100,
            "adjusted_yuan": original * (100 + number % 5) / 100,
            "executed_yuan": original * (95 + number % 4) / 100,
            "project_executed_yuan": projects,
            "carried_in_yuan": 900000 + number * 10000,
            "carried_out_yuan": 700000 + number * 9000,
            "last_three_yuan": 260000 + number * 3000,
            "three_budget_yuan": 255000 + number * 3000,
            "three_yuan": 240000 + number * 3000,
            "public_budget_yuan": 1800000 + number * 20000,
            "public_yuan": 1760000 + number * 20000,
            "procurement_plan_yuan": 3000000,
            "procurement_yuan": 2700000 + number * 9000,
            "assets_yuan": 52000000,
            "assets_used_yuan": 50500000,
            "task_count": 12,
            "task_done_count": 12,
            "project_count": len(own),
            "is_published": "是",
            "rules_grade": "符合",
            "satisfaction_percent": 90 + number % 8,
            "total_score": 94,
        }
    )


GRADED = (
    "basis_grade", "duty_grade", "unique_grade", "cost_grade", "benefit_grade", "goal_grade",
    "indicator_grade", "plan_grade", "control_grade", "source_grade", "risk_grade",
)  # fmt: skip


def assessed(number: int, code: str, rows: Rows) -> None:
    """Two ex-ante evaluations a department before the year began, a project and now and then a policy."""
    for which in range(2):
        fiscal = Decimal(900000 + number * 160000 + which * 400000)
        policy = which == 1 and number % 3 == 0
        weak = (number * 3 + which * 5) % 11
        grades = {
            name: "不符合" if place < weak - 7 else "基本符合" if place < weak else "符合"
            for place, name in enumerate(GRADED)
        }
        result = "予以支持" if weak < 4 else "部分支持" if weak < 10 else "不予支持"
        rows["ex_ante"].append(
            {
                "project_code": f"99010126X{number * 10 + which:012d}",
                "project_name": f"新设{'政策' if policy else '项目'}{number:02d}-{which + 1}（样例）",
                "unit_code": f"{code}001",
                "department_code": code,
                "variant": "政策" if policy else "项目",
                "budget_year": YEAR,
                "total_yuan": fiscal + 100000,
                "fiscal_yuan": fiscal,
                "other_yuan": 100000,
                "suggested_yuan": 0 if result == "不予支持" else fiscal * (10 - weak // 2) / 10,
                "start_date": date(YEAR, 1, 1),
                "end_date": date(YEAR + 2, 12, 31),
                "applied_on": date(YEAR - 1, 9, 20),
                "concluded_on": date(YEAR - 1, 9, 1),
                "result": result,
                "expert_count": 5,
                "score": {"予以支持": 94, "部分支持": 79, "不予支持": 58}[result] - weak,
                "alternative_count": 2,
                "indicator_count": 8,
                "baseline_count": 6,
            }
            | grades
        )
