"""Faults of entry: sums, codes, lanes, dates, bases, papers, targets."""

from __future__ import annotations

from exam.bundle import add, again, drop, mul, put, quiet, whole
from exam.kinds import NOTHING, TOTALS, as_, kind
from exam.people import land, living, office, salary, villages
from exam.services import (
    care,
    consult,
    contract_service,
    desktops,
    event,
    grant,
    hired,
    it_build,
    it_care,
    meeting,
    property_care,
    rent,
    training,
    vehicle,
)
from exam.works import fee_works, going_works, new_works, repair, special_bond_works

ONE = {"line_no": "1"}
GOV_FUND = {"fund_source": "政府性基金"}
FIRST, SECOND = {"basis_no": "1"}, {"basis_no": "2"}
AMOUNTS = "line.amount_yuan project.amount_yuan"

SUMS = (
    kind(
        "sum_of_lines", "明细合计与申报金额不符",
        as_(hired, "申报金额多写一万元", put("project", amount_yuan=add("10000")), settle=NOTHING),
        as_(training, "申报金额按明细加一成", put("project", amount_yuan=mul("1.1")), settle=NOTHING),
        as_(fee_works, "删了一行明细没有改总额", drop("line", line_no="2"),
            quiet(drop("line_fund", line_no="2")), also="project.amount_yuan", settle=NOTHING),
        as_(consult, "总额漏了零头以外的九万", put("project", amount_yuan=add("-90000.01")),
            settle=NOTHING),
    ),
    kind(
        "product_of_line", "数量单价乘积与行金额不符",
        as_(desktops, "行金额多两成", put("line", ONE, amount_yuan=mul("1.2")), settle=TOTALS),
        as_(property_care, "单价改低没有改金额", put("line", ONE, unit_price_yuan="2.3"),
            settle=NOTHING),
        as_(salary, "按十三个月算金额却写十二个月", put("line", ONE, amount_yuan=mul("1.0834")),
            settle=TOTALS),
        as_(repair, "面积改小没有改金额", put("line", ONE, quantity=whole("0.9")), settle=NOTHING),
    ),
    kind(
        "funds_of_line", "资金来源合计与行金额不符",
        as_(care, "资金来源少一成", put("line_fund", ONE, amount_yuan=mul("0.9")), settle=NOTHING),
        as_(consult, "同一行又加了一笔单位资金", again("line_fund", ONE, fund_source="单位资金"),
            settle=NOTHING),
        as_(event, "资金来源多三万", put("line_fund", ONE, amount_yuan=add("30000")),
            settle=NOTHING),
    ),
    kind(
        "unit_slip", "元与万元填错",
        as_(contract_service, "元当成万元，大了一万倍", put("line", ONE, unit_price_yuan=mul("10000")),
            also=AMOUNTS),
        as_(it_care, "万元当成元，小了一万倍", put("line", ONE, unit_price_yuan=mul("0.0001")),
            also=AMOUNTS),
        as_(rent, "千位分隔错，大了一千倍", put("line", ONE, unit_price_yuan=mul("1000")),
            also=AMOUNTS),
    ),
    kind(
        "parts_of_amount", "财政拨款等分项与申报金额不符",
        as_(consult, "全额财政又写自有资金", put("project", own_fund_yuan="200000"), settle=NOTHING),
        as_(event, "财政拨款只写八成", put("project", fiscal_yuan=mul("0.8")), settle=NOTHING),
        as_(training, "又写社会投入五万", put("project", social_input_yuan="50000"),
            settle=NOTHING),
    ),
    kind(
        "years_of_project", "分年资金与当年申报不符",
        as_(new_works, "分年表多一半", put("project_year", {"year": "2027"}, amount_yuan=mul("1.5")),
            settle=NOTHING),
        as_(it_build, "分年表只写六成", put("project_year", {"year": "2027"},
            amount_yuan=mul("0.6")), settle=NOTHING),
        as_(going_works, "分年表两行重复", again("project_year", {"year": "2027"},
            fund_source="单位资金"), settle=NOTHING),
    ),
    kind(
        "package_steps", "分档金额倒挂或与申报不符",
        as_(hired, "现行水平低于最低保障", put("package", {"package_level": "现行水平"},
            amount_yuan=mul("0.5")), settle=NOTHING),
        as_(care, "最低保障高于申报", put("package", {"package_level": "最低保障"},
            amount_yuan=mul("1.8")), settle=NOTHING),
        as_(rent, "两档写反", put("package", {"package_level": "最低保障"}, amount_yuan=mul("2")),
            put("package", {"package_level": "现行水平"}, amount_yuan=mul("0.6")), settle=NOTHING),
    ),
)  # fmt: skip

