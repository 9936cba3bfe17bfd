"""Small allocations against every choice there is: no better plan exists, class by class."""

from __future__ import annotations

import itertools
import os
import random
from typing import TYPE_CHECKING

from allocation_given import by_chance, policy
from shangji.allocate import arranged
from shangji.allocate.stage import Standing, value

if TYPE_CHECKING:
    from shangji.allocate.parts import Choice

CASES = 10_000 if os.environ.get("SHANGJI_ROUNDS") else 500
"""All of them in `make soak`."""


def best(choice: Choice, standing: Standing, grade: int) -> int:
    """The greatest value of a class over all choices of whole parts.

    What may be split is filled by weight, which is the best there is: its limits lie in each other.
    """
    mine = [part for part in choice.parts if part.grade == grade]
    needed = {at for limit in choice.limits if limit.kind == "needs" for at, _ in limit.terms}
    whole = [
        part
        for part in choice.parts
        if part.whole and (part.grade == grade or (part.grade > grade and part.at in needed))
    ]
    top = -1
    for taken in itertools.product((False, True), repeat=len(whole)):
        trial = standing.copy()
        chosen = [part for part, taking in zip(whole, taken, strict=True) if taking]
        for part in chosen:
            trial.give(part.at, part.amount)
        opened = all(
            part.after is None or trial.given.get(part.after, 0) == choice.parts[part.after].amount
            for part in chosen
        )
        if opened and not trial.broken():
            trial.fill([part for part in mine if not part.whole])
            top = max(top, value(trial, grade))
    return top


def test_no_choice_is_better() -> None:
    for seed in range(CASES):
        draw = random.Random(seed)
        plan, problems = arranged(by_chance(draw, draw.randint(3, 8)), policy())
        assert plan is not None, (seed, problems)
        standing = Standing(plan.choice)
        for part in plan.choice.parts:
            if part.grade == 0:
                standing.give(part.at, part.amount)
        for stage in plan.stages:
            assert stage.proven, (seed, stage)
            assert stage.value == best(plan.choice, standing, stage.grade), (seed, stage.grade)
            for part in plan.choice.parts:
                if part.grade == stage.grade:
                    standing.give(part.at, plan.money(part.at))
