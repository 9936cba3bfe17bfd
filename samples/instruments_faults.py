"""The faults planted in samples/instruments: each changes the clean world and says what finds it."""

from __future__ import annotations

from datetime import date

from instruments_world import WAN, award, company, due

HEAVY, LIGHT = "严重", "一般"


def said(kind, zh, gravity, expected, what, **place):
    """A line of the side file; `row` is the row, `keys` the key of a made row."""
    return {"kind": kind, "zh": zh, "gravity": gravity, "expected": expected, "what": what, **place}


def same_kind(_world):
    """Funds of one nature, purpose and kind of recipient: they stand in the list as it is."""
    for keys, names in (("industry|digital|enterprise", "智能化改造奖补、企业上云补助"),
                        ("industry|scale_up|enterprise", "规上培育、小升规、竣工投产"),
                        ("science|research|enterprise", "研发后补助、成果转化补助")):  # fmt: skip
        yield said("same_kind", "同类专项没有归并", LIGHT, "R-0401", names, keys=keys)


def past_term(world):
    """Funds that are over, or that were evaluated badly, or not at all."""
    row = world.one("special_fund", special_fund_code="J13")
    row["expires_on"] = date(2026, 12, 31)
    yield said("past_term", "到期仍安排", HEAVY, "R-0404", "乡村产业以奖代补2026年底到期", row=row)
    row = world.one("special_fund", special_fund_code="J11")
    row["last_grade"], row["planned_yuan"] = "差", row["last_amount_yuan"] + 10 * WAN
    yield said("poor_kept", "评价为差没有压减", HEAVY, "R-0406", "市场开拓补助评价为差仍增加", row=row)
    row = world.one("special_fund", special_fund_code="J12")
    row["setup_year"], row["last_evaluated_year"], row["last_grade"] = 2016, 2019, None
    yield said("not_evaluated", "多年没有评价", LIGHT, "R-0405", "人才安居补助2019年以后没有评价", row=row)
    row = world.one("special_fund", special_fund_code="J05")
    row["last_executed_yuan"], row["planned_yuan"] = 90 * WAN, row["last_amount_yuan"]
    yield said("slow_kept", "执行率低没有压减", LIGHT, "R-0407", "小升规奖励上年执行五成多", row=row)
    row = world.one("special_fund", special_fund_code="J08")
    row["support_mode"] = "事前补助"
    yield said("in_advance", "能看结果仍事前补助", LIGHT, "R-0409", "成果转化补助事前给", row=row)


def too_much(world):
    """Awards above what clause and certified base give."""
    for claim, more in (("J01-2026-002", 3 * WAN), ("J07-2026-001", 1), ("J03-2026-003", 2000)):
        row = world.one("award", claim_no=claim)
        row["claimed_yuan"] += more
        yield said("over_rate", "高于按条款计算", HEAVY, "R-0411", f"{claim}多申请{more}元", row=row)
    row = world.one("award", claim_no="J02-2026-005")
    row["certified_yuan"], row["base_yuan"], row["claimed_yuan"] = 1500 * WAN, 1505 * WAN, 150 * WAN
    yield said("over_cap", "超过单项封顶", HEAVY, "R-0412", "按比例算出一百五十万没有按封顶一百万", row=row)
    row = world.one("award", claim_no="J06-2026-001")
    row["certified_yuan"], row["base_yuan"] = 990 * WAN, 1000 * WAN
    row["claimed_yuan"] = 9 * WAN
    yield said("below_start", "不到条款起点", HEAVY, "R-0419", "竣工投产产值九百九十万，起点一千万", row=row)
    row = world.one("award", claim_no="J08-2026-002")
    row["base_yuan"] = row["certified_yuan"] * 2
    yield said("inflated", "申报基数虚高", LIGHT, "R-0413", "申报基数是核定的两倍", row=row)
    row = world.one("award", claim_no="J04-2026-001")
    row["in_pool"], row["advanced_yuan"], row["paid_yuan"] = "否", 5 * WAN, None
    yield said("advanced_loose", "没有入库先预拨", LIGHT, "R-0423", "没有入库预拨五万", row=row)
    row = world.one("award", claim_no="J01-2026-001")
    row["advanced_yuan"], row["paid_yuan"] = row["claimed_yuan"] + 10 * WAN, None
    yield said("advanced_over", "预拨多于应兑现", HEAVY, "R-0424", "多预拨十万", row=row)
    row = world.one("award", claim_no="J07-2026-002")
    row["happened_on"], row["paid_yuan"] = date(2025, 8, 1), None
    yield said("waiting", "拖着没有兑现", LIGHT, "R-0425", "完成一年多没有兑现", row=row)
    row = world.one("award", claim_no="J10-2026-001")
    row["certified_by"], row["certified_doc_no"] = "企业自报", None
    yield said("self_said", "只凭自报", LIGHT, "R-0414", "品牌奖励没有第三方核定", row=row)
    row = world.one("award", claim_no="J11-2026-002")
    row["clause_code"] = "T99"
    yield said("no_clause", "条款不存在", LIGHT, "R-0418", "条款编码T99不在条款表里", row=row)
    for row in world.of("award_clause", clause_code="T09"):
        row["effective_to"] = date(2026, 5, 31)
    for row in world.of("award", special_fund_code="J09"):
        late = row["happened_on"] > date(2026, 5, 31)
        if late:
            yield said("after_clause", "条款失效后", HEAVY, "R-0417", f"{row['claim_no']}完成于条款失效之后", row=row)


