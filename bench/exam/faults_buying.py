"""Faults of buying and hiring: standards by one 分, tiers, cities, assets, systems, people."""

from __future__ import annotations

from exam.bundle import Change, add, again, drop, mul, new, put, quiet, whole
from exam.kinds import NOTHING, as_, kind
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
    trip,
    vehicle,
)
from exam.works import new_works, repair

ONE = {"line_no": "1"}
PAID = "line.amount_yuan"
CLASSES = {"四类会议": "310", "三类会议": "370", "二类会议": "430"}


def priced(tier: str, persons: str = "40") -> Change:
    """A meeting of a class at exactly the county's limit, small enough for every class."""
    return put("line", ONE, meeting_class=tier, unit_price_yuan=CLASSES[tier], persons=persons,
               quantity=persons, staff_persons="2", days="2", factor_2="2")  # fmt: skip


def course(tier: str, price: str) -> Change:
    """A course of a class at exactly the county's limit."""
    return put("line", ONE, training_class=tier, unit_price_yuan=price)


LAPTOP = put("line", ONE, asset_category="便携式计算机", catalogue_item="A02010108",
             expense_item="便携式计算机更新", unit_price_yuan="6200")  # fmt: skip
PRINTER = put("line", ONE, asset_category="A4黑白打印机", catalogue_item="A02021000",
              expense_item="打印机更新", unit_price_yuan="1100")  # fmt: skip