CODES = (
    kind(
        "government_class", "政府经济分类与单位性质不符",
        as_(desktops, "行政单位用了事业单位的资本性科目", put("line", ONE, gov_economic_class="50601")),
        as_(contract_service, "事业单位用了机关科目", put("line", ONE, gov_economic_class="50205")),
        as_(training, "行政单位用了事业单位的商品服务科目", put("line", ONE, gov_economic_class="50502")),
        as_(living, "生活补助写成助学金", put("line", ONE, gov_economic_class="50599")),
    ),
    kind(
        "class_and_book", "功能科目与预算类型不符",
        as_(land, "土地出让科目放进一般公共预算", put("project", budget_book="一般公共预算"),
            put("line", budget_book="一般公共预算"),
            put("line_fund", budget_book="一般公共预算")),
        as_(consult, "一般公共预算用基金科目", put("project", functional_class="2120803")),
        as_(special_bond_works, "专项债项目用一般公共预算科目",
            put("project", functional_class="2120303")),
    ),
    kind(
        "outside_list", "代码或格式不在代码表",
        as_(rent, "项目属性自造", put("project", project_attribute="新设立")),
        as_(event, "依据类型写红头文件", put("basis", FIRST, kind="红头文件")),
        as_(consult, "一级指标写简称", put("target", {"target_no": "2"}, level1="产出")),
        as_(property_care, "采购品目写名称", put("line", ONE, catalogue_item="物业")),
    ),
    kind(
        "lane_and_category", "评审分类与项目类别矛盾",
        as_(property_care, "运行项目写成人员类", put("project", project_category="11")),
        as_(office, "公用经费放进一次性项目类", put("project", lane="一次性及其他")),
        as_(grant, "奖补写成公用经费", put("project", project_category="21")),
    ),
    kind(
        "staff_pay", "项目支出列本单位人员工资福利",
        as_(event, "活动里列津贴补贴", put("line", ONE, economic_class="30102",
            gov_economic_class="50501", expense_item="驻场人员津贴补贴")),
        as_(consult, "委托项目里列奖金", put("line", ONE, economic_class="30103",
            gov_economic_class="50101", expense_item="项目考核奖金")),
        as_(meeting, "会议里列基本工资", put("line", ONE, economic_class="30101",
            gov_economic_class="50101", expense_item="筹备人员工资")),
    ),
    kind(
        "office_items", "公用经费内容列入项目",
        as_(consult, "列办公用品", put("line", ONE, economic_class="30201",
            gov_economic_class="50201", expense_item="办公用品与耗材")),
        as_(care, "列机关水费", put("line", ONE, economic_class="30205",
            gov_economic_class="50502", expense_item="机关院内水费")),
        as_(event, "列福利费", put("line", ONE, economic_class="30229",
            gov_economic_class="50502", expense_item="职工福利")),
        question=True,
    ),
    kind(
        "reception", "项目支出列公务接待",
        as_(meeting, "会议项目列接待", put("line", ONE, economic_class="30217",
            gov_economic_class="50206", expense_item="来宾接待")),
        as_(training, "培训项目列接待", put("line", ONE, economic_class="30217",
            gov_economic_class="50206", expense_item="外请专家用餐接待")),
        as_(event, "活动项目列接待", put("line", ONE, economic_class="30217",
            gov_economic_class="50502", expense_item="嘉宾公务接待")),
        question=True,
    ),
    kind(
        "book_and_source", "预算类型与资金来源矛盾",
        as_(care, "一般预算用基金来源", put("line", **GOV_FUND), put("line_fund", **GOV_FUND)),
        as_(land, "基金预算用一般资金", put("line", fund_source="一般公共预算本级"),
            put("line_fund", fund_source="一般公共预算本级")),
        as_(grant, "一般预算用国资来源", put("line", fund_source="国有资本经营"),
            put("line_fund", fund_source="国有资本经营")),
    ),
)  # fmt: skip

