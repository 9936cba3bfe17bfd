"""Kinds of fault in which one thing is asked for twice, among the villages that ask the same."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.planting import kind
from shangji.faults.world import product

if TYPE_CHECKING:
    from shangji.faults.planting import Site, Spot
    from shangji.faults.world import Project

VILLAGE = "村"
RENAMED = (
    ("改造", "更新改造"),
    ("硬化", "水泥路建设"),
    ("清淤加固", "疏浚除险"),
    ("产业", "种植基地"),
)


def _thing(site: Site, *, same_unit: bool) -> Project | None:
    """A work in a village, with a lower code, that another project could be asked for again as."""
    row = site.project.row
    if row["lane"] != "工程" or site.project.tables["contract"]:
        return None
    said = Counter(str(found.row["summary"]) for found in site.world.reviewed())
    return next(
        (
            found
            for found in site.world.reviewed()
            if said[str(found.row["summary"])] == 1
            and str(found.row["place"]) in str(found.row["project_name"])
            and str(found.row["place"]).endswith(VILLAGE)
            and found.code < site.project.code
            and found.row["lane"] == "工程"
            and (found.row["unit_code"] == row["unit_code"]) == same_unit
            and len(found.lines) == len(site.project.lines)
        ),
        None,
    )


def _again(site: Site, thing: Project, name: str) -> None:
    """Make the project the other thing once more: place, words and calculation."""
    row, codes = site.project.row, {site.project.code, thing.code}
    site.world.bureau["duplicate_pair"] = [
        pair  # nobody has decided this pair
        for pair in site.world.bureau["duplicate_pair"]
        if {pair["project_code"], pair["other_project_code"]} != codes
    ]
    row["project_name"], row["place"] = name, thing.row["place"]
    row["summary"], row["annual_goal"] = thing.row["summary"], thing.row["annual_goal"]
    own = ("project_code", "line_no", "fund_source")
    for mine, theirs in zip(site.project.lines, thing.lines, strict=True):
        mine.update({key: value for key, value in theirs.items() if key not in own})
    site.project.tables["line_fund"].clear()
    site.project.total()
    row["total_investment_yuan"] = max(
        site.project.amount, Decimal(thing.row["total_investment_yuan"])
    )


@kind("两个单位各报同一件事", disguises=2, grave=True, apart=True)
def two_units(site: Site) -> Spot | None:
    """What another unit asks for in a village, asked for again."""
    thing = _thing(site, same_unit=False)
    if thing is None:
        return None
    _again(site, thing, _renamed(thing) if site.disguise else str(thing.row["project_name"]))
    return "project", site.project.row, "project_name", f"与{thing.code}是同一件事，由两个单位各报"


@kind("换名再报", disguises=2, grave=True, apart=True)
def renamed(site: Site) -> Spot | None:
    """The unit's own work in a village under another name."""
    thing = _thing(site, same_unit=True)
    if thing is None:
        return None
    place = str(thing.row["place"])
    _again(site, thing, _renamed(thing) if site.disguise else f"{place}基础设施补短板")
    return "project", site.project.row, "project_name", f"与{thing.code}是同一件事，换了名称"


@kind("同一件事从两种资金各报一次", disguises=2, grave=True, apart=True)
def two_funds(site: Site) -> Spot | None:
    """One work out of two pots of money, by two units or by one."""
    thing = _thing(site, same_unit=bool(site.disguise))
    if thing is None:
        return None
    fund = ("（水利发展资金）", "（一事一议）")[site.disguise]
    _again(site, thing, f"{str(thing.row['project_name']).split('(')[0]}{fund}")
    return "project", site.project.row, "project_name", f"与{thing.code}是同一件事，资金来源不同"


@kind("整体和部分都报", disguises=2, apart=True)
def split(site: Site) -> Spot | None:
    """A part of a work of the unit beside the whole of it."""
    thing = _thing(site, same_unit=True)
    if thing is None:
        return None
    _again(site, thing, f"{thing.row['project_name']}（{('一', '土建')[site.disguise]}）")
    for row in site.project.lines:
        if row.get("quantity") and Decimal(row["quantity"]) > 1:
            row["quantity"] = (Decimal(row["quantity"]) * 3 / 5).quantize(Decimal(1))
            row["amount_yuan"] = product(row)
    site.project.total()
    return "project", site.project.row, "project_name", f"是{thing.code}的一部分，两个都报"


@kind("已完成的工程换个代码再报", disguises=2, grave=True, apart=True)
def completed(site: Site) -> Spot | None:
    """A work of last year, finished, whose code is not told."""
    project, row = site.project, site.project.row
    if row["lane"] != "工程" or project.prior or not str(row["place"]).endswith(VILLAGE):
        return None
    year = int(row["budget_year"])
    name = str(row["project_name"]) if site.disguise == 0 else _renamed(project)
    site.world.bureau["history"].append(
        {
            "project_code": f"{row['project_code']}"[:6] + f"{(year - 1) % 100}" + project.code[8:],
            "project_name": name.replace(str(year), str(year - 1)),
            "unit_code": row["unit_code"],
            "department_code": row["department_code"],
            "year": year - 1,
            "as_of": f"{year - 1}-07-31",
            "period_months": 7,
            "project_category": row["project_category"],
            "functional_class": row["functional_class"],
            "original_yuan": project.amount,
            "adjusted_yuan": project.amount,
            "executed_yuan": project.amount,
            "late_transfer_yuan": Decimal(0),
            "is_finished": "是",
        }
    )
    return "project", row, "project_name", "去年已经完成，换了代码再报"


def _renamed(thing: Project) -> str:
    """The thing's name in other words."""
    name = str(thing.row["project_name"])
    for old, new in RENAMED:
        if old in name:
            return name.replace(old, new, 1)
    return f"{thing.row['place']}设施改建"