LIMITS = (
    kind(
        "meeting_cent", "会议费超定额一分",
        *(as_(meeting, f"{tier}多一分", put("line", ONE, unit_price_yuan=add("0.01")),
              before=(priced(tier),), also=PAID) for tier in CLASSES),
    ),
    kind(
        "meeting_tier", "会议类别与所用定额不对",
        as_(meeting, "四类会议用三类定额", put("line", ONE, unit_price_yuan="370"), also=
            "line.amount_yuan line.meeting_class", before=(priced("四类会议"),)),
        as_(meeting, "四类会议用二类定额", put("line", ONE, unit_price_yuan="430"), also=
            "line.amount_yuan line.meeting_class", before=(priced("四类会议"),)),
        as_(meeting, "三类会议降成四类，单价没有降", put("line", ONE, meeting_class="四类会议"),
            before=(priced("三类会议"),), also=PAID),
    ),
    kind(
        "meeting_deduct", "不安排住宿伙食未扣减",
        as_(meeting, "不住宿仍用全额", put("line", ONE, lodging_provided="否"),
            before=(priced("三类会议"),), also=PAID),
        as_(meeting, "不就餐仍用全额", put("line", ONE, meals_provided="否"),
            before=(priced("三类会议"),), also=PAID),
        as_(meeting, "都不安排仍用全额", put("line", ONE, lodging_provided="否",
            meals_provided="否"), before=(priced("二类会议"),), also=PAID),
    ),
    kind(
        "meeting_size", "会期、人数、工作人员超限",
        as_(meeting, "会期五天", put("line", ONE, days="5", factor_2="5"), also=PAID,
            before=(priced("三类会议"),)),
        as_(meeting, "四类会议九十人", put("line", ONE, persons="90", quantity="90"),
            quiet(put("target", {"target_no": "2"}, value="90")), before=(priced("四类会议"),)),
        as_(meeting, "工作人员占三成", put("line", ONE, staff_persons="20"),
            before=(priced("三类会议", "60"),)),
    ),
    kind(
        "training_cent", "培训费超定额一分",
        *(as_(training, f"{tier}多一分", put("line", ONE, unit_price_yuan=add("0.01")),
              before=(course(tier, price),), also=PAID)
          for tier, price in (("三类培训", "300"), ("二类培训", "380"), ("一类培训", "420"))),
    ),
    kind(
        "training_tier", "培训类别与所用定额不对",
        as_(training, "三类用二类定额", put("line", ONE, unit_price_yuan="380"),
            before=(course("三类培训", "300"),), also="line.amount_yuan line.training_class"),
        as_(training, "三类用一类定额", put("line", ONE, unit_price_yuan="420"),
            before=(course("三类培训", "300"),), also="line.amount_yuan line.training_class"),
        as_(training, "二类改成三类单价没有降", put("line", ONE, training_class="三类培训"),
            before=(course("二类培训", "380"),), also=PAID),
    ),
    kind(
        "per_head", "人数少填使人均超标",
        as_(meeting, "人数填一半", put("line", ONE, persons=whole("0.5")),
            before=(priced("三类会议"),), also=PAID),
        as_(training, "人数少十个", put("line", ONE, persons=add("-10")),
            before=(course("三类培训", "300"),), also=PAID),
        as_(training, "天数少一天", put("line", ONE, days=add("-1")),
            before=(course("三类培训", "300"),), also=PAID),
    ),
    kind(
        "travel_cent", "住宿费超城市限额一分",
        *(as_(trip, "超限额一分", put("line", ONE, unit_price_yuan=add("0.01")), also=
              "line.amount_yuan line.destination") for _ in range(3)),
    ),
    kind(
        "travel_city", "用了别的城市的限额",
        *(as_(trip, f"按{city}报", put("line", ONE, unit_price_yuan=price), also=
              "line.amount_yuan line.destination")
          for city, price in (("北京", "500"), ("上海", "500"), ("杭州", "400"))),
    ),
    kind(
        "asset_cent", "办公设备超价格上限一分",
        as_(desktops, "台式机多一分", put("line", ONE, unit_price_yuan=add("0.01")), also=
            "line.asset_category", before=(put("line", ONE, unit_price_yuan="4600"),)),
        as_(desktops, "便携机多一分", put("line", ONE, unit_price_yuan=add("0.01")), also=
            "line.asset_category", before=(LAPTOP,)),
        as_(desktops, "打印机多一分", put("line", ONE, unit_price_yuan=add("0.01")), also=
            "line.asset_category", before=(PRINTER,)),
        as_(desktops, "台式机按便携机价格", put("line", ONE, unit_price_yuan="6200"), also=
            "line.asset_category", before=(put("line", ONE, unit_price_yuan="4600"),)),
    ),
    kind(
        "vehicle_price", "车辆价格或排量超标",
        as_(vehicle, "价格多一分", put("line", ONE, unit_price_yuan="180000.01"), also=
            "line.vehicle_kind", before=(put("line", ONE, unit_price_yuan="180000"),)),
        as_(vehicle, "排量二点零", put("line", ONE, engine_litres="2.0"), also="line.vehicle_kind"),
        as_(vehicle, "买成高配", put("line", ONE, unit_price_yuan="238000"), also=
            "line.vehicle_kind"),
    ),
)  # fmt: skip

