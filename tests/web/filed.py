"""Projects for tests of the site, filed in few lines, with findings as a review leaves them."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shangji_web.people.models import Person
    from shangji_web.projects.models import Project
    from shangji_web.reviews.models import Finding, Run
    from shangji_web.seasons.models import Season

UNIT, DEPARTMENT, DIVISION = "U001", "D01", "V01"


def unit(season: Season, code: str = UNIT, name: str = "样例县图书馆", **more: Any) -> None:
    """A unit of department D01, looked after by division V01."""
    given = {"department_code": DEPARTMENT, "department_name": "样例县文旅局"}
    given |= {"division_code": DIVISION, "division_name": "教科文科", **more}
    season.units.create(code=code, name=name, **given)


def content(
    code: str, unit_code: str = UNIT, amount: str = "626000.00", **project: str
) -> dict[str, Any]:
    """A filing's content: one project row, one line of its amount, one target."""
    row = {
        "project_code": code,
        "project_name": "阅览桌椅更新",
        "unit_code": unit_code,
        "unit_name": "样例县图书馆",
        "department_code": DEPARTMENT,
        "budget_year": "2027",
        "project_category": "22",
        "lane": "operation",
        "amount_yuan": amount,
        **project,
    }
    line = {"project_code": code, "line_no": "1", "expense_item": "阅览桌", "amount_yuan": amount}
    target = {
        "project_code": code,
        "target_no": "1",
        "level3": "更新阅览桌数量",
        "value_text": "≥100",
    }
    rows = {"project": [row], "line": [line], "target": [target]}
    supplied = {name: sorted(held[0]) for name, held in rows.items()}
    return {"rows": rows, "supplied": supplied}


def project(
    season: Season,
    code: str = "P1",
    *,
    by: Person | None = None,
    unit_code: str = UNIT,
    step: str = "first_review",
    amount: str = "626000.00",
    **more: Any,
) -> Project:
    """A project at a step; beyond 填报 it has a filing of version 1, at 填报 a draft."""
    from django.utils import timezone

    from shangji_web import snapshot
    from shangji_web.filings.models import Draft, Filing
    from shangji_web.projects.models import Project

    now = timezone.now()
    held = step not in {"drafting", "unit_head", "department"}
    given = {"unit_name": "样例县图书馆", "department_code": DEPARTMENT, "division_code": DIVISION}
    given |= {
        "department_name": "样例县文旅局",
        "name": "阅览桌椅更新",
        "lane": "operation",
        **more,
    }
    made = Project.objects.create(
        season=season,
        code=code,
        unit_code=unit_code,
        step=step,
        version=0 if step == "drafting" else 1,
        asked_yuan=Decimal(amount),
        handed_up_at=now if step not in {"drafting", "unit_head"} else None,
        submitted_at=now if held else None,
        **given,
    )
    text, sha256 = snapshot.canonical(content(code, unit_code, amount))
    if step == "drafting":
        Draft.objects.create(project=made, content=text, by=by)
    else:
        Filing.objects.create(
            project=made,
            version=1,
            round=1,
            content=text,
            sha256=sha256,
            tables_sha256="0" * 64,
            by=by,
        )
    return made


def run(season: Season) -> Run:
    """A finished review without a report behind it."""
    from shangji_web.reviews.models import Run

    zeros = "0" * 64
    return Run.objects.create(
        season=season,
        folder=f"none-{secrets.token_hex(4)}",  # what one test writes there another does not find
        result_digest=zeros,
        snapshot_digest=zeros,
        pack_digest=zeros,
        projects_count=1,
    )


def finding(run: Run, project: Project, number: int = 1, **more: Any) -> Finding:
    """A finding on a project: over a standard, by 126 000 yuan, visible to the unit."""
    from shangji.responses import finding_id
    from shangji_web.reviews.models import Finding, Outcome

    given: dict[str, Any] = {
        "rule_id": "R-0031",
        "subject": "line",
        "outcome": "fail",
        "status": "active",
        "severity": "major",
        "dimension": "standard",
        "to_unit": True,
        "before": True,
        "title": "单价超标",
        "says": "单价 6,260.00 元，按标准应不超过 5,000.00 元。",
        "why": "本县资产配置标准",
        "fix": "请改为不超过 5,000.00 元。",
        "place": "支出明细 第 1 行",
        "measured": "6260.00",
        "allowed": "5000.00",
        "at_stake_yuan": Decimal("126000.00"),
        **more,
    }
    key = f"{project.code}|{number}"
    name = finding_id(given["rule_id"], given["subject"], key)
    Outcome.objects.get_or_create(
        run=run,
        project=project,
        defaults={
            "gate": "pass",
            "low_grade": "B",
            "high_grade": "B",
            "asked_yuan": project.asked_yuan,
            "approved_yuan": project.asked_yuan - (given["at_stake_yuan"] or 0),
            "reductions": [
                {
                    "kind": "rule",
                    "id": given["rule_id"],
                    "words": given["title"],
                    "yuan": "126000.00",
                }
            ],
        },
    )
    return Finding.objects.create(run=run, project=project, key=key, finding_id=name, **given)
