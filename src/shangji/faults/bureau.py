"""What the bureau and outside systems hold about the county; it is derived so that it ties."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults import funds, registers
from shangji.faults.data import county

if TYPE_CHECKING:
    from random import Random

    from shangji.faults.drafts import Units
    from shangji.faults.world import Project, Row, World

VILLAGES = 280
HIRED = frozenset({"编外聘用", "劳务派遣", "警务辅助人员"})
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SCALES = {"道路": ("公里", "道路"), "路灯": ("盏", "路灯"), "绿地": ("平方米", "绿地")}


def hold(world: World, known: Units, draw: Random) -> None:
    """Write the tables of the bureau and of outside systems."""
    held = world.bureau
    held["organisation"] = [_unit(row, number, draw) for number, row in enumerate(known.rows)]
    _hired(world)
    held["region"] = [_region()]
    held["duty"] = _duties(known)
    held["entitlement"] = _entitlements()
    held["priority_task"] = _tasks(world, draw)
    held["vehicle"] = registers.vehicles(world, known, draw)
    held["asset"] = registers.assets(world)
    held["building"] = registers.buildings(world)
    held["information_system"] = registers.systems(world)
    held["special_fund"] = registers.special_funds()
    held["debt_item"] = registers.debts()
    held["carry_over"] = registers.carried(world, draw)
    held["duplicate_pair"] = _pairs(world)
    held["audit_finding"] = [registers.audited(known)]
    held["ceiling"] = funds.ceilings(world)
    held["fund_pool"] = funds.pool(world)
    world.external["beneficiary_count"] = _counts(world, draw)


def credit_code(number: int) -> str:
    """A code of the fictitious region with a right check digit."""
    body = f"11990101MB{number:07d}"
    total = sum(ALPHABET.index(mark) * weight for mark, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[-total % 31]


def _unit(unit: dict[str, object], number: int, draw: Random) -> Row:
    data = county()
    staff = int(str(unit["staff"]))
    department = next(
        (name for code, name, *_ in data["departments"].values() if code == unit["department"]),
        str(unit.get("town", "")),
    )
    kind = str(unit["type"])
    quota = staff + draw.randint(1, 6)
    field = "admin" if kind == "行政" else "institution"
    cars = 0 if unit["level"] == 2 else 2 + staff // 20
    return {
        "unit_code": unit["code"],
        "unit_name": unit["name"],
        "department_code": unit["department"],
        "department_name": f"{data['name']}{department}",
        "region": data["region"],
        "credit_code": credit_code(2000 + number * 41),
        "unit_type": kind,
        "unit_level": "一级预算单位" if unit["level"] == 1 else "二级预算单位",
        "funding_form": "财政全额保障",
        "is_township": "是" if unit["key"] == "town" else "否",
        "is_vertical": "否",
        f"{field}_quota_count": quota,
        f"{field}_staff_count": staff,
        "quota_count": quota,
        "staff_count": staff,
        "retired_count": staff * 2 // 3,
        "village_count": VILLAGES // 12 if unit["key"] == "town" else "",
        "office_area_sqm": staff * 9,
        "vehicle_quota_count": cars + (1 if cars else 0),
        "vehicle_count": cars,
        "own_fund_balance_yuan": 0,
        "as_of": "2026-08-31",
    }


def _pairs(world: World) -> list[Row]:
    """Sibling projects that look alike; a person looked at each pair and found siblings."""
    last: dict[tuple[str, str], Project] = {}
    rows = []
    for project in world.reviewed():
        place = (project.kind, str(project.row["unit_code"]))
        other = last.get(place)
        last[place] = project
        if other is None or len(project.lines) != len(other.lines):
            continue
        rows.append(
            {
                "project_code": project.code,
                "other_project_code": other.code,
                "other_year": county()["year"],
                "name_similarity": Decimal("0.88"),
                "content_similarity": Decimal("0.93"),
                "same_unit": "是",
                "same_place": "否",
                "same_object": "否",
                "same_year": "是",
                "same_fund": "是",
                "conclusion": "并列项目",
                "confirmed_by": "样例审核员",
            }
        )
    return rows


def _hired(world: World) -> None:
    """Hired hands: as many approved as are asked for, and two to spare."""
    asked: defaultdict[str, int] = defaultdict(int)
    for project in world.reviewed():
        for line in project.lines:
            if line.get("headcount_kind") in HIRED:
                asked[str(project.row["unit_code"])] += int(line["headcount"])
    for row in world.bureau["organisation"]:
        count = asked[str(row["unit_code"])]
        row["contract_quota_count"] = count + 2 if count else 0
        row["contract_staff_count"] = count
        if str(row["department_code"]) == county()["departments"]["party"][0]:
            row["village_count"] = VILLAGES


def _region() -> Row:
    data = county()
    return {
        "region": data["region"],
        "region_name": f"{data['name']}（虚构）",
        "region_level": "县级",
        "population_count": data["population"],
        "registered_count": data["registered"],
        "township_count": len(data["towns"]),
        "village_count": VILLAGES,
        "as_of": "2025-12-31",
    }


def _duties(known: Units) -> list[Row]:
    data = county()
    rows = []
    for code in sorted({str(unit["department"]) for unit in known.rows}):
        key = next(unit["key"] for unit in known.rows if unit["department"] == code)
        text, duty = data["duties"][key]
        rows.append(
            {
                "duty_code": f"ZZ-{code}-01",
                "department_code": code,
                "duty_text": text,
                "spending_duty": duty,
                "is_core": "否",
                "doc_no": f"样例编字〔2024〕{code}号（样例）",
                "effective_from": "2024-05-01",
            }
        )
    return rows


def _entitlements() -> list[Row]:
    data = county()
    rows = []
    for number, (code, found) in enumerate(data["entitlements"].items(), 1):
        name, at, item, kind, unit, standard, period, months, share = found
        rows.append(
            {
                "entitlement_code": code,
                "entitlement_name": name,
                "region": data["region"],
                "department_code": data["departments"][at][0],
                "three_guarantees_item": item,
                "doc_no": f"样例厅发〔2025〕{number * 3 + 4}号（样例）",
                "issuer_level": "省级",
                "beneficiary_kind": kind,
                "unit_of_measure": unit,
                "standard_yuan": standard,
                "period": period,
                "months": months,
                "county_share": Decimal(share),
                "effective_from": "2026-01-01",
            }
        )
    return rows


def _tasks(world: World, draw: Random) -> list[Row]:
    """The year's list of tasks; projects whose name says the same point to them."""
    data = county()
    kinds = ("政府工作报告", "民生实事", "五年规划纲要", "上级考核硬任务", "部门年度要点")
    rows = []
    for number, name in enumerate(data["tasks"], 1):
        code = f"ZD{data['year']}-{number:02d}"
        words = [name[at : at + 2] for at in range(0, len(name) - 1, 2)]
        found = [
            project
            for project in world.reviewed()
            if sum(word in project.row["project_name"] for word in words) >= 2
        ]
        for project in found:
            project.row["priority_task_code"] = code
        rows.append(
            {
                "task_code": code,
                "budget_year": data["year"],
                "task_name": name,
                "kind": kinds[draw.randrange(5)],
                "title": f"样例县{data['year']}年重点任务清单（样例）",
            }
        )
    return rows


def _counts(world: World, draw: Random) -> list[Row]:
    """Persons in the registers; those filed are at most a hundredth more."""
    data = county()
    filed: defaultdict[str, int] = defaultdict(int)
    for line in world.rows("line"):
        if line.get("entitlement_code"):
            filed[str(line["entitlement_code"])] += int(line["quantity"])
    return [
        {
            "entitlement_code": code,
            "region": data["region"],
            "as_of": "2026-08-31",
            "counted_by": f"{data['departments'][data['entitlements'][code][1]][1]}业务系统",
            "person_count": persons - draw.randint(0, persons // 100),
            "declared_count": persons,
            "ended_count": 0,
            "doubled_count": 0,
            "ended_paid_yuan": 0,
        }
        for code, persons in sorted(filed.items())
    ]
