"""How little would have to change for a project to fare otherwise: points, money, weights.

The points come from the prices of the linear program of the project's own class; money and weights
are solved anew at fixed steps. A project whose points may still rise past its margin is for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji.allocate.parts import MANDATE, PERCENT, WORTH
from shangji.allocate.whatif import SHIFTS, STEPS, moved, states, weighed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shangji.allocate.plan import Plan
    from shangji.allocate.wanted import Wanted
    from shangji.pack.allocation import Allocation


@dataclass(frozen=True)
class Stability:
    """What was solved anew: the plan under each change of money and of weights, or none."""

    money: Mapping[int, Plan | None]
    weights: Mapping[int, Plan | None]


def solved_anew(
    plan: Plan, wanted: Wanted, policy: Allocation, solve: Callable[[Wanted], Plan | None]
) -> Stability:
    """Solve at every step of money (ceilings move along) and of weights."""
    money = {step: solve(moved(wanted, policy, plan.choice, step, step)) for step in STEPS}
    weights = {shift: solve(weighed(wanted, shift)) for shift in SHIFTS}
    return Stability(money, weights)


def rows(plan: Plan, wanted: Wanted, policy: Allocation, found: Stability) -> list[tuple[Any, ...]]:
    """One row a project that is ranked: state, margin in hundredths of a point, least changes."""
    now = states(plan, policy)
    money = {step: states(one, policy) for step, one in found.money.items() if one}
    weights = {shift: states(one, policy) for shift, one in found.weights.items() if one}
    margins = margin_of(plan, policy)
    made = []
    for code, state in sorted(now.items()):
        if code not in margins:
            continue
        project = wanted.projects[code]
        margin = margins[code]
        spread = max(0, project.high - project.points)
        open_to_people = state != "whole" and bool(spread) and spread >= margin
        if project.high_grade and project.grade != project.high_grade:
            open_to_people = True
        made.append(
            (
                code,
                state,
                margin,
                least(code, state, money),
                least(code, state, weights),
                spread,
                open_to_people,
            )
        )
    return made


def least(code: str, state: str, found: Mapping[int, Mapping[str, str]]) -> int | None:
    """The least step at which a project's state changes; nothing if it never does."""
    steps = [step for step, held in found.items() if held.get(code, state) != state]
    return min(steps, key=lambda step: (abs(step), step), default=None)


def margin_of(plan: Plan, policy: Allocation) -> dict[str, int]:
    """Points, in hundredths, that a project lacks to be arranged in full, or has to spare."""
    prices = {stage.grade: stage.prices for stage in plan.stages}
    terms: dict[int, list[str]] = {}
    for limit in plan.choice.limits:
        if limit.of_money and limit.kind != "next_years":
            for at, _ in limit.terms:
                terms.setdefault(at, []).append(limit.name)
    found: dict[str, int] = {}
    for part in plan.choice.parts:
        if part.source != policy.ranked or part.grade == MANDATE:
            continue
        price = sum(prices[part.grade].get(name, 0) for name in terms.get(part.at, ()))
        distance = abs(price - part.weight)
        worth = policy.levels.get(part.level, PERCENT) * WORTH
        least_so_far = found.get(part.project)
        margin = -(-distance // worth)
        if least_so_far is None or margin < least_so_far:
            found[part.project] = margin
    return found
