"""Faults of money: history, transfers, the three guarantees, debt, formulas, works."""

from __future__ import annotations

from exam.bundle import PRIOR, add, again, drop, mul, new, put, quiet, whole
from exam.kinds import NOTHING, as_, kind
from exam.people import (
    allowance,
    disabled,
    interest,
    land,
    relief,
    salary,
    students,
    transfer,
    villages,
)
from exam.services import (
    care,
    consult,
    contract_service,
    event,
    grant,
    hired,
    it_build,
    it_care,
    meeting,
    property_care,
    rent,
    training,
)
from exam.works import (
    fee_works,
    going_works,
    last_payment,
    new_works,
    repair,
    special_bond_works,
)

ONE = {"line_no": "1"}
LAST, NOW = {"year": "2025"}, {"year": "2026"}
BOND = {"fund_source": "一般债券"}
OLD_PAPER = (
    put("basis", issued_on="2023-05-10", names_amount="否", named_amount_yuan=""),
    put("policy", issued_on="2023-05-10", effective_from="2023-05-10"),
)


PAST = (
    kind(
        "low_execution", "上年执行率低仍按原额申报",
        *(as_(of, words, put("history", LAST, executed_yuan=mul(times)))
          for of, words, times in (
              (care, "只花了一半", "0.5"), (training, "只花了三成", "0.3"),
              (it_care, "花了七成", "0.72"))),
    ),
    kind(
        "slow_this_year", "当年执行远低于序时",
        *(as_(of, words, put("history", NOW, executed_yuan=mul(times)))
          for of, words, times in (
              (hired, "十个月花了四分之一", "0.3"), (meeting, "基本没花", "0.05"),
              (rent, "十个月花了四成", "0.45"))),
    ),
    kind(
        "growth", "比上年大增而没有新依据",
        as_(it_care, "单价涨一半", put("line", ONE, unit_price_yuan=mul("1.5")), also=
            "line.amount_yuan project.amount_yuan", before=OLD_PAPER),
        as_(villages, "标准涨四成", put("line", ONE, unit_price_yuan=mul("1.4")), also=
            "line.amount_yuan project.amount_yuan", before=OLD_PAPER),
        as_(hired, "人均涨两成", put("line", ONE, unit_price_yuan=mul("1.2")), also=
            "line.amount_yuan project.amount_yuan", before=OLD_PAPER),
    ),
    kind(
        "self_score", "自评分与复核分相差过大",
        *(as_(of, f"自评{own}复核{checked}",
              new("evaluation", year="2025", kind="单位自评", score=own,
                  grade="优", evaluated_on="2026-03-20", evaluator="本单位"),
              new("evaluation", year="2025", kind="自评抽查复核", score=checked,
                  grade="良", evaluated_on="2026-06-20", evaluator="样例评价机构"))
          for of, own, checked in ((care, "98", "81"), (training, "96.5", "78"),
                                   (grant, "99", "86"))),
    ),
    kind(
        "poor_result", "评价差而申报不减",
        *(as_(of, words, new("evaluation", project_code=PRIOR if by == "部门评价" else "",
                             year="2025", kind=by, score=score, grade=grade,
                             evaluated_on="2026-06-30", evaluator="样例评价机构",
                             problem="产出未达到目标", is_corrected="否"))
          for of, words, by, score, grade in (
              (care, "财政评价差", "财政评价", "52", "差"),
              (hired, "财政评价中", "财政评价", "68", "中"),
              (grant, "部门评价差", "部门评价", "55", "差"))),
    ),
    kind(
        "audit_open", "审计问题未整改仍按原额申报",
        *(as_(of, words, new("audit_finding", finding_no=f"SJ-{at}",
                             project_code=PRIOR if what == "资金闲置" else "", year="2025",
                             supervisor="样例县审计局", kind=what, description=words,
                             amount_yuan="120000", found_on="2025-11-02", state=state,
                             due_on="2026-05-31"))
          for at, (of, words, what, state) in enumerate((
              (contract_service, "虚报清扫面积", "虚报冒领", "未整改"),
              (villages, "挤占村级经费", "挤占挪用", "未整改"),
              (it_care, "运维资金闲置", "资金闲置", "整改中")), 1)),
    ),
    kind(
        "carry_over", "有结转仍全额申报",
        *(as_(of, words, new("carry_over", fund_source="一般公共预算本级", fund_year="2026",
                             as_of="2026-10-31", granted_yuan="900000", used_yuan="300000",
                             balance_yuan=balance, kind="结转", is_research="否",
                             is_retention="否", recovered_yuan="0"),
              also="project.prior_carry_over_yuan")
          for of, words, balance in ((care, "结转六十万", "600000"), (meeting, "结转两万", "20000"),
                                     (training, "结转三万", "30000"))),
    ),
    kind(
        "old_carry_over", "结转满两年未收回",
        *(as_(of, words, new("carry_over", fund_source=source, fund_year=year,
                             as_of="2026-10-31", granted_yuan="800000", used_yuan="500000",
                             balance_yuan="300000", kind="结转", is_research="否",
                             is_retention="否", recovered_yuan="0"))
          for of, words, source, year in (
              (going_works, "三年前的专项", "上级专项转移支付", "2024"),
              (contract_service, "四年前的本级资金", "一般公共预算本级", "2023"),
              (hired, "三年前的共同事权资金", "上级共同财政事权", "2024"))),
    ),
    kind(
        "own_money", "有单位资金却全额要财政拨款",
        *(as_(of, "单位资金结余大于申报", put("organisation", own_fund_balance_yuan="9000000",
              own_income_yuan="6000000"), also="project.own_fund_yuan", alone=True)
          for of in (care, event, consult)),
    ),
    kind(
        "finished", "已经完成的项目再次申报",
        as_(going_works, "续建工程已完工", put("history", NOW, is_finished="是")),
        as_(it_care, "一次性服务已做完", put("history", NOW, is_finished="是"),
            before=(put("project", recurrence="一次性"),)),
        as_(care, "整治任务已验收", put("history", {}, is_finished="是"),
            before=(put("project", recurrence="一次性"),)),
    ),
)  # fmt: skip

