"""A plan derived again: honest plans of every kind agree, forged plans and prices are refused."""

from __future__ import annotations

import copy
import functools
import importlib.util
import random
import shutil
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import shangji
from given import FACTS, collect, loaded
from shangji.review import review
from shangji.snapshot import freeze
from shangji.verify import seals, verify
from shangji.verify.beside import unlike
from shangji.verify.plan import Planning
from shangji.verify.rulebook import book
from shangji.verify.wanted import Wanted
from verify_given import named, reseal, restate, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shangji.verify.rulebook import Book
    from shangji.verify.seals import Report

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("highspy") is None, reason="不适用：没有安装优化求解器"
)

NATIONAL = Path(shangji.__file__).parent / "packs" / "national"
CARD = """
framework: card
zh: 小记分卡
subject: project
applies: project.lane IN ('formula', 'works', 'operation', 'policy', 'one_off')
known_at_least: 70
gate: [{gate: passed, zh: 通过}]
nodes:
  - {node: necessity, zh: 必要性}
  - node: N1
    parent: necessity
    zh: 排序
    weight: 100
    steps: [{when: project.dept_rank < 4, value: 80}, {value: 41}]
  - {node: importance, zh: 重要性}
  - node: I1
    parent: importance
    zh: 规模
    weight: 100
    steps: [{when: project.amount_yuan > 90000, value: 70}, {value: 30}]
grades: {x: necessity, y: importance, cut: 60, names: {A: 一, B: 二, C: 三, D: 四}}
"""
SETTINGS = {
    "strict": "  - {setting: mine, zh: 试, order: grades}",
    "blocks": "  - {setting: mine, zh: 试, order: departments, floor_grade: C, floor_percent: 5}",
}
LANES = ("rigid", "formula", "works", "operation", "policy", "one_off")


def pack(folder: Path, setting: str) -> Path:
    """The national tables and statement of money, a card of two leaves, no rules."""
    made = Path(shutil.copytree(NATIONAL, folder / "national"))
    for name in ("rules", "frameworks"):
        shutil.rmtree(made / name)
    (made / "frameworks").mkdir()
    (made / "frameworks" / "card.yaml").write_text(CARD, "utf-8")
    (path,) = (made / "allocations").glob("*.yaml")
    said = path.read_text("utf-8").replace("use: strict", "use: mine")
    path.write_text(said.replace("settings:", f"settings:\n{SETTINGS[setting]}"), "utf-8")
    return made