TIMES = (
    kind(
        "dates", "起止时间与预算年度矛盾",
        as_(training, "上年就结束", put("project", start_date="2026-01-01", end_date="2026-11-30")),
        as_(event, "后年才开始", put("project", start_date="2028-03-01", end_date="2028-10-30")),
        as_(consult, "结束早于开始", put("project", start_date="2027-09-01",
            end_date="2027-03-01")),
    ),
    kind(
        "expired", "期限已满仍申报",
        as_(grant, "专项资金到期", put("special_fund", expires_on="2026-12-31")),
        as_(hired, "设立年加期限已过", put("project", setup_year="2021", term_years="5")),
        as_(grant, "管理办法失效", put("special_fund", measures_expires_on="2026-06-30")),
        as_(villages, "依据有效期已过", put("basis", effective_to="2026-12-31"),
            quiet(put("policy", effective_to="2026-12-31"))),
    ),
    kind(
        "dead_document", "依据已废止或失效",
        as_(consult, "依据在文件库已废止", put("policy", state="已废止",
            repealed_by="样政发〔2026〕9号（样例）"), also="basis.doc_no"),
        as_(event, "引用已放开的收费文件", put("basis", SECOND, doc_no="计价格〔2002〕10号",
            title="工程勘察设计收费管理规定")),
        as_(repair, "引用已放开的监理收费文件", put("basis", SECOND, doc_no="发改价格〔2007〕670号",
            title="建设工程监理与相关服务收费管理规定")),
        as_(training, "依据在文件库已到期", put("policy", state="已到期",
            effective_to="2025-12-31"), also="basis.doc_no"),
    ),
)  # fmt: skip

PAPERS = (
    kind(
        "no_basis", "没有立项依据",
        as_(consult, "依据表空白", drop("basis")),
        as_(event, "依据填无", drop("basis", basis_no="2"), put("basis", FIRST, kind="无",
            doc_no="", title="", issuer="", names_project="否", names_amount="否",
            named_amount_yuan="", quote="")),
        as_(care, "依据和附件都没有", drop("basis"), drop("attachment")),
    ),
    kind(
        "paper_works", "工程要件不全",
        as_(new_works, "没有立项批复", drop("attachment", kind="立项批复")),
        as_(new_works, "没有可研批复", drop("attachment", kind="可研批复")),
        as_(new_works, "没有概算批复", drop("attachment", kind="概算批复"),
            put("project", estimate_doc_no="")),
        as_(repair, "没有鉴定报告", drop("attachment", kind="检测鉴定报告")),
    ),
    kind(
        "paper_approval", "专项批准材料不全",
        as_(vehicle, "没有车辆更新批复", drop("attachment", kind="车辆更新批复")),
        as_(it_build, "没有信息化审核意见", drop("attachment", kind="信息化前置审核意见"),
            put("project", it_prior_opinion_no="")),
        as_(event, "没有活动批准文件", drop("attachment", kind="活动批准文件")),
        as_(hired, "没有用工批复", drop("attachment", kind="编制或用工批复")),
    ),
    kind(
        "paper_price", "价格和名单材料不全",
        as_(consult, "没有三家报价", drop("attachment", kind="询价报价单")),
        as_(grant, "没有补助对象名单", drop("attachment", kind="补助对象名单")),
        as_(contract_service, "按合同计价没有合同", drop("attachment", kind="合同"),
            drop("contract"), drop("commitment")),
        as_(living, "没有人员名册", drop("attachment", kind="人员名册")),
    ),
    kind(
        "matching", "仅以上级要求配套为由",
        as_(consult, "只有要求配套的文件", drop("basis", basis_no="1"), put("basis", SECOND,
            requires_matching="是", quote="各县按一比一安排配套资金。")),
        as_(care, "要求配套", drop("basis", basis_no="1"), put("basis", SECOND,
            requires_matching="是", quote="所需资金由县级配套三成。")),
        as_(training, "要求配套", drop("basis", basis_no="1"), put("basis", SECOND,
            requires_matching="是", quote="县级财政应当足额落实匹配经费。")),
        question=True,
    ),
    kind(
        "owed_empty", "应填未填",
        as_(rent, "没有部门排序", put("project", dept_rank="")),
        as_(care, "没有年度目标", put("project", annual_goal="")),
        as_(living, "没有受益人数", put("project", beneficiary_count="")),
        as_(meeting, "会议没有填人数", put("line", ONE, persons="")),
        as_(training, "培训没有填天数", put("line", ONE, days="")),
        as_(desktops, "采购没有品目代码", put("line", ONE, catalogue_item="")),
        as_(consult, "没有项目概述", put("project", summary="")),
        as_(grant, "没有分配方式", put("project", distribution_method="")),
        as_(new_works, "没有总投资", put("project", total_investment_yuan="")),
    ),
    kind(
        "no_duty", "没有对应职责",
        as_(event, "职责代码空白", put("project", duty_code="")),
        as_(consult, "职责代码不在职责表", put("project", duty_code="Z999")),
        as_(training, "对应别的部门职责", put("project", duty_code="Z319")),
    ),
    kind(
        "others_duty", "不属于本级支出责任",
        as_(consult, "上级事权", put("project", spending_duty="上级事权")),
        as_(grant, "可由市场承担", put("project", spending_duty="可由市场承担")),
        as_(care, "其他部门职责", put("project", spending_duty="其他部门职责")),
    ),
)  # fmt: skip