def twice(world):
    """The same thing claimed from two funds, and twice from one."""
    for number, (first, other) in enumerate((("J02-2026-001", "J03"), ("J07-2026-003", "J08"),
                                             ("J06-2026-002", "J05")), 1):  # fmt: skip
        row = world.one("award", claim_no=first)
        who = next(at for at in range(1, 41) if company(at)[0] == row["recipient_code"])
        more = award(f"{other}-2026-9{number:02d}", other, row["award_matter"], who, row["object_no"],
                     row["certified_yuan"])  # fmt: skip
        more["happened_on"] = row["happened_on"]
        world.rows["award"].append(more)
        for one in (row, more):
            yield said("two_funds", "一件事两处申请", HEAVY, "R-0415",
                       f"{row['object_no']}在{row['special_fund_code']}和{other}都申请", row=one)  # fmt: skip
    row = world.one("award", claim_no="J01-2026-004")
    more = {**row, "claim_no": "J01-2026-904"}
    world.rows["award"].append(more)
    for one in (row, more):
        yield said("one_fund_twice", "一件事申请两次", HEAVY, "R-0416", f"{row['object_no']}申请两次", row=one)


def one_company(world):
    """The same firms served by two funds; a firm that takes from everywhere."""
    matter = world.one("award", special_fund_code="J04")["award_matter"]
    for at, row in enumerate(list(world.of("award", special_fund_code="J04")), 1):
        who = next(n for n in range(1, 41) if company(n)[0] == row["recipient_code"])
        world.rows["award"].append(award(f"J05-2026-8{at:02d}", "J05", matter, who, f"备J05-8{at:02d}", 2400 * WAN))
    yield said("shared_firms", "两项专项补同一批企业", LIGHT, "R-0402", "规上培育奖励的企业都领小升规奖励", keys="J04|J05")
    row = world.one("award", claim_no="J01-2026-005")
    row["certified_yuan"], row["base_yuan"] = 6000 * WAN, 6005 * WAN
    row["claimed_yuan"] = due("J01", row["certified_yuan"])
    who = next(n for n in range(1, 41) if company(n)[0] == row["recipient_code"])
    for code, base in (("J02", 1200), ("J07", 1500), ("J08", 500)):
        fund = world.one("special_fund", special_fund_code=code)
        world.rows["award"].append(
            award(f"{code}-2026-7{who:02d}", code, _matter(fund), who, f"备{code}-7{who:02d}", base * WAN))
    yield said("one_takes_all", "一家企业合计太多", LIGHT, "R-0421", f"{row['recipient_name']}合计超过五百万", keys=row["recipient_code"])


