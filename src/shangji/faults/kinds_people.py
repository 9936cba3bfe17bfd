"""Kinds of fault in spending by head and by standard: counts, shares, staff, transfers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.planting import kind
from shangji.faults.world import product

if TYPE_CHECKING:
    from shangji.faults.planting import Site, Spot
    from shangji.faults.world import Row


def _entitled(site: Site) -> Row | None:
    return next((row for row in site.project.lines if row.get("entitlement_code")), None)


def _set(site: Site, line: Row, **values: object) -> None:
    line |= values
    line["amount_yuan"] = product(line)
    site.project.total()


@kind("补助人数大于业务系统在册人数", disguises=2, grave=True)
def persons_inflated(site: Site) -> Spot | None:
    """More persons than the register has, by a lot or by a little over what is let pass."""
    line = _entitled(site)
    if line is None:
        return None
    code = line["entitlement_code"]
    total = sum(
        int(row["quantity"])
        for row in site.world.rows("line")
        if row.get("entitlement_code") == code
    )
    if int(line["quantity"]) * 4 < total:
        return None
    row = next(
        row for row in site.world.external["beneficiary_count"] if row["entitlement_code"] == code
    )
    row["person_count"] = total * (78, 96)[site.disguise] // 100
    return "line", line, "quantity", f"申报{total}人，业务系统{row['person_count']}人"


@kind("补助标准高于现行标准", disguises=2, grave=True)
def standard_raised(site: Site) -> Spot | None:
    """A standard that is not the one in force: rounded up, or by one yuan."""
    line = _entitled(site)
    if line is None:
        return None
    more = (line["unit_price_yuan"] / 10).quantize(Decimal(1)) if site.disguise == 0 else Decimal(1)
    _set(site, line, unit_price_yuan=line["unit_price_yuan"] + max(more, Decimal(1)))
    return "line", line, "unit_price_yuan", f"按{line['unit_price_yuan']:f}元申报，高于现行标准"


@kind("县级分担比例高于规定", disguises=2, grave=True)
def share_raised(site: Site) -> Spot | None:
    """The county pays more than its share."""
    line = _entitled(site)
    if line is None or line["share"] == 1:
        return None
    share = Decimal(1) if site.disguise else line["share"] + Decimal("0.1")
    _set(site, line, share=share)
    return "line", line, "share", f"县级分担比例填{share}"


@kind("发放月数多于规定", grave=True)
def months_raised(site: Site) -> Spot | None:
    """Thirteen months in a year."""
    line = _entitled(site)
    if line is None or not line.get("factor_2"):
        return None
    _set(site, line, factor_2=Decimal(14), months_covered=14)
    return "line", line, "factor_2", "全年按14个月测算"


@kind("金额不等于人数乘标准乘分担比例", disguises=2, grave=True)
def entitlement_product(site: Site) -> Spot | None:
    """The line is not what persons, standard and share come to."""
    line = _entitled(site)
    if line is None or line["amount_yuan"] < 5000:
        return None
    line["amount_yuan"] = (line["amount_yuan"] * (130, 103)[site.disguise] / 100).quantize(
        Decimal(1)
    )
    site.project.total()
    return "line", line, "amount_yuan", "金额大于人数×标准×分担比例"


@kind("按人发放没有名册")
def roster_missing(site: Site) -> Spot | None:
    """Paid by head, and no list of heads."""
    if not site.is_lane("标准公式") or _entitled(site) is None:
        return None
    if site.project.row["beneficiary_kind"] not in {
        "困难群众",
        "老年人",
        "残疾人",
        "退役军人和优抚对象",
        "村（社区）干部",
    }:
        return None
    papers = site.project.tables["attachment"]
    papers[:] = [paper for paper in papers if paper["kind"] not in {"补助对象名单", "人员名册"}]
    return "project", site.project.row, "beneficiary_count", "按人发放没有补助对象名单"


@kind("业务系统显示应停未停", grave=True)
def ended_paid(site: Site) -> Spot | None:
    """The dead were paid last year, and nothing was taken off."""
    line = _entitled(site)
    if line is None:
        return None
    row = next(
        row
        for row in site.world.external["beneficiary_count"]
        if row["entitlement_code"] == line["entitlement_code"]
    )
    if row["ended_count"]:
        return None
    row |= {"ended_count": 46, "ended_paid_yuan": 128_000}
    return "line", line, "entitlement_code", "应停未停46人"


@kind("会议费超过综合定额", disguises=3, grave=True)
def meeting_over(site: Site) -> Spot | None:
    """A meeting above the county's standard: by price, by heads, by one yuan."""
    if not site.is_lane("运行维护与采购", "一次性及其他", "专项资金与政策"):
        return None
    price = (Decimal(680), Decimal(520), Decimal(301))[site.disguise]
    amount = price * 80
    line = site.project.add(
        "line",
        expense_item="工作推进会",
        economic_class="30215",
        quantity=Decimal(80),
        unit_of_measure="人",
        unit_price_yuan=price,
        amount_yuan=amount,
        persons=80,
        staff_persons=6,
        days=1,
        trips=1,
        meeting_class="四类会议",
        lodging_provided="是",
        meals_provided="是",
        fund_source="一般公共预算本级",
        is_procurement="否",
        price_basis="支出标准",
    )
    site.project.total()
    return "line", line, "unit_price_yuan", f"四类会议每人每天{price}元"


@kind("培训费超过综合定额", disguises=2, grave=True)
def training_over(site: Site) -> Spot | None:
    """A course above the standard."""
    line = site.line("30216")
    if line is None:
        return None
    price = (Decimal(680), Decimal(455))[site.disguise]
    _set(site, line, unit_price_yuan=price)
    return "line", line, "unit_price_yuan", f"三类培训每人每天{price}元"


