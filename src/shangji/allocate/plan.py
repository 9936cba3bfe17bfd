"""The plan: what is bound stands first, then class after class is decided as well as it can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shangji.allocate.parts import MANDATE
from shangji.allocate.stage import NoPlan, Stage, Staged, Standing, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.allocate.parts import Choice
    from shangji.pack.allocation import Allocation


@dataclass(frozen=True)
class Plan:
    """A plan: what stands, and what each class came to."""

    choice: Choice
    standing: Standing
    stages: Sequence[Staged]

    @property
    def proven(self) -> bool:
        """Whether every class was decided to a proven optimum."""
        return all(stage.proven for stage in self.stages)

    @property
    def gap(self) -> float:
        """The greatest distance of a class from its bound, as a share of it."""
        return max(
            ((one.bound - one.value) / one.bound for one in self.stages if one.bound > 0),
            default=0.0,
        )

    def sums(self) -> dict[tuple[str, str], int]:
        """The money of each project and source."""
        made: dict[tuple[str, str], int] = {}
        for part in self.choice.parts:
            key = part.project, part.source
            made[key] = made.get(key, 0) + self.money(part.at)
        return made

    def money(self, at: int) -> int:
        """The money of a part."""
        return self.standing.given.get(at, 0)


def planned(choice: Choice, policy: Allocation) -> Plan:
    """Decide a choice; raises NoPlan where its limits clash, which `clash` puts in words."""
    standing = Standing(choice)
    for part in choice.parts:
        if part.grade == MANDATE:
            standing.give(part.at, part.amount)
    if any(limit.sense == "at_most" for limit in standing.broken()):
        raise NoPlan(MANDATE)
    stages = [
        Stage(standing, grade, policy.nodes_most, policy.exact_parts).decided()
        for grade in range(1, len(choice.classes) + 1)
    ]
    return Plan(choice, standing, _topped(standing, stages))


def _topped(standing: Standing, stages: list[Staged]) -> list[Staged]:
    """Give what rounding left over, in the order of classes; values are counted anew."""
    for stage in stages:
        standing.fill(part for part in standing.choice.parts if part.grade == stage.grade)
    made = []
    for stage in stages:
        worth = value(standing, stage.grade)
        made.append(replace(stage, value=worth, bound=max(stage.bound, worth)))
    return made
