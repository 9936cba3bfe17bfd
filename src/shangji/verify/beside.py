"""What is told beside a plan, as far as the plan itself proves it.

The frontier where no money is added is the plan's own sum by grade, and what more money would buy
starts from what the plan gives each project and adds up to what it gives all. What a new solution
would give is not derived again: that is said by name.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify.plan import Planning

BOUND, RIGID = "bound", "rigid"
PARTLY = {
    "plan_frontier": "增减为零的各行已按安排重算；财力增减之后的各行由重新求解得出，没有重算",
    "plan_flip": "安排情况已与安排核对；离翻转差多少由价格和重新求解得出，没有重算",
    "plan_more": "原安排、合计已与安排核对；增加以后的安排由重新求解得出，没有重算",
}
"""Of tables that the plan proves in part: what was compared and what was not."""

Wrong = tuple[str, str, str]


def unlike(planning: Planning) -> Iterator[Wrong]:
    """Yield what is told beside a plan and is not what the plan gives: where, what is, what is due.

    Money is in 分.
    """
    yield from _frontier(planning)
    yield from _more(planning)
    yield from _summary(planning)
    yield from _flip(planning)


def _fen(amount: Any) -> int:  # noqa: ANN401 - a decimal of a file that may be forged
    return int((amount * 100).to_integral_value())


def _frontier(planning: Planning) -> Iterator[Wrong]:
    told = {
        row["grade"]: _fen(row["arranged_yuan"])
        for row in planning.report.tables.get("plan_frontier", [])
        if row["change_percent"] == 0
    }
    if "plan_frontier" not in planning.report.tables:
        return
    made = {BOUND: 0, **dict.fromkeys(planning.made.classes, 0)}
    ranked = planning.wanted.ranked
    for part in planning.parts:
        if part.source == ranked and planning.wanted.projects[part.project].lane != RIGID:
            name = planning.made.classes[part.grade - 1] if part.grade else BOUND
            made[name] += planning.have(part.at)
    for grade in sorted(told.keys() | made.keys()):
        if told.get(grade) != made.get(grade):
            yield f"前沿 0 · {grade}", str(told.get(grade)), str(made.get(grade))


def _summary(planning: Planning) -> Iterator[Wrong]:
    """The frontier that the summary shows is the table's."""
    shown = planning.report.result["summary"].get("plan", {}).get("frontier", [])
    rows = planning.report.tables.get("plan_frontier", [])
    told = sorted((str(one["change_percent"]), one["grade"], one["arranged_yuan"]) for one in shown)
    made = sorted(
        (str(one["change_percent"]), one["grade"], f"{one['arranged_yuan']:f}") for one in rows
    )
    for one in sorted({*told} ^ {*made}):
        here, there = ("有", "没有") if one in told else ("没有", "有")
        yield f"摘要 plan 前沿 {'　'.join(map(str, one))}", here, there


def _flip(planning: Planning) -> Iterator[Wrong]:
    """Whether each ranked project has all, a part or none of its ranked money."""
    due: defaultdict[str, int] = defaultdict(int)
    have: defaultdict[str, int] = defaultdict(int)
    for part in planning.parts:
        if part.source == planning.wanted.ranked:
            due[part.project] += part.amount
            have[part.project] += planning.have(part.at)
    for row in planning.report.tables.get("plan_flip", []):
        code = row["project_code"]
        made = "没有这一行"
        if code in due:
            made = "whole" if have[code] == due[code] else "part" if have[code] else "none"
        if row["state"] != made:
            yield f"安排的稳定性 {code} · 安排情况", str(row["state"]), made


def _more(planning: Planning) -> Iterator[Wrong]:
    held: defaultdict[str, int] = defaultdict(int)
    for part in planning.parts:
        held[part.project] += planning.have(part.at)
    total = sum(held.values())
    gained: defaultdict[tuple[str, int], int] = defaultdict(int)
    whole: dict[tuple[str, int], int] = {}
    for row in planning.report.tables.get("plan_more", []):
        code, key = row["project_code"], (row["limit_name"], _fen(row["added_yuan"]))
        before, after = _fen(row["before_yuan"]), _fen(row["after_yuan"])
        due = held[code] if code else total
        if before != due:
            yield f"再多一点钱 {key[0]} · {code or '合计'} · 原安排", str(before), str(due)
        if code:
            gained[key] += after - before
        else:
            whole[key] = after - before
        if not any(limit.name == key[0] and limit.kind == "pot" for limit in planning.limits):
            yield f"再多一点钱 {key[0]}", "有这一行", "没有这笔财力"
    for key in sorted(gained.keys() | whole.keys()):
        if whole.get(key) != gained[key]:
            yield f"再多一点钱 {key[0]} · 合计", str(whole.get(key)), str(gained[key])
