"""The path to be funded: what would bring money to a project that has not all of it.

A bureau is told all: pass the gate, ask for what still fits, points that material may bring, money
that is missing, a project that must come first. A unit is told only to pass the gate: ceilings,
points and the places of others are not for it to bargain with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.allocate.causes import blocking
from shangji.allocate.money import yuan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.allocate.plan import Plan
    from shangji.allocate.wanted import Wanted
    from shangji.pack.allocation import Allocation

PASS, LOWER, POINTS, MONEY, NEEDS = "pass", "lower", "points", "money", "needs"
UNIT, BUREAU = "unit", "bureau"
PASSED = "passed"

Row = tuple[Any, ...]


def rows(plan: Plan, wanted: Wanted, policy: Allocation, flips: Sequence[Row]) -> Iterator[Row]:
    """Steps by project and reader; `flips` are the rows of the table of stability."""
    known = {row[0]: row for row in flips}
    for code, project in wanted.projects.items():
        steps = []
        waits = project.gate not in {"", PASSED}
        if waits:
            steps.append((PASS, project.gate, None, None, None, False))
            yield (code, UNIT, 1, *steps[0])
        if code in known and known[code][1] != "whole":
            steps += list(_steps(plan, policy, known[code]))
        for at, step in enumerate(steps, start=1):
            yield (code, BUREAU, at, *step)


def _steps(plan: Plan, policy: Allocation, flip: Row) -> Iterator[Row]:
    """The steps of one project; each alone would do, but for what must be there first."""
    code, _, margin, money, _, spread, *_ = flip
    parts = [
        part for part in plan.choice.parts if part.project == code and part.source == policy.ranked
    ]
    short = next(part for part in parts if plan.money(part.at) < part.amount)
    held = blocking(plan, short)
    for limit in held:
        if limit.kind == "needs":
            yield NEEDS, limit.name.rpartition("|")[2], None, None, None, False
    room = room_for(plan, short.at)
    if room > 0 and not any(limit.kind in {"needs", "excludes"} for limit in held):
        have = sum(plan.money(part.at) for part in parts)
        yield LOWER, short.source, yuan(have + room), None, None, short.whole
    if spread and spread >= margin:
        yield POINTS, "", None, margin, None, False
    if money is not None and money > 0:
        yield MONEY, short.source, None, None, money, True


def room_for(plan: Plan, at: int) -> int:
    """The most that the limits still let a part have if it could be split.

    A whole part asking no more than this must be in the best plan: with it the class is worth more
    than the best it was worth without.
    """
    standing = plan.standing
    part = plan.choice.parts[at]
    most = part.amount - plan.money(at)
    for number, coefficient in standing.limits_of.get(at, ()):
        limit = plan.choice.limits[number]
        if limit.sense != "at_most" or coefficient <= 0:
            continue
        left = limit.amount - standing.used[number]
        if coefficient == part.amount and limit.of_money:
            most = min(most, left)
        elif coefficient > left:
            return 0
    return max(0, most)