def _matter(fund):
    return fund["fund_purpose"]


def guidance(world):
    """Guidance funds: money idle, ahead of society's, off direction, dear, and bringing nothing."""
    row = world.one("guidance_fund", guidance_code="YD2")
    row["last_invested_on"], row["cash_yuan"] = date(2025, 3, 1), 4000 * WAN
    yield said("idle", "基金闲置", LIGHT, "R-0433", "科创天使基金一年多没有投，账上四千万", row=row)
    row["fee_yuan"] = row["fee_base_yuan"] * 3 // 100
    yield said("fee_over", "管理费超约定", HEAVY, "R-0438", "按百分之三收，约定百分之二", row=row)
    row = world.one("guidance_fund", guidance_code="YD3")
    row["social_paid_yuan"] = 3000 * WAN
    yield said("ahead", "财政先到位", LIGHT, "R-0432", "社会资本只到位四分之一", row=row)
    yield said("fiscal_heavy", "财政占比高", LIGHT, "R-0431", "财政实缴超过一半", row=row)
    row["last_grade"] = "差"
    yield said("poor_funded", "评价为差仍出资", HEAVY, "R-0441", "乡村振兴基金评价为差仍拟出资", row=row)
    for one in world.of("guidance_investment", guidance_code="YD3"):
        if one["without_fund"] == "不会投":
            one["without_fund"], one["without_evidence"] = "说不清", None
    yield said("uncertain_multiple", "撬动说不准", LIGHT, "R-0440", "全部说不清，倍数取决于假设", row=row)
    for number, what in (("YD1-03", "投了房地产"), ("YD3-05", "投了小额贷款")):
        one = world.one("guidance_investment", investment_no=number)
        one["in_direction"], one["invest_purpose"] = "否", what[2:]
        yield said("off_direction", "投向之外", LIGHT, "R-0436", f"{number}{what}", row=one)
    one = world.one("guidance_investment", investment_no="YD1-04")
    one["without_fund"] = "也会投"
    one["without_evidence"] = "此前三家机构已签投资意向书"
    yield said("anyway", "没有财政也会投", LIGHT, "R-0443", "YD1-04市场已有意向", row=one)
    one = world.one("guidance_investment", investment_no="YD1-06")
    one["without_evidence"] = None
    yield said("no_evidence", "说了没有依据", LIGHT, "R-0444", "YD1-06说不会投没有依据", row=one)
    world.rows["guidance_fund"].append({
        **world.one("guidance_fund", guidance_code="YD1"), "guidance_code": "YD4",
        "guidance_name": "样例县文旅产业基金", "set_up_on": date(2025, 3, 1), "last_invested_on": None,
        "fiscal_agreed_yuan": 3000 * WAN, "fiscal_paid_yuan": 1000 * WAN, "state_paid_yuan": 0,
        "social_agreed_yuan": 3000 * WAN, "social_paid_yuan": 1000 * WAN, "cash_yuan": 1950 * WAN,
        "returned_yuan": 0, "fee_base_yuan": 2000 * WAN, "fee_yuan": 40 * WAN, "fee_tied": "否",
        "last_grade": None, "planned_yuan": 2000 * WAN, "invest_until": date(2030, 3, 1),
    })  # fmt: skip
    row = world.rows["guidance_fund"][-1]
    for kind, zh, rule in (("new_county", "县级新设基金", "R-0437"), ("never", "设立以来没有投过", "R-0435"),
                           ("fee_loose", "管理费没有挂钩", "R-0442"), ("nothing", "高估也不到约定倍数", "R-0439")):  # fmt: skip
        yield said(kind, zh, LIGHT, rule, "样例县文旅产业基金", row=row)
    world.rows["guidance_fund"].append({
        **world.one("guidance_fund", guidance_code="YD1"), "guidance_code": "YD5",
        "guidance_name": "样例县老工业基金", "set_up_on": date(2016, 3, 1), "invest_until": date(2022, 3, 1),
        "ends_on": date(2026, 3, 1), "last_invested_on": date(2021, 3, 1), "planned_yuan": 0,
        "fiscal_paid_yuan": 5000 * WAN, "social_paid_yuan": 8000 * WAN, "state_paid_yuan": 1000 * WAN,
        "fiscal_agreed_yuan": 5000 * WAN, "social_agreed_yuan": 8000 * WAN, "cash_yuan": 9000 * WAN,
        "fee_base_yuan": 4000 * WAN, "fee_yuan": 60 * WAN, "returned_yuan": 1200 * WAN,
    })  # fmt: skip
    row = world.rows["guidance_fund"][-1]
    recipient, name = company(33)
    world.rows["guidance_investment"].append({
        **world.one("guidance_investment", investment_no="YD1-05"), "guidance_code": "YD5",
        "investment_no": "YD5-01", "company_code": recipient, "company_name": name,
        "amount_yuan": 4500 * WAN, "social_yuan": 9000 * WAN, "without_fund": "不会投",
        "without_evidence": "三家机构的放弃函", "exit_state": "持有", "exited_yuan": None,
    })  # fmt: skip
    yield said("slow_invest", "投资期满进度不足", LIGHT, "R-0434", "老工业基金只投了三成", row=row)
    yield said("not_exited", "到期没有退出", LIGHT, "R-0445", "老工业基金2026年3月到期", row=row)


