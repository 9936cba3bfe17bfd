"""The rows of the result tables: the plan, what it chose among, limits, steps and prices."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.allocate.parts import AT_MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.allocate.parts import Limit, Part
    from shangji.allocate.plan import Plan
    from shangji.allocate.wanted import Wanted

FIRST = ("needs", "excludes", "ceiling", "next_years", "reserve", "pot")
"""In which order limits are named that leave no room: relations, ceilings, then the money."""
FEN = Decimal("0.01")

Rows = dict[str, list[tuple[Any, ...]]]


def yuan(fen: int) -> Decimal:
    """分 as yuan."""
    return fen * FEN


def tables(plan: Plan, wanted: Wanted) -> Rows:
    """Every result table of an allocation."""
    return {
        "plan": list(_plan(plan, wanted)),
        "plan_part": [_part(plan, part) for part in plan.choice.parts],
        "plan_limit": [
            (one.name, one.kind, one.sense, one.amount, used)
            for one, used in zip(plan.choice.limits, plan.standing.used, strict=True)
        ],
        "plan_term": [
            (one.name, at, coefficient)
            for one in plan.choice.limits
            for at, coefficient in one.terms
        ],
        "plan_stage": [
            (
                one.grade,
                plan.choice.classes[one.grade - 1],
                str(one.value),
                str(one.bound),
                str(one.ceiling),
                one.proven,
            )
            for one in plan.stages
        ],
        "plan_price": [
            (one.grade, name, str(price))
            for one in plan.stages
            for name, price in sorted(one.prices.items())
        ],
    }


def _part(plan: Plan, part: Part) -> tuple[Any, ...]:
    head = (part.at, part.project, part.source, part.level, part.grade, part.after)
    return (*head, part.whole, part.weight, yuan(part.amount), yuan(plan.money(part.at)))


def _plan(plan: Plan, wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    """Every project's money by level and source, also where it is nothing, and what bound it."""
    held: defaultdict[tuple[str, str, str], list[Part]] = defaultdict(list)
    for part in plan.choice.parts:
        held[part.project, part.level, part.source].append(part)
    for (project, level, source), parts in held.items():
        amount = sum(plan.money(part.at) for part in parts)
        short = next((part for part in parts if plan.money(part.at) < part.amount), None)
        why = bound_by(plan, short) if short else ""
        yield project, level, source, wanted.year, yuan(amount), why
    for (project, source), why in plan.choice.barred.items():
        yield project, "", source, wanted.year, yuan(0), why


def bound_by(plan: Plan, part: Part) -> str:
    """The first limit, in the order of `FIRST`, that leaves a part no room for the rest of it."""
    before = part.after
    while before is not None and plan.money(before) < plan.choice.parts[before].amount:
        part = plan.choice.parts[before]
        before = part.after
    names = [limit.name for limit in blocking(plan, part)]
    return names[0] if names else "order"


def blocking(plan: Plan, part: Part) -> list[Limit]:
    """The limits that have no room for the rest of a part, in the order of `FIRST`."""
    standing = plan.standing
    rest = part.amount - plan.money(part.at)
    found = []
    for at, coefficient in standing.limits_of.get(part.at, ()):
        limit = plan.choice.limits[at]
        if limit.sense != AT_MOST or coefficient <= 0:
            continue
        more = rest if coefficient == part.amount else coefficient
        if standing.used[at] + more > limit.amount:
            found.append(limit)
    return sorted(found, key=lambda limit: (FIRST.index(limit.kind), limit.name))
