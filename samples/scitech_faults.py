"""The faults planted in samples/scitech: each changes the clean world and says what should see it."""

from __future__ import annotations

from datetime import date, timedelta

from scitech_world import credit


def said(kind, zh, gravity, expected, what, **place):
    """A line of the side file; `row` is the row, `keys` the key of a made row."""
    return {"kind": kind, "zh": zh, "gravity": gravity, "expected": expected, "what": what, **place}


def diverted(world):
    """Research money that ends at a builder, a developer, a broker."""
    plan = ((1, "JZ1", "业务费", 8), (5, "ZY1", "设备费", 6), (9, "LC1", "间接费用", 10))
    for number, sink, purpose, share in plan:
        row = world.venture(number)
        code = row["venture_code"]
        flow = world.flow(code, date(2026, 5, 12), f"{code}-ZH", sink, row["grant_yuan"] * share / 100, purpose)
        yield said("diverted", "专款流向基建房产理财", "严重", "R-0501", f"{code}从专户付给{sink}", keys=f"{code}|{flow['flow_no']}")
    for number in (2, 6):
        row = world.venture(number)
        code = row["venture_code"]
        part = row["grant_yuan"] * 15 / 100
        world.flow(code, date(2026, 4, 2), f"{code}-ZH", f"{code}-HZ", part, "业务费")
        flow = world.flow(code, date(2026, 4, 9), f"{code}-HZ", "JZ1", part, "业务费")
        yield said("diverted_far", "经合作单位流向基建", "严重", "R-0501", f"{code}经合作单位付给施工单位",
                   keys=f"{code}|{flow['flow_no']}")  # fmt: skip


def returned(world):
    """Payments that come back over one or two others."""
    for number, supplier in ((3, "GY2"), (7, "GY4")):
        row = world.venture(number)
        code = row["venture_code"]
        part = row["grant_yuan"] * 12 / 100
        flow = world.flow(code, date(2026, 3, 3), f"{code}-ZH", supplier, part, "设备费")
        if number == 3:
            world.flow(code, date(2026, 3, 10), supplier, f"{code}-JB", part * 90 / 100, "非研发经营支出")
        else:
            world.node("GL7", "样例关联商贸有限公司", "关联方", holder_code=credit(950))
            world.flow(code, date(2026, 3, 8), supplier, "GL7", part * 95 / 100, "非研发经营支出")
            world.flow(code, date(2026, 3, 12), "GL7", f"{code}-JB", part * 80 / 100, "非研发经营支出")
        yield said("returned", "付出又回流", "严重", "R-0502", f"{code}付给供应商后转回基本户", keys=f"{code}|{flow['flow_no']}")


def unbalanced(world):
    """Accounts whose statement does not tie with the flows."""
    for number in (4, 8):
        code = world.venture(number)["venture_code"]
        node = world.of("fund_node", node_code=f"{code}-ZH")[0]
        lost = [f for f in world.of("money_flow", from_node=f"{code}-ZH", purpose="劳务费")][3]
        world.rows["money_flow"].remove(lost)
        flows = [f for f in world.rows["money_flow"] if f["paid_on"] <= node["balance_on"]]
        node["balance_yuan"] = (
            sum(f["amount_yuan"] for f in flows if f["to_node"] == f"{code}-ZH")
            - sum(f["amount_yuan"] for f in flows if f["from_node"] == f"{code}-ZH")
            - lost["amount_yuan"]
        )
        yield said("unbalanced", "收支余额不平", "严重", "R-0503", f"{code}专户漏列一笔流水", row=node)


def undisclosed(world):
    """Nodes that fell due without a word, and one that came late."""
    for number, node in ((10, "中期"), (13, "阶段成果"), (16, "中期")):
        code = world.venture(number)["venture_code"]
        row = world.of("disclosure", venture_code=code, node=node)[0]
        row.pop("disclosed_on")
        yield said("undisclosed", "到期没有披露", "一般", "R-0521", f"{code}{node}没有披露", row=row)
    code = world.venture(11)["venture_code"]
    row = world.of("disclosure", venture_code=code, node="中期")[0]
    row["disclosed_on"] = row["due_on"] + timedelta(days=40)
    yield said("late", "披露晚于约定", "一般", "R-0522", f"{code}中期披露晚了四十天", row=row)


