"""Registers of the bureau: vehicles, assets, buildings, systems, debts, what was carried over."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.data import county
from shangji.faults.sources import DEBT_BALANCE, divide

if TYPE_CHECKING:
    from random import Random

    from shangji.faults.drafts import Units
    from shangji.faults.world import Row, World


def vehicles(world: World, known: Units, draw: Random) -> list[Row]:
    """Each unit's cars; those to be replaced are old enough and are named on the line."""
    rows, number = [], 1000
    for unit in known.rows:
        for _ in range(0 if unit["level"] == 2 else 2):
            number += draw.randint(3, 29)
            rows.append(
                {
                    "plate_no": f"样A{number}",
                    "unit_code": unit["code"],
                    "vehicle_kind": "其他公务用车",
                    "bought_on": f"{draw.randint(2016, 2024)}-0{draw.randint(1, 9)}-15",
                    "price_yuan": draw.choice((118000, 126800, 139000)),
                    "in_quota": "是",
                    "is_new_energy": "否",
                    "state": "在用",
                    "mileage_km": draw.randint(40000, 190000),
                    "running_yuan": draw.randint(14000, 26000),
                }
            )
    for project in world.reviewed():
        for line in [line for line in project.lines if line["economic_class"] == "31013"]:
            number += draw.randint(3, 9)
            plate = f"样A{number}"
            rows.append(
                {
                    "plate_no": plate,
                    "unit_code": project.row["unit_code"],
                    "in_quota": "是",
                    "vehicle_kind": "执法执勤用车",
                    "bought_on": f"201{draw.randint(4, 7)}-06-20",
                    "price_yuan": 121000,
                    "is_new_energy": "否",
                    "state": "在用",
                    "mileage_km": draw.randint(210000, 320000),
                    "running_yuan": 38000,
                }
            )
            line["replaces_plate_no"] = plate
    return rows


def assets(world: World) -> list[Row]:
    """Roads, lamps and greens as the register has them: what is asked to be kept up is there."""
    rows = []
    for project in world.reviewed():
        for line in project.lines:
            kind = line.get("asset_category")
            if kind in {"道路", "路灯", "绿地", "水库山塘"}:
                rows.append(
                    {
                        "asset_code": f"ZC-{project.key}-{line['line_no']}",
                        "asset_category": kind,
                        "unit_code": project.row["unit_code"],
                        "asset_count": 1,
                        "state": "在用",
                        "asset_name": f"{project.row['project_name']}对应设施",
                        "scale_quantity": Decimal(line["quantity"]),
                        "bought_on": "2019-06-30",
                        "scale_unit": line["unit_of_measure"],
                        "is_shared_pool": "否",
                    }
                )
    return rows


def buildings(world: World) -> list[Row]:
    """The offices whose property service is asked for, as large as the lines say."""
    rows = []
    for project in world.reviewed():
        if project.kind != "77":
            continue
        line = project.lines[0]
        code, area = f"FW-{project.key}", Decimal(line["quantity"])
        line |= {"building_code": code, "area_sqm": area}
        rows.append(
            {
                "building_code": code,
                "unit_code": project.row["unit_code"],
                "area_sqm": area,
                "building_name": project.row["project_name"],
                "building_kind": "办公用房",
                "use_right": "自有",
                "usable_sqm": area * 6 / 10,
                "garage_sqm": 0,
                "vacant_sqm": 0,
                "rented_out_sqm": 0,
                "built_on": "2009-10-01",
                "is_dangerous": "否",
            }
        )
    return rows


def systems(world: World) -> list[Row]:
    """The systems that are maintained: in use, and out of warranty."""
    rows = []
    for project in world.reviewed():
        code = project.row.get("system_code")
        if code:
            rows.append(
                {
                    "system_code": code,
                    "system_name": re.sub(r"运.*|租.*", "", project.row["project_name"]),
                    "unit_code": project.row["unit_code"],
                    "function_text": project.row["summary"],
                    "state": "在用",
                    "build_yuan": (project.amount * 6).quantize(Decimal(1)),
                    "maintenance_yuan": (project.amount * 95 / 100).quantize(Decimal(1)),
                    "accepted_on": "2022-05-20",
                    "warranty_ends_on": "2025-05-19",
                    "is_unified": "否",
                    "prior_opinion_no": project.row["it_prior_opinion_no"],
                    "user_count": 460,
                    "cpu_peak_percent": 58,
                }
            )
    return rows


def carried(world: World, draw: Random) -> list[Row]:
    """What is left of last year's money, none of it older than it may be."""
    rows = []
    for project in world.reviewed():
        plain = project.prior and not project.tables["line_fund"] and not project.tables["contract"]
        if plain and draw.random() < 0.09:
            left = divide(project, "结转结余", 5)
            rows.append(
                {
                    "project_code": project.prior["code"],
                    "project_name": project.prior["name"],
                    "unit_code": project.row["unit_code"],
                    "fund_source": "上级专项转移支付",
                    "fund_year": 2025,
                    "as_of": county()["as_of"],
                    "functional_class": project.row["functional_class"],
                    "granted_yuan": left * 8,
                    "used_yuan": left * 7,
                    "balance_yuan": left,
                    "kind": "结转",
                    "is_research": "否",
                    "is_retention": "否",
                    "recovered_yuan": 0,
                }
            )
    return rows


def special_funds() -> list[Row]:
    """The county's own funds, in force."""
    data = county()
    code = data["departments"]["industry"][0]
    return [
        {
            "special_fund_code": fund,
            "special_fund_name": name,
            "department_code": code,
            "setup_doc_no": f"样例县政发〔2024〕{number}号（样例）",
            "setup_year": 2024,
            "expires_on": "2028-12-31",
            "measures_doc_no": f"样例财企〔2024〕{number}号（样例）",
            "measures_expires_on": "2028-12-31",
            "distribution_method": "据实据效",
            "recipient_kind": "企业",
            "last_amount_yuan": 21000000,
            "last_recipient_count": 41,
            "fair_competition_on": "2024-11-06",
            "touches_business": "是",
            "ties_to_local_tax": "否",
            "last_evaluated_year": 2025,
        }
        for fund, name, number in (
            ("ZX-01", "工业高质量发展专项资金", 9),
            ("ZX-02", "科技创新专项资金", 14),
        )
    ]


def debts() -> list[Row]:
    """What the county owes, with the interest that the budget pays."""
    data = county()
    interest = DEBT_BALANCE * 31 / 1000
    return [
        {
            "debt_no": "ZW-2019-01",
            "year": data["year"],
            "debt_kind": "法定一般债务",
            "bond_kind": "新增一般债券",
            "unit_code": "126001",
            "balance_yuan": DEBT_BALANCE,
            "principal_due_yuan": 0,
            "interest_due_yuan": interest,
            "fee_due_yuan": 0,
            "refinanced_yuan": 0,
            "budgeted_yuan": interest,
            "due_on": "2029-06-30",
        }
    ]


def audited(known: Units) -> Row:
    """An auditor's finding of the year before, put right since."""
    unit = known.rows[-1]
    return {
        "finding_no": "SJ-2024-01",
        "unit_code": unit["code"],
        "year": 2024,
        "supervisor": "样例县审计局",
        "kind": "资产管理问题",
        "description": "固定资产未及时入账",
        "amount_yuan": 36000,
        "doc_no": "样例审报〔2025〕4号（样例）",
        "found_on": "2025-06-12",
        "state": "已整改",
        "due_on": "2025-09-30",
        "corrected_on": "2025-08-20",
    }
