"""Where the money comes from: transfers by notice, bonds, a hospital's own; the rigid lane."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.faults.data import county
from shangji.faults.world import RIGID, Project, Row, World

if TYPE_CHECKING:
    from random import Random

    from shangji.faults.drafts import Units

SHARE_WITH_TWO = 0.46
"""Of the projects that rest on a superior's document: with the rest it makes a quarter of all."""
BONDS = 4
PERSON_YUAN = 78_000
PENSION_PERCENT = 16
DEBT_BALANCE = Decimal(1_860_000_000)


def mix(world: World, draw: Random) -> None:
    """Give a quarter of the projects a second source, some of them bonds, and write the notices."""
    notices: dict[str, Row] = {}
    for project in world.reviewed():
        bases = {row["kind"] for row in project.tables["basis"]}
        lane = project.row["lane"]
        if project.row["budget_book"] != "一般公共预算":
            continue
        if project.row["unit_name"].endswith("卫生院") and lane == "一次性及其他":
            divide(project, "单位资金", draw.randint(30, 50))
        elif "上级文件" in bases and lane != "标准公式" and draw.random() < SHARE_WITH_TWO + 0.24:
            _transfer(project, notices, draw)
    works = [
        project
        for project in world.reviewed()
        if project.kind in {"44", "49", "59"} and not project.tables["line_fund"]
    ]
    for project in sorted(works, key=lambda found: -found.amount)[:BONDS]:
        divide(project, "一般债券", 60)
        project.row["bond_kind"] = "新增一般债券"
    world.bureau["transfer_notice"] = list(notices.values())


def divide(project: Project, source: str, percent: int) -> Decimal:
    """Divide the first line between the county's money and another source."""
    line = project.lines[0]
    whole = Decimal(line["amount_yuan"])
    other = (whole * percent / 100 / 100).to_integral_value() * 100
    own = whole - other
    line["fund_source"] = ""
    for name, amount in (("一般公共预算本级", own), (source, other)):
        project.add("line_fund", line_no=line["line_no"], fund_source=name, amount_yuan=amount)
    project.total()
    return other


def _transfer(project: Project, notices: dict[str, Row], draw: Random) -> None:
    """A part from a superior, told of in advance by a notice that names the sum."""
    row = project.row
    kind = draw.choice(("专项转移支付", "共同财政事权转移支付"))
    source = "上级专项转移支付" if kind == "专项转移支付" else "上级共同财政事权"
    amount = divide(project, source, draw.choice((30, 40, 50, 60)))
    department = str(row["department_code"])
    place = f"{department}/{row['functional_class']}/{kind}"
    if place not in notices:
        number = 11 + len(notices) * 3 + draw.randint(0, 2)
        notices[place] = {
            "transfer_notice_no": f"样财农指〔2026〕{number}号（样例）",
            "item_no": 1,
            "title": "关于提前下达2027年补助资金预算的通知",
            "issuer": "样例省财政厅",
            "issuer_level": "省级",
            "issued_on": f"2026-{draw.choice(('07', '08', '09'))}-{draw.randint(5, 18):02d}",
            "budget_year": world_year(),
            "transfer_kind": kind,
            "is_pre_issued": "是",
            "is_direct": "否",
            "department_code": department,
            "functional_class": row["functional_class"],
            "purpose": str(row["annual_goal"]),
            "requires_matching": "否",
            "amount_yuan": Decimal(0),
            "distributed_yuan": Decimal(0),
        }
    notice = notices[place]
    notice["amount_yuan"] += amount
    notice["distributed_yuan"] += amount
    row |= {
        "transfer_notice_no": notice["transfer_notice_no"],
        "transfer_kind": kind,
        "is_from_superior": "是",
        "is_pre_issued": "是",
    }
    fund = project.tables["line_fund"][-1]
    fund["transfer_notice_no"] = notice["transfer_notice_no"]


def world_year() -> int:
    """The budget year."""
    return int(county()["year"])


def rigid(known: Units, seed: int) -> list[Project]:
    """Pay and running costs of every unit, three lines each, and the county's debt service."""
    made = []
    for number, unit in enumerate(known.rows):
        pay = _base(unit, "R", "人员类", f"{unit['name']}人员经费", number, seed)
        staff = Decimal(unit["staff"])
        _plain(pay, "在职人员工资津补贴", "30101", staff * PERSON_YUAN)
        pension = staff * PERSON_YUAN * PENSION_PERCENT / 100
        _plain(pay, "机关事业单位养老保险缴费", "30108", pension)
        run = _base(unit, "Y", "公用经费", f"{unit['name']}日常公用经费", number + 500, seed)
        each = 9000 if unit["type"] == "行政" else 3500
        _plain(run, "日常公用经费", "30201", staff * each)
        made += [pay, run]
    debt = _base(
        known.rows[_at(known, "finance")], "R", "特定目标类", "政府一般债券付息", 999, seed
    )
    debt.row |= {"functional_class": "2320301", "is_debt_service": "是"}
    _plain(debt, "一般债券利息", "30701", DEBT_BALANCE * 31 / 1000)
    return [*made, debt]


def _at(known: Units, key: str) -> int:
    return next(at for at, unit in enumerate(known.rows) if unit["key"] == key)


def _plain(project: Project, item: str, economic: str, amount: Decimal) -> None:
    project.add(
        "line",
        expense_item=item,
        economic_class=economic,
        amount_yuan=amount,
        fund_source="一般公共预算本级",
        is_procurement="否",
    )
    project.total()


def _base(
    unit: dict[str, object], letter: str, category: str, name: str, number: int, seed: int
) -> Project:
    data = county()
    serial = 200_000 + (number * 6151 + seed * 7577) % 799_957
    running = data["running"][str(unit["key"])]
    return Project(
        f"r{number:03d}",
        {
            "project_code": f"{data['region']}{data['year'] % 100}{letter}{serial:012d}",
            "project_name": name,
            "unit_code": unit["code"],
            "unit_name": unit["name"],
            "department_code": unit["department"],
            "region": data["region"],
            "budget_year": data["year"],
            "project_category": category,
            "lane": RIGID,
            "functional_class": running,
            "budget_book": "一般公共预算",
            "is_secret": "否",
            "is_to_be_divided": "否",
        },
        kind="82" if number == 999 else "",
    )