def tied(world):
    """Experts with a tie to the company that they judge."""
    for number, kind in ((12, "持股或投资"), (14, "任职或兼职")):
        venture = world.venture(number)
        seat = world.of("panel_seat", venture_code=venture["venture_code"], as_of=date(2026, 6, 30))[0]
        world.rows["expert_tie"].append(
            {"expert_code": seat["expert_code"], "party_code": venture["enterprise_code"], "kind": kind}
        )
        for one in world.of("panel_seat", venture_code=venture["venture_code"], expert_code=seat["expert_code"]):
            yield said("tied", "有利害关系没有回避", "严重", "R-0541",
                       f"{venture['venture_code']}的专家{seat['expert_code']}{kind}", row=one)  # fmt: skip


def behind(world):
    """Milestones that fell due and were not reached; a target no higher than the start."""
    for number in (15, 18):
        code = world.venture(number)["venture_code"]
        row = world.of("appraisal", venture_code=code, as_of=date(2026, 10, 31))[0]
        row["milestones_done"] = row["milestones_due"] - 2
        yield said("behind", "里程碑没有完成", "一般", "R-0511", f"{code}欠两个里程碑", row=row)
    row = world.venture(17)
    row["trl_target"] = row["trl_start"]
    yield said("no_climb", "目标不高于立项时", "一般", "R-0512", "KC17目标成熟度等于立项时", row=row)


def beside(world):
    """Money to related parties and persons, and a purpose that was never paid in."""
    world.node("GL9", "样例关联咨询有限公司", "关联方", holder_code=credit(951))
    for number, sink in ((10, "GL9"), (11, "GR1")):
        row = world.venture(number)
        code = row["venture_code"]
        flow = world.flow(code, date(2026, 4, 20), f"{code}-ZH", sink, row["grant_yuan"] * 9 / 100, "业务费")
        yield said("related", "流向关联方个人", "严重", "R-0504", f"{code}付给{sink}", keys=f"{code}|{flow['flow_no']}")
    row = world.venture(12)
    world.flow("KC12", date(2026, 2, 9), "KC12-HZ", "KC12-RY", row["grant_yuan"] * 1 / 100, "劳务费")
    yield said("purpose", "付出用途多于收到用途", "一般", "R-0505", "KC12合作单位把业务费付了劳务", keys="KC12-HZ|KC12|labour")