TRANSFERS = (
    kind(
        "notice_amount", "提前下达与指标文金额不符",
        as_(transfer, "编得比指标文多", put("transfer_notice", amount_yuan=mul("0.9")),
            also="project.amount_yuan line_fund.amount_yuan"),
        as_(transfer, "编得比指标文少", put("transfer_notice", amount_yuan=mul("1.2")),
            also="project.amount_yuan line_fund.amount_yuan"),
        as_(transfer, "数量加了两处", put("line", ONE, quantity=add("2")),
            quiet(put("target", {"target_no": "2"}, value=add("2"))),
            also="project.amount_yuan line_fund.amount_yuan line.amount_yuan"),
    ),
    kind(
        "notice_absent", "上级资金没有指标文号",
        as_(transfer, "文号空白", put("project", transfer_notice_no=""),
            put("line_fund", transfer_notice_no="")),
        as_(transfer, "文号不在指标文表", put("project", transfer_notice_no="样财社〔2026〕99999号（样例）"),
            put("line_fund", transfer_notice_no="样财社〔2026〕99999号（样例）")),
        as_(transfer, "资金行没有文号", put("line_fund", transfer_notice_no="")),
    ),
    kind(
        "asked_beside_transfer", "上级已安排又向本级要",
        *(as_(transfer, words, again("line", ONE, line_no="2", fund_source="一般公共预算本级",
              expense_item=item), quiet(again("line_fund", ONE, line_no="2",
              fund_source="一般公共预算本级", transfer_notice_no="")))
          for words, item in (("同样内容再列一行", "同类内容县级补充"),
                              ("写成县级配套", "县级配套经费"), ("写成缺口", "补助资金缺口"))),
        semantic=True, question=True,
    ),
    kind(
        "outside_purpose", "用于指标文不允许的方向",
        as_(transfer, "用于人员经费", put("line", ONE, economic_class="30103",
            expense_item="工作人员绩效奖励"), quiet(put("line", ONE, gov_economic_class="50101")), also="transfer_notice.negative_list"),
        as_(transfer, "用于盖办公楼", put("line", ONE, economic_class="31001",
            expense_item="综合办公楼建设"), quiet(put("line", ONE, gov_economic_class="50301")), also="transfer_notice.negative_list"),
        as_(transfer, "用于临聘人员工资", put("line", ONE, economic_class="30199",
            expense_item="临聘人员工资"), quiet(put("line", ONE, gov_economic_class="50199")), also="transfer_notice.negative_list"),
        semantic=True,
    ),
)  # fmt: skip

