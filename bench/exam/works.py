"""Archetypes of works: new, continued, repairs, last payments, and works paid from bonds."""

from __future__ import annotations

from exam.bundle import Bundle
from exam.county import estate, number, pick, village
from exam.start import BUDGETED, Line, Plan, attach, make, part, procure

WORKS = "工程"
RIPE = {
    "is_capital_construction": "是",
    "is_approved": "是",
    "has_feasibility": "是",
    "has_land": "是",
    "has_environment_approval": "是",
    "has_control_price": "是",
}
PAPERS = (
    ("立项批复", "项目建议书批复", "沧发改批"),
    ("可研批复", "可行性研究报告批复", "沧发改可"),
    ("概算批复", "初步设计及概算批复", "沧发改概"),
    ("用地批准", "用地预审与选址意见", "沧自然地"),
    ("环评批复", "环境影响登记表备案", "沧环登"),
    ("财评控制价报告", "招标控制价评审报告", "沧评审"),
)


def papers(bundle: Bundle, n: int, total: str) -> None:
    """The approvals of a ripe project."""
    for kind, title, mark in PAPERS:
        attach(bundle, kind, title, doc_no=f"{mark}〔2026〕{n}号（样例）",
               amount=total if kind == "概算批复" else "")  # fmt: skip


def new_works(n: int, kind: int = -1) -> Bundle:
    """A road, canal or pipes with every approval, built within the year."""
    kind = n % 3 if kind < 0 else kind
    what, uom, price, department, functional = (
        ("通村公路路面改造", "公里", "680000", "县交通运输局", "2140104"),
        ("灌溉渠道防渗", "公里", "420000", "县水务局", "2130316"),
        ("老旧小区雨污分流", "米", "1150", "县住房和城乡建设局", "2120303"),
    )[kind]
    size = number(f"nw {n}", 3, 9) * (300 if uom == "米" else 1)
    place = estate(f"nw{n}") if uom == "米" else village(f"nw{n}")
    line = Line(f"{what}工程", "31005", str(size), uom, price, basis="评审结论")
    line.more = {"months_covered": ""}
    made = make(n, Plan(f"{place}{what}工程", department, WORKS, [line], attribute="新增",
                        functional=functional, place=place,
                        more=RIPE | {"ex_ante_result": "予以支持", "ex_ante_date": "2026-06-18"}))  # fmt: skip
    amount = made.project["amount_yuan"]
    made.set(
        total_investment_yuan=amount, approved_estimate_yuan=amount,
        estimate_doc_no=f"沧发改概〔2026〕{n}号（样例）", feasibility_estimate_yuan=amount,
        control_price_yuan=amount, progress_percent="0", next_year_yuan="0",
        year_after_next_yuan="0", accumulated_arranged_yuan="0", accumulated_paid_yuan="0",
    )  # fmt: skip
    papers(made, n, amount)
    attach(made, "事前绩效评估报告", f"{what}事前绩效评估报告")
    attach(made, "工程量清单预算书", f"{what}工程量清单")
    procure(made, "1", what, "B02000000", "工程", "公开招标")
    return made


