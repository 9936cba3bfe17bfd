"""Small allocations made by hand or by chance, for the tests of `allocate`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from shangji.allocate.wanted import Ask, Ceiling, Pot, Project, Relation, Wanted
from shangji.pack import load

if TYPE_CHECKING:
    import random

    from shangji.pack.allocation import Allocation

WAN = 1_000_000
"""分 in 万元."""


@cache
def policy(**changes: Any) -> Allocation:
    pack, problems = load()
    assert pack is not None, problems
    assert pack.allocation is not None
    return replace(pack.allocation, **changes)


def project(code: str, amount: int, grade: str = "B", points: int = 12_000, **more: Any) -> Project:
    facts: dict[str, Any] = {
        "name": f"项目{code}",
        "unit": "U1",
        "department": "D1",
        "lane": "one_off",
        "category": "31",
        "gate": "passed",
        "dept_rank": 1,
        "mandate": "",
        "contract": 0,
        "entitled": 0,
        "next_year": 0,
        "asks": (Ask("general", amount * WAN),),
    }
    return Project(code=code, grade=grade, points=points, **{**facts, **more})


def wanted(projects: list[Project], pot: int, **more: Any) -> Wanted:
    return Wanted(
        year=2027,
        projects={one.code: one for one in sorted(projects, key=lambda one: one.code)},
        pots=more.pop("pots", {"general": Pot("general", pot * WAN, 0, pot * WAN)}),
        **more,
    )


def by_chance(draw: random.Random, size: int) -> Wanted:
    """Projects of few departments in one pot, with ceilings, relations and contracts."""
    made = []
    for at in range(size):
        amount = draw.randint(1, 9)
        made.append(
            project(
                f"P{at}",
                amount,
                draw.choice("ABCD"),
                draw.choice((9_000, 12_000, 12_500, 15_000)),
                department=f"D{draw.randint(1, 2)}",
                lane=draw.choice(("one_off", "works", "formula", "operation")),
                dept_rank=draw.randint(1, 4),
                contract=draw.choice((0, 0, 0, WAN)) if amount > 1 else 0,
                mandate=draw.choice(("", "", "", "", "three_guarantees")),
                next_year=draw.choice((0, 0, 2 * WAN)),
            )
        )
    bound = dict.fromkeys(("D1", "D2"), 0)
    for one in made:
        bound[one.department] += one.asked if one.mandate else one.contract
    ceilings = tuple(
        Ceiling(name, "", "general", "project", need + draw.randint(0, 14) * WAN)
        for name, need in bound.items()
    )
    codes = [one.code for one in made if not one.mandate and not one.contract]
    relations = set()
    for _ in range(draw.randint(0, 2)):
        if len(codes) > 1:
            here, there = draw.sample(codes, 2)
            relations.add(Relation(here, there, draw.choice(("prerequisite", "exclusion"))))
    pot = sum(bound.values()) // WAN + draw.randint(0, 16)
    ordered = tuple(sorted(relations, key=lambda one: (one.kind, one.project, one.other)))
    return wanted(made, pot, ceilings=ceilings, relations=ordered)