ASSETS = (
    kind(
        "too_young", "未到最低使用年限更新",
        as_(desktops, "两年前买的", put("asset", bought_on="2024-09-10", state="在用",
            net_yuan="30000"), also="line.replaces_asset_code"),
        as_(vehicle, "五年前买的车", put("vehicle", bought_on="2021-11-02", state="在用"),
            also="line.replaces_plate_no"),
        as_(desktops, "预算年度后一个月才满六年", put("asset", bought_on="2022-02-05", state="在用"),
            also="line.replaces_asset_code"),
        as_(vehicle, "预算年度后几天才满八年", put("vehicle", bought_on="2020-01-15", state="在用"),
            also="line.replaces_plate_no"),
    ),
    kind(
        "over_stock", "现有加新增超过配置数量",
        *(as_(desktops, words, put("line", ONE, existing_count=had, scrapped_count="0",
              replaces_asset_code=""), also="line.asset_count", alone=True)
          for words, had in (("人手一台以上还买", "150"), ("不报废再增", "120"),
                             ("存量两倍", "200"))),
    ),
    kind(
        "idle_same", "有闲置同类资产仍购置",
        as_(desktops, "本单位有闲置电脑", new("asset", asset_code="XZ-1", asset_name="台式计算机",
            asset_category="台式计算机", catalogue_item="A02010105", asset_count="25",
            bought_on="2023-05-01", state="闲置", is_shared_pool="否"),
            also="line.asset_category", alone=True),
        as_(desktops, "公物仓有电脑", new("asset", asset_code="XZ-2", asset_name="台式计算机",
            asset_category="台式计算机", catalogue_item="A02010105", asset_count="40",
            bought_on="2024-05-01", state="闲置", is_shared_pool="是"),
            also="line.asset_category", alone=True),
        as_(desktops, "本单位有闲置打印机", new("asset", asset_code="XZ-3", asset_name="打印机",
            asset_category="A4黑白打印机", catalogue_item="A02021000", asset_count="30",
            bought_on="2023-06-01", state="闲置", is_shared_pool="否"), before=(PRINTER,),
            also="line.asset_category", alone=True),
    ),
    kind(
        "vehicle_quota", "没有车辆编制",
        *(as_(vehicle, words, put("organisation", vehicle_count="4", vehicle_quota_count=quota),
              put("line", ONE, replaces_plate_no=""), alone=True)
          for words, quota in (("满编再买", "4"), ("超编再买", "3"), ("没有编制", "0"))),
    ),
    kind(
        "over_base", "养护量超过台账",
        *(as_(care, words, put("asset", scale_quantity=mul(times)), also="line.quantity")
          for words, times in (("多报四分之一", "0.8"), ("多报一倍", "0.5"), ("多报一成", "0.9"))),
    ),
    kind(
        "in_warranty", "质保期内仍列维护",
        as_(care, "设施还在质保", put("asset", warranty_ends_on="2028-10-20")),
        as_(it_care, "系统还在免费维护期", put("information_system", warranty_ends_on="2028-06-30")),
        as_(repair, "房屋还在质保", put("building", warranty_ends_on="2028-05-30")),
    ),
    kind(
        "repair_early", "新近建成或大修又大修",
        as_(repair, "前年大修过", put("building", renovated_on="2024-09-15", is_dangerous="否")),
        as_(repair, "去年大修过", put("building", renovated_on="2025-11-15", is_dangerous="否")),
        as_(repair, "五年前才建", put("building", built_on="2021-08-30", renovated_on="",
            is_dangerous="否")),
    ),
    kind(
        "area_over", "物业或维修面积超过房屋面积",
        as_(property_care, "含车库", put("building", area_sqm=mul("0.9"))),
        as_(property_care, "多报一倍", put("building", area_sqm=mul("0.5"))),
        as_(repair, "维修面积大于建筑面积", put("building", area_sqm=mul("0.6"))),
    ),
    kind(
        "rent_while_vacant", "有闲置房屋仍租房",
        *(as_(rent, words, new("building", building_code=f"XZF-{at}", building_name="旧办公楼",
              building_kind="办公用房", use_right=right, area_sqm="3200", usable_sqm="2800",
              garage_sqm="0", vacant_sqm=vacant, rented_out_sqm="0", built_on="2010-05-01",
              is_dangerous="否"), also="line.building_code", alone=True)
          for at, (words, right, vacant) in enumerate((("自有楼闲置", "自有", "2800"),
              ("整层闲置", "自有", "1200"), ("登记为闲置", "闲置", "2800")))),
    ),
)  # fmt: skip