@kind("会议培训没有填人数天数", disguises=2)
def persons_missing(site: Site) -> Spot | None:
    """What the standard needs was left empty."""
    line = site.line("30216")
    if line is None:
        return None
    name = ("persons", "days")[site.disguise]
    line[name] = None
    return "line", line, name, "培训费没有填人数或天数"


@kind("编外人数超过核定", disguises=2, grave=True)
def staff_over(site: Site) -> Spot | None:
    """More hired hands than approved for the unit."""
    line = next(
        (
            row
            for row in site.project.lines
            if row.get("headcount_kind") in {"编外聘用", "劳务派遣", "警务辅助人员"}
        ),
        None,
    )
    if line is None:
        return None
    unit = site.held("organisation", unit_code=site.project.row["unit_code"])[0]
    quota = int(line["headcount"]) * (70, 95)[site.disguise] // 100
    unit |= {"contract_quota_count": quota, "contract_staff_count": int(line["headcount"])}
    return "line", line, "headcount", f"申报{line['headcount']}人，核定{quota}人"


@kind("编外用工没有批复")
def staff_unapproved(site: Site) -> Spot | None:
    """Hired without leave."""
    papers = site.project.tables["attachment"]
    kept = [paper for paper in papers if paper["kind"] != "编制或用工批复"]
    line = next(
        (
            row
            for row in site.project.lines
            if row.get("headcount_kind") in {"编外聘用", "警务辅助人员", "服务外包", "劳务派遣"}
        ),
        None,
    )
    if line is None or len(kept) == len(papers) or line["headcount_kind"] == "服务外包":
        return None
    papers[:] = kept
    return "line", line, "headcount_kind", "编外用工没有编制或用工批复"


@kind("项目支出列工资", disguises=2, grave=True)
def pay_in_project(site: Site) -> Spot | None:
    """Salaries inside a project."""
    if not site.is_lane("运行维护与采购", "一次性及其他", "工程"):
        return None
    item, economic = (("在编人员绩效工资", "30107"), ("津贴补贴", "30102"))[site.disguise]
    line = site.project.add(
        "line",
        expense_item=item,
        economic_class=economic,
        quantity=Decimal(6),
        unit_of_measure="人",
        unit_price_yuan=Decimal(12000),
        amount_yuan=Decimal(72000),
        fund_source="一般公共预算本级",
        is_procurement="否",
        price_basis="支出标准",
    )
    site.project.total()
    return "line", line, "economic_class", f"项目里列{item}"


@kind("指标文下达数与编入数不一致", disguises=2, grave=True)
def notice_mismatch(site: Site) -> Spot | None:
    """What was compiled is not what the notice gives."""
    number = site.project.row.get("transfer_notice_no")
    found = site.held("transfer_notice", transfer_notice_no=number) if number else []
    if not found:
        return None
    more = (Decimal(500_000), Decimal(-20_000))[site.disguise]
    if found[0]["amount_yuan"] + more <= 0 or found[0].get("spoilt"):
        return None
    found[0]["amount_yuan"] += more
    return "project", site.project.row, "transfer_notice_no", "编入数与指标文下达数不一致"


@kind("指标文号不在指标文清单", disguises=2)
def notice_unknown(site: Site) -> Spot | None:
    """A notice that never came."""
    row = site.project.row
    funds = [fund for fund in site.project.tables["line_fund"] if fund.get("transfer_notice_no")]
    shared = [
        found
        for found in site.world.reviewed()
        if found.row.get("transfer_notice_no") == row.get("transfer_notice_no")
    ]
    if not funds or len(shared) > 1:
        return None
    number = ("样财农指〔2026〕988号（样例）", "样财社指〔2025〕7号（样例）")[site.disguise]
    row["transfer_notice_no"] = funds[0]["transfer_notice_no"] = number
    return "project", row, "transfer_notice_no", f"{number}不在指标文清单"


@kind("以上级要求配套为由申报", semantic=True)
def matching_claimed(site: Site) -> Spot | None:
    """The only ground is that a superior wants the county to match."""
    row = next((row for row in site.project.tables["basis"] if row["kind"] == "上级文件"), None)
    if row is None:
        return None
    row |= {"requires_matching": "是", "quote": f"{site.say('matching')}。"}
    return "basis", row, "requires_matching", "依据要求本级配套"


@kind("单位有大额结余仍全额申报拨款", grave=True)
def own_money_idle(site: Site) -> Spot | None:
    """The unit has money of its own, and asks for all of it."""
    unit = site.held("organisation", unit_code=site.project.row["unit_code"])[0]
    if unit["unit_level"] != "二级预算单位" or site.project.row["own_fund_yuan"]:
        return None
    unit["own_fund_balance_yuan"] = (site.project.amount * 3).quantize(Decimal(1))
    return "project", site.project.row, "own_fund_yuan", "单位资金结余大于申报额，没有统筹"


@kind("结转满两年没有收回", grave=True)
def carry_over_old(site: Site) -> Spot | None:
    """Money of three years ago still lies there."""
    if not site.project.prior:
        return None
    row = {
        "project_code": site.project.prior["code"],
        "project_name": site.project.prior["name"],
        "unit_code": site.project.row["unit_code"],
        "fund_source": "上级专项转移支付",
        "fund_year": 2024,
        "as_of": "2026-09-20",
        "functional_class": site.project.row["functional_class"],
        "granted_yuan": Decimal(900_000),
        "used_yuan": Decimal(300_000),
        "balance_yuan": Decimal(600_000),
        "kind": "结转",
        "is_research": "否",
        "is_retention": "否",
        "recovered_yuan": Decimal(0),
    }
    site.world.bureau["carry_over"].append(row)
    return "carry_over", row, "fund_year", "2024年资金结转满两年没有收回"
