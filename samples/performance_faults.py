"""The faults that are planted in the fictitious year, one row and one rule each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from performance_plants import (
    Plant,
    ahead,
    department,
    department_higher,
    evaluation_lower,
    ex_ante,
    execution_overscored,
    forecast,
    indicator,
    low_spending,
    no_benefit,
    overfull,
    paid_less,
    paid_own,
    put,
    red,
    slow,
    unfiled,
    unlike_history,
    unmonitored,
    unused,
    weights,
    without_effect,
    without_output,
    yellow,
)

if TYPE_CHECKING:
    from performance_departments import Row, Rows

GRAVE, MINOR = "严重", "一般"
EACH = 3
"""How many times each kind is planted."""


@dataclass(frozen=True)
class Fault:
    """A planted fault: the row that the rule is to find, and what was done to it."""

    rule: str
    kind: str
    zh: str
    gravity: str
    what: str
    row: Row


NEXT_DAY = timedelta(days=1)
MONITORING: tuple[tuple[str, str, str, Plant], ...] = (
    ("R-0301", "十月底执行七成五，不到黄灯线", MINOR, yellow),
    ("R-0302", "七月底只执行一成二", GRAVE, red),
    ("R-0303", "数量指标不到计划进度的八成", MINOR, slow),
    ("R-0304", "执行六成六，完成不到五成", MINOR, ahead),
    ("R-0305", "七月底完成四成二，仍说能完成", MINOR, forecast),
    ("R-0306", "预计完不成，没有选处理方式", MINOR, put("monitoring", unit_forecast="完不成")),
    ("R-0307", "预警后到期没有答复", MINOR, put("monitoring", warned_on=date(2026, 11, 12), reply_due_on=date(2026, 11, 26))),
    ("R-0308", "拟调剂的多于没有支出的", MINOR, put("monitoring", remedy="调剂", remedy_yuan=lambda row: row["adjusted_yuan"])),
    ("R-0309", "纠偏到期没有报告完成", MINOR, put("monitoring", remedy="继续实施", remedy_due_on=date(2026, 11, 30))),
    ("R-0310", "已停止实施，资金没有处理", GRAVE, put("monitoring", is_stopped="是")),
    ("R-0311", "监控执行数多填五千元", MINOR, put("monitoring", executed_yuan=lambda row: row["executed_yuan"] + 5000)),
    ("R-0313", "只报资金没有报指标", GRAVE, unmonitored),
    ("R-0314", "预计完成日期在计划之后", MINOR, put("monitoring", expected_end_on=date(2027, 1, 15))),
    ("R-0315", "监控表晚报两天", MINOR, put("monitoring", reported_on=lambda row: row["report_due_on"] + NEXT_DAY * 2)),
)  # fmt: skip
SELF: tuple[tuple[str, str, str, Plant], ...] = (
    ("R-0321", "执行率得分多给", MINOR, execution_overscored),
    ("R-0322", "总分多加了两分", MINOR, put("self_evaluation", total_score=lambda row: row["total_score"] - 2)),
    ("R-0323", "分值合计不是九十", MINOR, overfull),
    ("R-0324", "产出分值挪给效益", MINOR, weights),
    ("R-0325", "得分超过分值", MINOR, indicator("质量指标", score=Decimal("10.5"))),
    ("R-0326", "没有按期完成，直接赋分照给", GRAVE, indicator("时效指标", actual_value=Decimal(80), reason="延期")),
    ("R-0327", "没有完成，按比例多给了分", GRAVE, indicator("数量指标", actual_value=lambda row: row["target_value"] * Decimal("0.91"), score=lambda row: Decimal(row["full_score"]), reason="部分顺延")),
    ("R-0328", "部分达成照给满分", MINOR, indicator("社会效益指标", direction="定性", target_value=None, actual_value=None, scoring="评判等级赋分", state="部分达成")),
    ("R-0329", "满意度五成五还得分", MINOR, indicator("服务对象满意度指标", actual_value=Decimal(55), score=Decimal(6), reason="样本少")),
    ("R-0330", "完成值是指标值的一倍半", MINOR, indicator("数量指标", actual_value=lambda row: row["target_value"] * Decimal("1.5"), score=lambda row: Decimal(row["full_score"]))),
    ("R-0331", "没有完成，没有写原因", MINOR, indicator("数量指标", actual_value=lambda row: row["target_value"] * Decimal("0.95"), score=lambda row: row["full_score"] * Decimal("0.94"), reason=None)),
    ("R-0332", "满意度只问了八份", MINOR, indicator("服务对象满意度指标", respondents=8)),
    ("R-0333", "没有效益指标", MINOR, no_benefit),
    ("R-0334", "自评时把指标值改低", GRAVE, indicator("质量指标", target_value=90)),
    ("R-0335", "执行五成五自评九十分以上", MINOR, low_spending),
    ("R-0336", "晚于计划完成", MINOR, put("self_evaluation", finished_on=date(2026, 12, 28))),
    ("R-0337", "产出完成而效益没有", GRAVE, without_effect),
    ("R-0338", "钱花了没有产出", GRAVE, without_output),
    ("R-0339", "有两万元支出没有凭据", GRAVE, put("self_evaluation", evidence_yuan=lambda row: row["evidence_yuan"] - 20000)),
    ("R-0340", "国库支付少于自评执行数", GRAVE, paid_less),
    ("R-0341", "全年执行数与财政登记不一致", MINOR, unlike_history),
    ("R-0342", "没有报自评", GRAVE, unfiled),
    ("R-0343", "资金拨到单位自己的账户", GRAVE, paid_own),
    ("R-0344", "自评晚报", MINOR, put("self_evaluation", evaluated_on=date(2027, 3, 9))),
    ("R-0345", "自评完成值少于监控时", MINOR, indicator("数量指标", actual_value=lambda row: row["target_value"] * Decimal("0.5"), score=lambda row: row["full_score"] * Decimal("0.5"), reason="核减")),
    ("R-0346", "过了计划日期没有完成", MINOR, put("self_evaluation", finished_on=None)),
)  # fmt: skip
EVALUATED: tuple[tuple[str, str, str, Plant], ...] = (
    ("R-0351", "等级与得分对不上", MINOR, put("evaluation", grade="中")),
    ("R-0352", "部门评价高出财政评价十一分", MINOR, department_higher),
    ("R-0353", "挪用三万元", GRAVE, put("evaluation", misused_yuan=30000)),
    ("R-0354", "到期没有整改", GRAVE, put("evaluation", is_corrected="否")),
    ("R-0355", "自评高出外部评价二十多分", MINOR, evaluation_lower),
    ("R-0356", "成本超计划两成", MINOR, put("evaluation", actual_cost_yuan=lambda row: row["planned_cost_yuan"] * Decimal("1.2"))),
    ("R-0357", "质量达标只有七成", MINOR, put("evaluation", qualified_count=lambda row: row["done_count"] * Decimal("0.7"))),
    ("R-0358", "资金到位六成", MINOR, put("evaluation", arrived_yuan=lambda row: row["budget_yuan"] * Decimal("0.6"))),
    ("R-0391", "结果是取消，下年又申报", GRAVE, put("result_use", action="取消")),
    ("R-0392", "应调减没有调减到位", GRAVE, put("result_use", action="调减", reduce_yuan=20000)),
    ("R-0393", "反馈晚了", MINOR, put("result_use", told_on=date(2027, 7, 9))),
    ("R-0394", "整改报告晚了", MINOR, put("result_use", corrected_on=date(2027, 9, 8))),
    ("R-0395", "评价为差没有约谈", GRAVE, put("result_use", grade="差", action="整改后安排")),
    ("R-0396", "评价为中照旧安排", GRAVE, put("result_use", grade="中")),
    ("R-0397", "评价了没有应用", MINOR, unused),
    ("R-0398", "到期没有反馈", MINOR, put("result_use", told_on=None)),
    ("R-0399", "到期没有报告整改", MINOR, put("result_use", corrected_on=None)),
)  # fmt: skip
WHOLE: tuple[tuple[str, str, str, Plant], ...] = (
    ("R-0361", "超编三人", MINOR, department(staff_count=lambda row: row["quota_count"] + 3)),
    ("R-0362", "三公经费比上年增加", GRAVE, department(last_three_yuan=lambda row: row["three_yuan"] - 9000)),
    ("R-0363", "预算完成率八成四", MINOR, department(executed_yuan=lambda row: row["adjusted_yuan"] * Decimal("0.84"))),
    ("R-0364", "追加一成八", MINOR, department(supplement_yuan=lambda row: row["original_yuan"] * Decimal("0.18"))),
    ("R-0365", "结转结余比上年多", MINOR, department(carried_out_yuan=lambda row: row["carried_in_yuan"] + 60000)),
    ("R-0366", "公用经费超预算", MINOR, department(public_yuan=lambda row: row["public_budget_yuan"] + 12000)),
    ("R-0367", "采购执行率六成", MINOR, department(procurement_yuan=1800000)),
    ("R-0368", "没有公开预决算", GRAVE, department(is_published="否")),
    ("R-0369", "重点工作少完成两项", MINOR, department(task_done_count=10)),
    ("R-0370", "少报一个自评", MINOR, department(project_count=7)),
    ("R-0371", "三公经费超预算", GRAVE, department(three_budget_yuan=lambda row: row["three_yuan"] - 5000)),
    ("R-0372", "项目支出与自评合计不一致", MINOR, department(project_executed_yuan=lambda row: row["project_executed_yuan"] + 8000)),
)  # fmt: skip
BEFORE: tuple[tuple[str, str, str, Plant], ...] = (
    ("R-0381", "资金来源与总需求不符", MINOR, ex_ante(other_yuan=120000)),
    ("R-0382", "建议数高于申请数", MINOR, ex_ante(suggested_yuan=lambda row: row["fiscal_yuan"] + 10000)),
    ("R-0383", "七十二分予以支持", GRAVE, ex_ante(score=72)),
    ("R-0384", "只有一名专家", MINOR, ex_ante(expert_count=1)),
    ("R-0385", "先申报后评估", GRAVE, ex_ante(concluded_on=date(2025, 10, 8))),
    ("R-0386", "大额项目没有比选", MINOR, ex_ante(alternative_count=1, fiscal_yuan=4000000, total_yuan=4100000)),
    ("R-0387", "指标都没有基期值", MINOR, ex_ante(baseline_count=0)),
    ("R-0388", "政策期限八年", MINOR, ex_ante(variant="政策", end_date=date(2033, 12, 31))),
    ("R-0389", "不予支持而有建议数", MINOR, ex_ante(result="不予支持", score=50)),
)  # fmt: skip


def planted(rows: Rows) -> list[Fault]:
    """Plant every kind, each time in another row; a project bears at most one fault a step."""
    made: list[Fault] = []
    rows["also R-0304"] = []
    groups = (
        (MONITORING, 120, 1, EACH),
        (SELF, 120, 1, EACH),
        (EVALUATED, 120, 4, 1),
        (WHOLE, 20, 1, 1),
        (BEFORE, 40, 1, EACH),
    )
    for kinds, size, stride, each in groups:
        free = list(range(0, size, stride))
        for rule, what, gravity, plant in kinds:
            found = 0
            for at in list(free):
                if found == each:
                    break
                row = usable(rows, rule, at) and plant(rows, at)
                if not row:
                    continue
                free.remove(at)
                found += 1
                kind = f"performance_{rule[2:].lower()}"
                made.append(Fault(rule, kind, what, gravity, what, row))
    for name in [name for name in rows if name.startswith("also ")]:
        rule = name.removeprefix("also ")
        for row in rows.pop(name):
            kind = next(fault for fault in made if fault.rule == rule)
            made.append(Fault(rule, kind.kind, kind.zh, kind.gravity, "由别的差错带出来的", row))
    return made


def usable(rows: Rows, rule: str, at: int) -> bool:
    """Whether a project has what a kind needs: some weights, some indicators, some years."""
    if rule in {"R-0328", "R-0324", "R-0329", "R-0332"}:
        return at % 5 >= 2  # noqa: PLR2004 - usual weights
    if rule == "R-0333":
        return at % 5 < 2  # noqa: PLR2004 - the other weights
    if rule == "R-0397":
        return at % 8 != 0
    if rule == "R-0325":
        return bool(rows["self_evaluation"][at]["total_score"] < 99)
    if rule == "R-0321":
        head = rows["self_evaluation"][at]
        return bool(head["executed_yuan"] * 100 < head["adjusted_yuan"] * 99)
    return True
