"""Clean items: what looks like a fault and is none, and plain honest projects of every kind."""

from __future__ import annotations

from decimal import Decimal

from exam import people, services, works
from exam.bundle import Bundle, Change, drop, money, mul, new, put, whole
from exam.faults_buying import LAPTOP, PRINTER, course, priced
from exam.kinds import CLEAN, Archetype, Item
from exam.wording import HARMLESS

ONE = {"line_no": "1"}
OWN = 20000
LAST, NOW = {"year": "2025"}, {"year": "2026"}


def teaching(n: int) -> Bundle:
    """A teaching building, which is no hall."""
    return works.going_works(n, 0)


def nursing(n: int) -> Bundle:
    """A nursing building of a home for the old, which is no hall."""
    return works.going_works(n, 2)


def village_roads(n: int) -> Bundle:
    """The road of one village among many."""
    return works.new_works(n, 0)


def score(own: str, checked: str) -> tuple[Change, ...]:
    """A self-score and its review."""
    return (
        new("evaluation", year="2025", kind="单位自评", score=own, grade="优",
            evaluated_on="2026-03-20", evaluator="本单位"),
        new("evaluation", year="2025", kind="自评抽查复核", score=checked, grade="良",
            evaluated_on="2026-06-20", evaluator="样例评价机构"),
    )  # fmt: skip


def two_funds() -> tuple[Change, ...]:
    """A line from two sources, each in its row, the parts of the amount told."""
    return (
        new("line_fund", line_no="1", fund_source="单位资金", budget_book="单位资金",
            fund_year="2027", amount_yuan=str(OWN)),
        new("project_year", year="2027", fund_source="单位资金", kind="本次申报",
            amount_yuan=str(OWN)),
        put("line", ONE, fund_source=""),
    )  # fmt: skip


Variant = tuple[str, str, Archetype, int, tuple[Change, ...]]

TEMPTING: tuple[Variant, ...] = (
    ("sibling_villages", "各村同样的路，一村一项", village_roads, 7, ()),
    ("sibling_care", "各片区同样的养护", services.care, 6, ()),
    ("sections", "同一服务的不同标段", services.contract_service, 5, ()),
    ("exact_meeting", "会议费正好等于定额", services.meeting, 3, (priced("三类会议"),)),
    ("exact_meeting_four", "四类会议正好等于定额", services.meeting, 2, (priced("四类会议"),)),
    ("exact_training", "培训费正好等于定额", services.training, 3, (course("三类培训", "300"),)),
    ("exact_training_two", "二类培训正好等于定额", services.training, 2, (course("二类培训", "380"),)),
    ("exact_city", "住宿费正好等于城市限额", services.trip, 5, ()),
    ("exact_laptop", "便携机正好等于上限", services.desktops, 2, (LAPTOP,)),
    ("exact_printer", "打印机正好等于上限", services.desktops, 2, (PRINTER,)),
    ("exact_vehicle", "执法车正好十八万", services.vehicle, 2,
     (put("line", ONE, unit_price_yuan="180000"),)),
    ("domestic_it", "信创产品不受通用上限约束", services.desktops, 2,
     (put("line", ONE, is_domestic_it="是", unit_price_yuan="5400"),)),
    ("special_use", "专用设备不受通用上限约束", services.desktops, 2,
     (put("line", ONE, is_special_purpose="是", unit_price_yuan="7800"),)),
    ("retention_due", "到期质保金，工程已完工", works.last_payment, 5, ()),
    ("teaching_building", "教学楼不是楼堂馆所", teaching, 3, ()),
    ("nursing_building", "敬老院护理楼不是楼堂馆所", nursing, 2, ()),
    ("quoted_ban", "引用不得垫资", works.going_works, 3,
     (put("project", summary="施工合同明确施工单位不得垫资，也不得承诺回购，工程款按计量支付。"),)),
    ("quoted_ban_two", "引用严禁担保", services.contract_service, 2,
     (put("project", summary="合同写明严禁以政府购买服务名义融资，不得违规担保。"),)),
    ("chinese_numerals", "文字里用中文数字", services.training, 3,
     (put("project", summary="培训分三期，每期约二十人，共用四个半天，合格率不低于百分之九十五。"),)),
    ("chinese_numerals_two", "文字里用中文数字", services.care, 3,
     (put("project", annual_goal="全年养护不少于一百二十公里，优良率达到百分之九十以上。"),)),
    ("optional_empty", "可不填的都没填", services.consult, 3,
     (put("project", social_input_yuan="", own_fund_yuan="", prior_carry_over_yuan="",
          unit_rank="", is_open="", submission_round="", project_source=""),
      put("target", scoring_rule="", period="", is_cumulative="", weight=""),
      put("basis", effective_to="", article=""))),
    ("instruction", "批示没有文号", services.event, 3,
     (put("basis", {"basis_no": "1"}, kind="领导批示", doc_no="", issuer="县政府分管负责人"),
      put("attachment", {"attachment_no": "1"}, kind="领导批示", doc_no=""))),
    ("late_transfer", "上级资金下达晚", people.transfer, 3,
     (put("history", LAST, original_yuan="1000000", adjusted_yuan="1000000",
          executed_yuan="640000", transfer_executed_yuan="640000",
          late_transfer_yuan="330000", reason_given="上级资金十一月下达"),)),
    ("asked_less", "上年执行低，今年已减", services.training, 3,
     (put("history", LAST, original_yuan=mul("2"), adjusted_yuan=mul("2"),
          executed_yuan=mul("1.04")), put("history", NOW, original_yuan=mul("1.4"),
          adjusted_yuan=mul("1.4"), executed_yuan=mul("1.1")))),
    ("small_growth", "增幅不到一成", services.it_care, 3,
     (put("history", NOW, original_yuan=mul("0.95"), adjusted_yuan=mul("0.95"),
          executed_yuan=mul("0.95")),)),
    ("same_as_last", "与上年一分不差", services.rent, 3,
     (put("history", NOW, original_yuan=mul("1.0204"), adjusted_yuan=mul("1.0204")),)),
    ("gap_of_ten", "自评复核正好差十分", services.care, 2, score("92", "82")),
    ("gap_small", "自评复核差四分", services.hired, 2, score("95", "91")),
    ("good_result", "财政评价良", services.grant, 2,
     (new("evaluation", year="2025", kind="财政评价", score="86", grade="良",
          evaluated_on="2026-06-30", evaluator="样例评价机构", is_corrected="是"),)),
    ("audit_closed", "审计问题已整改", services.it_care, 2,
     (new("audit_finding", finding_no="SJ-整改", year="2025", supervisor="样例县审计局",
          kind="资金闲置", description="资金拨付偏慢，已整改", amount_yuan="50000",
          found_on="2025-11-02", state="已整改", due_on="2026-05-31",
          corrected_on="2026-04-10"),)),
    ("supplemented", "年中追加使执行超过年初数", services.care, 3,
     (put("history", LAST, adjusted_yuan=mul("1.2"), supplement_yuan="90000",
          executed_yuan=mul("1.2")),)),
    ("exact_estimate", "累计加本年正好等于概算", works.going_works, 3,
     (put("project", accumulated_arranged_yuan=mul("1.6")),)),
    ("two_funds", "一行两种资金分得清", services.hired, 3, two_funds()),
    ("carry_used", "结转已收回", services.meeting, 2,
     (new("carry_over", fund_source="一般公共预算本级", fund_year="2025", as_of="2026-10-31",
          granted_yuan="90000", used_yuan="80000", balance_yuan="0", kind="结余",
          is_research="否", is_retention="否", recovered_yuan="10000"),)),
    ("part_year", "年中起按六个月计", services.hired, 2,
     (put("line", ONE, factor_2="6", months_covered="6"),
      put("project", start_date="2027-07-01", end_date="2027-12-31"), drop("lineage"), drop("history"),
      put("project", prior_project_code="", project_attribute="新增", setup_year="2027",
          term_years="1", recurrence="一次性"))),
    ("register_more", "在册人数多于申报", people.allowance, 2,
     (put("beneficiary_count", person_count=whole("1.03")),)),
)  # fmt: skip

