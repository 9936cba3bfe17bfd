"""沧垣县, which does not exist: its departments, units, places, and how a choice is made.

A choice is a digest of its key, so the same seed makes the same county on every machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = "沧垣2027"
REGION = "990399"
NAME = "沧垣县"
YEAR = 2027
AS_OF = "2026-10-31"
ADMIN, CIVIL, ONE, TWO = "行政", "参公", "公益一类", "公益二类"

T = TypeVar("T")


def number(key: str, low: int, high: int) -> int:
    """A whole number from low to high, both in, that belongs to the key."""
    made = hashlib.sha256(f"{SEED}|{key}".encode()).digest()
    return low + int.from_bytes(made[:6], "big") % (high - low + 1)


def pick(key: str, of: Sequence[T]) -> T:
    """One of a sequence, by key."""
    return of[number(key, 0, len(of) - 1)]


TOWNS = (
    "石榆镇 枣陂镇 白苇镇 青埠镇 鹤塘镇 柳荫乡 望溪镇 松坪乡 槐安镇 桐川镇 苇湾乡 磨盘镇"
).split()
HEADS = ("东 西 上 下 前 后 大 小 南 北 新 老").split()
TAILS = ("柳庄 沟口 洼里 河湾 石桥 槐树 官道 营盘 塘坊 竹园 磨坊 枣林 渡口 井台").split()
NAMES = ("祁望舒 邬景行 阮知秋 蔺怀瑾 车正则 晏思远 桑亦禾 仲向晚 缪如松 苗听雨").split()


def town(key: str) -> str:
    """A town."""
    return pick(f"town {key}", TOWNS)


def village(key: str) -> str:
    """A village of a town, named with it."""
    return f"{town(key)}{pick(f'head {key}', HEADS)}{pick(f'tail {key}', TAILS)}村"


def estate(key: str) -> str:
    """A housing estate of a town."""
    first, second = pick(f"first {key}", "春秋明锦瑞祥"), pick(f"second {key}", "华苑庭和安泽")
    return f"{town(key)}{first}{second}{number(f'estate {key}', 1, 40)}小区"


def person(key: str) -> str:
    """An invented person."""
    return pick(f"person {key}", NAMES)


@dataclass(frozen=True)
class Department:
    """A department: code, name, the short name in its 文号, what it does, functional classes."""

    code: str
    name: str
    short: str
    duty: str
    functional: str


DEPARTMENTS = {
    made.name: made
    for made in (
        Department("311", "县教育和体育局", "教体", "义务教育、学校安全与体育工作", "2050299"),
        Department("312", "县卫生健康局", "卫健", "公共卫生、基层医疗和卫生应急", "2100499"),
        Department("313", "县民政局", "民政", "社会救助、养老服务和社会福利", "2081099"),
        Department("314", "县农业农村局", "农", "农业生产、农村人居环境和产业发展", "2130199"),
        Department("315", "县水务局", "水", "水利工程建设运行与农村供水", "2130399"),
        Department("316", "县交通运输局", "交", "公路建设养护与运输管理", "2140199"),
        Department("317", "县城市管理局", "城管", "环境卫生、市政设施与园林绿化管护", "2120199"),
        Department("318", "县住房和城乡建设局", "建", "城乡建设、住房保障与市政工程", "2120199"),
        Department("319", "县公安局", "公", "治安管理、执法办案与道路交通安全", "2040299"),
        Department("320", "县政务数据局", "数", "政务信息化统筹与数据管理", "2010399"),
        Department("321", "县机关事务中心", "机", "机关办公用房、公务用车和后勤保障", "2010399"),
        Department("322", "县工业和信息化局", "工信", "工业运行与企业服务", "2150599"),
        Department("323", "县文化旅游局", "文旅", "公共文化、文物保护与旅游", "2070199"),
        Department("324", "县财政局", "财", "财政收支、预算评审与债务管理", "2010699"),
        Department("325", "县人力资源和社会保障局", "人社", "就业、社会保险与人事", "2080199"),
        Department("326", "县自然资源局", "自然", "国土空间规划、土地管理与测绘", "2200199"),
        Department("327", "县应急管理局", "应急", "安全生产、防灾减灾和应急物资", "2240199"),
        Department("328", "县统计局", "统", "统计调查与普查", "2010599"),
        Department("329", "县委组织部", "组", "基层组织建设与干部培训", "2013299"),
        Department("330", "县残疾人联合会", "残", "残疾人康复、就业与生活补贴", "2081199"),
    )
}

BRANCHES = {
    "县教育和体育局": (
        ("沧垣县第二中学", ONE),
        ("石榆镇中心小学", ONE),
        ("沧垣县教师发展中心", ONE),
    ),
    "县卫生健康局": (("枣陂镇中心卫生院", TWO), ("沧垣县疾病预防控制中心", ONE)),
    "县民政局": (("沧垣县社会福利中心", ONE),),
    "县农业农村局": (("沧垣县农技推广站", ONE), ("沧垣县动物疫病防控站", CIVIL)),
    "县水务局": (("沧垣县水库管理所", ONE), ("沧垣县农村供水站", TWO)),
    "县交通运输局": (("沧垣县公路养护站", ONE),),
    "县城市管理局": (("沧垣县环境卫生管理所", ONE), ("沧垣县园林绿化所", ONE)),
    "县住房和城乡建设局": (("沧垣县市政工程处", ONE),),
    "县文化旅游局": (("沧垣县图书馆", ONE), ("沧垣县文化馆", ONE)),
    "县公安局": (("沧垣县公安局交通警察大队", ADMIN),),
}


@dataclass(frozen=True)
class Unit:
    """A budget unit: code, name, department, type."""

    code: str
    name: str
    department: Department
    type: str


def units() -> dict[str, list[Unit]]:
    """The units of each department, the department's own first."""
    made: dict[str, list[Unit]] = {}
    for department in DEPARTMENTS.values():
        code = department.code
        kind = CIVIL if department.name in {"县残疾人联合会", "县机关事务中心"} else ADMIN
        own = Unit(f"{code}001", f"沧垣{department.name}", department, kind)
        made[department.name] = [own]
        for at, (name, branch) in enumerate(BRANCHES.get(department.name, ()), 2):
            made[department.name].append(Unit(f"{code}{at:03d}", name, department, branch))
    return made