GUARDED = (
    kind(
        "guarantee_short", "三保项目安排低于应保数",
        *(as_(of, "人数少算两成", put("line", ONE, quantity=whole("0.8"), persons=whole("0.8")),
              also="project.amount_yuan line.amount_yuan")
          for of in (disabled, relief, students)),
    ),
    kind(
        "guarantee_source", "三保用一次性或债务资金",
        as_(villages, "村级运转用一般债券", put("line", **BOND), put("line_fund", **BOND)),
        as_(relief, "低保用一般债券", put("line", **BOND), put("line_fund", **BOND)),
        as_(salary, "工资用一般债券", put("line", **BOND), put("line_fund", **BOND)),
    ),
    kind(
        "debt_short", "还本付息安排低于应付数",
        as_(interest, "利息应付更多", put("debt_item", interest_due_yuan=mul("1.25")),
            also="debt_item.budgeted_yuan project.amount_yuan"),
        as_(interest, "漏了本金", put("debt_item", principal_due_yuan="5000000"),
            also="debt_item.budgeted_yuan project.amount_yuan"),
        as_(interest, "预算少安排一成", put("debt_item", budgeted_yuan=mul("0.9"))),
    ),
    kind(
        "bond_recurrent", "债券资金用于经常性支出",
        *(as_(of, words, put("line", **BOND), put("line_fund", **BOND),
              put("project", bond_kind="新增一般债券", bond_project_code="ZQ-X"))
          for of, words in ((training, "培训费"), (hired, "劳务费"), (property_care, "物业费"),
                            (consult, "委托业务费"))),
    ),
    kind(
        "bond_without_income", "专项债项目没有收益或评估",
        as_(special_bond_works, "没有收益", put("debt_item", income_yuan="0")),
        as_(special_bond_works, "没有事前评估", put("project", ex_ante_result="", ex_ante_date=""),
            drop("attachment", kind="事前绩效评估报告")),
        as_(special_bond_works, "没有债券项目代码", put("project", bond_project_code="")),
    ),
    kind(
        "buyback", "合同含回购或垫资",
        *(as_(of, "合同有回购条款", put("contract", promises_buyback="是"))
          for of in (going_works, contract_service, rent)),
    ),
    kind(
        "land_for_running", "土地基金用于一般运转",
        *(as_(of, words, put("line", fund_source="政府性基金", budget_book="政府性基金预算"),
              put("line_fund", fund_source="政府性基金", budget_book="政府性基金预算"),
              put("project", budget_book="政府性基金预算", functional_class="2120899"))
          for of, words in ((meeting, "会议"), (property_care, "物业"), (training, "培训"))),
    ),
    kind(
        "not_ex_ante", "新增项目没有通过事前评估",
        as_(new_works, "不予支持", put("project", ex_ante_result="不予支持")),
        as_(land, "没有评估", put("project", ex_ante_result="", ex_ante_date=""),
            drop("attachment", kind="事前绩效评估报告"),
            before=(put("line", ONE, quantity="150"),
                    put("project", project_attribute="新增"))),
        as_(it_build, "不予支持", put("project", ex_ante_result="不予支持")),
    ),
)  # fmt: skip

LIVELIHOOD = (
    kind(
        "formula", "金额不等于人数乘标准乘月数乘分担",
        as_(disabled, "分担比例列写低", put("line", ONE, share="0.3"), settle=NOTHING),
        as_(allowance, "发六个月按十二个月算", put("line", ONE, months_covered="6"), settle=NOTHING),
        as_(relief, "人数列少两成", put("line", ONE, persons=whole("0.8")), settle=NOTHING),
    ),
    kind(
        "over_register", "申报人数多于在册人数",
        as_(allowance, "多报三成", put("beneficiary_count", person_count=whole("0.77")),
            also="line.persons"),
        as_(students, "多报一成", put("beneficiary_count", person_count=whole("0.9")),
            also="line.persons"),
        as_(disabled, "明细人数加五百", put("line", ONE, persons=add("500"), quantity=add("500")),
            quiet(put("target", {"target_no": "2"}, value=add("500")))),
    ),
    kind(
        "standard_in_force", "所用标准与现行标准不一致",
        as_(allowance, "多一分钱", put("line", ONE, unit_price_yuan=add("0.01"))),
        as_(relief, "用了将要提高的标准", put("line", ONE, unit_price_yuan=add("20"))),
        as_(students, "标准已下调", put("entitlement", standard_yuan="110"),
            also="line.unit_price_yuan"),
        as_(disabled, "政策已到期", put("entitlement", effective_to="2026-06-30"),
            also="line.entitlement_code"),
    ),
    kind(
        "share_over", "本级分担超过政策比例",
        as_(disabled, "五成写成七成", put("line", ONE, share="0.7", factor_3="0.7"),
            put("project", county_share="0.7")),
        as_(relief, "一成写成三成", put("line", ONE, share="0.3", factor_3="0.3"),
            put("project", county_share="0.3")),
        as_(students, "五成写成全额", put("line", ONE, share="1", factor_3="1"),
            put("project", county_share="1")),
    ),
    kind(
        "ended_people", "已死亡退出或重复人员未扣除",
        as_(allowance, "去世未停发", put("beneficiary_count", ended_count="120",
            ended_paid_yuan="86400")),
        as_(disabled, "两项重复", put("beneficiary_count", doubled_count="85")),
        as_(relief, "退出未核减", put("beneficiary_count", ended_count="240",
            ended_paid_yuan="123840")),
    ),
    kind(
        "own_subsidy", "自设补贴没有政策依据",
        *(as_(of, words, drop("entitlement"), drop("basis", basis_no="2"),
              put("basis", {"basis_no": "1"}, kind="部门文件", issuer_level="县级",
                  issuer="本部门", names_amount="否", named_amount_yuan=""))
          for of, words in ((allowance, "本部门文件自定"), (disabled, "无县委县政府文件"),
                            (relief, "自行扩面"))),
        question=True,
    ),
)  # fmt: skip

