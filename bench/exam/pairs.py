"""Two filings side by side: one thing asked twice, or siblings that may stand together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from exam.bundle import Bundle, money
from exam.county import DEPARTMENTS, REGION, estate, number, pick, village
from exam.start import Line, Plan, alone, attach, make, procure
from exam.works import RIPE, papers

WORKS, ONCE = "工程", "一次性及其他"
DEAR = 100_000
"""Above this price a few are asked for, else dozens."""

BUILT = (
    ("供水管网改造", "自来水管道更新", "饮水管线翻新", "米", "460"),
    ("村道硬化", "进村道路铺水泥", "通村路面硬化", "公里", "520000"),
    ("灌溉渠清淤", "沟渠疏浚", "水渠清理", "米", "180"),
    ("塘坝加固", "山塘除险", "蓄水塘整修加固", "座", "240000"),
    ("危桥重建", "险桥拆建", "旧桥改造", "座", "680000"),
    ("公厕改建", "公共厕所改造", "旱厕改水厕", "座", "160000"),
    ("太阳能路灯安装", "夜间照明灯架设", "村内路灯建设", "盏", "3100"),
    ("活动广场修缮", "村民活动场地维修", "群众健身场整修", "平方米", "210"),
    ("污水管道铺设", "生活污水收集管建设", "排污管敷设", "米", "390"),
    ("卫生室修缮", "村医室房屋维修", "村卫生所整修", "平方米", "520"),
    ("垃圾投放点建设", "垃圾分类亭新建", "生活垃圾收集点建设", "处", "42000"),
    ("河堤护砌", "河岸护坡", "堤岸砌石", "米", "980"),
)
SERVED = (
    ("土壤采样检测", "耕地土样化验", "农田土壤化验服务", "点", "850"),
    ("古树名木挂牌", "老树建档挂牌", "古树保护标牌制作", "株", "620"),
    ("河面保洁", "河道漂浮物打捞", "水面垃圾清理", "公里", "8600"),
    ("办事大厅导办服务", "窗口引导服务", "政务大厅咨询引导", "人", "38000"),
    ("普法读本印制", "法治手册印刷", "法律知识读物印制", "册", "9.5"),
    ("校车安全员培训", "校车照管员培训", "学生接送人员培训", "期", "26000"),
    ("林区巡护无人机巡查", "森林防火航拍巡查", "山林无人机巡视", "架次", "1400"),
    ("桥梁定期检测", "桥涵技术状况检测", "桥梁安全检测服务", "座", "6800"),
)
OWNERS = ("县农业农村局", "县水务局", "县住房和城乡建设局", "县交通运输局")
HELPERS = ("县城市管理局", "县文化旅游局", "县应急管理局", "县自然资源局")


@dataclass
class Pair:
    """An item of the part duplicates: its two sides, of which the second may be only history."""

    id: str
    kind: str
    words: str
    fault: bool
    first: Bundle
    second: Bundle
    semantic: bool = True


@dataclass(frozen=True)
class Ask:
    """What one side asks for."""

    name: str
    item: str
    place: str
    owner: str
    size: int
    uom: str
    price: str
    works: bool
    source: str = "一般公共预算本级"
    note: str = ""


def filed(serial: int, ask: Ask, home: int = 0) -> Bundle:
    """A complete filing of that, by a unit of its own or by the unit of the filing `home`."""
    line = Line(ask.item, "31005" if ask.works else "30227", str(ask.size), ask.uom, ask.price,
                basis="评审结论" if ask.works else "询价报价")  # fmt: skip
    line.more = {"months_covered": ""}
    ripe = RIPE | {"ex_ante_result": "予以支持", "ex_ante_date": "2026-06-18"}
    plan = Plan(ask.name, ask.owner, WORKS if ask.works else ONCE, [line],
                attribute="新增" if ask.works else "一次性", place=ask.place, source=ask.source,
                functional=DEPARTMENTS[ask.owner].functional,
                summary=f"在{ask.place}实施{ask.item}，共{ask.size}{ask.uom}。{ask.note}",
                more=ripe if ask.works else {})  # fmt: skip
    made = make(serial, plan)
    if ask.works:
        amount = made.project["amount_yuan"]
        made.set(
            total_investment_yuan=amount, approved_estimate_yuan=amount,
            estimate_doc_no=f"沧发改概〔2026〕{serial}号（样例）", progress_percent="0",
            feasibility_estimate_yuan=amount, control_price_yuan=amount, next_year_yuan="0",
            year_after_next_yuan="0", accumulated_arranged_yuan="0", accumulated_paid_yuan="0",
        )  # fmt: skip
        papers(made, serial, amount)
        attach(made, "事前绩效评估报告", f"{ask.item}事前绩效评估报告")
        attach(made, "工程量清单预算书", f"{ask.item}工程量清单")
        procure(made, "1", ask.item, "B02000000", "工程", "公开招标")
    else:
        procure(made, "1", ask.item, "C20000000", "服务", "竞争性磋商")
    alone(made, home or serial)
    return made


def past(serial: int, ask: Ask, *, finished: bool) -> Bundle:
    """What the bureau's history says of a project of an earlier year."""
    code = f"{REGION}26{DEPARTMENTS[ask.owner].code}001{serial:06d}"
    made = Bundle(code, f"{DEPARTMENTS[ask.owner].code}001")
    amount = money(Decimal(ask.price) * ask.size)
    made.add(
        "history", project_code=code, project_name=ask.name, unit_code=made.unit,
        department_code=DEPARTMENTS[ask.owner].code, year="2025", as_of="2025-12-31",
        period_months="12", project_category="31",
        functional_class=DEPARTMENTS[ask.owner].functional, fund_source="一般公共预算本级",
        original_yuan=amount, adjusted_yuan=amount, executed_yuan=amount,
        transfer_executed_yuan="0", late_transfer_yuan="0", carried_in_yuan="0",
        carried_out_yuan="0", recovered_yuan="0", supplement_yuan="0", monitor_lamp="绿灯",
        is_finished="是" if finished else "否",
    )  # fmt: skip
    return made


