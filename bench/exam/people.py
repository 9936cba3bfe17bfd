"""Archetypes of livelihood money, transfers, funds, debt service and basic spending."""

from __future__ import annotations

from exam.bundle import Bundle
from exam.county import AS_OF, REGION, number, pick
from exam.start import BUDGETED, Line, Plan, attach, make, part

FORMULA, RIGID = "标准公式", "刚性测算"
LIVING = (
    ("高龄老人生活津贴", "县民政局", "2081002", "30305", "60", 12, "1", "人", "老年人", ""),
    ("困难残疾人生活补贴", "县残疾人联合会", "2081107", "30305", "90", 12, "0.5", "人", "残疾人",
     "残疾人两项补贴"),
    ("农村低保金县级分担", "县民政局", "2081902", "30306", "430", 12, "0.1", "人", "困难群众",
     "最低生活保障"),
    ("困难学生生活补助县级分担", "县教育和体育局", "2050202", "30308", "125", 10, "0.5", "人", "学生",
     "家庭经济困难学生资助"),
    ("生态护林补助", "县农业农村局", "2130199", "30305", "680", 12, "1", "人", "农户", ""),
)  # fmt: skip


def living(n: int, which: int = -1) -> Bundle:
    """People by standard by months by the county's share, all as the registers say."""
    which = n % len(LIVING) if which < 0 else which
    name, department, functional, economic, price, months, share, uom, kind, item = LIVING[which]
    heads, code = number(f"lv {n}", 240, 900) * 10, f"BZ{n:05d}"
    line = Line(f"{name}发放", economic, str(heads), uom, price, months=str(months),
                basis="支出标准")  # fmt: skip
    line.more = {"entitlement_code": code, "share": share, "persons": str(heads)}
    if share != "1":
        line.more |= {"factor_3": share, "factor_3_name": "本级分担比例"}
    shared = share != "1"
    more = {
        "county_share": share,
        "spending_duty": "共同事权" if shared else "本级事权",
        "three_guarantees_item": item,
        "beneficiary_count": str(heads),
        "beneficiary_kind": kind,
        "recipient_kind": "个人",
        "recipient_count": str(heads),
    }
    made = make(n, Plan(f"{name}（{n}号口径）", department, FORMULA, [line], functional=functional,
                        more=more, effect="应补尽补率", served="补助对象"))  # fmt: skip
    act = f"沧民发〔2025〕{n}号（样例）" if not shared else f"样政办发〔2024〕{n}号（样例）"
    attach(made, "上级文件", f"关于{name}标准的通知", doc_no=act)
    attach(made, "人员名册", f"{name}发放名册")
    made.add(
        "entitlement", entitlement_code=code, entitlement_name=f"{name}{n}", region=REGION,
        department_code=made.unit[:3], three_guarantees_item=item, doc_no=act, article="第二条",
        issuer_level="省级" if shared else "县级", beneficiary_kind=kind, unit_of_measure=uom,
        standard_yuan=price, period="每月", months=str(months),
        central_share="0", province_share="0",
        city_share={"1": "0", "0.5": "0.5", "0.1": "0.9"}[share], county_share=share,
        effective_from="2025-01-01",
    )  # fmt: skip
    made.add(
        "beneficiary_count", entitlement_code=code, region=REGION, unit_code=made.unit,
        as_of=AS_OF, counted_by="业务系统", person_count=str(heads), declared_count=str(heads),
        ended_count="0", doubled_count="0", ended_paid_yuan="0",
    )  # fmt: skip
    return made


def villages(n: int) -> Bundle:
    """Office money of village organisations: villages by standard."""
    count = number(f"vi {n}", 14, 32)
    line = Line("村级组织办公经费", "30305", str(count), "村", "52000", basis="支出标准")
    line.more = {"months_covered": "", "share": "1", "persons": ""}
    more = {
        "county_share": "1", "three_guarantees_item": "村级组织运转和村干部报酬",
        "beneficiary_count": str(count), "beneficiary_kind": "村（社区）干部",
        "recipient_kind": "村（社区）", "recipient_count": str(count),
    }  # fmt: skip
    made = make(n, Plan(f"村级组织运转补助（{n}片）", "县委组织部", FORMULA, [line], more=more,
                        functional="2130705", served="村干部"))  # fmt: skip
    attach(made, "补助对象名单", "行政村名单")
    return made


