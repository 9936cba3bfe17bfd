"""The way of a project as the data has it: steps, acts, and the guards that apps register."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from shangji.errors import ShangjiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shangji.errors import Problem
    from shangji_web.people.models import Post
    from shangji_web.projects.models import Project

    Guard = Callable[[Project, Post], Problem | None]

VISITED = "visited"
WORDS, FIELDS = "words", "fields"


@dataclass(frozen=True)
class Step:
    """A place where a project can stand, and the roles whose turn it is there."""

    name: str
    zh: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """What may be done at some steps, by whom, and where it leads."""

    name: str
    zh: str
    at: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    needs: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    rounds: tuple[int, ...] = (1, 2)
    next_round: bool = False
    out_of_turn: bool = False


@dataclass(frozen=True)
class Flow:
    """All steps and acts."""

    steps: Mapping[str, Step]
    acts: Mapping[str, Act]
    appraisal: Sequence[Mapping[str, Any]] = ()
    days: Mapping[str, int] = field(default_factory=dict)

    def open_to(self, project: Project, role: str) -> list[Act]:
        """The acts that a role may try on a project where it stands."""
        return [
            act
            for act in self.acts.values()
            if project.step in act.at and project.round in act.rounds
            if role in act.roles and self.in_turn(act, project, role)
        ]

    def in_turn(self, act: Act, project: Project, role: str) -> bool:
        """Whether it is the role's turn where the project stands, or the act waits for none."""
        return act.out_of_turn or role in self.steps[project.step].roles


@cache
def flow() -> Flow:
    """The flow of the data.

    Raises:
        ShangjiError: an act names a step that there is not.
    """
    data = yaml.safe_load(Path(__file__).with_name("flow.yaml").read_text("utf-8"))
    steps = {
        name: Step(name, row["zh"], tuple(row["roles"])) for name, row in data["steps"].items()
    }
    acts = {}
    for name, row in data["acts"].items():
        lists = {
            key: tuple(row[key])
            for key in ("at", "roles", "needs", "guards", "rounds")
            if key in row
        }
        said: dict[str, Any] = {"next_round": False, "out_of_turn": False}
        said = {**{key: row.get(key, unsaid) for key, unsaid in said.items()}, **lists}
        act = Act(name=name, zh=row["zh"], to=row["to"], **said)
        if ({*act.at, act.to} - {VISITED}) - set(steps):
            raise ShangjiError(f"flow.yaml: {name} names an unknown step")
        acts[name] = act
    return Flow(steps, acts, data["appraisal"], data["days"])


_guards: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register a guard: a function that says what stands in the way of an act, or nothing."""

    def registered(function: Guard) -> Guard:
        if _guards.setdefault(name, function) is not function:
            raise ShangjiError(f"two guards are called {name}")
        return function

    return registered


def hindrances(act: Act, project: Project, post: Post) -> list[Problem]:
    """What stands in the way of an act.

    Raises:
        ShangjiError: the act names a guard that nobody registered: better no act than an unguarded.
    """
    found = []
    for name in act.guards:
        if name not in _guards:
            raise ShangjiError(f"flow.yaml: no app registers the guard {name}")
        problem = _guards[name](project, post)
        if problem is not None:
            found.append(problem)
    return found