PLAIN: tuple[tuple[Archetype, int], ...] = (
    (people.allowance, 3), (people.disabled, 3), (people.relief, 3), (people.students, 3),
    (people.villages, 4), (people.interest, 3), (people.salary, 4), (people.office, 4),
    (people.transfer, 4), (people.land, 3), (works.bond_works, 3), (works.special_bond_works, 2),
    (works.fee_works, 3), (works.repair, 4), (works.new_works, 4), (services.it_build, 4),
    (services.it_care, 3), (services.rent, 3), (services.hired, 3), (services.event, 5),
    (services.grant, 4), (services.consult, 5), (services.property_care, 5),
    (services.desktops, 3), (services.vehicle, 3), (services.training, 3), (services.meeting, 3),
    (services.care, 4), (services.contract_service, 3),
)  # fmt: skip
WAN = (services.care, services.contract_service, services.property_care, works.repair,
       people.villages, people.relief, services.event, works.last_payment)  # fmt: skip


def clean_items(serial: int) -> list[Item]:
    """All clean items, their serials from `serial` on."""
    wanted = [
        (name, words, of, changes)
        for name, words, of, count, changes in TEMPTING
        for _ in range(count)
    ]
    wanted += [
        (f"plain_{of.__name__}", "普通项目", of, ()) for of, count in PLAIN for _ in range(count)
    ]
    wanted += [(IN_WAN, "按万元填报，两位小数", WAN[at % len(WAN)], ()) for at in range(16)]
    return [_clean(serial + at, *told) for at, told in enumerate(wanted)]


IN_WAN = "in_wan"


def _clean(at: int, name: str, words: str, of: Archetype, changes: tuple[Change, ...]) -> Item:
    bundle = of(at)
    for change in changes:
        change.carry_out(bundle)
    if changes:
        bundle.settle()
        bundle.count()
    if len(bundle.rows.get("line_fund", [])) > len(bundle.rows["line"]):
        rest = Decimal(bundle.project["amount_yuan"]) - OWN
        bundle.set(fiscal_yuan=money(rest), own_fund_yuan=str(OWN))
    made = Item(f"{name}-{at}", name, words, words, CLEAN, bundle, bundle)
    made.wan = name == IN_WAN
    return made


def text_clean(serial: int) -> list[Item]:
    """Clean items of the part text: harmless words of the same sound, each on two projects."""
    made: list[Item] = []
    for turn in range(2):
        for name, of, column, text in HARMLESS:
            table, _, cell = column.partition(".")
            words = text
            if cell == "project_name":
                words = f"{text}（{serial + len(made)}）"
            where = ONE if table == "line" else None
            change = put(table, where, **{cell: words})
            made.append(_clean(serial + len(made), name, f"{text[:20]}/{turn}", of, (change,)))
    return made
