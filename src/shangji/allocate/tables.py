"""The rows of the result tables: the plan, what it chose among, limits, steps and prices."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from shangji.allocate.causes import Causes, bound_by
from shangji.allocate.money import yuan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from shangji.allocate.parts import Part
    from shangji.allocate.plan import Plan
    from shangji.allocate.wanted import Wanted

Rows = dict[str, list[tuple[Any, ...]]]


def tables(plan: Plan, wanted: Wanted) -> Rows:
    """Every result table of an allocation."""
    return {
        "plan": list(_plan(plan, wanted)),
        "plan_cause": list(Causes(plan, wanted).rows()),
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
            (one.grade, name, str(price), *one.ranges.get(name, (None, None)))
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


def drawn(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the registered results hold a plan."""
    return ("plan",) in connection.execute("SHOW TABLES").fetchall()


def arranged_fen(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """分 that the plan arranges for the year, by project; nothing where none was drawn."""
    if not drawn(connection):
        return {}
    rows = connection.execute(
        "SELECT project_code, (sum(amount_yuan) * 100)::BIGINT FROM plan "
        "WHERE year = (SELECT min(year) FROM plan) GROUP BY ALL"
    )
    return dict(rows.fetchall())
