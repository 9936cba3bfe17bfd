"""Scenarios of a plan side by side: figures, and which projects gain or lose against the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wcwidth import wcswidth

from shangji.allocate import arranged
from shangji.allocate.parts import Building
from shangji.allocate.whatif import Scenario, applied, by_project, differing, summed
from shangji.columns import padded, wrapped
from shangji.report.sheets import COUNT, MONEY, TEXT, WRAP, Sheet, in_wan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.allocate.plan import Plan
    from shangji.allocate.wanted import Wanted
    from shangji.pack.allocation import Allocation

CHANGES_MOST = 10_000
CHANGES_SHOWN = 3
BASE = Scenario("base", "现在的安排")
HUNDRED = 100


def compared(
    wanted: Wanted, policy: Allocation, scenarios: Sequence[Scenario]
) -> list[dict[str, Any]]:
    """Each scenario, the base first: its figures, its changes, or why there is no plan."""
    choice = Building(wanted, policy).built()
    found, base = [], None
    for one in (BASE, *scenarios):
        changed, how = applied(wanted, policy, choice, one)
        plan, problems = arranged(changed, how)
        row: dict[str, Any] = {"scenario": one.name, "zh": one.zh}
        if plan is None:
            row["problems"] = [problem.says for problem in problems]
        else:
            base = base or plan
            row |= _figures(plan, changed, how)
            row["changes"] = _changes(base, plan, wanted)
        found.append(row)
    return found


def _figures(plan: Plan, wanted: Wanted, policy: Allocation) -> dict[str, Any]:
    made = summed(plan, wanted, policy)
    grades = {name: _yuan(amount) for name, amount in made["grades"].items()}
    return {**made, "grades": grades, "money": _yuan(made["money"]), "proven": plan.proven}


def _yuan(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // HUNDRED}.{abs(amount) % HUNDRED:02d}"


def _changes(base: Plan, plan: Plan, wanted: Wanted) -> list[dict[str, Any]]:
    before_all, after_all = by_project(base), by_project(plan)
    return [
        {
            "project_code": code,
            "project_name": wanted.projects[code].name,
            "grade": wanted.projects[code].grade,
            "before_yuan": _yuan(before),
            "after_yuan": _yuan(after),
        }
        for code, before, after in differing(before_all, after_all, CHANGES_MOST)
    ]


def scenario_lines(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Scenarios side by side, then what changes most in each."""
    grades = list(next(iter(found))["grades"])
    first = max(30, *(2 + wcswidth(row["zh"]) for row in found))
    heads = [("方案", first), ("安排", 11), *((_grade(one), 10) for one in grades)]
    heads += [("全额", 5), ("部分", 5), ("没有", 5)]
    yield "本级可用财力安排给项目的钱（万元）和项目个数"
    yield _line([name for name, _ in heads], heads)
    for row in found:
        if "money" not in row:
            yield _line([row["zh"], "排不出"], heads[:2])
            for says in row["problems"][:CHANGES_SHOWN]:
                yield from wrapped(f"    {says}", 4)
            continue
        money = [row["money"], *row["grades"].values()]
        cells = [row["zh"], *(f"{in_wan(one):,.0f}" for one in money)]
        yield _line([*cells, *(str(row[name]) for name in ("whole", "part", "none"))], heads)
    for row in found[1:]:
        changes = row.get("changes", [])
        if not changes:
            continue
        yield f"{row['zh']}：{len(changes)} 个项目的安排变了，变得最多的："
        for one in changes[:CHANGES_SHOWN]:
            text = (
                f"  {one['project_name'] or one['project_code']}（{one['grade'] or '待评'}）"
                f" {in_wan(one['before_yuan']):,.2f} → {in_wan(one['after_yuan']):,.2f}"
            )
            yield from wrapped(text, 4)


def _grade(name: str) -> str:
    return {"bound": "必保", "": "待评"}.get(name, name)


def _line(cells: Sequence[str], heads: Sequence[tuple[str, int]]) -> str:
    first, *rest = zip(cells, [width for _, width in heads], strict=True)
    return " " + padded(*first) + " ".join(padded(cell, width, right=True) for cell, width in rest)


def scenario_sheets(found: Sequence[Mapping[str, Any]]) -> list[Sheet]:
    """Two sheets: the scenarios side by side, and every project that changes."""
    grades = list(found[0]["grades"])
    columns = [
        ("方案", 34, WRAP),
        ("安排（万元）", 15, MONEY),
        *((f"{_grade(one)}（万元）", 14, MONEY) for one in grades),
        ("全额", 8, COUNT),
        ("部分", 8, COUNT),
        ("没有", 8, COUNT),
        ("结论", 40, WRAP),
    ]
    rows: list[Sequence[Any]] = []
    for row in found:
        if "money" not in row:
            blank = [None] * (len(grades) + 4)
            rows.append((row["zh"], *blank, "排不出：" + "；".join(row["problems"])))
            continue
        money = [in_wan(row["money"]), *(in_wan(one) for one in row["grades"].values())]
        counts = [row[name] for name in ("whole", "part", "none")]
        rows.append((row["zh"], *money, *counts, "已证最优" if row["proven"] else "见上界"))
    changed = [
        (
            row["zh"],
            one["project_code"],
            one["project_name"],
            one["grade"] or "待评",
            in_wan(one["before_yuan"]),
            in_wan(one["after_yuan"]),
        )
        for row in found
        for one in row.get("changes", [])
    ]
    heads = (
        ("方案", 34, WRAP),
        ("项目代码", 23, TEXT),
        ("项目名称", 40, WRAP),
        ("等级", 8, TEXT),
        ("现在（万元）", 14, MONEY),
        ("该方案（万元）", 14, MONEY),
    )
    note = "本级可用财力安排给项目的钱；必保的任何方案都先安排。供预算科使用。"
    return [Sheet("方案对照", columns, rows, note=note), Sheet("项目变化", heads, changed)]