def pools(world):
    """Pools and their products."""
    row = world.one("compensation_pool", pool_code="FX3")
    row["loss_yuan"] = row["issued_yuan"] * 6 // 100
    yield said("warning", "不良率超预警", LIGHT, "R-0451", "惠农贷不良率百分之六", row=row)
    yield said("past_stop", "到熔断线仍放贷", HEAVY, "R-0452", "约定百分之五熔断", row=row)
    row["balance_yuan"] = 150 * WAN
    yield said("not_covered", "余额不够补一年", LIGHT, "R-0453", "余额一百五十万", row=row)
    row["recovered_yuan"] = row["total_compensated_yuan"] // 10
    yield said("slow_recovery", "追回太少", LIGHT, "R-0461", "追回一成", row=row)
    row["manager_grade"], row["fee_yuan"] = "差", row["last_fee_yuan"]
    yield said("fee_kept", "评价差管理费没有减", LIGHT, "R-0456", "评价差管理费照旧", row=row)
    row = world.one("compensation_pool", pool_code="FX2")
    row["loan_balance_yuan"], row["pay_tied"] = row["size_yuan"] * 5, "否"
    yield said("low_multiple", "放大倍数不到约定", LIGHT, "R-0454", "五倍，约定八倍", row=row)
    yield said("pay_loose", "薪酬没有挂钩", LIGHT, "R-0457", "科创贷资金池", row=row)
    row = world.one("compensation_pool", pool_code="FX1")
    row["manager_grade"] = None
    yield said("no_evaluation", "没有评价管理机构", LIGHT, "R-0455", "现代产业资金池", row=row)
    row["compensated_yuan"] += 20 * WAN
    yield said("sum_apart", "代偿合计对不上", LIGHT, "R-0460", "资金池比子产品多二十万", row=row)
    row = world.one("pool_product", product_code="FX1-2")
    row["compensation_percent"], row["bank_percent"] = 70, 40
    yield said("not_unified", "补偿比例不统一", LIGHT, "R-0458", "制惠贷七成，资金池五成", row=row)
    yield said("over_hundred", "比例相加超过一百", LIGHT, "R-0464", "七成加四成", row=row)
    row = world.one("pool_product", product_code="FX3-1")
    row["bank_percent"], row["first_loan_count"] = 10, 6
    yield said("bank_free", "银行分险少", LIGHT, "R-0459", "惠农贷银行一成", row=row)
    yield said("few_first", "首贷户少", LIGHT, "R-0463", "惠农贷首贷六户", row=row)
    row["grade"] = "差"
    yield said("deposit_kept", "评价差存款没有减", LIGHT, "R-0462", "惠农贷评价差存款增加", row=row)