UNITS = units()
BY_CODE = {unit.code: unit for found in UNITS.values() for unit in found}


def unit_by_code(code: str) -> Unit:
    """The unit of a code."""
    return BY_CODE[code]


def organisation(unit: Unit) -> dict[str, str]:
    """What the bureau knows of a unit: quotas not exceeded, posts filled, areas in bounds."""
    people = number(f"people {unit.code}", 24, 90)
    quota = people + number(f"free {unit.code}", 1, 6)
    cells = dict.fromkeys(
        (
            "admin_quota_count admin_staff_count civil_quota_count civil_staff_count "
            "institution_quota_count institution_staff_count worker_quota_count "
            "worker_staff_count county_chief_count county_deputy_count"
        ).split(),
        "0",
    )
    kind = {ADMIN: "admin", CIVIL: "civil"}.get(unit.type, "institution")
    cells[f"{kind}_quota_count"], cells[f"{kind}_staff_count"] = str(quota), str(people)
    chiefs = 1 + people // 12
    return cells | {
        "unit_code": unit.code,
        "unit_name": unit.name,
        "department_code": unit.department.code,
        "department_name": unit.department.name,
        "parent_unit_code": "" if unit.code.endswith("001") else f"{unit.department.code}001",
        "region": REGION,
        "division_code": f"K{unit.department.code[-2:]}",
        "unit_type": unit.type,
        "unit_level": "一级预算单位" if unit.code.endswith("001") else "基层预算单位",
        "funding_form": "财政部分补助" if unit.type == TWO else "财政全额保障",
        "is_township": "否",
        "is_vertical": "否",
        "quota_count": str(quota),
        "staff_count": str(people),
        "retired_count": str(people // 3),
        "contract_quota_count": "12",
        "contract_staff_count": "8",
        "section_chief_count": str(chiefs),
        "section_deputy_count": str(chiefs * 2),
        "below_section_count": str(people - chiefs * 3),
        "office_area_sqm": str(people * 8),
        "vehicle_quota_count": "4",
        "vehicle_count": "2",
        "own_fund_balance_yuan": "0",
        "own_income_yuan": "0",
        "as_of": AS_OF,
    }


GOV = {
    ADMIN: {
        "30201": "50201", "30202": "50201", "30206": "50201", "30209": "50201", "30211": "50201",
        "30214": "50201", "30215": "50202", "30216": "50203", "30218": "50204", "30203": "50205",
        "30226": "50205", "30227": "50205", "30213": "50209", "30299": "50299", "30231": "50208",
        "31001": "50301", "31005": "50302", "31013": "50303", "31002": "50306", "31003": "50306",
        "31007": "50306", "31006": "50307", "31008": "50399", "30199": "50199", "30101": "50101",
        "30102": "50101", "31009": "50305", "30103": "50101", "30217": "50206", "30205": "50201", "30229": "50201",
    }
}  # fmt: skip
COMMON = {
    "30304": "50901", "30305": "50901", "30306": "50901", "30307": "50901", "30309": "50901",
    "30308": "50902", "30310": "50903", "30399": "50999", "31204": "50701", "31205": "50702",
    "31299": "50799", "31302": "51002", "30701": "51101", "30703": "51103", "39999": "59999",
}  # fmt: skip
HEADS_ONE = {"301": "50501", "302": "50502", "310": "50601"}


def government_class(economic: str, unit_type: str) -> str:
    """The government's economic class that goes with a department's, by type of unit."""
    if economic in COMMON:
        return COMMON[economic]
    if unit_type in {ADMIN, CIVIL}:
        return GOV[ADMIN][economic]
    return HEADS_ONE[economic[:3]]