def spending(world):
    """Spending that strays from budget, account, pace or term."""
    grant = {n: world.venture(n)["grant_yuan"] for n in range(1, 19)}
    world.flow("KC13", date(2026, 7, 6), "KC13-ZH", "GY1", grant[13] * 22 / 100, "设备费")
    yield said("over_budget", "科目超支", "一般", "R-0506", "KC13设备费超预算", keys="KC13|equipment")
    row = world.flow("KC14", date(2026, 7, 8), "KC14-ZH", "GY3", grant[14] * 6 / 100, "非研发经营支出")
    yield said("not_research", "专户付非研发用途", "严重", "R-0507", "KC14专户付经营支出", row=row)
    row = world.flow("KC14", date(2026, 8, 8), "KC14-ZH", "LC1", grant[14] * 3 / 100, "还贷付息理财")
    yield said("not_research", "专户付非研发用途", "严重", "R-0507", "KC14专户付理财", row=row,
               keys=f"KC14|{row['flow_no']}")  # fmt: skip
    first, row = world.of("money_flow", venture_code="KC15", from_node="GK")
    first["amount_yuan"] += row["amount_yuan"] / 2
    row |= {"to_node": "KC15-JB", "amount_yuan": row["amount_yuan"] / 2}
    yield said("not_special", "拨款没有进专户", "一般", "R-0508", "KC15第二笔拨款进了基本户", row=row)
    world.flow("KC16", date(2026, 9, 28), "KC16-ZH", "FW2", grant[16] * 25 / 100, "业务费")
    yield said("jump", "单月支出跳增", "一般", "R-0509", "KC16九月支出跳增", keys="KC16|2026-09")
    slow = [f for f in world.of("money_flow", venture_code="KC17", from_node="KC17-ZH")
            if not f["to_node"].endswith(("HZ", "JB"))][2:]
    for flow in slow:
        world.rows["money_flow"].remove(flow)
    yield said("slow", "支出慢于进度", "一般", "R-0510", "KC17支出停了", row=world.venture(17))
    row = world.venture(18)
    row["own_paid_yuan"] = row["own_yuan"] * 40 / 100
    yield said("own_short", "自筹没有到位", "一般", "R-0513", "KC18自筹到位四成", row=row)
    row = world.flow("KC01", date(2026, 6, 6), "KC01-ZH", "WZ99", grant[1] * 2 / 100, "业务费")
    yield said("unlisted", "收款人没有登记", "一般", "R-0514", "KC01付给没有登记的节点", row=row)
    row = world.flow("KC02", world.venture(2)["start_date"] - timedelta(days=10), "KC02-ZH", "GY5", grant[2] * 1 / 100, "设备费")
    yield said("out_of_term", "实施期以外支付", "一般", "R-0515", "KC02启动前就付款", row=row)


def asked(world):
    """Budgets that do not add up and needs that were inflated."""
    row = world.venture(3)
    row |= {"indirect_yuan": row["grant_yuan"] * 25 / 100, "direct_yuan": row["grant_yuan"] * 75 / 100}
    yield said("indirect", "间接费用超比例", "一般", "R-0516", "KC03间接费用两成五", row=row)
    row = world.venture(4)
    row["direct_yuan"] += 10000
    yield said("sum_off", "预算合计不等", "一般", "R-0517", "KC04直接费用多一万元", row=row)
    world.of("venture_budget", venture_code="KC05")[1]["amount_yuan"] -= 3000
    yield said("budget_off", "分科目预算不符", "一般", "R-0518", "KC05业务费少三千元", row=world.venture(5))
    for number in (6, 16):
        row = world.of("need_item", venture_code=f"KC{number:02d}", item_no=1)[0]
        row["quoted_yuan"] = row["unit_price_yuan"] * 2 / 3
        row["quoted_yuan"] = row["quoted_yuan"].quantize(row["unit_price_yuan"])
        yield said("price_up", "单价虚高", "严重", "R-0519", f"KC{number:02d}设备单价高出询价五成", row=row)
    for number in (7, 14):
        row = world.of("need_item", venture_code=f"KC{number:02d}", item_no=2)[0]
        row["contract_yuan"] = row["amount_yuan"] * 55 / 100
        yield said("contract_low", "合同远低于申报", "严重", "R-0520", f"KC{number:02d}合同只有申报的五成五", row=row)
    row = world.of("need_item", venture_code="KC08", item_no=3)[0]
    row["amount_yuan"] += 5000
    yield said("product_off", "数量乘单价不等", "一般", "R-0523", "KC08多列五千元", row=row)
    row = world.venture(9)
    world.rows["support"].append(
        {"support_no": "ZC90", "venture_code": "KC09", "kind": "其他财政补助", "amount_yuan": row["total_yuan"] * 20 / 100,
         "stage_then": "成熟", "signed_on": date(2026, 5, 5)}
    )  # fmt: skip
    yield said("twice_supported", "重复支持", "一般", "R-0524", "KC09又拿了其他财政补助", row=row)