def subsidies(world):
    """Interest subsidies."""
    rows = world.rows["interest_subsidy"]
    rows[0]["interest_paid_yuan"] = rows[0]["subsidy_yuan"] - 100
    yield said("over_interest", "贴息多于利息", HEAVY, "R-0471", "比已付利息多一百元", row=rows[0])
    rows[1]["subsidy_yuan"] += 500
    yield said("over_days", "多于按天数计算", HEAVY, "R-0472", "多五百元", row=rows[1])
    rows[2]["loan_no"] = rows[3]["loan_no"]
    for row in rows[2:4]:
        yield said("same_loan", "一笔贷款贴两次", HEAVY, "R-0473", "同一借款合同", row=row)
    rows[4]["loan_use"] = "购买房产"
    yield said("wrong_use", "贷款用途不对", LIGHT, "R-0474", "买房", row=rows[4])
    rows[5]["loan_ends_on"] = date(2026, 5, 31)
    yield said("after_loan", "贴息期超出贷款期", LIGHT, "R-0475", "贷款五月底到期", row=rows[5])
    rows[6]["loan_percent"] = 8
    yield said("dear_loan", "利率太高", LIGHT, "R-0476", "年利率百分之八", row=rows[6])
    rows[7]["is_overdue"] = "是"
    yield said("overdue", "逾期仍贴息", LIGHT, "R-0477", "已逾期", row=rows[7])
    rows[8]["borrower_kind"] = "大型企业"
    yield said("large", "贴给大企业", LIGHT, "R-0478", "大型企业", row=rows[8])


def guarantees(world):
    """Guarantee institutions."""
    row = world.one("guarantee_institution", institution_code="DB2")
    row["small_farm_yuan"] = row["balance_yuan"] * 70 // 100
    yield said("few_small", "支小支农不够", LIGHT, "R-0481", "七成", row=row)
    row["within_five_million_yuan"] = row["small_farm_yuan"] * 40 // 100
    yield said("few_within", "五百万以下不够", LIGHT, "R-0482", "四成", row=row)
    row["platform_yuan"] = 3000 * WAN
    yield said("platform", "为平台担保", HEAVY, "R-0484", "三千万", row=row)
    row["fee_yuan"] = row["new_yuan"] * 15 // 1000
    yield said("dear_fee", "费率偏高", LIGHT, "R-0483", "百分之一点五", row=row)
    yield said("dear_subsidy", "费率高仍申请奖补", LIGHT, "R-0486", "百分之一点五", row=row)
    row = world.one("guarantee_institution", institution_code="DB1")
    row["bank_percent"], row["compensated_yuan"] = 10, row["released_yuan"] * 4 // 100
    yield said("bank_light", "银行分险少", LIGHT, "R-0485", "一成", row=row)
    yield said("much_paid", "代偿率高", LIGHT, "R-0487", "百分之四", row=row)


def floors(world):
    """Spending that must not fall."""
    row = world.one("spending_floor", floor_kind="科学技术支出")
    row["this_yuan"] = 5900 * WAN
    yield said("science_less", "科技支出减少", LIGHT, "R-0491", "少一百万", row=row)
    row = world.one("spending_floor", floor_kind="教育支出")
    row["this_one_off_yuan"] = 8000 * WAN
    yield said("one_off", "增长全靠一次性", LIGHT, "R-0493", "一次性八千万", row=row)
    row = world.one("spending_floor", floor_kind="教育生均支出")
    row["this_yuan"], row["last_yuan"], row["last_executed_yuan"] = 18500, 19000, 18800
    yield said("education_less", "生均教育支出减少", LIGHT, "R-0492", "生均少五百元", row=row)
    row = world.one("spending_floor", floor_kind="农林水支出")
    row["last_executed_yuan"] = row["last_yuan"] * 80 // 100
    yield said("not_executed", "执行没有到底线", LIGHT, "R-0494", "农林水执行八成", row=row)


PLANTS = (same_kind, past_term, too_much, twice, one_company, guidance, pools, subsidies, guarantees, floors)
