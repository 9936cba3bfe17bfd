"""What every honest declaration has: the project's row, bases, papers, targets, funds, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from exam.bundle import Bundle, Cells, money, plain
from exam.county import (
    BY_CODE,
    NAME,
    REGION,
    UNITS,
    YEAR,
    Unit,
    government_class,
    number,
    organisation,
    person,
    pick,
)
from exam.papers import attach, bases, history

BUDGETED = str(YEAR)
__all__ = ["BUDGETED", "Line", "Plan", "alone", "attach", "make", "part", "procure"]
RIGID = "刚性测算"
FLAGS = (
    "is_from_superior is_pre_issued is_to_lower is_debt_service is_capital_construction "
    "is_procurement is_service_purchase is_it is_research is_to_be_divided is_urgent is_secret "
    "is_approved has_feasibility has_land has_environment_approval has_control_price has_tender "
    "has_started"
).split()


@dataclass
class Line:
    """A line as it is declared: what, class, how many of what, price, further factors."""

    item: str
    economic: str
    quantity: str
    uom: str
    price: str
    months: str = ""
    more: Cells = field(default_factory=dict)
    basis: str = "询价报价"


@dataclass
class Plan:
    """What a project is, before the papers around it are made."""

    name: str
    department: str
    lane: str
    lines: list[Line]
    attribute: str = "延续"
    branch: int = 0
    functional: str = ""
    place: str = ""
    output: str = ""
    effect: str = ""
    summary: str = ""
    source: str = "一般公共预算本级"
    book: str = "一般公共预算"
    more: Cells = field(default_factory=dict)
    served: str = "服务对象"


def unit_of(department: str, branch: int = 0) -> Unit:
    """A unit of a department: 0 its own, then its branches."""
    return UNITS[department][min(branch, len(UNITS[department]) - 1)]


def make(serial: int, plan: Plan) -> Bundle:
    """The whole bundle of a plan, settled."""
    unit = unit_of(plan.department, plan.branch)
    code = f"{REGION}27{unit.code}{serial:06d}"
    bundle = Bundle(code, unit.code)
    _project(bundle, unit, serial, plan)
    for at, line in enumerate(plan.lines, 1):
        _line(bundle, unit, plan, str(at), line)
    bundle.own(
        "project_year", year=BUDGETED, fund_source=plan.source, kind="本次申报", amount_yuan="0"
    )
    _packages(bundle, plan)
    bundle.settle()
    if plan.lane != RIGID or plan.more.get("project_category") == "31":
        _targets(bundle, plan)
        bases(bundle, unit, serial, plan)
    if plan.attribute in {"延续", "经常性", "阶段性"}:
        history(bundle, unit, plan)
    return bundle.settle()


def _project(bundle: Bundle, unit: Unit, serial: int, plan: Plan) -> None:
    rigid = plan.lane == RIGID
    category = "22" if plan.lane == "运行维护与采购" else "31"
    done = plan.output or "按计划完成年度任务"
    row = dict.fromkeys(FLAGS, "否") | {
        "project_code": bundle.code,
        "project_name": plan.name,
        "unit_code": unit.code,
        "unit_name": unit.name,
        "department_code": unit.department.code,
        "managing_department_code": unit.department.code,
        "region": REGION,
        "budget_year": BUDGETED,
        "project_category": "11" if rigid else category,
        "lane": plan.lane,
        "level": "2",
        "parent_project_code": f"{REGION}{unit.department.code}000",
        "project_attribute": plan.attribute,
        "recurrence": "一次性" if plan.attribute in {"新增", "一次性"} else "经常性",
        "setup_year": BUDGETED if plan.attribute in {"新增", "一次性"} else "2025",
        "start_date": f"{YEAR}-01-01",
        "end_date": f"{YEAR}-{number(f'end {serial}', 11, 12)}-30",
        "term_years": "1" if plan.attribute in {"新增", "一次性"} else "5",
        "term_basis": "立项文件载明的期限",
        "functional_class": plan.functional or unit.department.functional,
        "budget_book": plan.book,
        "summary": plan.summary or f"{plan.name}由{unit.name}组织实施，{done}。",
        "necessity_note": f"{unit.department.duty}是本单位职责，{plan.name}已列入年度工作安排。",
        "feasibility_note": f"{plan.name}的实施主体、人员和场地已落实，{person(bundle.code)}负责。",
        "calculation_note": f"{plan.name}按{plan.lines[0].item}的数量、单价逐项计算。",
        "plan_note": f"{plan.name}一季度完成前期手续，二、三季度实施，四季度验收和支付。",
        "long_term_goal": f"三年内使{plan.name}保持相应服务水平，数量不降、质量达标。",
        "annual_goal": f"{YEAR}年{plan.name}{done}，质量合格，资金按进度支付。",
        "duty_code": f"Z{unit.department.code}",
        "spending_duty": "本级事权",
        "county_share": "1",
        "is_performance_filed": "否" if rigid else "是",
        "is_open": "是",
        "unit_rank": str(serial % 90 + 1),
        "dept_rank": str(serial),
        "place": plan.place or NAME,
        "leader_name": person(bundle.code),
        "leader_tel": f"0399-61{number(f'tel {serial}', 10000, 99999)}",
        "submission_round": "一上",
        "department_opinion": "经部门会议审核，同意申报。",
        "social_input_yuan": "0",
        "own_fund_yuan": "0",
        "prior_carry_over_yuan": "0",
    }
    bundle.rows["project"] = [row | plan.more]


def _line(bundle: Bundle, unit: Unit, plan: Plan, at: str, line: Line) -> None:
    cells = {
        "line_no": at,
        "expense_item": line.item,
        "economic_class": line.economic,
        "gov_economic_class": government_class(line.economic, unit.type),
        "budget_book": plan.book,
        "fund_source": plan.source,
        "quantity": line.quantity,
        "unit_of_measure": line.uom,
        "unit_price_yuan": line.price,
        "price_basis": line.basis,
        "price_basis_note": f"见附件中“{line.item}”的价格材料",
        "is_procurement": "否",
        "is_service_purchase": "否",
        "payee": "按合同或名单支付",
        "place": plan.place or NAME,
        "months_covered": line.months or "12",
    }
    if line.months:
        cells |= {"factor_2": line.months, "factor_2_name": "月"}
    bundle.own("line", **(cells | line.more))
    bundle.own(
        "line_fund",
        line_no=at,
        fund_source=plan.source,
        budget_book=plan.book,
        fund_year=BUDGETED,
        amount_yuan="0",
    )


def part(amount: str, times: str) -> str:
    """A multiple of an amount."""
    return money(Decimal(amount) * Decimal(times))


def procure(bundle: Bundle, at: str, item: str, catalogue: str, kind: str, method: str) -> None:
    """Mark a line as procurement and give it its row in the procurement budget."""
    line = next(row for row in bundle.rows["line"] if row["line_no"] == at)
    if kind != "工程" and Decimal(line["amount_yuan"]) >= OPEN_TENDER:
        method = "公开招标"
    form = "政府集中采购" if catalogue in CENTRAL else "分散采购"
    line |= {
        "is_procurement": "是",
        "catalogue_item": catalogue,
        "procurement_method": method,
        "org_form": form,
        "sme_reserved": "是",
    }
    bundle.set(is_procurement="是")
    bundle.own(
        "procurement",
        item_no=at,
        line_no=at,
        item_name=item,
        catalogue_item=catalogue,
        kind=kind,
        org_form=form,
        procurement_method=method,
        is_service_purchase="否",
        quantity="1" if kind == "服务" else line["quantity"],
        unit_of_measure="项" if kind == "服务" else line["unit_of_measure"],
        unit_price_yuan=line["amount_yuan"] if kind == "服务" else line["unit_price_yuan"],
        amount_yuan=line["amount_yuan"],
        fund_source=line["fund_source"],
        sme_reserved_yuan=line["amount_yuan"],
        is_imported="否",
        planned_month="4",
    )


OPEN_TENDER = Decimal(2_000_000)
CENTRAL = frozenset({"A02010105", "A02010108", "A02021000", "A02030500", "C21040000"})


def _packages(bundle: Bundle, plan: Plan) -> None:
    if plan.lane == RIGID:
        return
    for level, content in (
        ("最低保障", "保证合同义务和最低服务量"),
        ("现行水平", "按现有数量和标准"),
    ):
        bundle.own(
            "package",
            package_level=level,
            amount_yuan="0",
            content=content,
            output_text=plan.output or "完成年度任务",
            consequence="不安排将影响年度任务",
            is_scalable="是",
        )


def _targets(bundle: Bundle, plan: Plan) -> None:
    first = plan.lines[0]
    count = plain(sum((Decimal(line.quantity) for line in plan.lines if line.uom == first.uom),
                      Decimal(0)))  # fmt: skip
    key, what = bundle.code, first.item
    good = pick(f"good {key}", ("合格率", "达标率", "验收通过率", "考核优良率"))
    effect = plan.effect or pick(
        f"effect {key}", ("覆盖目标对象比例", "问题办结率", "服务及时响应率", "设施完好率")
    )

    def some(name: str, low: int, high: int) -> str:
        return str(number(f"{name} {key}", low, high))

    rows = (
        ("成本指标", "经济成本指标", f"{what}总成本", "≤", "0", "万元", "10"),
        ("产出指标", "数量指标", f"{what}数量", "≥", count, first.uom, "20"),
        ("产出指标", "质量指标", f"{what}{good}", "≥", some("quality", 92, 99), "%", "15"),
        ("产出指标", "时效指标", f"{what}完成时限", "≤", some("time", 9, 12), "月", "10"),
        ("效益指标", "社会效益指标", f"{what}{effect}", "≥", some("benefit", 88, 97), "%", "15"),
        ("效益指标", "可持续影响指标", f"{what}管护机制年限", "≥", some("last", 2, 6), "年", "10"),
        ("满意度指标", "服务对象满意度指标", f"{plan.served}对{what}满意度", "≥",
         some("pleased", 86, 95), "%", "10"),
    )  # fmt: skip
    for at, (one, two, three, direction, value, measure, weight) in enumerate(rows, 1):
        bundle.own(
            "target",
            target_no=str(at),
            level1=one,
            level2=two,
            level3=three,
            direction=direction,
            value_text=f"{direction}{value}{measure}",
            value=value,
            measure_unit=measure,
            weight=weight,
            value_source="计划标准",
            data_source="验收单、台账和问卷记录",
            period="年度指标",
            is_cumulative="否",
        )
    quantity = bundle.rows["target"][1]
    if len(plan.lines) == 1:
        quantity["linked_line_no"] = "1"


def alone(bundle: Bundle, serial: int) -> None:
    """Give a project a unit of its own within its department."""
    old = BY_CODE.get(bundle.unit)
    if old is None:
        return
    code = f"{old.department.code}{100 + serial % 900:03d}"
    unit = Unit(code, f"{old.name}第{serial}工作站", old.department, old.type)
    for rows in bundle.rows.values():
        for row in rows:
            if row.get("unit_code") == old.code:
                row["unit_code"] = code
    bundle.set(unit_name=unit.name)
    bundle.unit = code
    bundle.add("organisation", **organisation(unit))