def course(world):
    """Stages, people and results that moved the wrong way."""
    june, october = (date(2026, 6, 30), date(2026, 10, 31))

    def at(number, day):
        return world.of("appraisal", venture_code=f"KC{number:02d}", as_of=day)[0]

    at(10, october)["trl"] = at(10, june)["trl"] - 1
    yield said("trl_down", "成熟度下降", "一般", "R-0525", "KC10成熟度降一级", row=at(10, october))
    at(11, october)["stage"] = "初创"
    for row in world.of("judgement", subject_key=f"KC11|{october}"):
        row["framework"] = "venture_seed"
    yield said("stage_back", "阶段倒退", "一般", "R-0526", "KC11由成长改填初创", row=at(11, october))
    at(12, june)["left_count"] = 5
    yield said("team_left", "团队流失", "一般", "R-0527", "KC12离开五人", row=at(12, june))
    row = world.venture(13)
    row["founded_on"] = date(2017, 5, 9)
    yield said("old_seed", "成立多年仍按初创", "一般", "R-0528", "KC13成立八年填初创", row=row)
    row = world.venture(14)
    row["closed_on"] = date(2026, 10, 15)
    yield said("closed_short", "结题未达目标", "一般", "R-0529", "KC14结题时没有达到目标级数", row=row)
    row = world.venture(15)
    row["end_date"] = date(2026, 10, 31)
    yield said("not_closed", "到期没有结题", "一般", "R-0530", "KC15到期没有结题", row=row)


def told(world):
    """Disclosures that do not tie, lack their audit, or hide a node."""

    def node(number, name):
        return world.of("disclosure", venture_code=f"KC{number:02d}", node=name)[0]

    world.rows["disclosure"].remove(node(17, "中期"))
    yield said("no_node", "没有约定中期披露", "一般", "R-0531", "KC17没有中期节点", row=world.venture(17))
    for number, extra in ((18, 50000), (5, -20000)):
        node(number, "中期")["used_extra"] = extra
        yield said("used_off", "披露与流水不符", "严重", "R-0532", f"KC{number:02d}披露数差{extra}元", row=node(number, "中期"))
    node(1, "阶段成果")["used_yuan"] = world.venture(1)["grant_yuan"] * 20 / 100
    yield said("used_down", "累计使用变少", "一般", "R-0533", "KC01累计使用比上次少", row=node(1, "阶段成果"))
    node(3, "中期")["no_audit"] = True
    yield said("no_audit", "没有第三方审计", "一般", "R-0534", "KC03中期没有审计", row=node(3, "中期"))
    node(6, "中期")["opinion"] = "保留意见"
    yield said("not_mended", "审计问题没有整改", "一般", "R-0535", "KC06保留意见没有整改", row=node(6, "中期"))
    node(8, "中期")["auditor_code"] = world.venture(8)["enterprise_code"]
    yield said("own_audit", "自己审自己", "一般", "R-0536", "KC08审计机构就是承担企业", row=node(8, "中期"))
    node(9, "中期")["progress_percent"] = 5
    yield said("ahead", "钱花在前进度落后", "一般", "R-0537", "KC09进度只有百分之五", row=node(9, "中期"))


def seated(world, code, day, expert, framework, employer, until=date(2028, 12, 31)):
    """One more expert on a panel, with a judgement near the others'."""
    if not world.of("expert", expert_code=expert):
        world.rows["expert"].append({"expert_code": expert, "field": "技术", "employer_name": "样例大学",
                                     "employer_code": employer, "listed_until": until})  # fmt: skip
    row = {"venture_code": code, "as_of": day, "expert_code": expert, "assigned_on": day - timedelta(days=14),
           "is_blind": "是", "is_withdrawn": "否"}  # fmt: skip
    world.rows["panel_seat"].append(row)
    near = world.of("judgement", subject_key=f"{code}|{day}", node="E1")[0]["value"]
    world.rows["judgement"].append(
        {"framework": framework, "node": "E1", "subject_key": f"{code}|{day}", "judge_kind": "专家",
         "judge": expert, "value": near, "as_of": day - timedelta(days=3), "reason": "见评审意见"}
    )  # fmt: skip
    return row


