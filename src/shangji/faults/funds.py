"""What is asked from each source, what departments may have, and what the county can arrange."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.data import county

if TYPE_CHECKING:
    from shangji.faults.world import Project, Row, World

CEILING_SHARE = Decimal(62)
"""Per cent of what departments ask first; it makes the first total 1.6 times the pot."""


def asked(world: World) -> dict[tuple[str, str], Decimal]:
    """What is asked by department and source, over all projects but the rigid lane."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for project in world.reviewed():
        for source, amount in by_source(project).items():
            sums[str(project.row["department_code"]), source] += amount
    return dict(sums)


def by_source(project: Project) -> dict[str, Decimal]:
    """What a project asks from each source."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in project.lines:
        if line.get("fund_source"):
            sums[str(line["fund_source"])] += line["amount_yuan"]
    for row in project.tables["line_fund"]:
        sums[str(row["fund_source"])] += row["amount_yuan"]
    return dict(sums)


def ceilings(world: World) -> list[Row]:
    """Each department's ceiling for projects, as a share of what it asked of the county."""
    rows = []
    for (department, source), amount in sorted(asked(world).items()):
        share = amount
        if source == "一般公共预算本级":
            share = (amount * CEILING_SHARE / 100 / 10000).to_integral_value() * 10000
        if share:
            rows.append(
                {
                    "department_code": department,
                    "budget_year": county()["year"],
                    "fund_source": source,
                    "kind": "项目支出",
                    "round": "一下",
                    "amount_yuan": share,
                    "issued_on": "2026-10-12",
                }
            )
    return rows


def pool(world: World) -> list[Row]:
    """What the county can arrange, by source; for projects the ceilings come to all of it."""
    data = county()
    rigid = sum((project.amount for project in world.projects if project.rigid), Decimal(0))
    projects = sum(
        (
            row["amount_yuan"]
            for row in world.bureau["ceiling"]
            if row["fund_source"] == "一般公共预算本级"
        ),
        Decimal(0),
    )
    reserve = (projects / 50 / 10000).to_integral_value() * 10000
    own = rigid + projects + reserve
    rows = [
        ("一般公共预算本级", "本级一般公共预算收入", "收入", own * 31 / 100),
        ("一般公共预算本级", "返还性和一般性转移支付", "上级补助", own - own * 31 / 100),
        ("一般公共预算本级", "人员、公用和还本付息", "刚性支出扣除", -rigid),
        ("一般公共预算本级", "预备费", "预备费", -reserve),
    ]
    others: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_, source), amount in asked(world).items():
        if source != "一般公共预算本级":
            others[source] += amount
    rows += [
        (source, f"{source}可安排数", "收入", amount) for source, amount in sorted(others.items())
    ]
    return [
        {
            "fund_source": source,
            "year": data["year"],
            "item_no": number,
            "item": item,
            "kind": kind,
            "amount_yuan": Decimal(amount).quantize(Decimal("0.01")),
            "is_earmarked": "否" if source == "一般公共预算本级" else "是",
            "is_secured": "是",
        }
        for number, (source, item, kind, amount) in enumerate(rows, 1)
    ]