def going_works(n: int, which: int = -1) -> Bundle:
    """A building or bridge under contract; the year's slice is what the contract makes due."""
    which = n % 4 if which < 0 else which
    what, department, functional = (
        ("教学楼", "县教育和体育局", "2050202"),
        ("危桥改造", "县交通运输局", "2140104"),
        ("中心敬老院护理楼", "县民政局", "2081002"),
        ("污水提升泵站", "县住房和城乡建设局", "2120303"),
    )[which]
    size, contract = number(f"gw {n}", 1800, 4200), f"GC-{n:05d}"
    place = village(f"gw{n}")
    line = Line(f"{what}工程进度款", "31005" if which % 2 else "31001", "1", "项",
                str(size * 1000), basis="合同")  # fmt: skip
    line.more = {"months_covered": "", "contract_no": contract}
    name = f"{place}{what}工程（续建）"
    more = RIPE | {"has_tender": "是", "has_started": "是", "recurrence": "阶段性"}
    made = make(n, Plan(name, department, WORKS, [line], functional=functional, place=place,
                        output=f"{what}主体完工", more=more))  # fmt: skip
    slice_ = made.project["amount_yuan"]
    made.set(
        total_investment_yuan=part(slice_, "3"), approved_estimate_yuan=part(slice_, "3"),
        estimate_doc_no=f"沧发改概〔2025〕{n}号（样例）",
        feasibility_estimate_yuan=part(slice_, "2.9"), control_price_yuan=part(slice_, "2.8"),
        contract_yuan=part(slice_, "2.6"), accumulated_arranged_yuan=part(slice_, "1.25"),
        accumulated_paid_yuan=part(slice_, "1.1"), progress_percent="45",
        next_year_yuan=part(slice_, "0.4"), year_after_next_yuan="0",
    )  # fmt: skip
    papers(made, n, part(slice_, "3"))
    attach(made, "招标中标文件", "中标通知书")
    attach(made, "合同", f"{what}施工合同", amount=part(slice_, "2.6"))
    made.own(
        "contract", contract_no=contract, contract_name=f"{what}施工合同", unit_code=made.unit,
        counterparty="样例筑远建设有限公司", state="履行中", procurement_method="公开招标",
        signed_on="2025-09-10", start_date="2025-10-01", end_date="2028-03-31",
        amount_yuan=part(slice_, "2.6"), paid_yuan=part(slice_, "1.1"),
        retention_yuan=part(slice_, "0.078"), retention_due_on="2030-03-31",
        warranty_ends_on="2030-03-31", promises_buyback="否",
    )  # fmt: skip
    made.own(
        "commitment", contract_no=contract, unit_code=made.unit, year=BUDGETED, item_no="1",
        kind="进度款", due_on="2027-11-30", condition="主体封顶并计量后支付",
        planned_progress_percent="85", due_yuan=slice_, paid_yuan="0", is_legal="否",
    )  # fmt: skip
    for row, budget, spent in zip(
        made.rows["history"], ("0.25", "1"), ("0.24", "0.86"), strict=True
    ):
        row |= {
            "original_yuan": part(slice_, budget), "adjusted_yuan": part(slice_, budget),
            "executed_yuan": part(slice_, spent),
        }  # fmt: skip
    return made


def repair(n: int) -> Bundle:
    """A dangerous old building repaired with an appraisal."""
    building, area = f"DX{n:05d}", number(f"rp {n}", 900, 2600)
    what, department = pick(
        f"rw {n}",
        (("校舍", "县教育和体育局"), ("卫生院病房", "县卫生健康局"), ("福利院宿舍", "县民政局")),
    )
    place = village(f"rp{n}")
    line = Line(f"{what}加固维修", "31006", str(area), "平方米", "460", basis="评审结论")
    line.more = {"building_code": building, "area_sqm": str(area), "months_covered": ""}
    made = make(n, Plan(f"{place}{what}加固维修", department, WORKS, [line], attribute="一次性",
                        place=place, more=RIPE | {"is_capital_construction": "否"}))  # fmt: skip
    amount = made.project["amount_yuan"]
    made.set(
        total_investment_yuan=amount, approved_estimate_yuan=amount,
        estimate_doc_no=f"沧发改概〔2026〕{n}号（样例）", feasibility_estimate_yuan=amount,
        control_price_yuan=amount, progress_percent="0", next_year_yuan="0",
        year_after_next_yuan="0", accumulated_arranged_yuan="0", accumulated_paid_yuan="0",
    )  # fmt: skip
    papers(made, n, amount)
    attach(made, "检测鉴定报告", f"{what}房屋安全鉴定报告")
    attach(made, "工程量清单预算书", f"{what}维修工程量清单")
    procure(made, "1", f"{what}修缮", "B08000000", "工程", "竞争性磋商")
    made.add(
        "building", building_code=building, unit_code=made.unit, building_name=f"{place}{what}",
        address=place, building_kind="其他", use_right="自有", area_sqm=str(area + 200),
        usable_sqm=str(area), garage_sqm="0", vacant_sqm="0", rented_out_sqm="0",
        built_on="1994-08-30", renovated_on="2007-07-15", is_dangerous="是",
    )  # fmt: skip
    return made