def seats(world):
    """Panels that lack a field, people or independence."""
    first, june, october = date(2025, 12, 31), date(2026, 6, 30), date(2026, 10, 31)
    field = {row["expert_code"]: row["field"] for row in world.rows["expert"]}

    def empty(code, day, leave):
        for row in [one for one in world.of("panel_seat", venture_code=code, as_of=day) if not leave(one)]:
            world.rows["panel_seat"].remove(row)
            for given in world.of("judgement", subject_key=f"{code}|{day}", judge=row["expert_code"]):
                world.rows["judgement"].remove(given)
        return world.of("appraisal", venture_code=code, as_of=day)[0]

    row = empty("KC02", first, lambda one: field[one["expert_code"]] != "财务")
    yield said("no_field", "缺一方面的专家", "一般", "R-0542", "KC02没有财务专家", row=row)
    four = [one["expert_code"] for one in world.of("panel_seat", venture_code="KC04", as_of=first)][::2][:4]
    row = empty("KC04", first, lambda one: one["expert_code"] in four)
    yield said("few", "评审组人数不足", "一般", "R-0543", "KC04只有四名专家", row=row)

    seated(world, "KC05", first, "ZJ91", "venture_growth", credit(890))
    seated(world, "KC05", first, "ZJ92", "venture_growth", credit(890))
    yield said("one_employer", "同单位两名专家", "一般", "R-0544", "KC05两名专家同单位",
               row=world.of("appraisal", venture_code="KC05", as_of=first)[0])  # fmt: skip
    world.rows["judgement"].append(
        {"framework": "venture_seed", "node": "E1", "subject_key": f"KC07|{june}", "judge_kind": "专家",
         "judge": "ZJ99", "value": world.of("judgement", subject_key=f"KC07|{june}")[0]["value"],
         "as_of": june, "reason": "见评审意见"}
    )  # fmt: skip
    yield said("stray", "不在组里的人打分", "一般", "R-0545", "KC07有名单外的人打分", keys=f"venture_seed|E1|KC07|{june}|ZJ99")
    row = world.of("panel_seat", venture_code="KC08", as_of=june)[4]
    for given in world.of("judgement", subject_key=f"KC08|{june}", judge=row["expert_code"]):
        world.rows["judgement"].remove(given)
    yield said("no_score", "指派了没有打分", "一般", "R-0546", "KC08一名专家没有打分", row=row)
    row = world.of("panel_seat", venture_code="KC09", as_of=june)[2]
    row["assigned_on"] = june - timedelta(days=1)
    yield said("late_seat", "先打分后指派", "一般", "R-0547", "KC09指派晚于打分", row=row)
    row = world.of("panel_seat", venture_code="KC10", as_of=october)[5]
    row["is_blind"] = "否"
    yield said("not_blind", "没有盲评", "一般", "R-0548", "KC10一名专家没有盲评", row=row)
    row = world.of("judgement", subject_key=f"KC12|{october}", node="E2")[1]
    row["value"] = row["value"] - 6
    yield said("outlier", "评分离群", "一般", "R-0549", "KC12一名市场专家低六分",
               keys=f"venture_mature|E2|KC12|{october}|{row['judge']}")  # fmt: skip
    for day in (first, june, october):
        if not world.of("panel_seat", venture_code="KC13", as_of=day, expert_code="ZJ91"):
            row = seated(world, "KC13", day, "ZJ91", "venture_seed", credit(890))
    world.rows["panel_seat"].append({**row, "as_of": date(2025, 9, 30), "assigned_on": date(2025, 9, 10)})
    yield said("too_often", "同一专家次数过多", "一般", "R-0550", "KC13同一专家第四次评", row=row)
    row = seated(world, "KC14", june, "ZJ90", "venture_growth", credit(891), until=date(2026, 1, 31))
    yield said("term_over", "专家聘期已过", "一般", "R-0551", "KC14的专家聘期已过", row=row)


