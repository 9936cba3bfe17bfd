"""The parts a plan chooses among, and the limits on them; integers of 分, in the order of keys.

A part is a step of one project's money of one source. It is whole (taken or left) or may be split,
and is opened only after the part before it. Class 0 is what must be arranged; the classes after it
are decided one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from shangji.allocate.wanted import NO_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shangji.allocate.wanted import Ask, Ceiling, Project, Wanted
    from shangji.pack.allocation import Allocation

MANDATE = 0
PERCENT = 100
ORDERS = 999
"""Steps of the department's own order: it decides between equal points, never against them."""
WORTH = 1000
"""Places of the weight that the order takes up."""
AT_MOST, AT_LEAST = "at_most", "at_least"


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a project's money of one source; `after` is the part that comes before it."""

    at: int
    project: str
    department: str
    source: str
    level: str
    amount: int
    whole: bool
    grade: int
    weight: int
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: the sum of coefficient times share of its parts is at most, or at least, `amount`.

    For money the coefficient is the part's amount; for a relation between projects it is ±1.
    """

    name: str
    kind: str
    sense: str
    amount: int
    terms: tuple[tuple[int, int], ...]

    @property
    def of_money(self) -> bool:
        """Whether its terms are sums of money."""
        return self.kind not in {"needs", "excludes"}


@dataclass
class Choice:
    """The parts and limits of one allocation, and why some money has no part."""

    parts: list[Part] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    barred: dict[tuple[str, str], str] = field(default_factory=dict)
    """Project and source that cannot be arranged at all: why."""
    first: dict[str, int] = field(default_factory=dict)
    """The part that says whether a project is arranged."""
    classes: tuple[str, ...] = ()
    """The names of the classes after the first."""


def points_of(policy: Allocation, project: Project, level: str, place: int) -> int:
    """The weight of a 分: points, by the worth of its level, then the department's order."""
    worth = policy.levels.get(level, PERCENT)
    return project.points * worth * WORTH + place


def places(projects: Iterable[Project]) -> dict[str, int]:
    """The place of each project in its department's own order, the first the highest."""
    held: defaultdict[str, list[Project]] = defaultdict(list)
    for project in projects:
        held[project.department].append(project)
    made = {}
    for mine in held.values():
        ranks = sorted({project.dept_rank for project in mine})
        for project in mine:
            at = ranks.index(project.dept_rank)
            made[project.code] = ORDERS - at * (ORDERS - 1) // max(1, len(ranks))
    return made


