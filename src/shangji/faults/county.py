"""A whole county from a seed: the same seed gives the same rows, on every machine."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from shangji.faults import bureau, past, sources
from shangji.faults.data import county
from shangji.faults.drafts import FULL_SIZE, drafts, units
from shangji.faults.filing import filed
from shangji.faults.world import Project, World

SMALLEST = 30


def clean(seed: int, size: int = FULL_SIZE) -> World:
    """Make a county in which nothing is wrong.

    Args:
        seed: which county; the places and kinds are the same in all, figures and texts differ.
        size: projects besides pay, running costs and debt, at least 30.
    """
    data = county()
    known = units()
    made = drafts(Random(f"{seed}/drafts"), max(size, SMALLEST))
    projects = [filed(number, draft, known, seed) for number, draft in enumerate(made)]
    _tell_apart(projects)
    facts = {
        "budget_year": str(data["year"]),
        "region": data["region"],
        "as_of": data["as_of"],
        "title": f"{data['name']}（虚构）{data['year']}年部门预算一上申报",
        "data_kind": "虚构样例，不是真实数据",
    }
    world = World(seed, facts, [*projects, *sources.rigid(known, seed)])
    sources.mix(world, Random(f"{seed}/sources"))
    past.recall(world, seed)
    bureau.hold(world, known, Random(f"{seed}/bureau"))
    _rank(world)
    return world


def _tell_apart(projects: list[Project]) -> None:
    """No two projects of a unit bear one name."""
    seen: set[tuple[str, str]] = set()
    for project in projects:
        name = str(project.row["project_name"])
        place = (str(project.row["unit_code"]), name)
        if place in seen:
            project.row["project_name"] = f"{name}（二期）"
        seen.add(place)


def _rank(world: World) -> None:
    """Each department's own order, large and lasting first, and the unit's within it."""
    departments: defaultdict[str, list[Project]] = defaultdict(list)
    for project in world.reviewed():
        departments[str(project.row["department_code"])].append(project)
    for code, projects in departments.items():
        draw = Random(f"{world.seed}/rank/{code}")
        within: defaultdict[str, int] = defaultdict(int)
        ordered = sorted(
            projects, key=lambda project: -float(project.amount) * draw.uniform(0.2, 1)
        )
        for rank, project in enumerate(ordered, 1):
            unit = str(project.row["unit_code"])
            within[unit] += 1
            project.row["dept_rank"], project.row["unit_rank"] = rank, within[unit]
