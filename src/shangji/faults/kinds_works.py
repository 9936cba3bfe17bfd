"""Kinds of fault in works, contracts, purchases, vehicles, systems and buildings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.planting import kind
from shangji.faults.world import product

if TYPE_CHECKING:
    from shangji.faults.planting import Site, Spot
    from shangji.faults.world import Row


def _works(site: Site, *, continued: bool = False) -> Row | None:
    row = site.project.row
    if not site.is_lane("工程") or (continued and row["project_attribute"] != "延续"):
        return None
    return row


@kind("累计安排加本年申报超过批复概算", disguises=2, grave=True)
def over_estimate(site: Site) -> Spot | None:
    """Asked beyond the approved estimate, plainly or by a hair."""
    row = _works(site, continued=True)
    if row is None:
        return None
    over = (Decimal(800_000), Decimal(20_000))[site.disguise]
    row["accumulated_arranged_yuan"] = row["approved_estimate_yuan"] - row["amount_yuan"] + over
    row["next_year_yuan"] = ""
    return "project", row, "accumulated_arranged_yuan", f"累计安排加本年申报超过批复概算{over}元"


@kind("申报总投资超过批复概算", grave=True)
def investment_over(site: Site) -> Spot | None:
    """The total grew after approval without a new approval."""
    row = _works(site)
    if row is None:
        return None
    row["total_investment_yuan"] = (row["total_investment_yuan"] * 118 / 100).quantize(Decimal(1))
    return "project", row, "total_investment_yuan", "总投资大于批复概算"


@kind("概算超过可研估算百分之十", disguises=2)
def estimate_grown(site: Site) -> Spot | None:
    """The estimate is more than a tenth above what the feasibility study said."""
    row = _works(site)
    if row is None or row["total_investment_yuan"] < 1_000_000:
        return None
    percent = (Decimal(75), Decimal(90))[site.disguise]
    row["feasibility_estimate_yuan"] = (row["approved_estimate_yuan"] * percent / 100).quantize(
        Decimal(1)
    )
    return "project", row, "feasibility_estimate_yuan", "批复概算超过可研估算一成以上"


@kind("达到规模的工程没有可研或概算批复", grave=True)
def approval_missing(site: Site) -> Spot | None:
    """Large works without the approval that they need."""
    row = _works(site)
    if row is None or row["total_investment_yuan"] < 5_000_000:
        return None
    row["estimate_doc_no"] = ""
    site.project.tables["attachment"] = [
        paper
        for paper in site.project.tables["attachment"]
        if paper["kind"] not in {"概算批复", "可研批复"}
    ]
    return "project", row, "estimate_doc_no", "没有可研、概算批复"


@kind("前期没有完成当年申报偏多", disguises=3)
def immature(site: Site) -> Spot | None:
    """No land, no control price or no approval yet, and asks for most of the money."""
    row = _works(site)
    if row is None or row["project_attribute"] != "新增":
        return None
    name = ("has_land", "has_control_price", "is_approved")[site.disguise]
    row[name] = "否"
    if name == "has_control_price":
        row["control_price_yuan"] = ""
    return "project", row, name, "前期工作没有完成，当年申报超过总投资三成"


@kind("质保金未到期先申报", grave=True)
def retention_early(site: Site) -> Spot | None:
    """Retention asked for before its time."""
    if not site.project.tables["contract"]:
        return None
    contract = site.project.tables["contract"][0]
    amount = Decimal(30000)
    contract |= {"retention_yuan": amount, "retention_due_on": "2028-10-31"}
    line = site.project.add(
        "line",
        expense_item="质保金",
        economic_class="30227",
        quantity=Decimal(1),
        unit_of_measure="笔",
        unit_price_yuan=amount,
        amount_yuan=amount,
        fund_source="一般公共预算本级",
        is_procurement="否",
        price_basis="合同",
        contract_no=contract["contract_no"],
        is_retention="是",
    )
    site.project.total()
    return "line", line, "is_retention", "质保金2028年10月才到期"


@kind("合同已付款超过合同金额", disguises=2, grave=True)
def overpaid(site: Site) -> Spot | None:
    """More was paid than the contract says."""
    if not site.project.tables["contract"]:
        return None
    contract = site.project.tables["contract"][0]
    contract["paid_yuan"] = contract["amount_yuan"] + (Decimal(250_000), Decimal(1))[site.disguise]
    return "contract", contract, "paid_yuan", "累计已支付大于合同金额"


@kind("申报尾款没有结算审核")
def unsettled(site: Site) -> Spot | None:
    """A final payment without a settled account."""
    row = _works(site)
    if row is None:
        return None
    site.project.lines[0]["is_final_payment"] = "是"
    return "line", site.project.lines[0], "is_final_payment", "申报尾款没有结算审核报告"


@kind("工程没有财评控制价报告")
def control_price_missing(site: Site) -> Spot | None:
    """The price was not appraised, though the form says that it was."""
    row = _works(site)
    if row is None or row["has_control_price"] != "是":
        return None
    row["control_price_yuan"] = ""
    return "project", row, "control_price_yuan", "已出控制价却没有填控制价"


@kind("公务用车未到更新年限", grave=True)
def vehicle_young(site: Site) -> Spot | None:
    """The car to be replaced was bought not eight years ago."""
    line = site.line("31013")
    found = site.held("vehicle", plate_no=line.get("replaces_plate_no")) if line else []
    if line is None or not found:
        return None
    found[0]["bought_on"] = "2021-06-20"
    return "line", line, "replaces_plate_no", "被更新车辆2021年购置，不满八年"


@kind("车辆单价超过标准", disguises=2, grave=True)
def vehicle_dear(site: Site) -> Spot | None:
    """A car above the price for its kind."""
    line = site.line("31013")
    if line is None or site.project.row.get("spoilt"):
        return None
    line["unit_price_yuan"] = (Decimal(238_000), Decimal(183_000))[site.disguise]
    line["amount_yuan"] = product(line)
    site.project.total()
    return "line", line, "unit_price_yuan", f"车辆单价{line['unit_price_yuan']}元"


@kind("通用办公设备单价超过配置标准", disguises=3)
def office_dear(site: Site) -> Spot | None:
    """A computer, a copier or a desk above the standard of the county."""
    if not site.is_lane("运行维护与采购", "一次性及其他") or site.project.amount < 30_000:
        return None
    item, category, price, economic = (
        ("台式计算机", "台式计算机", Decimal(8600), "31002"),
        ("复印机", "复印机", Decimal(52000), "31002"),
        ("办公桌", "办公桌", Decimal(6800), "31002"),
    )[site.disguise]
    line = site.project.add(
        "line",
        expense_item=item,
        economic_class=economic,
        quantity=Decimal(2),
        unit_of_measure="台",
        unit_price_yuan=price,
        amount_yuan=price * 2,
        fund_source="一般公共预算本级",
        is_procurement="是",
        catalogue_item="A02010105",
        org_form="政府集中采购",
        procurement_method="电子卖场",
        sme_reserved="是",
        asset_category=category,
        asset_count=2,
        existing_count=6,
        scrapped_count=2,
        price_basis="市场价格",
    )
    site.project.total()
    return "line", line, "unit_price_yuan", f"{item}单价{price}元"


@kind("信息化项目没有前置审核意见", disguises=2)
def no_it_opinion(site: Site) -> Spot | None:
    """An information system without the opinion of the data office."""
    row = site.project.row
    if row.get("is_it") != "是":
        return None
    row["it_prior_opinion_no"] = ""
    papers = site.project.tables["attachment"]
    if site.disguise == 0:
        papers[:] = [paper for paper in papers if paper["kind"] != "信息化前置审核意见"]
    else:
        for paper in papers:
            if paper["kind"] == "信息化前置审核意见":
                paper["kind"] = "其他"
    return "project", row, "it_prior_opinion_no", "没有信息化前置审核意见"


@kind("系统在免费维护期内或已停用仍列运维", disguises=2, grave=True)
def system_in_warranty(site: Site) -> Spot | None:
    """Maintenance of a system that is still under warranty, or out of use."""
    found = site.held("information_system", system_code=site.project.row.get("system_code"))
    if not site.project.row.get("system_code") or not found:
        return None
    if site.disguise == 0:
        found[0] |= {"accepted_on": "2026-03-01", "warranty_ends_on": "2028-02-28"}
    else:
        found[0] |= {"state": "已停用", "retired_on": "2025-11-30"}
    row = site.project.row
    return (
        "project",
        row,
        "system_code",
        ("系统免费维护期到2028年2月", "系统2025年11月已停用")[site.disguise],
    )


@kind("养护规模大于资产登记", disguises=2, grave=True)
def scale_inflated(site: Site) -> Spot | None:
    """More square metres, lamps or kilometres than the register has."""
    line = next(
        (
            row
            for row in site.project.lines
            if row.get("asset_category") in {"道路", "路灯", "绿地", "水库山塘"}
        ),
        None,
    )
    if line is None:
        return None
    code = f"ZC-{site.project.key}-{line['line_no']}"
    asset = site.held("asset", asset_code=code)[0]
    asset["scale_quantity"] = (asset["scale_quantity"] * (62, 88)[site.disguise] / 100).quantize(
        Decimal(1)
    )
    return (
        "line",
        line,
        "quantity",
        f"申报{line['quantity']:f}，资产台账{asset['scale_quantity']:f}",
    )


@kind("物业面积大于房屋台账", grave=True)
def area_inflated(site: Site) -> Spot | None:
    """Property service for more than the building has."""
    line = next((row for row in site.project.lines if row.get("building_code")), None)
    if line is None:
        return None
    building = site.held("building", building_code=line["building_code"])[0]
    building["area_sqm"] = (building["area_sqm"] * 7 / 10).quantize(Decimal(1))
    building["usable_sqm"] = (building["area_sqm"] * 6 / 10).quantize(Decimal(1))
    return "line", line, "area_sqm", "物业面积大于房屋台账面积"
