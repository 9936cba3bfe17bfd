"""Faults as they are planted: each kind registers a function that spoils one eligible project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from shangji.faults.data import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.faults.world import Project, Row, World


@dataclass
class Site:
    """Where a fault is to be planted, in what disguise, with which words."""

    world: World
    project: Project
    draw: Random
    disguise: int
    words: str = "seen"

    def say(self, name: str) -> str:
        """The word of a list that goes with the disguise."""
        found = read("words")[self.words][name]
        return found if isinstance(found, str) else str(found[self.disguise % len(found)])

    def line(self, *economic: str) -> Row | None:
        """The first line of one of these economic classes; of any where none is named."""
        return next(
            (
                row
                for row in self.project.lines
                if not economic or row["economic_class"] in economic
            ),
            None,
        )

    def target(self, level1: str) -> Row | None:
        """The first target of a level."""
        return next((row for row in self.project.targets if row["level1"] == level1), None)

    def is_lane(self, *lanes: str) -> bool:
        """Whether the project is in one of these lanes."""
        return self.project.row["lane"] in lanes

    def held(self, table: str, **values: Any) -> list[Row]:  # noqa: ANN401 - cells
        """Rows of a bureau's table that hold these values."""
        return [
            row
            for row in self.world.bureau.get(table, [])
            if all(row.get(name) == value for name, value in values.items())
        ]


Spot = tuple[str, "Row", str, str]
"""Table, row, column, and what is wrong there."""
Planter = Callable[[Site], Spot | None]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: how grave, how it is decided, in how many disguises, what should find it."""

    name: str
    zh: str
    plant: Planter
    disguises: int
    grave: bool
    semantic: bool
    rules: tuple[str, ...]
    apart: bool = False


@dataclass
class Planted:
    """A fault that was planted: whose, of what kind and disguise, where, what."""

    kind: str
    disguise: int
    project: str
    table: str
    row: Row
    column: str
    what: str
    keys: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {}
"""Every kind by name, in the order in which they were registered."""


def kind(
    zh: str,
    *,
    disguises: int = 1,
    grave: bool = False,
    semantic: bool = False,
    apart: bool = False,
) -> Callable[[Planter], Planter]:
    """Register the function below as a kind of fault under its own name.

    A kind that stands apart is planted after the others, in projects that they left clean.
    """

    def register(plant: Planter) -> Planter:
        name = plant.__name__
        rules = tuple(read("expected").get(name) or ())
        KINDS[name] = Kind(name, zh, plant, disguises, grave, semantic, rules, apart)
        return plant

    return register


def plant(
    world: World,
    wanted: Kind,
    projects: Sequence[Project],
    draw: Random,
    *,
    disguise: int = 0,
    words: str = "seen",
) -> Planted | None:
    """Plant one fault in the first of the projects that can bear it."""
    for project in projects:
        site = Site(world, project, draw, disguise, words)
        spot = wanted.plant(site)
        if spot:
            table, row, column, what = spot
            return Planted(
                wanted.name, disguise, project.code, table, row, column, what, _keys(project, row)
            )
    return None


def _keys(project: Project, row: Row) -> tuple[str, ...]:
    """What a finding that names no project may name instead: a unit, a notice, a policy."""
    names = (
        project.row["unit_code"],
        project.row.get("department_code"),
        project.row.get("transfer_notice_no"),
        row.get("entitlement_code"),
        row.get("finding_no"),
    )
    return tuple(str(name) for name in names if name)


def spoil(world: World, seed: int, words: str = "seen") -> list[Planted]:
    """Plant as a county files: 12 % of projects with a grave fault, about half with minor ones."""
    draw = Random(f"{seed}/faults")
    projects = list(world.reviewed())
    made = _round(
        world,
        [found for found in KINDS.values() if found.grave and not found.apart],
        projects,
        round(len(projects) * 0.12),
        draw,
        words,
    )
    touched = {found.project for found in made}
    minor = [found for found in KINDS.values() if not found.grave and not found.apart]
    left = [project for project in projects if project.code not in touched]
    made += _round(world, minor, left, round(len(projects) * 0.5), draw, words)
    touched = {found.project for found in made}
    left = [project for project in projects if project.code not in touched]
    last = [found for found in KINDS.values() if found.apart]
    return made + _round(world, last, left, round(len(projects) * 0.03), draw, words)


def _round(
    world: World,
    kinds: Iterable[Kind],
    projects: list[Project],
    count: int,
    draw: Random,
    words: str,
) -> list[Planted]:
    """Go round the kinds, one project each, until so many projects have a fault."""
    free = list(projects)
    made: list[Planted] = []
    draw.shuffle(free)
    choices = list(kinds)
    turn = 0
    while len(made) < count and choices:
        wanted = choices[turn % len(choices)]
        found = plant(
            world, wanted, free, draw, disguise=turn // len(choices) % wanted.disguises, words=words
        )
        turn += 1
        if found is None:
            choices.remove(wanted)
            continue
        made.append(found)
        free = [project for project in free if project.code != found.project]
    return made
