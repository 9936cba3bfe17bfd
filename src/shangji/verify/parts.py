"""The parts that a plan chose among and the limits on them, made once more; whole 分.

A part is a step of one project's money of one source; a limit bounds the sum of coefficient times
share of its parts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.verify.rulebook import text, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shangji.verify.rulebook import Doc
    from shangji.verify.wanted import Project, Wanted

WITHOUT = {"needs", "excludes"}
"""Kinds of limits whose coefficients are no money."""


@dataclass(frozen=True)
class Part:
    """A step of money; `grade` 0 is what must be arranged."""

    at: int
    project: str
    source: str
    level: str
    amount: int
    whole: bool
    grade: int
    weight: int
    after: int | None


@dataclass(frozen=True)
class Limit:
    """A limit: at most `amount`, or at least where `least`."""

    name: str
    kind: str
    amount: int
    terms: dict[int, int]
    least: bool = False


@dataclass
class Parting:
    """Makes parts and limits of what is wanted."""

    wanted: Wanted
    parts: list[Part] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    barred: dict[tuple[str, str], str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make them all, in the order of keys."""
        stated = self.wanted.stated
        self.ranked = self.wanted.ranked
        last = [""] if text(stated, "ungraded") == "last" else []
        self.classes = [*texts(stated, "grades"), *last]
        self.pots = self.wanted.pots()
        self.lanes = {one["fund"]: texts(one, "lanes") for one in stated.get("fund_lanes") or []}
        self.divides = {
            one["lane"]: int(one["least_percent"]) for one in stated.get("divides") or []
        }
        for project in self.wanted.projects.values():
            self._project(project)
        self.limits += [
            *self._sources(),
            *self._ceilings(),
            *self._shares(),
            *self._next_years(),
            *self._relations(),
        ]

    @property
    def setting(self) -> Doc:
        """The setting in use."""
        stated = self.wanted.stated
        held = stated["settings"]
        return next(one for one in held if one["setting"] == text(stated, "use"))

    # Parts.

    def _project(self, project: Project) -> None:
        others = sum(
            amount for source, amount in project.left.items() if source not in {self.ranked, ""}
        )
        for source in sorted(project.left, key=lambda source: source != self.ranked):
            amount = project.left[source]
            why = self._barred(project, source, amount)
            if why:
                self.barred[project.code, source] = why
            elif source == self.ranked:
                self._add(project, source, self._steps(project, amount, others))
            else:
                given = source in texts(self.wanted.stated, "purposes")
                bound = (given and "transfer" in self.wanted.mandates) or project.mandate
                self._add(project, source, [("", amount, True, bound)])

    def _barred(self, project: Project, source: str, amount: int) -> str:
        stated = self.wanted.stated
        known = source in self.pots or source in texts(stated, "own_funds")
        reasons = {
            "reviewed": amount <= 0,
            "no_source": not source,
            "gate": bool(project.gate) and project.gate not in texts(stated, "admits"),
            "ineligible": source in self.lanes and project.lane not in self.lanes[source],
            "no_pot": not known,
            "ungraded": not project.mandate and project.grade not in self.classes,
        }
        return next((name for name, holds in reasons.items() if holds), "")

    def _steps(
        self, project: Project, amount: int, others: int
    ) -> Iterator[tuple[str, int, bool, bool]]:
        """Steps of ranked money: level, amount, whole or not, bound or not."""
        if project.mandate:
            yield "", amount, True, True
            return
        done = min(amount, max(0, project.due - others))
        if done:
            yield "", done, True, True
        opened = done > 0
        for level, total, scalable in project.levels:
            top = min(amount, max(0, total - others))
            if top > done:
                yield level, top - done, not (opened and scalable), False
                done, opened = top, True
        if project.levels:
            if done < amount:
                yield "", amount - done, not opened, False
            return
        least = -(-amount * self.divides.get(project.lane, 100) // 100)
        if done < min(least, amount):
            yield "", least - done, True, False
            done = least
        if done < amount:
            yield "", amount - done, False, False

    def _add(
        self, project: Project, source: str, steps: Iterable[tuple[str, int, bool, bool]]
    ) -> None:
        levels = self.wanted.stated.get("levels") or {}
        before = None
        for level, amount, whole, bound in steps:
            at = len(self.parts)
            grade = 0 if bound else 1 + self.classes.index(project.grade)
            weight = project.points * int(levels.get(level, 100)) * 1000 + project.place
            self.parts.append(
                Part(at, project.code, source, level, amount, whole, grade, weight, before)
            )
            self.first.setdefault(project.code, at)
            before = at

    # Limits.

    def _money(self, kind: str, name: str, amount: int, parts: Iterable[Part]) -> Limit:
        least = kind in {"floor", "share"}
        terms = {part.at: part.amount for part in parts}
        return Limit(f"{kind}|{name}", kind, amount, terms, least)

    def room(self, source: str) -> int:
        """What a source can give, what is still to come for rigid spending kept."""
        total, rigid, reserve = self.pots[source]
        named = sum(
            project.left.get(source, 0)
            for project in self.wanted.projects.values()
            if project.lane == "rigid"
        )
        room = total - max(0, rigid - named)
        if source == self.ranked and reserve is None:
            return room * 100 // (100 + self.wanted.percent("reserve_least_percent"))
        return room

    def _sources(self) -> Iterator[Limit]:
        for source, (_, _, reserve) in self.pots.items():
            mine = [part for part in self.parts if part.source == source]
            if not mine:
                continue
            yield self._money("pot", source, self.room(source), mine)
            if source == self.ranked and reserve is not None:
                most = reserve * 100 // self.wanted.percent("reserve_least_percent")
                yield self._money("reserve", source, most, mine)

    def _bound(self) -> list[Part]:
        return [part for part in self.parts if part.source == self.ranked and not part.grade]

    def _blocks(self) -> dict[str, int]:
        """The ceilings cut down together where departments are given blocks and money is short."""
        if text(self.setting, "order") != "departments" or self.ranked not in self.pots:
            return {}
        bound: defaultdict[str, int] = defaultdict(int)
        free = self.room(self.ranked)
        for part in self._bound():
            free -= part.amount
            project = self.wanted.projects[part.project]
            if project.lane != "rigid":
                bound[project.department] += part.amount
        free = max(0, free)
        mine = {
            f"{department}|{source}|{kind}": (department, most)
            for department, unit, source, kind, most, _ in self.wanted.ceilings()
            if (source, kind, unit) == (self.ranked, "project", "")
        }
        over = {name: max(0, most - bound[where]) for name, (where, most) in mine.items()}
        total = sum(over.values())
        if total <= free:
            return {}
        return {
            name: min(most, bound[where]) + over[name] * free // total
            for name, (where, most) in mine.items()
        }

    def _ceilings(self) -> Iterator[Limit]:
        blocks = self._blocks()
        for department, unit, source, kind, most, least in self.wanted.ceilings():
            mine = [
                part
                for part in self.parts
                if part.source == source and self._counts(part, department, unit, kind)
            ]
            if not mine:
                continue
            name = "|".join(filter(None, (department, unit, source, kind)))
            yield self._money("ceiling", name, blocks.get(name, most), mine)
            if least:
                whole = sum(part.amount for part in mine)
                yield self._money("floor", name, min(least, whole), mine)

    def _counts(self, part: Part, department: str, unit: str, kind: str) -> bool:
        project = self.wanted.projects[part.project]
        rigid = project.lane == "rigid"
        kinds = {"total": True, "project": not rigid, "basic": rigid}
        home = project.department == department and unit in {"", project.unit}
        return home and kinds.get(kind, False)

    def _free(self) -> int:
        """What is left of the ranked source for what is ranked."""
        if self.ranked not in self.pots:
            return 0
        return max(0, self.room(self.ranked) - sum(part.amount for part in self._bound()))

    def _shares(self) -> Iterator[Limit]:
        grade = text(self.setting, "floor_grade")
        if not grade:
            return
        at = 1 + self.classes.index(grade)
        mine = [part for part in self.parts if part.source == self.ranked and part.grade == at]
        part_of = self._free() * int(text(self.setting, "floor_percent", "0")) // 100
        least = min(sum(part.amount for part in mine), part_of)
        if least > 0:
            yield self._money("share", grade, least, mine)

    def _next_years(self) -> Iterator[Limit]:
        if self.ranked not in self.pots:
            return
        terms = {}
        for code, at in sorted(self.first.items()):
            part, after = self.parts[at], self.wanted.projects[code].next_year
            if after and part.grade and part.source == self.ranked:
                terms[at] = after
        most = self._free() * self.wanted.percent("next_years_percent") // 100
        if terms:
            yield Limit("next_years", "next_years", most, terms)

    def _relations(self) -> Iterator[Limit]:
        for kind, project, other in self.wanted.relations():
            here, there = self.first.get(project), self.first.get(other)
            if here is None:
                continue
            if kind == "prerequisite":
                terms = {here: 1} if there is None else {here: 1, there: -1}
                yield Limit(f"needs|{project}|{other}", "needs", 0, terms)
            elif there is not None and there != here:
                terms = {here: 1, there: 1}
                yield Limit(f"excludes|{project}|{other}", "excludes", 1, terms)
