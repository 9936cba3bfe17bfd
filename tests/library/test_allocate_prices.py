"""Prices: they bound every plan exactly, and hold inside their range when solved anew."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from allocation_given import by_chance, policy
from shangji.allocate import arranged
from shangji.allocate.parts import MANDATE, Building, Choice
from shangji.allocate.solver import solve
from shangji.allocate.stage import Stage, Standing

if TYPE_CHECKING:
    from shangji.allocate.plan import Plan

SEEDS = range(25)


def bound(plan: Plan, grade: int) -> int:
    """What whole-number prices prove of a class, whatever is chosen: weak duality in integers."""
    choice, standing = plan.choice, Standing(plan.choice)
    for part in choice.parts:
        if part.grade < grade:
            standing.give(part.at, plan.money(part.at))
    stage = next(one for one in plan.stages if one.grade == grade)
    taken = {part.at: 0 for part in choice.parts}
    total = 0
    for at, limit in enumerate(choice.limits):
        price = stage.prices.get(limit.name, 0)
        total += price * (limit.amount - standing.used[at])
        for number, coefficient in limit.terms:
            taken[number] += price * coefficient
    for part in choice.parts:
        chain = stage.prices.get(f"after|{part.at}", 0)
        taken[part.at] += chain
        if part.after is not None and choice.parts[part.after].grade >= grade:
            taken[part.after] -= chain
        elif part.after is not None and plan.money(part.after) == choice.parts[part.after].amount:
            total += chain
    for part in choice.parts:
        worth = part.weight * part.amount if part.grade == grade else 0
        if part.grade >= grade:
            total += max(0, worth - taken[part.at])
    return total


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_bound_every_class_in_whole_numbers(seed: int) -> None:
    plan, _ = arranged(by_chance(random.Random(seed), 25), policy())
    assert plan is not None
    for stage in plan.stages:
        proven = bound(plan, stage.grade)
        assert proven >= stage.value
        assert proven <= stage.ceiling * (1 + 1e-9) + 1


def gain(choice: Choice, standing: Standing, grade: int, name: str, more: int) -> int:
    """The linear program's value of a class when one limit is moved."""
    moved = replace(choice)
    moved.limits = [
        replace(one, amount=one.amount + more) if one.name == name else one for one in choice.limits
    ]
    held = standing.copy()
    held.choice = moved
    stage = Stage(held, grade, 1000)
    return stage.integer(solve(stage.program(), whole=False).gain)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_price_holds_inside_its_range(seed: int) -> None:
    how = policy()
    plan, _ = arranged(by_chance(random.Random(seed), 25), how)
    assert plan is not None
    standing = Standing(plan.choice)
    for part in plan.choice.parts:
        if part.grade == MANDATE:
            standing.give(part.at, part.amount)
    for stage in plan.stages:
        for name, (low, high) in stage.ranges.items():
            limit = next(one for one in plan.choice.limits if one.name == name)
            now = gain(plan.choice, standing, stage.grade, name, 0)
            for end in (low, high):
                more = ((limit.amount if end is None else end) - limit.amount) // 2
                then = gain(plan.choice, standing, stage.grade, name, more)
                expected = now + stage.prices[name] * more
                assert then == pytest.approx(expected, rel=1e-6), (stage.grade, name, more)
        for part in plan.choice.parts:
            if part.grade == stage.grade:
                standing.give(part.at, plan.money(part.at))


def test_the_builder_is_what_the_plan_was_solved_on() -> None:
    found = by_chance(random.Random(3), 25)
    plan, _ = arranged(found, policy())
    assert plan is not None
    assert Building(found, policy()).built().parts == plan.choice.parts