def claimed(world):
    """Awards, losses and gains beyond their clause."""

    def claim(table, key, value):
        return world.of(table, **{key: value})[0]

    row = claim("award_claim", "claim_no", "JL01")
    row["claimed_yuan"] = row["base_yuan"] * 4 / 100
    yield said("award_over", "激励超过条款计算数", "严重", "R-0561", "JL01按百分之四申请", row=row)
    row = claim("award_claim", "claim_no", "JL04")
    row |= {"base_yuan": row["base_yuan"] * 20, "claimed_yuan": row["claimed_yuan"] * 20}
    yield said("award_cap", "激励超过最高额", "严重", "R-0562", "JL04超过单项最高额", row=row)
    copied = {**claim("award_claim", "claim_no", "JL02"), "claim_no": "JL90"}
    world.rows["award_claim"].append(copied)
    yield said("award_twice", "同一成果重复申请", "一般", "R-0563", "JL90与JL02同一成果", row=copied)
    row = claim("loss_claim", "claim_no", "SS01")
    row["claimed_yuan"] = row["loss_yuan"] * 60 / 100
    yield said("loss_over", "损失分担超计算数", "严重", "R-0564", "SS01没有扣除追偿又多申请", row=row)
    row = claim("loss_claim", "claim_no", "SS03")
    row["recovered_yuan"] = row["loss_yuan"] + 1000
    yield said("loss_back", "追偿多于损失", "一般", "R-0565", "SS03收回多于损失", row=row)
    row = claim("support", "support_no", "ZD02")
    row["bank_percent"] = 10
    yield said("bank_low", "银行承担风险过低", "一般", "R-0566", "ZD02银行只承担一成", row=row)
    row = claim("gain_share", "venture_code", "KC06")
    row["shared_yuan"] -= 500
    yield said("gain_off", "共享收益不符约定", "一般", "R-0567", "KC06少共享五百元", row=row)
    for at in (2, 3):
        world.rows["gain_share"].append(
            {"venture_code": "KC09", "lender_code": f"JR{at}", "gain_yuan": 100000, "percent": 15, "shared_yuan": 15000}
        )
    yield said("gain_much", "共享比例合计过高", "一般", "R-0569", "KC09共享比例合计四成", row=world.venture(9))


def hidden(world):
    """What no rule of the pack can see yet; listed all the same, without a rule."""
    row = world.venture(4)
    part = row["grant_yuan"] * 3 / 100
    world.node("ZZ1", "样例中转贸易有限公司", "其他单位", holder_code=credit(960))
    world.node("ZZ2", "样例再中转商行", "其他单位", holder_code=credit(961))
    world.node("ZZ3", "样例三次中转商行", "其他单位", holder_code=credit(962))
    chain = ("KC04-ZH", "FW1", "ZZ1", "ZZ2", "ZZ3", "JZ1")
    for at, (start, end) in enumerate(zip(chain, chain[1:])):
        flow = world.flow("KC04", date(2026, 8, 1 + at), start, end, part, "业务费")
    yield said("five_hops", "五步以外流向基建", "严重", "", "KC04经四家中转才到施工单位", keys=f"KC04|{flow['flow_no']}")
    flow = world.flow("KC10", date(2026, 8, 3), "KC10-ZH", "KC10-RY", world.venture(10)["grant_yuan"] * 2 / 100, "劳务费")
    yield said("labour_cash", "虚列劳务套取", "严重", "", "KC10虚列劳务，收款人登记为科研人员", row=flow)
    row = world.of("need_item", venture_code="KC12", item_no=1)[0]
    row["contract_yuan"] = row["amount_yuan"]
    yield said("colluded", "串通抬价", "严重", "", "KC12询价、合同一起抬高", row=row)


PLANTS = (hidden, diverted, returned, unbalanced, undisclosed, tied, behind, beside, spending, asked, course,
          told, seats, claimed)  # fmt: skip