@dataclass
class Building:
    """Builds the parts and limits."""

    wanted: Wanted
    policy: Allocation
    choice: Choice = field(default_factory=Choice)

    def built(self) -> Choice:
        """Everything that the plan chooses among."""
        policy = self.policy
        last = ("",) if policy.ungraded == "last" else ()
        self.choice.classes = (*policy.grades, *last)
        order = places(self.wanted.projects.values())
        for project in self.wanted.projects.values():
            self.project(project, order[project.code])
        self.choice.limits += [*self.pots(), *self.ceilings(), *self.floors(), *self.relations()]
        return self.choice

    # Parts.

    def project(self, project: Project, place: int) -> None:
        """The parts of a project: what binds it first, then its steps."""
        others = sum(
            ask.reviewed
            for ask in project.asks
            if ask.source not in {self.policy.ranked, NO_SOURCE}
        )
        due = self.due(project)
        for ask in sorted(project.asks, key=lambda ask: ask.source != self.policy.ranked):
            why = self.why_not(project, ask)
            if why:
                self.choice.barred[project.code, ask.source] = why
                continue
            if ask.source == self.policy.ranked:
                steps = self.steps(project, ask.reviewed, others, max(0, due - others))
            else:
                steps = [("", ask.reviewed, True, self.earmarked(project, ask))]
            self.add(project, ask.source, place, steps)

    def due(self, project: Project) -> int:
        """What binds a part of the project in the year."""
        binds = {"contract": project.contract, "entitlement": project.entitled}
        return max((binds[name] for name in self.policy.mandates if name in binds), default=0)

    def earmarked(self, project: Project, ask: Ask) -> bool:
        """Whether money of a source other than the ranked one is bound to be arranged."""
        given = ask.source in self.policy.purposes and "transfer" in self.policy.mandates
        return given or bool(project.mandate)

    def why_not(self, project: Project, ask: Ask) -> str:
        """Why money cannot be arranged at all, or nothing."""
        lanes = self.policy.fund_lanes.get(ask.source)
        own = ask.source in self.policy.own_funds
        grades = self.choice.classes
        reasons = (
            ("reviewed", ask.reviewed <= 0),
            ("no_source", ask.source == NO_SOURCE),
            ("gate", bool(project.gate) and project.gate not in self.policy.admits),
            ("ineligible", lanes is not None and project.lane not in lanes),
            ("no_pot", ask.source not in self.wanted.pots and not own),
            ("ungraded", not project.mandate and project.grade not in grades),
        )
        return next((name for name, holds in reasons if holds), "")

    def steps(
        self, project: Project, amount: int, others: int, due: int
    ) -> list[tuple[str, int, bool, bool]]:
        """Steps of ranked money as (level, amount, whole, bound); together all of it."""
        if project.mandate:
            return [("", amount, True, True)]
        due = min(due, amount)
        made = [("", due, True, True)] if due else []
        return [*made, *self.free(project, amount, others, due)]

    def free(
        self, project: Project, amount: int, others: int, done: int
    ) -> Iterator[tuple[str, int, bool, bool]]:
        """The steps beyond what is bound: by its packages, else by what its lane may be split."""
        first = done == 0
        for level in project.levels:
            upto = min(amount, max(0, level.total - others))
            if upto > done:
                yield level.name, upto - done, first or not level.scalable, False
                done, first = upto, False
        if project.levels and done < amount:
            yield "", amount - done, first, False
            return
        least = self.policy.divides.get(project.lane, PERCENT)
        core = max(0, -(-amount * least // PERCENT) - done)
        if done < amount and core:
            yield "", core, True, False
        if done + core < amount:
            yield "", amount - done - core, False, False

    def add(
        self,
        project: Project,
        source: str,
        place: int,
        steps: Sequence[tuple[str, int, bool, bool]],
    ) -> None:
        """Add the steps of a project's money of one source."""
        parts, grades = self.choice.parts, self.choice.classes
        before = None
        for level, amount, whole, bound in steps:
            at = len(parts)
            grade = MANDATE if bound else 1 + grades.index(project.grade)
            weight = points_of(self.policy, project, level, place)
            parts.append(
                Part(
                    at,
                    project.code,
                    project.department,
                    source,
                    level,
                    amount,
                    whole,
                    grade,
                    weight,
                    before,
                )
            )
            self.choice.first.setdefault(project.code, at)
            before = at

    # Limits.

    def money(self, name: str, kind: str, sense: str, amount: int, parts: Iterable[Part]) -> Limit:
        """A limit on the sum of the money of some parts."""
        terms = tuple((part.at, part.amount) for part in parts)
        return Limit(name, kind, sense, amount, terms)

    def pots(self) -> Iterator[Limit]:
        """No source gives more than it has; the ranked one keeps its reserve fund."""
        held: defaultdict[str, list[Part]] = defaultdict(list)
        for part in self.choice.parts:
            held[part.source].append(part)
        for source, pot in self.wanted.pots.items():
            if not held[source]:
                continue
            yield self.money(f"pot|{source}", "pot", AT_MOST, self.room(source), held[source])
            if source == self.policy.ranked and pot.reserve is not None:
                most = pot.reserve * PERCENT // self.policy.reserve_least
                name = f"reserve|{source}"
                yield self.money(name, "reserve", AT_MOST, most, held[source])

    def room(self, source: str) -> int:
        """What a source can give to projects, rigid ones included."""
        pot = self.wanted.pots[source]
        rigid = sum(
            ask.reviewed
            for project in self.wanted.projects.values()
            if project.lane == "rigid"
            for ask in project.asks
            if ask.source == source
        )
        room = pot.total - max(0, pot.rigid - rigid)
        if source == self.policy.ranked and pot.reserve is None:
            room = room * PERCENT // (PERCENT + self.policy.reserve_least)
        return room

    @cached_property
    def blocks(self) -> Mapping[str, int]:
        """Ceilings cut down together until the ranked money covers all of them, where so set.

        What binds each department stays whole; of the rest each ceiling keeps the same share.
        """
        ranked = self.policy.ranked
        mine = [
            one
            for one in self.wanted.ceilings
            if (one.source, one.kind, one.unit) == (ranked, "project", "")
        ]
        if self.policy.setting.order != "departments" or ranked not in self.wanted.pots:
            return {}
        bound: defaultdict[str, int] = defaultdict(int)
        free = self.room(ranked)
        for part in self.choice.parts:
            if part.source == ranked and part.grade == MANDATE:
                free -= part.amount
                if self.wanted.projects[part.project].lane != "rigid":
                    bound[part.department] += part.amount
        over = {one.name: max(0, one.at_most - bound[one.department]) for one in mine}
        total = sum(over.values())
        if total <= max(0, free):
            return {}
        return {
            one.name: min(one.at_most, bound[one.department])
            + over[one.name] * max(0, free) // total
            for one in mine
        }

    def ceilings(self) -> Iterator[Limit]:
        """Ceilings of departments and units, and the floors that they state."""
        held: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
        for part in self.choice.parts:
            held[part.department, part.source].append(part)
        for ceiling in self.wanted.ceilings:
            mine = held[ceiling.department, ceiling.source]
            parts = [part for part in mine if self.under(part, ceiling)]
            if not parts:
                continue
            name = ceiling.name
            at_most = self.blocks.get(ceiling.name, ceiling.at_most)
            yield self.money(f"ceiling|{name}", "ceiling", AT_MOST, at_most, parts)
            most = sum(part.amount for part in parts)
            if ceiling.at_least:
                least = min(ceiling.at_least, most)
                yield self.money(f"floor|{name}", "floor", AT_LEAST, least, parts)

    def under(self, part: Part, ceiling: Ceiling) -> bool:
        """Whether a part of its department and source counts against a ceiling."""
        project = self.wanted.projects[part.project]
        rigid = project.lane == "rigid"
        counts = {"total": True, "project": not rigid, "basic": rigid}
        return ceiling.unit in {"", project.unit} and counts.get(ceiling.kind, False)

    def floors(self) -> Iterator[Limit]:
        """The share of a grade, and what next years are bound to by what is newly begun."""
        ranked = [part for part in self.choice.parts if part.source == self.policy.ranked]
        setting, room = self.policy.setting, self.ranked_room()
        if setting.floor_grade:
            at = 1 + self.choice.classes.index(setting.floor_grade)
            mine = [part for part in ranked if part.grade == at]
            least = min(sum(part.amount for part in mine), room * setting.floor_percent // PERCENT)
            if least > 0:
                yield self.money(f"share|{setting.floor_grade}", "share", AT_LEAST, least, mine)
        if self.policy.ranked not in self.wanted.pots:
            return
        terms = [
            (at, self.wanted.projects[code].next_year)
            for code, at in sorted(self.choice.first.items())
            if self.wanted.projects[code].next_year
            and self.choice.parts[at].grade
            and self.choice.parts[at].source == self.policy.ranked
        ]
        most = max(0, room) * self.policy.next_years // PERCENT
        if terms:
            yield Limit("next_years", "next_years", AT_MOST, most, tuple(terms))

    def ranked_room(self) -> int:
        """What is left of the ranked source for what is ranked."""
        if self.policy.ranked not in self.wanted.pots:
            return 0
        bound = sum(
            part.amount
            for part in self.choice.parts
            if part.source == self.policy.ranked and part.grade == MANDATE
        )
        return max(0, self.room(self.policy.ranked) - bound)

    def relations(self) -> Iterator[Limit]:
        """Prerequisites and exclusions between projects that can be arranged."""
        first: Mapping[str, int] = self.choice.first
        for one in self.wanted.relations:
            here, there = first.get(one.project), first.get(one.other)
            name = (
                f"{'needs' if one.kind == 'prerequisite' else 'excludes'}|{one.project}|{one.other}"
            )
            if here is None:
                continue
            if one.kind == "prerequisite":
                terms = ((here, 1),) if there is None else ((here, 1), (there, -1))
                yield Limit(name, "needs", AT_MOST, 0, terms)
            elif there is not None and there != here:
                yield Limit(name, "excludes", AT_MOST, 1, ((here, 1), (there, 1)))