def transfer(n: int) -> Bundle:
    """A shared duty paid from a notice issued in advance, exactly as issued."""
    notice = f"样财社〔2026〕{n}号（样例）"
    topic = pick(f"tf {n}", ("基本公共卫生服务", "农村供水维修养护", "公共图书馆免费开放"))
    department, functional, economic = {
        "基": ("县卫生健康局", "2100408", "30299"),
        "农": ("县水务局", "2130335", "30213"),
        "公": ("县文化旅游局", "2070104", "30299"),
    }[topic[0]]
    line = Line(f"{topic}补助", economic, str(number(f"tq {n}", 20, 60)), "处", "21000",
                basis="支出标准")  # fmt: skip
    more = {
        "spending_duty": "共同事权", "county_share": "0", "transfer_notice_no": notice,
        "transfer_kind": "共同财政事权转移支付", "is_from_superior": "是", "is_pre_issued": "是",
        "upper_project_code": f"SJ{n:05d}",
    }  # fmt: skip
    made = make(n, Plan(f"{topic}上级补助（{n}号文）", department, "运行维护与采购", [line],
                        functional=functional, source="上级共同财政事权", more=more))  # fmt: skip
    for row in made.rows["line_fund"]:
        row["transfer_notice_no"] = notice
    attach(made, "指标文", f"提前下达{topic}补助的通知", doc_no=notice,
           day="2026-10-20", amount=made.project["amount_yuan"])  # fmt: skip
    made.rows["basis"][0] |= {
        "quote": f"会议同意实施{made.project['project_name']}，资金由上级补助安排。",
        "names_amount": "否", "named_amount_yuan": "", "names_county_share": "否",
    }  # fmt: skip
    made.add(
        "transfer_notice", transfer_notice_no=notice, item_no="1",
        title=f"提前下达{topic}补助资金的通知", issuer="样例省财政厅", issuer_level="省级",
        issued_on="2026-10-20", budget_year=BUDGETED, transfer_kind="共同财政事权转移支付",
        is_pre_issued="是", is_direct="否", department_code=made.unit[:3],
        functional_class=functional, upper_project_code=f"SJ{n:05d}", purpose=f"用于{topic}",
        negative_list="不得用于人员经费、楼堂馆所", requires_matching="否", matching_yuan="0",
        amount_yuan=made.project["amount_yuan"], distributed_yuan=made.project["amount_yuan"],
    )  # fmt: skip
    return made


def land(n: int) -> Bundle:
    """Land compensation paid from the land fund, as that fund allows."""
    line = Line(
        "征地补偿", "31009", str(number(f"ln {n}", 20, 70)), "亩", "46000", basis="支出标准"
    )
    line.more = {"months_covered": ""}
    made = make(n, Plan(f"{pick(f'lp {n}', ('城北', '河东', '园区'))}地块征收补偿（{n}）",
                        "县自然资源局", "一次性及其他", [line], attribute="一次性",
                        functional="2120801", source="政府性基金", book="政府性基金预算",
                        more={"ex_ante_result": "予以支持", "ex_ante_date": "2026-07-02"}))  # fmt: skip
    attach(made, "事前绩效评估报告", "征收项目事前绩效评估报告")
    attach(made, "用地批准", "土地征收批复", doc_no=f"样政土〔2026〕{n}号（样例）")
    return made


def interest(n: int) -> Bundle:
    """Interest of general bonds, budgeted in full."""
    line = Line("一般债券利息", "30701", "1", "项", str(number(f"in {n}", 90, 400) * 10000),
                basis="合同")  # fmt: skip
    line.more = {"months_covered": ""}
    made = make(n, Plan(f"一般债券付息（{n}批）", "县财政局", RIGID, [line], functional="2320301",
                        more={"is_debt_service": "是", "project_category": "31",
                              "bond_kind": "新增一般债券", "bond_project_code": f"FX{n:05d}"}))  # fmt: skip
    amount = made.project["amount_yuan"]
    made.add(
        "debt_item", debt_no=f"FX{n:05d}", year=BUDGETED, debt_kind="法定一般债务",
        bond_kind="新增一般债券", bond_project_code=f"FX{n:05d}", unit_code=made.unit,
        balance_yuan=part(amount, "30"), principal_due_yuan="0", interest_due_yuan=amount,
        fee_due_yuan="0", refinanced_yuan="0", budgeted_yuan=amount, income_yuan="0",
        due_on="2027-08-20",
    )  # fmt: skip
    return made


def salary(n: int) -> Bundle:
    """Salaries of a unit: people, months, average."""
    department = pick(f"sa {n}", ("县统计局", "县民政局", "县应急管理局"))
    heads = number(f"sh {n}", 8, 20)
    line = Line("基本工资", "30101", str(heads), "人", "3650", months="12", basis="支出标准")
    line.more = {"persons": str(heads)}
    return make(n, Plan(f"在职人员工资（{n}组）", department, RIGID, [line],
                        more={"three_guarantees_item": "在职人员国家统一规定工资津补贴"}))  # fmt: skip


def office(n: int) -> Bundle:
    """Public funds of a unit by its quota."""
    department = pick(f"of {n}", ("县统计局", "县自然资源局", "县应急管理局"))
    heads = number(f"oh {n}", 10, 20)
    line = Line("办公费", "30201", str(heads), "人", "2400", basis="支出标准")
    line.more = {"persons": str(heads)}
    return make(n, Plan(f"日常公用经费（{n}组）", department, RIGID, [line],
                        more={"project_category": "21",
                              "three_guarantees_item": "机关事业单位公用经费"}))  # fmt: skip


def allowance(n: int) -> Bundle:
    """The county's own allowance for the old."""
    return living(n, 0)


def disabled(n: int) -> Bundle:
    """The allowance for the disabled, half paid by the county."""
    return living(n, 1)


def relief(n: int) -> Bundle:
    """Minimum living allowance, a tenth paid by the county."""
    return living(n, 2)


def students(n: int) -> Bundle:
    """Allowance of poor students, half paid by the county."""
    return living(n, 3)
