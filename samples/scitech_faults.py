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


PLANTS = (diverted, returned, unbalanced, undisclosed, tied, behind)
