"""Kinds of fault in what a project says of itself: sums, codes, dates, sources, papers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.planting import kind
from shangji.faults.world import product

if TYPE_CHECKING:
    from shangji.faults.planting import Site, Spot

BIG = Decimal(200_000)
REVIEWED = ("标准公式", "工程", "运行维护与采购", "专项资金与政策", "一次性及其他")


@kind("明细合计与申报金额不符", disguises=3, grave=True)
def sum_mismatch(site: Site) -> Spot | None:
    """The sum was not changed with the lines: a round addition, one line left out, a slip."""
    row, lines = site.project.row, site.project.lines
    if site.project.amount < BIG or len(lines) < 2:
        return None
    more = (Decimal(30000), lines[-1]["amount_yuan"], Decimal(900))[site.disguise]
    if more < 500:
        return None
    row["amount_yuan"] += more
    row["fiscal_yuan"] += more
    return "project", row, "amount_yuan", f"申报金额比明细合计多{more}元"


@kind("数量乘单价与金额不符", disguises=2)
def product_mismatch(site: Site) -> Spot | None:
    """A line's amount is not its product, though the project's sum is the sum of its lines."""
    line = next(
        (
            row
            for row in site.project.lines
            if row["quantity"] > 1 and not row.get("factor_2") and not row.get("share")
        ),
        None,
    )
    if line is None or site.is_lane("专项资金与政策") or site.project.tables["line_fund"]:
        return None
    before = line["amount_yuan"]
    times = Decimal("1.1") if site.disguise == 0 else 10
    line["amount_yuan"] = (before * times + 300).quantize(Decimal(1))
    site.project.total()
    return (
        "line",
        line,
        "amount_yuan",
        f"{line['expense_item']}乘积{before}元，金额填{line['amount_yuan']}元",
    )


@kind("金额填错单位", disguises=2, grave=True)
def unit_slip(site: Site) -> Spot | None:
    """万元 written in a column of 元, or the other way round, in every figure of the project."""
    if not site.project.prior or site.project.tables["line_fund"]:
        return None
    least, most = (Decimal(8_000), Decimal(30_000)) if site.disguise else (BIG, BIG * 10)
    if not least <= site.project.amount <= most:
        return None
    factor = Decimal(10000) if site.disguise else Decimal(1) / 10000
    for line in site.project.lines:
        line["unit_price_yuan"] = (line["unit_price_yuan"] * factor).quantize(Decimal("0.01"))
        line["amount_yuan"] = product(line)
    site.project.total()
    return "project", site.project.row, "amount_yuan", "金额比上年差一万倍，元和万元填混"


@kind("没有立项依据", disguises=2, grave=True)
def basis_missing(site: Site) -> Spot | None:
    """No basis at all, or a row that says there is none."""
    project = site.project
    if project.amount < BIG or project.tables["contract"]:
        return None
    project.tables["basis"].clear()
    if site.disguise:
        project.add("basis", kind="无")
    return "project", project.row, "project_code", "没有填报任何立项依据"


@kind("依据没有原文也没有摘录")
def basis_bare(site: Site) -> Spot | None:
    """A basis is named, but neither quoted nor attached, nor is anything else attached."""
    project = site.project
    if project.amount < BIG or not project.tables["basis"] or site.is_lane("工程", "标准公式"):
        return None
    if project.tables["contract"] or project.row.get("ex_ante_result"):
        return None
    if {row["kind"] for row in project.tables["basis"]} & {"法律", "行政法规"}:
        return None
    for row in project.tables["basis"]:
        row["quote"] = row["attachment_no"] = ""
    project.tables["attachment"].clear()
    row = project.tables["basis"][0]
    return "basis", row, "kind", "依据既没有摘录也没有附件"


@kind("依据在预算年度前已到期", disguises=2)
def basis_expired(site: Site) -> Spot | None:
    """The act it rests on ended before the year."""
    row = next(
        (
            row
            for row in site.project.tables["basis"]
            if row["kind"] in {"上级文件", "部门文件", "规划方案"}
        ),
        None,
    )
    if row is None or len(site.project.tables["basis"]) > 1:
        return None
    row["effective_to"] = ("2025-12-31", "2026-06-30")[site.disguise]
    return "basis", row, "effective_to", f"依据文件{row['effective_to']}到期"


@kind("项目类别与评审分类不符", disguises=2, grave=True)
def wrong_lane(site: Site) -> Spot | None:
    """A reviewed project filed as running or staff cost."""
    row = site.project.row
    row["project_category"] = ("公用经费", "人员类")[site.disguise]
    return (
        "project",
        row,
        "project_category",
        f"项目类别填{row['project_category']}，评审分类填{row['lane']}",
    )


@kind("经济分类代码不存在", disguises=2)
def bad_economic_class(site: Site) -> Spot | None:
    """A code that is in no table."""
    line = site.project.lines[-1]
    line["economic_class"] = ("30250", "30998")[site.disguise]
    return "line", line, "economic_class", f"部门经济分类{line['economic_class']}不在科目表内"


@kind("结束日期早于预算年度", disguises=2)
def term_over(site: Site) -> Spot | None:
    """The term ended, or begins after the year."""
    row = site.project.row
    if site.disguise:
        row |= {"start_date": "2028-03-01", "end_date": "2028-11-30"}
        return "project", row, "start_date", "开始日期在预算年度之后"
    row |= {"start_date": "2024-01-01", "end_date": "2026-12-31"}
    return "project", row, "end_date", "实施期在预算年度之前已结束"


@kind("结束日期早于开始日期")
def dates_crossed(site: Site) -> Spot | None:
    """End and start were exchanged."""
    row = site.project.row
    if str(row["start_date"])[:4] != "2027":
        return None
    row["start_date"], row["end_date"] = row["end_date"], row["start_date"]
    return "project", row, "end_date", "结束日期早于开始日期"


@kind("日期写成文字")
def date_in_words(site: Site) -> Spot | None:
    """A date nobody can read."""
    site.project.row["end_date"] = "2027年年底"
    return "project", site.project.row, "end_date", "结束日期写成“2027年年底”"


@kind("数字写成文字")
def number_in_words(site: Site) -> Spot | None:
    """A number nobody can read."""
    line = next(
        (
            row
            for row in site.project.lines
            if row["quantity"] > 9 and not row.get("entitlement_code")
        ),
        None,
    )
    if line is None:
        return None
    line["quantity"] = f"约{line['quantity']:f}"
    return "line", line, "quantity", "数量写成“约……”"


@kind("必填项空着", disguises=4)
def blank_required(site: Site) -> Spot | None:
    """Something the unit owes was left empty."""
    row = site.project.row
    name = ("summary", "annual_goal", "end_date", "dept_rank")[site.disguise]
    row[name] = ""
    return "project", row, name, "必填的没有填"


@kind("同一单位重复申报", disguises=2)
def duplicate_project(site: Site) -> Spot | None:
    """Another project of the unit, filed again under nearly the same name."""
    row = site.project.row
    other = next(
        (
            found
            for found in site.world.reviewed()
            if found.row["unit_code"] == row["unit_code"]
            and found.code != row["project_code"]
            and found.row["place"] == row["place"]
            and found.kind == site.project.kind
        ),
        None,
    )
    if other is None:
        return None
    name = str(other.row["project_name"])
    row["project_name"] = name if site.disguise == 0 else name.replace("（", "(").replace("）", ")")
    row["summary"] = other.row["summary"]
    site.world.bureau["duplicate_pair"].append(
        {
            "project_code": row["project_code"],
            "other_project_code": other.code,
            "other_year": row["budget_year"],
            "name_similarity": Decimal("0.99"),
            "content_similarity": Decimal("0.97"),
            "same_unit": "是",
            "same_place": "是",
            "same_object": "是",
            "same_year": "是",
            "same_fund": "是",
        }
    )
    return "project", row, "project_name", f"与{other.code}同名同内容"


@kind("资金构成与申报金额不符")
def fiscal_mismatch(site: Site) -> Spot | None:
    """Fiscal money alone is more than the project asks."""
    row = site.project.row
    row["fiscal_yuan"] = row["amount_yuan"] + 20000
    return "project", row, "fiscal_yuan", "财政拨款大于申报金额"


@kind("一行两种资金合计不等于该行金额", disguises=2, grave=True)
def fund_mismatch(site: Site) -> Spot | None:
    """The sources of a line do not come to the line."""
    rows = site.project.tables["line_fund"]
    if not rows or rows[-1]["amount_yuan"] < 20000:
        return None
    rows[0]["amount_yuan"] += (Decimal(10000), Decimal(1000))[site.disguise]
    return "line_fund", rows[0], "amount_yuan", "资金来源之和大于该行金额"


@kind("债券资金用于经常性支出", disguises=3, grave=True)
def bond_recurrent(site: Site) -> Spot | None:
    """Travel, meals or office costs out of a bond."""
    if not site.is_lane("工程") or site.project.amount < BIG:
        return None
    item, economic = (
        ("工程管理人员差旅", "30211"),
        ("项目部办公用品", "30201"),
        ("公务接待", "30217"),
    )[site.disguise]
    price = Decimal(650)
    line = site.project.add(
        "line",
        expense_item=item,
        economic_class=economic,
        quantity=Decimal(20),
        unit_of_measure="人次",
        unit_price_yuan=price,
        amount_yuan=price * 20,
        fund_source="一般债券",
        is_procurement="否",
        price_basis="上年价格",
    )
    site.project.total()
    return "line", line, "fund_source", f"{item}用一般债券资金安排"


@kind("购置服务没有标明是否政府采购", disguises=2)
def procurement_unmarked(site: Site) -> Spot | None:
    """Printing, property or equipment with the mark left empty."""
    line = (
        site.line("30202", "30209") if site.disguise == 0 else site.line("31002", "31003", "31007")
    )
    if line is None:
        return None
    line["is_procurement"] = line["catalogue_item"] = ""
    return "line", line, "is_procurement", "没有标明是否政府采购"


@kind("采购没有品目代码")
def catalogue_missing(site: Site) -> Spot | None:
    """Bought through procurement, but what is not said."""
    line = next((row for row in site.project.lines if row.get("is_procurement") == "是"), None)
    if line is None:
        return None
    line["catalogue_item"] = ""
    return "line", line, "catalogue_item", "政府采购行没有品目代码"


@kind("同一品目分行申报", disguises=2)
def split_catalogue(site: Site) -> Spot | None:
    """One purchase above the limit of open tender in several lines below it."""
    line = next(
        (
            row
            for row in site.project.lines
            if row.get("is_procurement") == "是"
            and row["amount_yuan"] > 2_100_000
            and row["quantity"] > 8
        ),
        None,
    )
    if line is None or site.project.tables["line_fund"] or line.get("contract_no"):
        return None
    count = int(line["amount_yuan"] // 1_900_000) + 1 + site.disguise
    part = (line["quantity"] / count).to_integral_value()
    if part * (count - 1) >= line["quantity"]:
        return None
    names = ("第{}批", "{}期")[site.disguise]
    item = line["expense_item"]
    for number in range(2, count + 1):
        more = site.project.add(
            "line",
            **{**line, "quantity": part, "expense_item": f"{item}（{names.format(number)}）"},
        )
        more["amount_yuan"] = product(more)
    line["expense_item"] = f"{item}（{names.format(1)}）"
    line["quantity"] -= part * (count - 1)
    line["amount_yuan"] = product(line)
    for row in site.project.lines:
        if row.get("catalogue_item") == line["catalogue_item"]:
            row["procurement_method"] = "竞争性磋商"
    site.project.total()
    return "line", line, "catalogue_item", f"同一品目分{count}行申报"


@kind("职责代码不在三定清单")
def duty_unknown(site: Site) -> Spot | None:
    """A duty that is in no list."""
    site.project.row["duty_code"] = "ZZ-999-09"
    return "project", site.project.row, "duty_code", "职责代码不在三定职责清单内"


@kind("所称重点任务不在清单", disguises=2)
def task_unlisted(site: Site) -> Spot | None:
    """A task that nobody listed for the year."""
    code = ("ZD2027-88", "ZD2026-03")[site.disguise]
    site.project.row["priority_task_code"] = code
    return "project", site.project.row, "priority_task_code", f"{code}不在当年重点任务清单"


@kind("功能科目与预算类型不符", disguises=2, grave=True)
def wrong_book(site: Site) -> Spot | None:
    """Land sale money under general budget, or an ordinary class under the fund budget."""
    row = site.project.row
    if site.disguise == 0 and row["budget_book"] == "一般公共预算":
        row["functional_class"] = "2120899"
        return "project", row, "functional_class", "一般公共预算用了土地出让收入安排的科目"
    if (
        site.disguise == 1
        and row["budget_book"] == "一般公共预算"
        and site.is_lane("运行维护与采购")
    ):
        row["functional_class"] = "2230105"
        return "project", row, "functional_class", "一般公共预算用了国有资本经营预算科目"
    return None


@kind("待分配资金未细化", grave=True)
def undivided(site: Site) -> Spot | None:
    """A large sum kept back to be divided later."""
    own = [
        found.amount
        for found in site.world.reviewed()
        if found.row["department_code"] == site.project.row["department_code"]
    ]
    if not site.is_lane("专项资金与政策") or site.project.amount * 5 < sum(own):
        return None
    site.project.row["is_to_be_divided"] = "是"
    return "project", site.project.row, "is_to_be_divided", "大额资金待分配，没有细化到单位"


@kind("新增大额项目没有事前评估", grave=True)
def no_ex_ante(site: Site) -> Spot | None:
    """New and large, and nobody evaluated it beforehand."""
    row = site.project.row
    if not row.get("ex_ante_result"):
        return None
    row["ex_ante_result"] = row["ex_ante_date"] = ""
    site.project.tables["attachment"] = [
        paper for paper in site.project.tables["attachment"] if paper["kind"] != "事前绩效评估报告"
    ]
    return "project", row, "ex_ante_result", "新增项目达到限额没有事前绩效评估"


@kind("事前评估不予支持仍申报", grave=True)
def ex_ante_refused(site: Site) -> Spot | None:
    """Evaluated, found wanting, filed all the same."""
    if not site.project.row.get("ex_ante_result"):
        return None
    site.project.row["ex_ante_result"] = "不予支持"
    return "project", site.project.row, "ex_ante_result", "事前评估结论不予支持"