def rows(rng: random.Random) -> dict[str, list[dict[str, str]]]:
    """Forty projects of two departments with everything that can bind, short of money."""
    made: dict[str, list[dict[str, str]]] = {
        name: [] for name in ("project", "line", "line_fund", "package", "commitment", "ceiling")
    }
    for number in range(40):
        code, amount = f"P{number:02}", rng.randint(20_000, 200_000)
        lane = rng.choice(LANES)
        made["project"].append(
            {
                "project_code": code,
                "project_name": code,
                "lane": lane,
                "unit_code": f"U{number % 4}",
                "department_code": f"D{number % 2}",
                "amount_yuan": f"{amount}.37",
                "dept_rank": str(rng.randint(1, 8)),
                "next_year_yuan": rng.choice(["", "30000", "5000.01"]),
                "decided_yuan": "1000.05" if number == 7 else "",
                "three_guarantees_item": rng.choice(["", "", "", "", "", "工资"]),
            }
        )
        head = {"project_code": code, "line_no": "1"}
        source = rng.choice(["general", "general", "special_bond", "transfer_special", ""])
        made["line"].append({**head, "amount_yuan": f"{amount - 500}", "fund_source": source})
        if rng.random() < 0.3:
            made["line_fund"] += [
                {**head, "fund_source": "general", "amount_yuan": str(amount // 2)},
                {**head, "fund_source": "unit_fund", "amount_yuan": str(amount // 3)},
            ]
        if rng.random() < 0.4:
            for at, level in enumerate(("minimum", "current", "improvement")[: rng.randint(1, 3)]):
                made["package"].append(
                    {
                        "project_code": code,
                        "package_level": level,
                        "amount_yuan": str(amount * (at + 2) // 5),
                        "is_scalable": rng.choice(["是", "否"]),
                    }
                )
        if rng.random() < 0.2:
            due = {"contract_no": f"H{number}", "project_code": code, "year": "2027"}
            made["commitment"].append({**due, "due_yuan": str(amount // 4), "paid_yuan": "100"})
    limits(made)
    return made


def limits(made: dict[str, list[dict[str, str]]]) -> None:
    """Ceilings with floors, pots that are short, projects that need or exclude another."""
    for at in (0, 1):
        ceiling = {"department_code": f"D{at}", "fund_source": "general", "kind": "project"}
        both = {**ceiling, "round": "first_down", "floor_yuan": "150000"}
        made["ceiling"].append({**both, "amount_yuan": "900000", "budget_year": "2027"})
    pool = {"year": "2027", "fund_source": "general"}
    made["fund_pool"] = [
        {**pool, "item_no": "1", "kind": "income", "amount_yuan": "1600000"},
        {**pool, "item_no": "2", "kind": "reserve", "amount_yuan": "-20000"},
        {**pool, "item_no": "3", "kind": "rigid", "amount_yuan": "-300000"},
        {"year": "2027", "fund_source": "special_bond", "item_no": "4", "kind": "bond",
         "amount_yuan": "200000"},
        {"year": "2027", "fund_source": "transfer_special", "item_no": "5",
         "kind": "transfer_in", "amount_yuan": "9000000"},
    ]  # fmt: skip
    bound = {row["project_code"] for row in made["commitment"]}
    free = [
        row["project_code"]
        for row in made["project"]
        if row["lane"] != "rigid" and not row["three_guarantees_item"]
        and row["project_code"] not in bound
    ]  # fmt: skip
    pairs = [
        (one, two, kind)
        for one, two, kind in zip(free, free[7:], ["prerequisite", "exclusion"] * 9, strict=False)
    ]
    made["dependency"] = [
        {"project_code": one, "other_project_code": two, "kind": kind} for one, two, kind in pairs
    ]


def reviewed(folder: Path, setting: str) -> Path:
    """A report without the papers that people read: they are no part of what is verified."""
    where = pack(folder, setting)
    held = loaded(where)
    snapshot, _ = freeze(
        collect(held, rows(random.Random(11))), held.tables, FACTS, folder / "快照"
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in ("write_workbook", "write_page"):
            patch.setattr(f"shangji.review.{name}", lambda *_, **__: None)
        return review(snapshot, held, out=folder / "结果", folders=(where,)).folder


@pytest.fixture(scope="module", params=SETTINGS)
def honest(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reviewed(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def opened(honest: Path) -> Report:
    return seals.opened(honest)


@functools.cache
def rulebook(folder: Path) -> Book:
    return book([folder])


def planning(report: Report, tables: dict[str, list[Any]]) -> Planning:
    made = copy.copy(report)
    made.tables = {**report.tables, **tables}
    rules = rulebook(report.folder / "pack" / report.order[0])
    return Planning(made, Wanted(made, rules, rules.allocation))


def test_an_honest_plan_agrees(honest: Path, opened: Report) -> None:
    found = verify(honest)
    assert [str(one) for one in found.problems] == []
    listed = {name.removeprefix("结果表 ") for name in found.counts.reasons}
    assert not listed & {"安排", *seals.PLAN}  # what is told beside a plan is listed, not counted
    assert any("每条约束都按分重新清点" in line for line in found.counts.outside)
    kinds = {row["kind"] for row in opened.tables["plan_limit"]}
    assert kinds >= {"pot", "reserve", "ceiling", "floor", "next_years", "needs", "excludes"}
    short = [row for row in opened.tables["plan_part"] if row["arranged_yuan"] < row["amount_yuan"]]
    assert short  # money did not reach
    assert any(row["grade"] and int(row["value"]) for row in opened.tables["plan_stage"])
    made = planning(opened, {})
    for name, share in made.reached():
        assert 0 <= share <= 100, name


def more(report: Report) -> dict[str, list[Any]]:
    """Everything is arranged in full."""
    parts = report.tables["plan_part"]
    return {"plan_part": [{**row, "arranged_yuan": row["amount_yuan"]} for row in parts]}


def bound_left_out(report: Report) -> dict[str, list[Any]]:
    """A bound part is not arranged."""
    parts = report.tables["plan_part"]
    at = next(row["part_no"] for row in parts if row["class_no"] == 0)
    nought = Decimal("0.00")
    told = [{**row, "arranged_yuan": nought} if row["part_no"] == at else row for row in parts]
    return {"plan_part": told}


def a_cent(report: Report) -> dict[str, list[Any]]:
    """A whole part loses a 分."""
    parts = report.tables["plan_part"]
    at = next(row["part_no"] for row in parts if row["is_whole"] and row["arranged_yuan"] > 1)
    one = Decimal("0.01")
    told = [
        {**row, "arranged_yuan": row["arranged_yuan"] - one} if row["part_no"] == at else row
        for row in parts
    ]
    return {"plan_part": told}


@pytest.mark.parametrize(
    ("forge", "word"), [(more, "约束 pot|"), (bound_left_out, "必须安排"), (a_cent, "的金额")]
)
def test_a_plan_that_breaks_a_limit_is_refused(
    opened: Report, forge: Callable[[Report], dict[str, list[Any]]], word: str
) -> None:
    assert list(planning(opened, {}).broken()) == []
    assert any(word in where for where, _, _ in planning(opened, forge(opened)).broken())


def forged(opened: Report) -> Iterator[tuple[str, dict[str, list[Any]], str]]:
    prices, stages = opened.tables["plan_price"], opened.tables["plan_stage"]
    worth = [row for row in stages if int(row["value"])]
    yield "no prices", {"plan_price": []}, "线性规划上界"
    for factor in (-1, 2):
        told = [{**row, "price": str(factor * int(row["price"]))} for row in prices]
        yield f"prices times {factor}", {"plan_price": told}, "线性规划上界"
    stray = [*prices, {"class_no": 1, "limit_name": "pot|nowhere", "price": "7"}]
    yield "a price of no limit", {"plan_price": stray}, "价格 pot|nowhere"
    for name, word in (("value", "目标值"), ("bound", "的上界"), ("relaxed_bound", "规划上界")):
        told = [{**row, name: str(int(row[name]) * 9 // 10)} for row in stages]
        assert worth
        yield f"a lower {name}", {"plan_stage": told}, word
    lower = [{**row, "relaxed_bound": row["value"], "is_proven": True} for row in stages]
    if any(int(row["relaxed_bound"]) > int(row["value"]) * 1.01 for row in stages):
        yield "an optimum that the prices do not prove", {"plan_stage": lower}, "线性规划上界"


def test_forged_prices_and_bounds_are_refused(opened: Report) -> None:
    assert list(planning(opened, {}).stages()) == []
    for name, tables, word in forged(opened):
        found = list(planning(opened, tables).stages())
        assert any(word in where for where, _, _ in found), name


def test_no_prices_bound_less_than_what_a_plan_is_worth(opened: Report) -> None:
    """Weak duality, whatever the prices: the guard is the arithmetic, not who made them."""
    rng = random.Random(3)
    names = sorted(row["limit_name"] for row in opened.tables["plan_limit"])
    for _ in range(30):
        made = planning(opened, {})
        made.prices = {
            grade: {name: rng.randint(-(10**9), 10**9) for name in rng.sample(names, 3)}
            for grade in range(1, len(made.made.classes) + 1)
        }
        for grade in made.prices:
            assert made.bound(grade)[0] >= made.worth(grade)


def test_a_limit_loosened_in_the_report_is_refused(honest: Path, tmp_path: Path) -> None:
    """The forger raises a pot, arranges more from it, and seals every digest again."""
    report = Path(shutil.copytree(honest, tmp_path / "报告"))
    raised = "UPDATE t SET limit_fen = limit_fen + 100 WHERE limit_name = 'pot|general'"
    rewrite(report / "tables" / "plan_limit.parquet", raised)
    rewrite(
        report / "tables" / "plan_term.parquet",
        "DELETE FROM t WHERE limit_name LIKE 'needs|%' OR limit_name LIKE 'excludes|%'",
    )
    reseal(report)
    found = verify(report)
    assert named(found, table="安排的约束", field="limit_fen")
    assert named(found, table="约束的构成", reported="没有这一行")


def test_money_laid_at_another_door_is_refused(honest: Path, tmp_path: Path) -> None:
    """What limits took is laid on the gate, and every digest sealed again."""
    report = Path(shutil.copytree(honest, tmp_path / "报告"))
    moved = "UPDATE t SET cause_kind = 'gate' WHERE cause_kind <> 'gate'"
    rewrite(report / "tables" / "plan_cause.parquet", moved)
    reseal(report)
    assert named(verify(report), table="没有安排的原因", field="cause_kind")


def test_what_is_told_beside_a_plan_starts_from_the_plan(opened: Report) -> None:
    """A frontier, or what more money buys, that does not start from the plan is refused."""
    assert list(unlike(planning(opened, {}))) == []
    frontier, bought = opened.tables["plan_frontier"], opened.tables["plan_more"]
    assert any(row["change_percent"] == 0 and row["arranged_yuan"] for row in frontier)
    raised = [
        {**row, "arranged_yuan": row["arranged_yuan"] + (row["change_percent"] == 0)}
        for row in frontier
    ]
    assert any(
        "前沿" in where for where, _, _ in unlike(planning(opened, {"plan_frontier": raised}))
    )
    pot = next(row["limit_name"] for row in opened.tables["plan_limit"] if row["kind"] == "pot")
    project = opened.tables["plan_part"][0]["project_code"]
    all_of_it = sum(row["arranged_yuan"] for row in opened.tables["plan_part"])
    own = sum(
        row["arranged_yuan"] for row in opened.tables["plan_part"] if row["project_code"] == project
    )

    def told(code: str, before: Decimal, more: int, limit: str = pot) -> dict[str, Any]:
        return {
            "limit_name": limit,
            "added_yuan": Decimal(90_000_000),
            "project_code": code,
            "before_yuan": before,
            "after_yuan": before + more,
        }

    def wrong(*rows: dict[str, Any]) -> list[str]:
        tables = {"plan_more": [*bought, *rows]}
        return [where for where, _, _ in unlike(planning(opened, tables))]

    assert not wrong(told("", all_of_it, 7), told(project, own, 7))
    assert wrong(told("", all_of_it + 1, 7), told(project, own, 7))
    assert wrong(told("", all_of_it, 7), told(project, own + 1, 7))
    assert wrong(told("", all_of_it, 7), told(project, own, 6))
    assert wrong(told("", all_of_it, 7, "pot|无"), told(project, own, 7, "pot|无"))


def test_a_frontier_of_the_summary_that_is_not_the_table_s_is_refused(
    honest: Path, tmp_path: Path
) -> None:
    report = Path(shutil.copytree(honest, tmp_path / "报告"))

    def raised(result: dict[str, Any]) -> None:
        result["summary"]["plan"]["frontier"][0]["arranged_yuan"] = "1.00"

    restate(report, raised)
    assert named(verify(report), table="安排之外")


@pytest.mark.parametrize("state", ["whole", "part", "none"])
def test_a_state_of_a_project_that_the_plan_does_not_give_is_refused(
    opened: Report, state: str
) -> None:
    held = opened.tables["plan_flip"]
    assert any(row["state"] != state for row in held)
    made = planning(opened, {"plan_flip": [{**row, "state": state} for row in held]})
    found = [where for where, _, _ in unlike(made)]
    assert len(found) == sum(row["state"] != state for row in held)
    stray = planning(opened, {"plan_flip": [*held, {**held[0], "project_code": "没有"}]})
    assert len(list(unlike(stray))) == 1
