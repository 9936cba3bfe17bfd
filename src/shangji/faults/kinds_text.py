"""Kinds of fault in words and targets; several are a matter of meaning, not of a figure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.planting import kind

if TYPE_CHECKING:
    from shangji.faults.planting import Site, Spot


def _append(site: Site, words: str, what: str) -> Spot:
    row = site.project.row
    row["summary"] = f"{str(row['summary']).rstrip('。')}；{words}。"
    return "project", row, "summary", f"{what}：“{words}”"


@kind("留有模板文字", disguises=3, semantic=True)
def template_text(site: Site) -> Spot | None:
    """The form's own words were left standing."""
    words = site.say("template")
    site.project.row["summary"] = words
    return "project", site.project.row, "summary", f"概述照抄表样：“{words}”"


@kind("违规举债用语", disguises=3, grave=True, semantic=True)
def debt_promise(site: Site) -> Spot | None:
    """A promise to repay, to buy back, to let the builder pay first."""
    if not site.is_lane("工程", "运行维护与采购", "专项资金与政策"):
        return None
    return _append(site, site.say("debt"), "概述含举债承诺")


@kind("夹带形象工程", disguises=3, semantic=True)
def image_project(site: Site) -> Spot | None:
    """Something for show inside ordinary works."""
    if not site.is_lane("工程", "运行维护与采购"):
        return None
    return _append(site, site.say("image"), "概述夹带形象工程")


@kind("疑似涉密用语", disguises=3, grave=True, semantic=True)
def secret_word(site: Site) -> Spot | None:
    """Words that belong in another channel."""
    return _append(site, site.say("secret"), "概述含疑似涉密用语")


@kind("列支奖金津补贴福利", disguises=3, semantic=True)
def welfare_pay(site: Site) -> Spot | None:
    """Presents for the unit's own people."""
    if not site.is_lane("运行维护与采购", "一次性及其他"):
        return None
    item = site.say("welfare")
    line = site.project.add(
        "line",
        expense_item=item,
        economic_class="30299",
        quantity=Decimal(30),
        unit_of_measure="人",
        unit_price_yuan=Decimal(500),
        amount_yuan=Decimal(15000),
        fund_source="一般公共预算本级",
        is_procurement="否",
        price_basis="上年价格",
    )
    site.project.total()
    return "line", line, "expense_item", f"列支“{item}”"


@kind("笼统列支没有测算", disguises=3, semantic=True)
def lump_words(site: Site) -> Spot | None:
    """A round sum for a lot of things."""
    if not site.is_lane("运行维护与采购", "一次性及其他", "工程"):
        return None
    item = site.say("lump")
    line = site.project.add(
        "line",
        expense_item=item,
        economic_class="30299",
        quantity=Decimal(1),
        unit_of_measure="批",
        unit_price_yuan=Decimal(60000),
        amount_yuan=Decimal(60000),
        fund_source="一般公共预算本级",
        is_procurement="否",
        price_basis="无",
    )
    site.project.total()
    return "line", line, "expense_item", f"“{item}”没有测算"


@kind("公款购买礼品烟酒", disguises=3, grave=True, semantic=True)
def luxury(site: Site) -> Spot | None:
    """Presents, drink, calendars."""
    if not site.is_lane("运行维护与采购", "一次性及其他"):
        return None
    item = site.say("luxury")
    line = site.project.add(
        "line",
        expense_item=item,
        economic_class="30299",
        quantity=Decimal(60),
        unit_of_measure="份",
        unit_price_yuan=Decimal(180),
        amount_yuan=Decimal(10800),
        fund_source="一般公共预算本级",
        is_procurement="否",
        price_basis="市场价格",
    )
    site.project.total()
    return "line", line, "expense_item", f"列支“{item}”"


@kind("委托核心职责", disguises=3, semantic=True)
def core_outsourced(site: Site) -> Spot | None:
    """What the office should do itself is bought."""
    if not site.is_lane("运行维护与采购", "一次性及其他"):
        return None
    item = site.say("outsourcing")
    line = site.project.add(
        "line",
        expense_item=item,
        economic_class="30227",
        quantity=Decimal(1),
        unit_of_measure="项",
        unit_price_yuan=Decimal(80000),
        amount_yuan=Decimal(80000),
        fund_source="一般公共预算本级",
        is_procurement="否",
        price_basis="询价报价",
    )
    site.project.total()
    return "line", line, "expense_item", f"“{item}”应由机关人员完成"


@kind("节庆论坛没有批准文件", disguises=3, semantic=True)
def festival_unapproved(site: Site) -> Spot | None:
    """A festival without leave."""
    if not site.is_lane("运行维护与采购") or site.project.kind == "68":
        return None
    return _append(site, f"另举办{site.say('festival')}", "夹带节庆活动且没有批准文件")


@kind("名称像楼堂馆所", disguises=3, semantic=True)
def hall_building(site: Site) -> Spot | None:
    """An office building by name."""
    row = site.project.row
    if not site.is_lane("工程") or site.project.kind in {"5", "28"}:
        return None
    row["project_name"] = f"{row['unit_name']}{site.say('hall')}"
    return "project", row, "project_name", "名称像楼堂馆所，要看性质和批文"