WORKS = (
    kind(
        "over_estimate", "累计安排加本年超过概算",
        as_(going_works, "以前安排更多", put("project", accumulated_arranged_yuan=mul("2"))),
        as_(going_works, "概算被核减", put("project", approved_estimate_yuan=mul("0.6"))),
        as_(new_works, "本年就超概算", put("line", ONE, unit_price_yuan=mul("1.3")), also=
            "project.amount_yuan project.approved_estimate_yuan"),
    ),
    kind(
        "over_feasibility", "概算超过估算百分之十",
        *(as_(of, "估算小于概算两成", put("project", feasibility_estimate_yuan=mul("0.8")),
              also="project.approved_estimate_yuan") for of in (new_works, going_works, repair)),
    ),
    kind(
        "over_due", "年度需求超过合同应付",
        *(as_(of, words, put("commitment", due_yuan=mul(times)),
              also="project.amount_yuan line.amount_yuan")
          for of, words, times in ((going_works, "应付只有一半", "0.5"),
                                   (contract_service, "应付八成", "0.8"),
                                   (rent, "应付六成", "0.6"))),
    ),
    kind(
        "over_contract", "已付加本年超过合同价",
        *(as_(of, "累计已付更多", put("contract", paid_yuan=mul(times)),
              also="line.amount_yuan project.amount_yuan")
          for of, times in ((going_works, "2"), (contract_service, "3.9"), (rent, "1.9"))),
    ),
    kind(
        "unripe", "前期不成熟申报过高",
        as_(new_works, "用地未落实", put("project", has_land="否"),
            drop("attachment", kind="用地批准")),
        as_(new_works, "没有控制价", put("project", has_control_price="否", control_price_yuan=""),
            drop("attachment", kind="财评控制价报告")),
        as_(new_works, "没有可研", put("project", has_feasibility="否"),
            drop("attachment", kind="可研批复")),
        as_(new_works, "没有立项", put("project", is_approved="否"),
            drop("attachment", kind="立项批复")),
    ),
    kind(
        "retention", "质保金超比例或未到期",
        as_(last_payment, "两年后才到期", put("contract", retention_due_on="2029-04-30")),
        as_(last_payment, "质保金超过百分之三", put("contract", retention_yuan=mul("2")),
            also="contract.settlement_yuan"),
        as_(last_payment, "比例百分之三多一分", put("contract", retention_yuan=add("0.01")),
            before=(put("contract", retention_yuan=mul("1.2")),), also="contract.settlement_yuan"),
    ),
    kind(
        "management_fee", "项目建设管理费超费率",
        *(as_(fee_works, words, put("line", {"line_no": "2"}, unit_price_yuan=mul(times)), also=
              "line.amount_yuan project.total_investment_yuan")
          for words, times in (("三倍", "3"), ("两倍", "2"), ("十倍", "10"))),
    ),
    kind(
        "final_unaudited", "未审结算就申报尾款",
        as_(last_payment, "没有结算审核", put("project", settlement_yuan=""),
            put("contract", settlement_yuan="", state="已验收"),
            drop("attachment", kind="结算审核报告")),
        as_(last_payment, "没有审核报告", drop("attachment", kind="结算审核报告")),
        as_(last_payment, "合同还在履行", put("contract", state="履行中", settlement_yuan=""),
            put("project", settlement_yuan="")),
    ),
)  # fmt: skip

MONEY = (*PAST, *TRANSFERS, *GUARDED, *LIVELIHOOD, *WORKS)
"""All kinds of this module."""
