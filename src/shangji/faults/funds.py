"""What is asked from each source, what departments may have, and what the county can arrange."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.data import county

if TYPE_CHECKING:
    from shangji.faults.world import Project, Row, World

GENERAL = "一般公共预算本级"
CEILING_SHARE, POT_SHARE = Decimal(93), Decimal(89)
"""Per cent of what is asked beyond what is bound: by departments' ceilings, by the county's money.

Together they leave about a tenth of it without money, some for the one and some for the other.
"""
BOUND_MARGIN = Decimal("1.02")
RESERVE_SHARE = Decimal("1.6")
"""Per cent of spending that the reserve fund is."""


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


def bound(project: Project) -> Decimal:
    """What of a project's general money is bound: guarantees, entitlements, contracts due."""
    general = by_source(project).get(GENERAL, Decimal(0))
    if project.rigid or project.row.get("three_guarantees_item"):
        return general
    entitled = sum(
        (row["amount_yuan"] for row in project.lines if row.get("entitlement_code")), Decimal(0)
    )
    due = sum((row["due_yuan"] for row in project.tables["commitment"]), Decimal(0))
    return min(general, max(entitled, due))


def general_money(world: World) -> dict[str, tuple[Decimal, Decimal]]:
    """By department, what is bound and what is free of the general money asked for projects."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for project in world.reviewed():
        general = by_source(project).get(GENERAL, Decimal(0))
        fixed = bound(project)
        department = str(project.row["department_code"])
        before = sums.get(department, (Decimal(0), Decimal(0)))
        sums[department] = (before[0] + fixed, before[1] + general - fixed)
    return sums


def wan(amount: Decimal) -> Decimal:
    """An amount rounded to whole 万元, as the bureau's tables are."""
    return (amount / 10000).to_integral_value() * 10000


def ceilings(world: World) -> list[Row]:
    """Each department's ceiling for projects, as a share of what it asked of the county."""
    rows = []
    general = general_money(world)
    for (department, source), amount in sorted(asked(world).items()):
        share = amount
        if source == GENERAL:
            fixed, free = general[department]
            share = wan(fixed * BOUND_MARGIN + free * CEILING_SHARE / 100) + 10000
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
    """What the county can arrange, by source; departments' ceilings come to a little more."""
    data = county()
    rigid = sum((project.amount for project in world.projects if project.rigid), Decimal(0))
    sums = general_money(world).values()
    projects = wan(
        sum((fixed for fixed, _ in sums), Decimal(0))
        + sum((free for _, free in sums), Decimal(0)) * POT_SHARE / 100
    )
    reserve = wan((rigid + projects) * RESERVE_SHARE / 100)
    own = rigid + projects + reserve
    rows = [
        (GENERAL, "本级一般公共预算收入", "收入", own * 31 / 100),
        (GENERAL, "返还性和一般性转移支付", "上级补助", own - own * 31 / 100),
        (GENERAL, "人员、公用和还本付息", "刚性支出扣除", -rigid),
        (GENERAL, "预备费", "预备费", -reserve),
    ]
    others: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_, source), amount in asked(world).items():
        if source != GENERAL:
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
            "is_earmarked": "否" if source == GENERAL else "是",
            "is_secured": "是",
        }
        for number, (source, item, kind, amount) in enumerate(rows, 1)
    ]