def last_payment(n: int) -> Bundle:
    """The retention of a settled contract, due within the year, not above three per cent."""
    contract, what = f"WK-{n:05d}", pick(f"lp {n}", ("拦河堰加固", "山塘除险", "渠道衬砌"))
    kept = number(f"lk {n}", 8, 30) * 10000
    place = village(f"lp{n}")
    line = Line(f"{what}质量保证金", "31005", "1", "项", str(kept), basis="合同")
    line.more = {
        "months_covered": "", "contract_no": contract, "is_final_payment": "是",
        "is_retention": "是",
    }  # fmt: skip
    name = f"{place}{what}工程质保金"
    more = RIPE | {"has_tender": "是", "has_started": "是", "recurrence": "阶段性"}
    made = make(n, Plan(name, "县水务局", WORKS, [line], place=place, attribute="延续",
                        functional="2130305", output="质保期满后支付质保金", more=more))  # fmt: skip
    full, held = part(str(kept), "40"), str(kept)
    made.set(
        total_investment_yuan=full, approved_estimate_yuan=part(str(kept), "42"),
        estimate_doc_no=f"沧发改概〔2023〕{n}号（样例）", feasibility_estimate_yuan=full,
        control_price_yuan=full, contract_yuan=full, settlement_yuan=full,
        accumulated_arranged_yuan=part(held, "39"), accumulated_paid_yuan=part(held, "39"),
        progress_percent="100", next_year_yuan="0", year_after_next_yuan="0",
    )  # fmt: skip
    papers(made, n, part(held, "42"))
    attach(made, "招标中标文件", "中标通知书")
    attach(made, "合同", f"{what}施工合同", amount=full)
    attach(made, "结算审核报告", f"{what}结算审核报告", amount=full)
    attach(made, "验收单", f"{what}竣工验收单")
    made.own(
        "contract", contract_no=contract, contract_name=f"{what}施工合同", unit_code=made.unit,
        counterparty="样例固川水工有限公司", state="已结算", procurement_method="公开招标",
        signed_on="2024-03-10", start_date="2024-04-01", end_date="2025-04-30",
        amount_yuan=full, settlement_yuan=full, paid_yuan=part(held, "39"),
        retention_yuan=money_text(held), retention_due_on="2027-04-30",
        warranty_ends_on="2027-04-30", promises_buyback="否",
    )  # fmt: skip
    made.own(
        "commitment", contract_no=contract, unit_code=made.unit, year=BUDGETED, item_no="1",
        kind="质保金", due_on="2027-04-30", condition="质保期满且无质量问题",
        planned_progress_percent="100", due_yuan=money_text(held), paid_yuan="0", is_legal="否",
    )  # fmt: skip
    return made


def money_text(value: str) -> str:
    """An amount as money."""
    return part(value, "1")


def fee_works(n: int) -> Bundle:
    """Works with a management fee inside the usual table: two lines."""
    made = new_works(n, 0)
    first = made.rows["line"][0]
    total = part(first["amount_yuan"], "0.015")
    made.own("line", **({k: v for k, v in first.items() if k != "project_code"} | {
        "line_no": "2", "expense_item": "项目建设管理费", "quantity": "1",
        "unit_of_measure": "项", "unit_price_yuan": total, "is_procurement": "否",
        "catalogue_item": "", "procurement_method": "", "org_form": "", "sme_reserved": "",
        "price_basis": "概算或预算书",
    }))  # fmt: skip
    fund = made.rows["line_fund"][0]
    made.rows["line_fund"].append(fund | {"line_no": "2", "amount_yuan": "0"})
    made.settle()
    amount = made.project["amount_yuan"]
    made.set(total_investment_yuan=amount, approved_estimate_yuan=amount,
             feasibility_estimate_yuan=amount)  # fmt: skip
    return made


def bond_works(n: int) -> Bundle:
    """Works paid from general bonds, capital spending only."""
    made = new_works(n)
    return from_bond(made, "一般债券", "新增一般债券", "一般公共预算", n)


def from_bond(made: Bundle, source: str, bond: str, book: str, n: int) -> Bundle:
    """The same project paid from a bond."""
    code = f"ZQ{n:05d}"
    made.set(bond_kind=bond, bond_project_code=code, budget_book=book)
    for table in ("line", "line_fund"):
        for row in made.rows[table]:
            row |= {"fund_source": source, "budget_book": book}
    for table in ("project_year", "procurement"):
        for row in made.rows[table]:
            row["fund_source"] = source
    made.add(
        "debt_item", debt_no=code, year=BUDGETED, debt_kind="法定一般债务", bond_kind=bond,
        bond_project_code=code, unit_code=made.unit, balance_yuan="0", principal_due_yuan="0",
        interest_due_yuan="0", fee_due_yuan="0", refinanced_yuan="0", budgeted_yuan="0",
        income_yuan="0", due_on="2037-06-30",
    )  # fmt: skip
    return made


def special_bond_works(n: int) -> Bundle:
    """A pumping station with income, paid from special bonds."""
    made = from_bond(new_works(n), "专项债券", "新增专项债券", "政府性基金预算", n)
    made.set(functional_class="2290402")
    debt = made.rows["debt_item"][0]
    debt |= {"debt_kind": "法定专项债务", "income_yuan": part(made.project["amount_yuan"], "0.1")}
    attach(made, "规划方案", "项目收益与融资自求平衡方案")
    return made
