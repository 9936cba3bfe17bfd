"""Searches the fewest limits that cannot hold together, by leaving them out one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.allocate.money import WAN
from shangji.allocate.parts import MANDATE, Choice
from shangji.allocate.solver import Program, solve
from shangji.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.allocate.parts import Limit
    from shangji.allocate.wanted import Wanted
    from shangji.pack.allocation import Allocation


def searched(choice: Choice, wanted: Wanted, policy: Allocation, grade: int) -> list[Problem]:
    """One problem that names limits of which each is needed for the clash."""
    from shangji.allocate.trouble import limit_words

    held = list(choice.limits)
    if _holds(choice, held, policy.nodes_most):
        says = f"第 {grade} 步在允许的搜索步数以内没有找到安排。"
        fix = "请在安排口径里调高 nodes_most，或减少项目关系。"
        return [Problem("plan-clash", Where(), says, fix)]
    for limit in list(held):
        rest = [one for one in held if one is not limit]
        if not _holds(choice, rest, policy.nodes_most):
            held = rest
    names = "；".join(limit_words(wanted, limit) for limit in held)
    says = f"下面几项不能同时成立：{names}。"
    fix = "请放宽其中任意一项；放宽以前没有做资金安排。"
    return [Problem("plan-clash", Where("财力、控制数和项目关系"), says, fix)]


def _holds(choice: Choice, limits: Sequence[Limit], nodes: int) -> bool:
    """Whether some plan keeps the limits, everything bound being given."""
    made = Program()
    for part in choice.parts:
        made.column(0.0, whole=part.whole)
        if part.grade == MANDATE:
            made.lower[part.at] = 1.0
        if part.after is not None:
            made.row(-1, [(part.at, 1.0), (part.after, -1.0)], at_most=0.0)
    for limit in limits:
        unit = WAN if limit.of_money else 1
        terms = [(at, coefficient / unit) for at, coefficient in limit.terms]
        if limit.sense == "at_most":
            made.row(-1, terms, at_most=limit.amount / unit)
        else:
            made.row(-1, terms, at_least=limit.amount / unit)
    return solve(made, whole=True, nodes=nodes).feasible