TARGETS = (
    kind(
        "no_quantity", "没有数量指标",
        *(as_(of, "缺数量指标", drop("target", level2="数量指标"))
          for of in (care, consult, villages)),
    ),
    kind(
        "no_benefit", "没有效益指标",
        *(as_(of, "缺效益指标", drop("target", level1="效益指标"))
          for of in (hired, event, going_works)),
    ),
    kind(
        "no_cost", "工程和购置没有成本指标",
        *(as_(of, "缺成本指标", drop("target", level1="成本指标"))
          for of in (new_works, desktops, repair, it_build)),
    ),
    kind(
        "no_timing", "没有质量或时效指标",
        as_(care, "缺时效", drop("target", level2="时效指标")),
        as_(new_works, "缺质量", drop("target", level2="质量指标")),
        as_(desktops, "都缺", drop("target", level2="质量指标"), drop("target", level2="时效指标")),
    ),
    kind(
        "quantity_apart", "指标数量与明细数量不一致",
        as_(care, "指标只写一半", put("target", {"target_no": "2"}, value=whole("0.5"))),
        as_(desktops, "指标多三台", put("target", {"target_no": "2"}, value=add("3"))),
        as_(villages, "指标多写村数", put("target", {"target_no": "2"}, value=add("6"))),
        as_(consult, "指标少写点位", put("target", {"target_no": "2"},
            value=add("-15"))),
    ),
    kind(
        "same_value", "指标值雷同",
        *(as_(of, "所有指标都写百分之百", put("target", value="100", value_text="100%",
              measure_unit="%"), settle=NOTHING) for of in (event, hired, training)),
    ),
    kind(
        "weights", "权重合计不对",
        as_(care, "合计超过一百", put("target", {"target_no": "2"}, weight="60")),
        as_(it_care, "合计不到九十", put("target", {"target_no": "3"}, weight="5")),
        as_(grant, "数量指标权重为零", put("target", {"target_no": "2"}, weight="0")),
    ),
    kind(
        "below_last", "指标低于上年完成值",
        as_(care, "上年完成更多", put("target", {"target_no": "2"}, last_actual_value="90000",
            last_target_value="88000", baseline_value="90000", baseline_year="2026"),
            also="target.value"),
        as_(villages, "满意度低于上年", put("target", {"target_no": "7"}, last_actual_value="97",
            last_target_value="95", value="80", value_text="≥80%")),
        as_(hired, "合格率低于上年", put("target", {"target_no": "3"}, last_actual_value="99",
            last_target_value="98", value="85", value_text="≥85%")),
    ),
    kind(
        "all_vague", "指标全是定性空话",
        *(as_(of, "指标值都是有效提升一类", put("target", value="", value_text=words,
              measure_unit="", direction="定性"), settle=NOTHING)
          for of, words in ((event, "成效明显"), (consult, "有效提升"), (hired, "稳步推进"))),
        semantic=True,
    ),
)  # fmt: skip

ENTRY = (*SUMS, *CODES, *TIMES, *PAPERS, *TARGETS)
"""All kinds of this module."""
