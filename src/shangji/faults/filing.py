"""Drafts to filings: the project's own row, its money, papers and targets, as departments write."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from shangji.faults import money, papers
from shangji.faults.data import county
from shangji.faults.world import Project

if TYPE_CHECKING:
    from shangji.faults.drafts import Draft, Units
    from shangji.faults.world import Row

LANES = {
    "formula": "标准公式",
    "works": "工程",
    "operation": "运行维护与采购",
    "policy": "专项资金与政策",
    "one_off": "一次性及其他",
}
LEVEL2 = {
    "成本": ("成本指标", "经济成本指标"),
    "数量": ("产出指标", "数量指标"),
    "质量": ("产出指标", "质量指标"),
    "时效": ("产出指标", "时效指标"),
    "经济": ("效益指标", "经济效益指标"),
    "社会": ("效益指标", "社会效益指标"),
    "生态": ("效益指标", "生态效益指标"),
    "满意": ("满意度指标", "服务对象满意度指标"),
}
TARGET = re.compile(r"^(.+?)(≥|≤|=)(-?[\d.]+)([^←]*)(?:←([\d.]+),(.+))?$")
KINDS = {
    "edu": "学生",
    "health": "患者和参保人",
    "insure": "患者和参保人",
    "labour": "就业创业人员",
    "civil": "困难群众",
    "veteran": "退役军人和优抚对象",
    "farm": "农户",
    "industry": "企业",
    "trade": "企业",
    "affairs": "单位内部人员",
    "finance": "单位内部人员",
    "data": "全体居民",
    "party": "村（社区）干部",
}
SURNAMES = "陈李张刘王杨周吴谢罗唐曾肖邓彭蒋袁易"
EX_ANTE_FROM = Decimal(3_000_000)
LARGE_WORKS = Decimal(8_000_000)
QUALITATIVE = 0.42
"""So many numeric benefit targets are written in words instead: with the rest it makes 60 %."""


def filed(number: int, draft: Draft, known: Units, seed: int) -> Project:
    """Write one draft as a filing."""
    data = county()
    draw = Random(f"{seed}/{number}")
    unit = next(row for row in known.rows if row["code"] == draft.unit)
    year = data["year"]
    category = "其他运转类" if draft["cat"] == "22" else "特定目标类"
    letter = "Y" if draft["cat"] == "22" else "T"
    serial = 1_000_000 + (number * 7919 + seed * 104729) % 8_999_983
    row: dict[str, Any] = {
        "project_code": f"{data['region']}{year % 100}{letter}{serial:012d}",
        "project_name": draft.name,
        "unit_code": draft.unit,
        "unit_name": unit["name"],
        "department_code": unit["department"],
        "region": data["region"],
        "budget_year": year,
        "project_category": category,
        "lane": LANES[draft["lane"]],
        "functional_class": draft["class"],
        "budget_book": draft["book"] or "一般公共预算",
        "is_secret": "否",
        "is_to_be_divided": "否",
        "duty_code": f"ZZ-{unit['department']}-01",
        "spending_duty": data["duties"][unit["key"]][1],
    }
    project = Project(f"p{number:03d}", row, kind=str(draft.kind["id"]))
    _term(project, draft, draw)
    money.fill(project, draft, draw)
    money.buy(project)
    _about(project, draft, draw)
    _by_lane(project, draft, draw)
    _targets(project, draft, draw)
    papers.file(project, draft, draw)
    return project


def _term(project: Project, draft: Draft, draw: Random) -> None:
    year = project.row["budget_year"]
    lasting = draft["lane"] in {"formula", "operation", "policy"}
    continued = draft["attr"] == "延续" or draw.random() < (0.78 if lasting else 0.22)
    project.row["project_attribute"] = "延续" if continued else "新增"
    if lasting:
        project.row["recurrence"] = "经常性"
        start, end = f"{year}-01-01", f"{year}-12-31"
        if draft["per"] in {"fair", "exam", "census"}:
            start, end = f"{year}-02-20", f"{year}-10-31"
    else:
        first = year - 1 if continued else year
        start = f"{first}-{draw.choice(('02-25', '03-01', '03-15', '04-10', '05-08'))}"
        end = f"{year}-{draw.choice(('08-31', '09-30', '10-31', '11-30', '12-20'))}"
        project.row["recurrence"] = "阶段性" if continued else "一次性"
    project.row |= {
        "start_date": start,
        "end_date": end,
        "setup_year": year - 1 if continued else year,
    }


def _about(project: Project, draft: Draft, draw: Random) -> None:
    """Texts, people, place."""
    first = project.lines[0]
    same = [row for row in project.lines if row["expense_item"].startswith(_stem(first))]
    quantity = sum((Decimal(row["quantity"]) for row in same), Decimal(0))
    words = {
        "q": f"{quantity.normalize():f}",
        "at": draft.place,
        "cost": f"{(project.amount / 10000).quantize(Decimal(1)) + 1}",
    }
    draft.more["words"] = words
    name = draw.choice(SURNAMES) + draw.choice(
        ("建国", "志强", "丽", "晓燕", "文军", "海波", "敏", "小平")
    )
    project.row |= {
        "summary": draft["says"].format(**words),
        "annual_goal": draft["goal"],
        "calculation_note": _calculation(project),
        "leader_name": name,
        "leader_tel": f"0000-{draw.randint(2200000, 8899999)}",
        "place": draft.place if draft.more.get("town") else "",
    }


def _stem(row: dict[str, Any]) -> str:
    return re.sub(r"（[^（）]*片）|（城区）", "", str(row["expense_item"]))


def _calculation(project: Project) -> str:
    """How the money was worked out, as clerks write it."""
    row = project.lines[0]
    count = f"{row['quantity']:f}{row['unit_of_measure']}"
    text = f"{row['expense_item']}{count}×{row['unit_price_yuan']:f}元"
    for name in ("factor_2", "share"):
        if row.get(name):
            text += f"×{Decimal(row[name]):f}"
    return f"{text}，其余按明细逐项测算。"


def _by_lane(project: Project, draft: Draft, draw: Random) -> None:
    """What each lane must say besides."""
    row, lane = project.row, draft["lane"]
    row["beneficiary_kind"] = KINDS.get(draft["at"], "全体居民")
    if lane == "formula":
        _entitled(project, guaranteed=bool(draft["share"]))
    elif lane == "works":
        _works(project, draw)
    elif lane == "policy":
        row |= {
            "distribution_method": "据实据效" if draft["special"] else "因素法",
            "recipient_kind": "企业" if draft["at"] in {"industry", "trade"} else "预算单位",
            "recipient_count": int(project.lines[0]["quantity"]),
        }
        if draft["special"]:
            row["special_fund_code"] = "ZX-01" if draft.kind["id"] == "71" else "ZX-02"
    if draft["it"]:
        row |= {
            "is_it": "是",
            "it_prior_opinion_no": f"样例数审〔2026〕{draw.randint(3, 60)}号（样例）",
            "system_code": f"XT-{project.key}",
        }
        for line in project.lines:
            line["system_code"] = row["system_code"]
    if row["project_attribute"] == "新增" and project.amount >= EX_ANTE_FROM:
        row |= {
            "ex_ante_result": draw.choice(("予以支持", "予以支持", "部分支持")),
            "ex_ante_date": f"2026-0{draw.randint(5, 8)}-16",
        }


def _entitled(project: Project, *, guaranteed: bool) -> None:
    data = county()
    row = project.row
    row |= {
        "county_share": Decimal(1),
        "beneficiary_count": int(
            sum(Decimal(line["quantity"]) for line in project.lines if line.get("entitlement_code"))
            or project.lines[0]["quantity"]
        ),
    }
    code = project.lines[0].get("entitlement_code")
    if code:
        found = data["entitlements"][code]
        row["county_share"] = Decimal(found[8])
        row["beneficiary_kind"] = found[3]
        if found[2] and guaranteed:
            row["three_guarantees_item"] = found[2]


def _works(project: Project, draw: Random) -> None:
    row = project.row
    continued = row["project_attribute"] == "延续"
    times = (
        Decimal(draw.randint(160, 260)) / 100
        if continued or project.amount >= LARGE_WORKS
        else Decimal(1)
    )
    whole = (project.amount * times / 10000).to_integral_value() * 10000
    whole = max(whole, project.amount)
    row |= {
        "total_investment_yuan": whole,
        "approved_estimate_yuan": whole,
        "feasibility_estimate_yuan": whole,
        "is_capital_construction": "否",
        "is_approved": "是",
        "has_feasibility": "是",
        "has_land": "是",
        "has_control_price": "是",
        "has_tender": "是" if continued else "否",
        "has_started": "是" if continued else "否",
        "is_from_superior": "否",
        "estimate_doc_no": f"样例发改审批〔2026〕{draw.randint(3, 90)}号（样例）",
        "control_price_yuan": _hundredths(whole, 97),
    }
    rest = whole - project.amount
    if continued:
        arranged = (rest * draw.randint(70, 95) / 100).to_integral_value()
        row |= {
            "accumulated_arranged_yuan": arranged,
            "accumulated_paid_yuan": (arranged * 9 / 10).to_integral_value(),
            "contract_yuan": _hundredths(whole, 95),
            "progress_percent": Decimal(draw.randint(35, 70)),
        }
        rest -= arranged
    if rest > 0:
        row["next_year_yuan"] = rest


def _hundredths(amount: Decimal, percent: int) -> Decimal:
    return (amount * percent / 100).quantize(Decimal(1))


def _targets(project: Project, draft: Draft, draw: Random) -> None:
    words = draft.more["words"]
    texts = draft["targets"].format(**words).split(";")
    kept = [
        text for text in texts if text[:2] not in {"时效", "质量", "满意"} or draw.random() < 0.72
    ]
    for text in kept:
        head, rest = text.split(":", 1)
        level1, level2 = LEVEL2[head]
        match = TARGET.match(rest)
        row: Row = {"level1": level1, "level2": level2, "value_source": "计划标准"}
        row["period"] = "年度指标"
        if match is None or (level1 == "效益指标" and not match[5] and draw.random() < QUALITATIVE):
            name, _, said = rest.partition("~")
            name = match[1] if match else name
            row |= {
                "level3": re.sub(r"(率|额|数|人数)$", "", name) if match else name,
                "value_text": said or draw.choice(county()["praise"]),
                "direction": "定性",
            }
        else:
            _figures(row, match, head, draw)
        if head == "数量":
            row["linked_line_no"] = 1
        project.add("target", **row)


def _figures(row: dict[str, Any], match: re.Match[str], head: str, draw: Random) -> None:
    name, sign, value, unit, before, source = match.groups()
    if head == "满意" and draw.random() < 0.5:
        value = draw.choice(("90", "95"))
    row |= {
        "level3": name,
        "direction": sign,
        "value": Decimal(value),
        "measure_unit": unit,
        "value_text": f"{sign}{value}{unit}",
        "data_source": source
        or draw.choice(("工作台账", "验收资料", "统计报表", "问卷调查", "系统导出")),
    }
    if before:
        row |= {
            "baseline_value": Decimal(before),
            "baseline_year": county()["year"] - 2,
            "last_actual_value": Decimal(before),
            "value_source": "历史标准",
        }