BUYING = (
    kind(
        "split_buying", "同一品目拆行低于公开招标数额",
        as_(it_build, "拆成三行", again("line", ONE, line_no="2"), again("line", ONE, line_no="3"),
            quiet(again("line_fund", ONE, line_no="2")), quiet(again("line_fund", ONE, line_no="3")),
            before=(put("line", ONE, unit_price_yuan="900000"),)),
        as_(consult, "拆成两行换说法", put("line", ONE, unit_price_yuan="15000"),
            again("line", ONE, line_no="2", expense_item="外业调查服务"),
            quiet(again("line_fund", ONE, line_no="2")),
            before=(put("line", ONE, quantity="100", unit_price_yuan="12000"),)),
        as_(care, "拆成两行", again("line", ONE, line_no="2", expense_item="补充养护"),
            quiet(again("line_fund", ONE, line_no="2")),
            before=(put("line", ONE, quantity="350", unit_price_yuan="5200",
                        procurement_method="竞争性磋商"),
                    put("asset", scale_quantity="700"))),
        question=True,
    ),
    kind(
        "not_open", "超公开招标数额未公开招标",
        *(as_(of, "超过数额用磋商", put("line", ONE, procurement_method="竞争性磋商"),
              put("procurement", procurement_method="竞争性磋商"), also=PAID, before=(
                  put("line", ONE, quantity=quantity, unit_price_yuan=price,
                      procurement_method="公开招标"),
                  put("procurement", procurement_method="公开招标"),
                  put("target", {"target_no": "2"}, value=quantity)))
          for of, quantity, price in ((consult, "160", "26000"), (event, "160", "26000"),
                                      (it_build, "1", "2600000")) if of is not event),
        as_(it_care, "超过数额单一来源", put("line", ONE, procurement_method="单一来源"),
            put("procurement", procurement_method="单一来源"), also=PAID, before=(
                put("line", ONE, unit_price_yuan="2300000", procurement_method="公开招标"),
                put("procurement", procurement_method="公开招标"))),
    ),
    kind(
        "not_marked", "应采购的没有标采购",
        *(as_(of, "没有标采购", put("line", ONE, is_procurement="否", catalogue_item="",
              procurement_method="", org_form=""), put("project", is_procurement="否"),
              drop("procurement"), also="line.economic_class")
          for of in (property_care, desktops, it_build)),
    ),
    kind(
        "no_small_firms", "没有预留中小企业份额",
        *(as_(of, "没有预留也没有理由", put("line", ONE, sme_reserved="否"),
              put("procurement", sme_reserved_yuan="0"), settle=NOTHING)
          for of in (it_build, contract_service, care)),
    ),
    kind(
        "buying_apart", "采购预算与明细不符",
        as_(property_care, "采购预算少四成", put("procurement", amount_yuan=mul("0.6")),
            settle=NOTHING),
        as_(it_build, "品目不同", put("procurement", catalogue_item="A02010104")),
        as_(contract_service, "采购预算大于明细", put("procurement", amount_yuan=mul("1.5")),
            settle=NOTHING),
    ),
    kind(
        "service_ban", "政府购买服务负面清单或主体不对",
        as_(hired, "派遣用工作为购买服务", put("line", ONE, is_service_purchase="是",
            expense_item="劳务派遣人员招录与管理")),
        as_(new_works, "工程作为购买服务", put("line", ONE, is_service_purchase="是"),
            put("project", is_service_purchase="是")),
        as_(contract_service, "公益一类作购买主体", put("line", ONE, is_service_purchase="是"),
            put("project", is_service_purchase="是"), put("procurement", is_service_purchase="是")),
        semantic=True, question=True,
    ),
    kind(
        "counted_twice", "同一服务重复列支",
        as_(property_care, "物业外再列保洁", again("line", ONE, line_no="2",
            expense_item="办公楼保洁服务"), quiet(again("line_fund", ONE, line_no="2"))),
        as_(property_care, "物业外再列门卫值守", again("line", ONE, line_no="2",
            expense_item="院区门卫值守"), quiet(again("line_fund", ONE, line_no="2"))),
        as_(consult, "同一行列两遍", again("line", ONE, line_no="2"),
            quiet(again("line_fund", ONE, line_no="2"))),
    ),
    kind(
        "lump", "只有一批一项没有测算",
        *(as_(of, words, put("line", ONE, quantity="1", unit_of_measure=uom,
              unit_price_yuan=price, price_basis="无", price_basis_note="", expense_item=item))
          for of, words, uom, price, item in (
              (consult, "一批", "批", "180000", "相关服务一批"),
              (event, "若干", "项", "150000", "活动物料若干"),
              (care, "打捆", "项", "360000", "维护费用打捆"))),
    ),
)  # fmt: skip

