"""How good and how fast a plan is at 1 000, 10 000 and 100 000 projects, beside greedy filling.

python bench/allocate.py [projects ...] [--cpsat a/python/with/ortools]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shangji.allocate.check import checked
from shangji.allocate.parts import Building
from shangji.allocate.plan import Plan, planned
from shangji.allocate.stage import Standing, value
from shangji.allocate.wanted import Ask, Ceiling, Pot, Project, Relation, Wanted
from shangji.pack import load

if TYPE_CHECKING:
    from shangji.pack.allocation import Allocation

DEPARTMENTS = 50
SIGNED = 0.1
"""Share of projects with a contract that is due."""
YUAN, WITHOUT_ORDER = 100, 1000
LOGIC = 5
"""One relation for this many projects: 2 000 at 10 000."""


def county(size: int, seed: int = 1) -> Wanted:
    """Projects of a heavy tail, three packages each, in fifty departments whose ceilings bind."""
    draw = random.Random(seed)  # noqa: S311 - a made county, the same for a seed
    projects, sums = {}, dict.fromkeys((f"D{at:02d}" for at in range(DEPARTMENTS)), 0)
    bound = dict.fromkeys(sums, 0)
    for at in range(size):
        code = f"P{at:06d}"
        amount = min(19_000_000_000, int(draw.lognormvariate(17, 1.6)))
        home = draw.choice(list(sums))
        due = amount // 3 if draw.random() < SIGNED else 0
        sums[home] += amount
        bound[home] += due
        points = draw.randrange(6_000, 19_000)
        projects[code] = Project(
            code=code,
            name=code,
            unit=home,
            department=home,
            lane=draw.choice(LANES),
            category="31",
            gate="passed",
            grade=draw.choice("ABBBCD"),
            points=points,
            dept_rank=draw.randrange(1, 60),
            mandate="",
            contract=due,
            entitled=0,
            next_year=0,
            asks=(Ask("general", amount),),
        )
    codes = list(projects)
    relations: set[Relation] = set()
    while len(relations) < size // LOGIC:
        here, there = draw.sample(codes, 2)
        kind = "prerequisite" if draw.random() < 0.5 else "exclusion"  # noqa: PLR2004 - a coin
        if here < there and not projects[there].contract and not projects[here].contract:
            relations.add(Relation(here, there, kind))
    ceilings = tuple(
        Ceiling(name, "", "general", "project", bound[name] + (amount - bound[name]) * 7 // 10)
        for name, amount in sums.items()
    )
    pot = sum(ceiling.at_most for ceiling in ceilings) * 9 // 10
    ordered = tuple(sorted(relations, key=lambda one: (one.kind, one.project, one.other)))
    return Wanted(2027, projects, {"general": Pot("general", pot, 0, pot)}, ceilings, ordered)


LANES = ("one_off", "works", "operation", "policy")


def greedy(wanted: Wanted, policy: Allocation) -> Standing:
    """What a clerk does: bound first, then grade by grade, the best that still fits."""
    choice = Building(wanted, policy).built()
    standing = Standing(choice)
    for part in choice.parts:
        if part.grade == 0:
            standing.give(part.at, part.amount)
    for grade in range(1, len(choice.classes) + 1):
        standing.fill([part for part in choice.parts if part.grade == grade])
    return standing


def line(size: int, policy: Allocation, cpsat: str, seconds: int) -> None:
    """One row of the table."""
    wanted = county(size)
    started, work = time.perf_counter(), time.process_time()
    choice = Building(wanted, policy).built()
    built = time.process_time() - work
    plan = planned(choice, policy)
    took, work = time.perf_counter() - started, time.process_time() - work
    wrong = checked(plan.sums(), wanted, policy)
    started = time.process_time()
    plain = greedy(wanted, policy)
    quick = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{size:>7,} projects {len(choice.parts):>8,} parts {len(choice.limits):>7,} limits  "
        f"{took:7.1f} s, {work:.1f} s of processor (building {built:.1f})  "
        f"gap {plan.gap * 100:.6f} %  "
        f"proven {sum(one.proven for one in plan.stages)}/{len(plan.stages)}  "
        f"checker {'holds' if not wrong else wrong[:2]}  greedy {quick:.1f} s, "
        f"{behind(plan, plain) * 100:.4f} % behind in the first grade where it differs  {peak} MB"
    )
    if cpsat:
        print(f"        {beside(cpsat, plan, seconds)}")


def beside(python: str, plan: Plan, seconds: int) -> str:
    """What CP-SAT makes of the same choice, in its own process; a class of it has `seconds`."""
    choice = plan.choice
    given = {
        "seconds": seconds,
        "classes": len(choice.classes),
        "weights": [part.weight for part in choice.parts],
        "parts": [
            (part.amount // YUAN, part.whole, part.grade, part.after) for part in choice.parts
        ],
        "limits": [
            (
                limit.of_money,
                limit.sense == "at_least",
                limit.amount // (YUAN if limit.of_money else 1),
                limit.terms,
            )
            for limit in choice.limits
            if limit.kind != "next_years"
        ],
    }
    other = Path(__file__).with_name("cpsat.py")
    done = subprocess.run(
        [python, str(other)], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    if done.returncode:
        return f"CP-SAT failed: {done.stderr.strip().splitlines()[-1:]}"
    found = json.loads(done.stdout)
    said = ""
    for grade, worth, bound, status in found["classes"]:
        ours = sum(
            part.weight // WITHOUT_ORDER * (plan.money(part.at) // YUAN)
            for part in choice.parts
            if part.grade == grade
        )
        if worth is None or ours != worth:  # later classes rest on other decisions
            gap = f", bound {(bound - worth) * 100 / bound:.4f} % away" if bound else ""
            less = "" if worth is None else f" by {(ours - worth) * 100 / ours:.4f} %{gap}"
            said = f"behind{less} in class {grade} ({status.lower()})"
            break
    return f"CP-SAT {found['seconds']:.1f} s of processor, {said or 'the same plan'}"


def behind(plan: Plan, plain: Standing) -> float:
    """By how much greedy filling is worse in the first grade in which the two differ."""
    for stage in plan.stages:
        worth = value(plain, stage.grade)
        if worth != stage.value and stage.value:
            return (stage.value - worth) / stage.value
    return 0.0


def main() -> None:
    """Print a row for each size."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("projects", nargs="*", type=int, default=[1_000, 10_000])
    asked.add_argument("--cpsat", default="", help="a Python in which ortools is installed")
    asked.add_argument("--seconds", type=int, default=30, help="for a class of CP-SAT")
    given = asked.parse_args()
    pack, problems = load()
    if pack is None or pack.allocation is None:
        sys.exit("\n".join(map(str, problems)))
    policy = replace(pack.allocation, nodes_most=2_000)
    for size in given.projects:
        line(size, policy, given.cpsat, given.seconds)


if __name__ == "__main__":
    main()
