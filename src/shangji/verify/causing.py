"""Why each 分 that was asked is not arranged, derived again: one fixed order, exactly the rest.

Rules first; then what bars the money altogether, else the limits without room. Where a ceiling and
the money both leave none, the ceiling took what even a full pot could not have given, and its room
is used up once, in the order of the plan. What a meeting decided otherwise comes last.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from shangji.verify.parts import WITHOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.verify.parts import Limit, Part
    from shangji.verify.plan import Planning
    from shangji.verify.wanted import Project

FIRST = ("needs", "excludes", "ceiling", "next_years", "reserve", "pot")
"""In which order limits are named that all leave no room."""

Taken = tuple[str, str, int, list[str]]
"""Kind, name, 分, what else would have taken it."""


class Causing:
    """The rows of the table of causes of one plan."""

    def __init__(self, planning: Planning) -> None:
        """Take every step that is short in the order of the plan."""
        self.planning = planning
        self.used = {limit.name: planning.used(limit) for limit in planning.limits}
        self.room = {one.name: one.amount - self.used[one.name] for one in planning.limits}
        self.limits: defaultdict[int, list[Limit]] = defaultdict(list)
        for limit in planning.limits:
            for at, coefficient in limit.terms.items():
                if coefficient > 0 and not limit.least:
                    self.limits[at].append(limit)
        self.short: defaultdict[tuple[str, str], list[Taken]] = defaultdict(list)
        for part in sorted(planning.parts, key=lambda one: (one.grade, -one.weight, one.at)):
            lacking = part.amount - planning.have(part.at)
            if lacking:
                self.short[part.project, part.source] += self._step(part, lacking)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every cause of every project, its sources in their order."""
        for project in self.planning.wanted.projects.values():
            left = sum(project.asked.values())
            for source in project.asked:
                found = [*project.cuts.get(source, ()), *self._rest(project, source)]
                for number, (kind, name, amount, also) in enumerate(found, start=1):
                    left -= amount
                    yield self._row(project.code, source, number, (kind, name, amount, also))
            if project.decided is not None and project.decided != left:
                moved = left - project.decided
                yield self._row(project.code, "", 0, ("decision", "decided_yuan", moved, []))

    def _row(self, code: str, source: str, number: int, taken: Taken) -> dict[str, Any]:
        from shangji.verify.plan import yuan

        kind, name, amount, also = taken
        return {
            "project_code": code,
            "fund_source": source,
            "cause_no": number,
            "cause_kind": kind,
            "cause_id": name,
            "amount_yuan": yuan(amount),
            "also": json.dumps(also, separators=(",", ":")),
        }

    def _rest(self, project: Project, source: str) -> list[Taken]:
        """What took the reviewed money of a source: its bar, or limits, each name once."""
        amount = project.left.get(source, 0)
        if amount <= 0:
            return []
        why = self.planning.made.barred.get((project.code, source))
        if why:
            return [(why, project.gate if why == "gate" else source, amount, [])]
        sums: dict[tuple[str, str], int] = {}
        others: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for kind, name, taken, also in self.short[project.code, source]:
            sums[kind, name] = sums.get((kind, name), 0) + taken
            others[kind, name] |= dict.fromkeys(also)
        return [(*key, taken, list(others[key])) for key, taken in sums.items()]

    def _step(self, part: Part, lacking: int) -> list[Taken]:
        """Who took what a step lacks."""
        found = self._blocking(part)
        if not found:
            return [("order", part.source, lacking, [])]
        names = [limit.name for limit in found]
        ceilings = [limit.name for limit in found if limit.kind == "ceiling"]
        others = [limit for limit in found if limit.kind != "ceiling"]
        if found[0].kind in WITHOUT or not ceilings or not others:
            return [(found[0].kind, names[0], lacking, names[1:])]
        under = min(lacking, *(max(0, self.room[name]) for name in ceilings))
        for name in ceilings:
            self.room[name] -= under
        rest = [limit.name for limit in others]
        made: list[Taken] = []
        if lacking > under:
            tight = min(ceilings, key=lambda name: self.room[name])
            made.append(("ceiling", tight, lacking - under, rest))
        if under:
            made.append((others[0].kind, rest[0], under, rest[1:]))
        return made

    def _blocking(self, part: Part) -> list[Limit]:
        """The limits without room for the rest of the step, or of the one that it waits for."""
        planning = self.planning
        while part.after is not None:
            before = planning.parts[part.after]
            if planning.have(before.at) == before.amount:
                break
            part = before
        rest = part.amount - planning.have(part.at)
        found = []
        for limit in self.limits[part.at]:
            coefficient = limit.terms[part.at]
            more = rest if coefficient == part.amount else coefficient
            if self.used[limit.name] + more > limit.amount:
                found.append(limit)
        return sorted(found, key=lambda one: (FIRST.index(one.kind), one.name))