SYSTEMS = (
    kind(
        "retired_system", "停用系统仍列运维",
        as_(it_care, "去年已停用", put("information_system", state="已停用",
            retired_on="2025-12-31")),
        as_(it_care, "停用待定", put("information_system", state="停用待定")),
        as_(it_care, "还在建设", put("information_system", state="在建", accepted_on="",
            warranty_ends_on="")),
    ),
    kind(
        "twice_built", "新建系统与已有系统功能重复",
        *(as_(it_build, words, new("information_system", system_code=f"TJ-{at}",
              system_name="已有系统", function_text="登记、监管、调度与统计",
              function_kind="业务管理", state="在用", accepted_on="2024-05-01", is_unified=unified,
              build_yuan="1800000", user_count="900"), put("project", summary=text))
          for at, (words, unified, text) in enumerate((
              ("上级已统建", "是", "新建系统实现登记、监管、调度与统计，上级已有统一平台。"),
              ("本部门已有", "否", "另建一套与现有系统功能相同的登记监管平台。"),
              ("换名再建", "否", "将现有系统改名重建，功能为登记、监管、调度与统计。")))),
        semantic=True, question=True,
    ),
    kind(
        "little_used", "系统或云资源使用率低",
        as_(it_care, "云峰值百分之六", put("information_system", cpu_peak_percent="6",
            vcpu_count="64")),
        as_(it_care, "几乎没有用户", put("information_system", user_count="2",
            cpu_peak_percent="3")),
        as_(it_care, "峰值百分之十二", put("information_system", cpu_peak_percent="12")),
        question=True,
    ),
)  # fmt: skip

PEOPLE = (
    kind(
        "too_many_hired", "编外人数超过核定或名册",
        as_(hired, "超过核定数", put("organisation", contract_quota_count="2"),
            also="line.headcount", alone=True),
        as_(hired, "比名册多六人", put("line", ONE, headcount=add("6"), quantity=add("6")),
            quiet(put("target", {"target_no": "2"}, value=add("6"))), alone=True),
        as_(hired, "没有核定", put("organisation", contract_quota_count="0"),
            also="line.headcount", alone=True),
    ),
    kind(
        "forbidden_post", "编外人员用于不得使用的岗位",
        *(as_(hired, words, put("staff", post_kind=post))
          for words, post in (("执法", "行政执法岗位"), ("涉密", "涉密岗位"),
                              ("财务", "财务岗位"), ("机关核心", "机关核心岗位"))),
    ),
    kind(
        "no_approval_no", "编外人员没有批准文号",
        *(as_(hired, words, put("staff", approval_no=""), drop("attachment", kind=what))
          for words, what in (("名册没有文号", "编制或用工批复"), ("也没有批复", "编制或用工批复"),
                              ("先用人后报批", "编制或用工批复"))),
    ),
    kind(
        "fund_rules", "专项资金公平竞争与挂钩",
        as_(grant, "没有公平竞争审查", put("special_fund", fair_competition_on="")),
        as_(grant, "与本地纳税挂钩", put("special_fund", ties_to_local_tax="是")),
        as_(grant, "户均过低", put("line", ONE, quantity="300", unit_price_yuan="2000"),
            put("project", recipient_count="300")),
        as_(grant, "设立超过十年", put("special_fund", setup_year="2014")),
        question=True,
    ),
)  # fmt: skip

BOUGHT = (*LIMITS, *ASSETS, *BUYING, *SYSTEMS, *PEOPLE)
"""All kinds of this module."""
