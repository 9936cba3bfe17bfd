"""Archetypes of running, buying and hiring: meetings, training, property, systems, vehicles."""

from __future__ import annotations

from exam.bundle import Bundle
from exam.county import number, pick, town
from exam.start import Line, Plan, alone, attach, make, part, procure

RUN, ONCE, POLICY = "运行维护与采购", "一次性及其他", "专项资金与政策"
GOODS, SERVICE = "货物", "服务"


def meeting(n: int) -> Bundle:
    """A class-3 meeting within the county's norm and days."""
    department = pick(f"meet {n}", ("县农业农村局", "县应急管理局", "县教育和体育局"))
    persons, days = number(f"mp {n}", 60, 130), number(f"md {n}", 1, 2)
    topic = pick(f"mt {n}", ("年度工作布置会", "重点任务调度会", "现场推进会"))
    line = Line(f"{topic}会务", "30215", str(persons), "人", "330", basis="支出标准")
    line.more = {
        "factor_2": str(days),
        "factor_2_name": "天",
        "persons": str(persons),
        "staff_persons": str(persons // 15),
        "days": str(days),
        "trips": "1",
        "meeting_class": "三类会议",
        "lodging_provided": "是",
        "meals_provided": "是",
        "months_covered": "",
    }
    return make(n, Plan(f"{town(f'm{n}')}片区{topic}（第{n}次）", department, RUN, [line]))


def training(n: int) -> Bundle:
    """A course for staff and farmers within the norm."""
    department = pick(f"tr {n}", ("县委组织部", "县农业农村局", "县教育和体育局"))
    persons, days = number(f"tp {n}", 40, 90), number(f"td {n}", 2, 4)
    topic = pick(f"tt {n}", ("骨干能力培训班", "新任岗位培训班", "实用技术培训班"))
    line = Line(f"{topic}培训", "30216", str(persons), "人", "260", basis="支出标准")
    line.more = {
        "factor_2": str(days),
        "factor_2_name": "天",
        "persons": str(persons),
        "staff_persons": str(persons // 20),
        "days": str(days),
        "trips": "1",
        "training_class": "三类培训",
        "lodging_provided": "是",
        "meals_provided": "是",
        "months_covered": "",
    }
    return make(
        n,
        Plan(
            f"{pick(f'tw {n}', ('春季', '秋季', '年度'))}{topic}（{n}期）", department, RUN, [line]
        ),
    )


CITIES = (("武汉", "340"), ("南昌", "330"), ("合肥", "350"), ("济南", "360"), ("郑州", "320"))


def trip(n: int) -> Bundle:
    """Lodging of official journeys to one city, at the county's limit for it."""
    city, price = CITIES[n % len(CITIES)]
    persons, nights, trips = (
        number(f"tr {n}", 2, 5),
        number(f"tn {n}", 2, 4),
        number(f"tt {n}", 4, 9),
    )
    line = Line(f"赴{city}差旅住宿费", "30211", str(persons), "人", price, basis="支出标准")
    line.more = {
        "factor_2": str(nights), "factor_2_name": "天", "factor_3": str(trips),
        "factor_3_name": "次", "persons": str(persons), "days": str(nights), "trips": str(trips),
        "destination": city, "season": "否", "months_covered": "",
    }  # fmt: skip
    topic = pick(f"to {n}", ("引才对接", "产业考察", "课题联调"))
    return make(n, Plan(f"{city}{topic}差旅（{n}）", "县人力资源和社会保障局", RUN, [line]))


def property_care(n: int) -> Bundle:
    """Cleaning and guarding of an office building, by its area without the garage."""
    area = number(f"pa {n}", 3000, 12000)
    building = f"FW{n:05d}"
    line = Line("办公区物业管理服务", "30209", str(area), "平方米", "2.6", months="12")
    line.more = {"building_code": building, "area_sqm": str(area)}
    made = make(n, Plan(f"{pick(f'pn {n}', ('滨河路', '文昌街', '沧垣大道'))}{number(f'pd {n}', 2, 98)}"
                        "号办公区物业服务", "县机关事务中心", RUN, [line]))  # fmt: skip
    procure(made, "1", "物业管理服务", "C21040000", SERVICE, "公开招标")
    made.add(
        "building", building_code=building, unit_code=made.unit, building_name="机关办公楼",
        address="沧垣县城", building_kind="办公用房", use_right="自有", area_sqm=str(area + 900),
        usable_sqm=str(area - 800), garage_sqm="900", vacant_sqm="0", rented_out_sqm="0",
        built_on="2008-06-30", renovated_on="2016-05-30", is_dangerous="否",
    )  # fmt: skip
    return made


def it_care(n: int) -> Bundle:
    """Upkeep of a running system out of its free period."""
    system = f"XT{n:05d}"
    topic = pick(f"it {n}", ("不动产查询", "水情监测", "就业服务", "学籍管理", "票据管理"))
    line = Line(f"{topic}系统运行维护", "30227", "1", "套", str(number(f"ip {n}", 8, 19) * 10000))
    line.more = {"system_code": system}
    made = make(n, Plan(f"{topic}系统{n}号运维", "县政务数据局", RUN, [line],
                        more={"is_it": "是", "it_prior_opinion_no": f"沧数审〔2026〕{n}号（样例）",
                              "system_code": system}))  # fmt: skip
    attach(made, "信息化前置审核意见", "信息化项目审核意见", doc_no=f"沧数审〔2026〕{n}号（样例）")
    procure(made, "1", "运行维护服务", "C16070000", SERVICE, "竞争性磋商")
    made.add(
        "information_system", system_code=system, system_name=f"{topic}系统{n}号",
        unit_code=made.unit, function_text=f"{topic}业务办理与统计", function_kind=f"{topic}{n}",
        state="在用", build_yuan="2600000", maintenance_yuan=made.project["amount_yuan"],
        accepted_on="2021-06-30", warranty_ends_on="2023-06-30",
        prior_opinion_no=f"沧数审〔2020〕{n}号（样例）", protection_level="2", user_count="4200",
        vcpu_count="16", cpu_peak_percent="71", is_unified="否",
    )  # fmt: skip
    return made


def it_build(n: int) -> Bundle:
    """A new system with the data bureau's opinion and an ex-ante evaluation."""
    topic = pick(f"ib {n}", ("农村集体资产登记", "校车运行监管", "供水调度", "古树名木管护"))
    line = Line(f"{topic}应用软件开发", "31007", "1", "套", str(number(f"ibp {n}", 60, 95) * 10000))
    made = make(n, Plan(f"{topic}信息系统建设{n}期", "县政务数据局", RUN, [line], attribute="新增",
                        more={"is_it": "是", "it_prior_opinion_no": f"沧数审〔2026〕{n}号（样例）",
                              "ex_ante_result": "予以支持", "ex_ante_date": "2026-07-20"}))  # fmt: skip
    attach(made, "信息化前置审核意见", "信息化项目审核意见", doc_no=f"沧数审〔2026〕{n}号（样例）")
    attach(made, "事前绩效评估报告", f"{topic}系统事前绩效评估报告")
    procure(made, "1", "应用软件", "A08060303", GOODS, "竞争性磋商")
    return made


def desktops(n: int) -> Bundle:
    """Old desktop computers replaced one for one."""
    department = pick(f"de {n}", ("县统计局", "县自然资源局", "县人力资源和社会保障局"))
    count = number(f"dc {n}", 6, 18)
    old = f"ZC{n:05d}"
    line = Line("台式计算机更新", "31002", str(count), "台", "4200")
    line.more = {
        "asset_category": "台式计算机", "asset_count": str(count), "existing_count": str(count),
        "scrapped_count": str(count), "replaces_asset_code": old, "is_domestic_it": "否",
        "is_special_purpose": "否", "spec": "通用商用机，含预装操作系统", "months_covered": "",
    }  # fmt: skip
    made = make(n, Plan(f"{pick(f'dn {n}', ('窗口', '业务科室', '档案室'))}办公计算机更新{n}批",
                        department, RUN, [line], attribute="一次性"))  # fmt: skip
    alone(made, n)
    procure(made, "1", "台式计算机", "A02010105", GOODS, "框架协议")
    made.add(
        "asset", asset_code=old, unit_code=made.unit, asset_name="台式计算机",
        asset_category="台式计算机", catalogue_item="A02010105", asset_count=str(count),
        original_yuan=str(count * 4500), net_yuan="0", bought_on="2015-09-10", state="待报废",
        is_special_purpose="否", is_shared_pool="否", place="办公室",
    )  # fmt: skip
    return made


def vehicle(n: int) -> Bundle:
    """A law-enforcement car older than eight years replaced with approval."""
    plate = f"样C·{n:05d}"
    line = Line("执法执勤车更新", "31013", "1", "辆", "116000", basis="支出标准")
    line.more = {
        "vehicle_kind": "执法执勤用车", "replaces_plate_no": plate, "engine_litres": "1.5",
        "asset_category": "车辆", "asset_count": "1", "months_covered": "",
    }  # fmt: skip
    made = make(n, Plan(f"执法车辆更新（{n}号批复）", "县公安局", RUN, [line], branch=n % 2,
                        attribute="一次性"))  # fmt: skip
    alone(made, n)
    attach(made, "车辆更新批复", "执法执勤用车更新批复", doc_no=f"沧车办〔2026〕{n}号（样例）")
    procure(made, "1", "乘用车", "A02030500", GOODS, "框架协议")
    made.add(
        "vehicle", plate_no=plate, unit_code=made.unit, vehicle_kind="执法执勤用车",
        model="样牌轿车", bought_on="2014-03-18", price_yuan="112000", engine_litres="1.6",
        is_new_energy="否", mileage_km="286000", in_quota="是", state="待报废",
        running_yuan="31000",
    )  # fmt: skip
    return made


def contract_service(n: int) -> Bundle:
    """A running service contract of several years, paid by its own schedule."""
    names = ("临溪", "望湖", "铁佛", "柳林")
    area = pick(f"cs {n}", names)
    price = number(f"cp {n}", 52, 88)
    number_ = f"HT-{n:05d}"
    line = Line(f"{area}片区清扫保洁服务", "30227", str(price), "万平方米", "21000", basis="合同")
    line.more = {"contract_no": number_}
    made = make(n, Plan(f"{area}片区道路清扫保洁（第{n}标段）", "县城市管理局", RUN, [line], branch=1,
                        functional="2120501"))  # fmt: skip
    amount = made.project["amount_yuan"]
    attach(made, "合同", f"{area}片区保洁服务合同", amount=amount)
    procure(made, "1", "清扫服务", "C13020000", SERVICE, "公开招标")
    made.own(
        "contract", contract_no=number_, contract_name=f"{area}片区保洁服务合同",
        unit_code=made.unit, counterparty="样例洁原环境有限公司", state="履行中",
        procurement_method="公开招标", signed_on="2025-12-20", start_date="2026-01-01",
        end_date="2028-12-31", amount_yuan=part(amount, "3"),
        paid_yuan=made.rows["history"][1]["executed_yuan"], retention_yuan="0", promises_buyback="否",
    )  # fmt: skip
    made.own(
        "commitment", contract_no=number_, unit_code=made.unit, year="2027", item_no="1",
        kind="服务费", due_on="2027-12-20", condition="按季考核合格后支付",
        planned_progress_percent="66.67", due_yuan=amount, paid_yuan="0", is_legal="否",
    )  # fmt: skip
    return made


def consult(n: int) -> Bundle:
    """Specialist work bought with three quotations."""
    topic = pick(f"co {n}", ("地下管线测绘", "土壤环境检测", "桥梁结构检测", "文物三维测量"))
    department = {"地": "县自然资源局", "土": "县农业农村局", "桥": "县交通运输局"}.get(
        topic[0], "县文化旅游局"
    )
    points = number(f"cq {n}", 40, 120)
    line = Line(topic, "30227", str(points), "处", "2600")
    made = make(n, Plan(f"{town(f'c{n}')}{topic}（{n}号）", department, ONCE, [line],
                        attribute="一次性"))  # fmt: skip
    procure(made, "1", topic, "C20000000", SERVICE, "竞争性磋商")
    return made


def event(n: int) -> Bundle:
    """A public cultural event that was approved."""
    season = pick(f"ev {n}", ("春分", "端阳", "秋收", "冬至"))
    line = Line(f"{season}群众演出场次", "30227", str(number(f"eq {n}", 12, 30)), "场", "6800")
    place = town(f"e{n}")
    made = make(n, Plan(f"{place}{season}文化惠民活动（{n}）", "县文化旅游局", ONCE, [line], branch=2,
                        attribute="一次性", functional="2070109"))  # fmt: skip
    attach(made, "活动批准文件", "活动举办批准文件", doc_no=f"沧办批〔2026〕{n}号（样例）")
    return made


def hired(n: int) -> Bundle:
    """Approved posts filled through dispatch, all in support of the service."""
    heads = number(f"hh {n}", 3, 7)
    place = pick(f"hp {n}", ("讲解接待", "窗口引导", "巡查值守"))
    line = Line(f"{place}辅助岗位人员费用", "30226", str(heads), "人", "3900", months="12",
                basis="支出标准")  # fmt: skip
    line.more = {"headcount_kind": "劳务派遣", "headcount": str(heads), "persons": ""}
    made = make(n, Plan(f"{place}辅助岗位用工（{n}）", pick(f"hd {n}", ("县文化旅游局", "县政务数据局")),
                        RUN, [line]))  # fmt: skip
    alone(made, n)
    made.rows["organisation"][0] |= {
        "contract_quota_count": str(heads + 2),
        "contract_staff_count": str(heads),
    }
    approval = f"沧编办〔2025〕{n}号（样例）"
    attach(made, "编制或用工批复", f"同意{place}岗位使用辅助人员{heads}名的批复", doc_no=approval)
    for at in range(heads):
        made.add(
            "staff", staff_no=f"{n:05d}{at:02d}", unit_code=made.unit, kind="编外人员",
            headcount_kind="劳务派遣", post=place, post_kind="辅助服务岗位",
            project_code=made.code, approval_no=approval, joined_on="2025-03-01",
            annual_cost_yuan="46800",
        )  # fmt: skip
    return made


def rent(n: int) -> Bundle:
    """Rented premises for a public service, at the contract's rent."""
    area, building, number_ = number(f"ra {n}", 300, 800), f"ZL{n:05d}", f"ZLHT-{n:05d}"
    topic = pick(f"rt {n}", ("政务服务大厅", "劳动仲裁庭", "普查办公点"))
    department = {"政": "县政务数据局", "劳": "县人力资源和社会保障局"}.get(topic[0], "县统计局")
    line = Line(f"{topic}房屋租金", "30214", str(area), "平方米", "18", months="12", basis="合同")
    line.more = {"building_code": building, "area_sqm": str(area), "contract_no": number_}
    made = make(n, Plan(f"{topic}租房（{n}）", department, RUN, [line]))
    amount = made.project["amount_yuan"]
    attach(made, "合同", f"{topic}租赁合同", amount=amount)
    made.own(
        "contract", contract_no=number_, contract_name=f"{topic}租赁合同", unit_code=made.unit,
        counterparty="样例汇居置业有限公司", state="履行中", signed_on="2025-12-18",
        start_date="2026-01-01", end_date="2027-12-31", amount_yuan=part(amount, "2"),
        paid_yuan=made.rows["history"][1]["executed_yuan"], retention_yuan="0", promises_buyback="否",
    )  # fmt: skip
    made.own(
        "commitment", contract_no=number_, unit_code=made.unit, year="2027", item_no="1",
        kind="租金", due_on="2027-01-20", condition="按年支付", due_yuan=amount, paid_yuan="0",
        is_legal="否",
    )  # fmt: skip
    made.add(
        "building", building_code=building, unit_code=made.unit, building_name=f"{topic}用房",
        address="沧垣县城", building_kind="服务用房", use_right="租入", area_sqm=str(area),
        usable_sqm=str(area - 40), garage_sqm="0", vacant_sqm="0", rented_out_sqm="0",
        built_on="2012-06-30", is_dangerous="否", rent_month_yuan=str(area * 18),
    )  # fmt: skip
    return made


def care(n: int) -> Bundle:
    """Upkeep by the quantity in the register: roads, green, lamps."""
    kinds = (
        ("乡道", "公里", "5200", "道路", "县交通运输局", 1, "2140106", "日常养护"),
        ("公共绿地", "平方米", "4.2", "绿地", "县城市管理局", 2, "2120199", "管护"),
        ("路灯", "盏", "180", "路灯", "县城市管理局", 0, "2120199", "维护"),
    )
    what, uom, price, category, department, branch, functional, work = kinds[n % 3]
    size = number(f"care {n}", 90, 400) * (100 if uom == "平方米" else 2)
    code = f"GG{n:05d}"
    line = Line(f"{what}{work}", "30213", str(size), uom, price)
    line.more = {"asset_category": category, "existing_count": str(size)}
    if uom == "平方米":
        line.more["area_sqm"] = str(size)
    place = town(f"care{n}")
    made = make(n, Plan(f"{place}{what}{work}（{n}）", department, RUN, [line], branch=branch,
                        functional=functional, place=place))  # fmt: skip
    procure(made, "1", f"{what}{work}服务", "C13990000", SERVICE, "竞争性磋商")
    made.add(
        "asset", asset_code=code, unit_code=made.unit, asset_name=f"{place}{what}",
        asset_category=category, asset_count="1", original_yuan="8000000", net_yuan="5000000",
        bought_on="2013-10-20", state="在用", is_special_purpose="否", is_shared_pool="否",
        warranty_ends_on="2015-10-20", place=place, scale_quantity=str(size), scale_unit=uom,
    )  # fmt: skip
    made.rows["line"][0]["replaces_asset_code"] = ""
    return made


def grant(n: int) -> Bundle:
    """A subsidy to firms out of a county fund with rules in force and a competition review."""
    topic = pick(f"gr {n}", ("设备更新奖补", "绿色工厂奖补", "专利转化奖补", "冷链配送补贴"))
    firms, fund = number(f"gf {n}", 8, 22), f"ZX{n:05d}"
    line = Line(f"{topic}兑付", "31204", str(firms), "户", "60000", basis="支出标准")
    line.more = {"months_covered": ""}
    made = make(n, Plan(f"{topic}（{n}号专项）", "县工业和信息化局", POLICY, [line],
                        functional="2150517", served="企业",
                        more={"special_fund_code": fund, "distribution_method": "据实据效",
                              "recipient_kind": "企业", "recipient_count": str(firms)}))  # fmt: skip
    attach(made, "补助对象名单", f"{topic}拟兑付企业名单")
    made.add(
        "special_fund", special_fund_code=fund, special_fund_name=f"{topic}专项资金",
        department_code="322", setup_doc_no=f"沧政发〔2025〕{n}号（样例）", setup_year="2025",
        expires_on="2029-12-31", measures_doc_no=f"沧财企〔2025〕{n}号（样例）",
        measures_expires_on="2029-12-31", distribution_method="据实据效", recipient_kind="企业",
        last_amount_yuan=made.project["amount_yuan"], last_recipient_count=str(firms),
        fair_competition_on="2025-03-15", touches_business="是", ties_to_local_tax="否",
        last_evaluated_year="2026",
    )  # fmt: skip
    return made