@kind("缺数量指标或效益指标", disguises=2, grave=True)
def targets_lacking(site: Site) -> Spot | None:
    """No benefit target, or none of quantity."""
    targets = site.project.targets
    if site.disguise == 0:
        targets[:] = [row for row in targets if row["level1"] != "效益指标"]
    else:
        targets[:] = [row for row in targets if row["level2"] != "数量指标"]
    return (
        "project",
        site.project.row,
        "project_code",
        ("没有效益指标", "没有数量指标")[site.disguise],
    )


@kind("产出指标值空泛", disguises=3, semantic=True)
def vague_output(site: Site) -> Spot | None:
    """A figure was wanted, and a word was given."""
    row = next((row for row in site.project.targets if row["level2"] == "质量指标"), None)
    if row is None:
        return None
    row |= {"value_text": site.say("vague"), "direction": "定性", "value": "", "measure_unit": ""}
    return "target", row, "value_text", f"产出指标值写成“{row['value_text']}”"


@kind("全部指标一个值", disguises=2)
def targets_same(site: Site) -> Spot | None:
    """Every target says 100."""
    if len(site.project.targets) < 4:
        return None
    unit = ("%", "")[site.disguise]
    for row in site.project.targets:
        row |= {
            "direction": "=",
            "value_text": f"100{unit}",
            "value": Decimal(100),
            "measure_unit": unit,
        }
    return "target", site.project.targets[0], "value_text", "全部指标值都填100"


@kind("指标权重合计不是一百", disguises=2)
def weights_wrong(site: Site) -> Spot | None:
    """Weights that do not come to a hundred."""
    targets = site.project.targets
    if len(targets) < 3:
        return None
    each = 100 // len(targets)
    for row in targets:
        row["weight"] = each
    targets[0]["weight"] = 100 - each * (len(targets) - 1) - (5, 15)[site.disguise]
    return "target", targets[0], "weight", "指标权重合计不是100"


@kind("数量指标与明细数量不符", disguises=2)
def quantity_differs(site: Site) -> Spot | None:
    """The target promises less than the lines pay for."""
    row = next(
        (row for row in site.project.targets if row.get("linked_line_no") and row.get("value")),
        None,
    )
    if row is None or row["value"] < 10:
        return None
    value = (row["value"] * (60, 140)[site.disguise] / 100).to_integral_value()
    row |= {"value": value, "value_text": f"≥{value:f}{row['measure_unit']}"}
    return "target", row, "value", f"数量指标{value:f}，明细{site.project.lines[0]['quantity']:f}"


@kind("工程或购置没有成本指标", disguises=1)
def cost_target_missing(site: Site) -> Spot | None:
    """No cost target where there should be one."""
    targets = site.project.targets
    kept = [row for row in targets if row["level1"] != "成本指标"]
    if not site.is_lane("工程", "一次性及其他") or len(kept) == len(targets):
        return None
    targets[:] = kept
    return "project", site.project.row, "project_code", "没有成本指标"


@kind("指标低于上年完成值", disguises=2)
def below_actual(site: Site) -> Spot | None:
    """Less is promised than was done, for no less money."""
    row = next(
        (
            row
            for row in site.project.targets
            if row.get("last_actual_value")
            and row["direction"] == "≥"
            and row["last_actual_value"] > 10
        ),
        None,
    )
    if row is None or not site.project.prior:
        return None
    value = (row["last_actual_value"] * (70, 90)[site.disguise] / 100).quantize(Decimal("0.1"))
    row |= {"value": value, "value_text": f"≥{value:f}{row['measure_unit']}"}
    return "target", row, "value", f"指标值{value:f}低于上年完成值{row['last_actual_value']:f}"


@kind("效益指标只有口号", disguises=3, semantic=True)
def hollow_effect(site: Site) -> Spot | None:
    """A benefit that nothing could show to be missed."""
    found = [row for row in site.project.targets if row["level1"] == "效益指标"]
    if len(found) != 1:
        return None
    row = found[0]
    row |= {
        "level3": site.say("hollow_effect"),
        "value_text": "效果明显",
        "direction": "定性",
        "value": "",
        "measure_unit": "",
        "baseline_value": "",
        "last_actual_value": "",
    }
    return "target", row, "level3", f"效益指标只有“{row['level3']}”"


@kind("指标与项目无关", disguises=3, semantic=True)
def target_unrelated(site: Site) -> Spot | None:
    """An indicator of some other trade."""
    row = site.target("效益指标")
    if row is None or site.project.kind in {"71", "73", "44", "68"}:
        return None
    name = site.say("unrelated")
    row |= {
        "level3": name,
        "value_text": "≥90%",
        "value": Decimal(90),
        "direction": "≥",
        "measure_unit": "%",
        "baseline_value": "",
        "last_actual_value": "",
    }
    return "target", row, "level3", f"“{name}”与项目无关"