def base(key: str, at: int) -> tuple[Ask, tuple[str, str, str]]:
    """Some work or service somewhere, with its three ways of being said."""
    works = at % 5 != 4  # noqa: PLR2004 - four in five are works
    said = BUILT[at % len(BUILT)] if works else SERVED[at % len(SERVED)]
    place = fresh(village, f"{key} {at}")
    size = number(f"size {key} {at}", 2, 5) * (1 if Decimal(said[4]) > DEAR else 60)
    owner = pick(f"owner {key} {at}", OWNERS if works else HELPERS)
    ask = Ask(f"{place}{said[0]}", said[0], place, owner, size, said[3], said[4], works)
    return ask, (said[0], said[1], said[2])


TAKEN: set[str] = set()
"""Places already used, so that no two items meet by chance; filled in one fixed order."""


def fresh(of: Callable[[str], str], key: str) -> str:
    """A place that no other item has."""
    for at in range(1000):
        place = of(f"{key} {at}")
        if place not in TAKEN:
            TAKEN.add(place)
            return place
    raise LookupError(key)


def like(ask: Ask, **other: object) -> Ask:
    """The same with something else."""
    return Ask(**(ask.__dict__ | other))


def other_owner(ask: Ask) -> str:
    """A department that might ask for the same."""
    near = [name for name in (*OWNERS, *HELPERS) if name != ask.owner]
    return pick(f"other {ask.name}", near)


Twice = Callable[[Ask, tuple[str, str, str], int], Ask]


def _same_unit(ask: Ask, said: tuple[str, str, str], at: int) -> Ask:
    del said
    forms = (f"{ask.name}项目", f"2027年{ask.name}", f"{ask.name}（新建）", f"{ask.name} ")
    return like(ask, name=forms[at % len(forms)])


def _two_units(ask: Ask, said: tuple[str, str, str], at: int) -> Ask:
    item = said[at % 3]
    end = "工程" if ask.works else "服务"
    return like(ask, name=f"{ask.place}{item}{end}", item=item, owner=other_owner(ask))


def _renamed(ask: Ask, said: tuple[str, str, str], at: int) -> Ask:
    item = said[1 + at % 2]
    return like(ask, name=f"{ask.place}{item}", item=item)


def _split(ask: Ask, said: tuple[str, str, str], at: int) -> Ask:
    del said
    return like(ask, name=f"{ask.name}（{('二', '附属部分', '增补', '续')[at % 4]}）",
                size=max(1, ask.size - 1))  # fmt: skip


def _two_sources(ask: Ask, said: tuple[str, str, str], at: int) -> Ask:
    source = ("上级专项转移支付", "上级共同财政事权", "一般债券")[at % 3]
    item = said[at % 2]
    return like(ask, name=f"{ask.place}{item}（{('衔接', '水利', '债券')[at % 3]}资金）", item=item,
                source=source, owner=other_owner(ask))  # fmt: skip


TWICE: tuple[tuple[str, str, Twice, int], ...] = (
    ("asked_twice", "同一单位报两次", _same_unit, 24),
    ("two_units", "两个单位报同一件事", _two_units, 24),
    ("renamed", "换个说法再报", _renamed, 22),
    ("cut_apart", "一件事拆成两个项目", _split, 16),
    ("two_sources", "同一对象两个资金来源", _two_sources, 20),
)


