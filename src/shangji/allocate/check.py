"""Counts a plan again in integers, from what was wanted; it shares no code with what built it.

It knows neither parts nor limits: only projects, sources, sums. A plan that it finds wrong is a
fault of the program and is never shown.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.allocate.wanted import Project, Wanted
    from shangji.pack.allocation import Allocation

Given = dict[tuple[str, str], int]


def checked(given: Mapping[tuple[str, str], int], wanted: Wanted, policy: Allocation) -> list[str]:
    """Everything that is wrong with the money given to (project, source); nothing if it holds."""
    check = _Check(dict(given), wanted, policy)
    return [
        *check.amounts(),
        *check.bound(),
        *check.pots(),
        *check.ceilings(),
        *check.relations(),
        *check.next_years(),
    ]


class _Check:
    def __init__(self, given: Given, wanted: Wanted, policy: Allocation) -> None:
        self.given, self.wanted, self.policy = given, wanted, policy

    def may(self, project: Project, source: str) -> bool:
        """Whether a project may have money of a source at all."""
        policy = self.policy
        graded = project.grade in policy.grades or (not project.grade and policy.ungraded == "last")
        lanes = policy.fund_lanes.get(source, (project.lane,))
        known = source in self.wanted.pots or source in policy.own_funds
        admitted = not project.gate or project.gate in policy.admits
        return bool(
            source and known and admitted and project.lane in lanes and (graded or project.mandate)
        )

    def reviewed(self, project: Project) -> dict[str, int]:
        """What a project may have at most, by source."""
        return {
            ask.source: ask.asked - sum(cut.amount for cut in ask.cuts)
            for ask in project.asks
            if self.may(project, ask.source)
        }

    def amounts(self) -> Iterator[str]:
        """No money for what may not have it, never more than was reviewed, only whole steps."""
        for (code, source), amount in self.given.items():
            project = self.wanted.projects[code]
            most = self.reviewed(project).get(source, 0)
            if not 0 <= amount <= most:
                yield f"amount {code} {source}: {amount} of {most}"
            elif source == self.policy.ranked and not self.steps(project, amount, most):
                yield f"step {code} {source}: {amount} of {most}"
            elif source != self.policy.ranked and amount not in {0, most}:
                yield f"whole {code} {source}: {amount} of {most}"

    def others(self, project: Project) -> int:
        """What sources other than the ranked one were reviewed at, whether or not they may pay."""
        return sum(
            ask.asked - sum(cut.amount for cut in ask.cuts)
            for ask in project.asks
            if ask.source not in {"", self.policy.ranked}
        )

    def due(self, project: Project, most: int) -> int:
        """What is bound of a project's ranked money."""
        if project.mandate:
            return most
        sums = [
            amount
            for name, amount in (("contract", project.contract), ("entitlement", project.entitled))
            if name in self.policy.mandates
        ]
        return min(most, max(0, max(sums, default=0) - self.others(project)))

    def steps(self, project: Project, amount: int, most: int) -> bool:
        """Whether an amount is one that the project's steps allow."""
        due = self.due(project, most)
        if amount in {0, due, most}:
            return True
        if amount < due:
            return False
        if not project.levels:
            least = self.policy.divides.get(project.lane, 100)
            return 100 * amount >= least * most
        others, low = self.others(project), due
        for level in project.levels:
            top = min(most, max(0, level.total - others))
            if amount == top:
                return True
            if low < amount < top:
                return level.scalable and low > 0
            low = max(low, top)
        return low > 0

    def bound(self) -> Iterator[str]:
        """What must be arranged is arranged."""
        for project in self.wanted.projects.values():
            for source, most in self.reviewed(project).items():
                have = self.given.get((project.code, source), 0)
                if source == self.policy.ranked:
                    least = self.due(project, most)
                else:
                    given = source in self.policy.purposes and "transfer" in self.policy.mandates
                    least = most if given or project.mandate else 0
                if have < least:
                    yield f"bound {project.code} {source}: {have} of {least}"

    def pots(self) -> Iterator[str]:
        """No source gives more than it has, the reserve fund and rigid spending kept."""
        spent: defaultdict[str, int] = defaultdict(int)
        rigid: defaultdict[str, int] = defaultdict(int)
        for (_, source), amount in self.given.items():
            spent[source] += amount
        for project in self.wanted.projects.values():
            for ask in project.asks if project.lane == "rigid" else ():
                rigid[ask.source] += ask.asked - sum(cut.amount for cut in ask.cuts)
        for source, pot in self.wanted.pots.items():
            held_back = max(0, pot.rigid - rigid[source])
            least = self.policy.reserve_least
            if spent[source] > pot.total - held_back and spent[source]:
                yield f"pot {source}: {spent[source]} of {pot.total - held_back}"
            if source != self.policy.ranked:
                continue
            if pot.reserve is not None and least * spent[source] > 100 * pot.reserve:
                yield f"reserve {source}: {pot.reserve} for {spent[source]}"
            kept = (pot.total - held_back) - spent[source]
            if pot.reserve is None and least * spent[source] > 100 * kept:
                yield f"reserve {source}: {kept} for {spent[source]}"

    def ceilings(self) -> Iterator[str]:
        """No department or unit has more than its ceiling, nor less than the floor of it."""
        held: defaultdict[tuple[str, str], list[tuple[Project, int, int]]] = defaultdict(list)
        for (code, source), amount in self.given.items():
            project = self.wanted.projects[code]
            may = self.reviewed(project).get(source, 0)
            held[project.department, source].append((project, amount, may))
        for ceiling in self.wanted.ceilings:
            have = most = 0
            for project, amount, may in held[ceiling.department, ceiling.source]:
                rigid = project.lane == "rigid"
                counts = (
                    ceiling.kind == "total"
                    or (ceiling.kind == "project" and not rigid)
                    or (ceiling.kind == "basic" and rigid)
                )
                if counts and (not ceiling.unit or ceiling.unit == project.unit):
                    have += amount
                    most += may
            if have > ceiling.at_most:
                yield f"ceiling {ceiling.name}: {have} of {ceiling.at_most}"
            if have < min(ceiling.at_least, most):
                yield f"floor {ceiling.name}: {have} of {ceiling.at_least}"

    def relations(self) -> Iterator[str]:
        """What needs another project has it; what excludes another has not both."""
        has = {
            code for (code, _), amount in self.given.items() if amount > 0 and self.says(code, _)
        }
        for one in self.wanted.relations:
            if one.kind == "prerequisite" and one.project in has and one.other not in has:
                yield f"needs {one.project} {one.other}"
            if one.kind == "exclusion" and {one.project, one.other} <= has:
                yield f"excludes {one.project} {one.other}"

    def says(self, code: str, source: str) -> bool:
        """Whether money of a source says that a project is arranged: the ranked one, if it asks."""
        project = self.wanted.projects[code]
        sources = [name for name, most in self.reviewed(project).items() if most > 0]
        if self.policy.ranked in sources:
            return source == self.policy.ranked
        return source == sources[0]

    def next_years(self) -> Iterator[str]:
        """What newly begun projects bind of next years stays within its share."""
        ranked = self.policy.ranked
        if ranked not in self.wanted.pots:
            return
        binds = 0
        for (code, source), amount in self.given.items():
            project = self.wanted.projects[code]
            most = self.reviewed(project).get(source, 0)
            if source == ranked and amount and not self.due(project, most):
                binds += project.next_year
        pot = self.wanted.pots[ranked]
        if 100 * binds > self.policy.next_years * max(0, pot.total):
            yield f"next years: {binds}"