def pairs(serial: int) -> list[Pair]:
    """All pairs, then all siblings."""
    TAKEN.clear()
    made: list[Pair] = []

    def add(kind: str, words: str, first: Ask, second: Bundle | Ask, *, fault: bool) -> None:
        at = serial + 2 * len(made)
        other = (
            second
            if isinstance(second, Bundle)
            else filed(at + 1, second, at if second.owner == first.owner else 0)
        )
        made.append(Pair(f"{kind}-{len(made) + 1}", kind, words, fault, filed(at, first), other,
                         semantic=kind != "asked_twice"))  # fmt: skip

    for kind, words, turn, count in TWICE:
        for at in range(count):
            ask, said = base(kind, at)
            add(kind, words, ask, turn(ask, said, at), fault=True)
    for at in range(14):
        ask, said = base("again", at)
        old = like(ask, name=f"{ask.place}{said[at % 3]}")
        add("redeclared", "完成后再报", ask, past(serial + 2 * len(made) + 1, old, finished=True),
            fault=True)  # fmt: skip
    for at in range(12):
        ask, said = base("fund", at)
        note = "由乡村振兴专项资金安排。"
        other = like(ask, name=f"{said[1]}专项奖补（{ask.place}）", item=said[1], note=note,
                     owner=other_owner(ask))  # fmt: skip
        add("other_fund", "已由另一专项资金支付", ask, other, fault=True)
    for kind, words, side, count in SIBLINGS:
        for at in range(count):
            ask, said = base(kind, at)
            first, second = side(ask, said, at)
            add(kind, words, first, second, fault=False)
    for at in range(16):
        ask, said = base("phase", at)
        first = like(ask, name=f"{ask.name}二期", note="二期为新增范围，一期已于2025年完工。")
        old = like(ask, name=f"{ask.name}一期")
        at_ = serial + 2 * len(made)
        before = past(at_ + 1, old, finished=True)
        add("phase", "一期完工后的二期", first, before, fault=False)
        before.add("lineage", project_code=made[-1].first.code, prior_project_code=before.code,
                   prior_year="2025", kind="后续阶段", share="0", similarity="0.9",
                   confirmed_by="预算科", confirmed_on="2026-09-12")  # fmt: skip
    return made


Sides = Callable[[Ask, tuple[str, str, str], int], tuple[Ask, Ask]]


def _villages(ask: Ask, said: tuple[str, str, str], at: int) -> tuple[Ask, Ask]:
    place = fresh(village, f"second {ask.place} {at}")
    return ask, like(ask, name=f"{place}{said[0]}", place=place, size=ask.size + at % 2)


def _sections(ask: Ask, said: tuple[str, str, str], at: int) -> tuple[Ask, Ask]:
    del said
    what, _, _, uom, price = SERVED[at % len(SERVED)]
    owner = pick(f"section {at}", HELPERS)
    one = Ask(f"{ask.place}{what}第一标段（东片）", what, f"{ask.place}东片", owner, 50, uom, price,
              works=False)  # fmt: skip
    return one, like(
        one, name=f"{ask.place}{what}第二标段（西片）", place=f"{ask.place}西片", size=62
    )


def _other_work(ask: Ask, said: tuple[str, str, str], at: int) -> tuple[Ask, Ask]:
    del said
    other = BUILT[(at + 5) % len(BUILT)]
    size = 2 if Decimal(other[4]) > DEAR else 150
    return ask, Ask(f"{ask.place}{other[0]}", other[0], ask.place, ask.owner, size, other[3],
                    other[4], works=True)  # fmt: skip


def _supervised(ask: Ask, said: tuple[str, str, str], at: int) -> tuple[Ask, Ask]:
    del said, at
    work = like(ask, works=True)
    return work, Ask(f"{ask.name}工程监理服务", f"{ask.item}监理", ask.place, ask.owner, 1, "项",
                     "36000", works=False)  # fmt: skip


def _seasons(ask: Ask, said: tuple[str, str, str], at: int) -> tuple[Ask, Ask]:
    said = SERVED[at % len(SERVED)][:3]
    what, uom, price = said[0], SERVED[at % len(SERVED)][3], SERVED[at % len(SERVED)][4]
    owner = pick(f"season {at}", HELPERS)
    one = Ask(f"{ask.place}{what}（上半年）", what, ask.place, owner, 60, uom, price, works=False,
              note="实施时间为三月至六月。")  # fmt: skip
    return one, like(one, name=f"{ask.place}{what}（下半年）", note="实施时间为七月至十一月。")


def _estates(ask: Ask, said: tuple[str, str, str], at: int) -> tuple[Ask, Ask]:
    one, two = fresh(estate, f"one {at}"), fresh(estate, f"two {at}")
    del said
    owner = "县住房和城乡建设局"
    return (like(ask, name=f"{one}{ask.item}", place=one, owner=owner),
            like(ask, name=f"{two}{ask.item}", place=two, owner=owner))  # fmt: skip


SIBLINGS: tuple[tuple[str, str, Sides, int], ...] = (
    ("sibling_villages", "各村同样的事", _villages, 80),
    ("sections", "同一项目的不同标段", _sections, 24),
    ("other_work", "同一村不同的事", _other_work, 36),
    ("supervised", "工程和它的监理", _supervised, 20),
    ("seasons", "同一服务的不同时段", _seasons, 20),
    ("estates", "不同小区同样的事", _estates, 20),
)
