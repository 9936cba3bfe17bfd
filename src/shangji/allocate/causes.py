"""Why each 分 that was asked is not arranged: in one fixed order, together exactly the difference.

What a rule took comes first; of the rest the gate, the fund, the grade, a relation to another
project, the ceiling, next years, the reserve fund, and at last the money that did not reach so far.
A leader's decision that the bureau entered is the last row and may also give back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from shangji.allocate.money import yuan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.allocate.parts import Limit, Part
    from shangji.allocate.plan import Plan
    from shangji.allocate.wanted import Ask, Project, Wanted

RULE, DECISION, RANKED, INDIVISIBLE = "rule", "decision", "pot", "order"
ORDER = ("needs", "excludes", "ceiling", "next_years", "reserve", "pot")
"""In which order limits take what they both leave no room for."""

Cause = tuple[str, str, int, list[str]]
"""Kind, id, 分, the other limits and rules that would have taken it as well."""


class Causes:
    """The causes of one plan; room under ceilings is used up once, in the order of the plan."""

    def __init__(self, plan: Plan, wanted: Wanted) -> None:
        self.plan, self.wanted = plan, wanted
        limits = plan.choice.limits
        self.left = [
            limit.amount - used for limit, used in zip(limits, plan.standing.used, strict=True)
        ]
        self.short: defaultdict[tuple[str, str], list[Cause]] = defaultdict(list)
        order = sorted(plan.choice.parts, key=lambda part: (part.grade, -part.weight, part.at))
        for part in order:
            self.part(part)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Rows of the table of causes, each project's sources in order."""
        for project in self.wanted.projects.values():
            have = 0
            for ask in project.asks:
                causes = [*self.rules(ask), *self.not_arranged(project, ask)]
                have += ask.asked - sum(cause[2] for cause in causes)
                for at, (kind, name, amount, also) in enumerate(causes, start=1):
                    told = json.dumps(also, separators=(",", ":"))
                    yield project.code, ask.source, at, kind, name, yuan(amount), told
            if project.decided is not None and project.decided != have:
                taken = yuan(have - project.decided)
                yield project.code, "", 0, DECISION, "decided_yuan", taken, "[]"

    def rules(self, ask: Ask) -> list[Cause]:
        """What rules of the review took."""
        return [(RULE, cut.rule, cut.amount, json.loads(cut.also)) for cut in ask.cuts]

    def not_arranged(self, project: Project, ask: Ask) -> list[Cause]:
        """What limits took, those of one kind and name together."""
        if ask.reviewed <= 0:
            return []
        barred = self.plan.choice.barred.get((project.code, ask.source))
        if barred:
            name = project.gate if barred == "gate" else ask.source
            return [(barred, name, ask.reviewed, [])]
        sums: dict[tuple[str, str], tuple[int, list[str]]] = {}
        for kind, name, amount, also in self.short[project.code, ask.source]:
            before, known = sums.get((kind, name), (0, []))
            sums[kind, name] = (before + amount, list(dict.fromkeys([*known, *also])))
        return [(kind, name, amount, also) for (kind, name), (amount, also) in sums.items()]

    def part(self, part: Part) -> None:
        """Attribute what a part is short of."""
        short = part.amount - self.plan.money(part.at)
        if not short:
            return
        held = self.short[part.project, part.source]
        blocking = self.blocking(part)
        names = [limit.name for limit in blocking]
        ceilings = [limit for limit in blocking if limit.kind == "ceiling"]
        others = [limit for limit in blocking if limit.kind != "ceiling"]
        if not blocking:
            held.append((INDIVISIBLE, part.source, short, []))
        elif blocking[0].kind in {"needs", "excludes"} or not ceilings or not others:
            held.append((blocking[0].kind, names[0], short, names[1:]))
        else:
            self.split(held, short, ceilings, others)

    def split(
        self, held: list[Cause], short: int, ceilings: list[Limit], others: list[Limit]
    ) -> None:
        """What even a full pot could not give is the ceiling's; what it could, the money's."""
        at = {limit.name: number for number, limit in enumerate(self.plan.choice.limits)}
        room = min(max(0, self.left[at[limit.name]]) for limit in ceilings)
        rest = min(short, room)
        for limit in ceilings:
            self.left[at[limit.name]] -= rest
        tight = min(ceilings, key=lambda limit: self.left[at[limit.name]])
        if short > rest:
            also = [limit.name for limit in others]
            held.append(("ceiling", tight.name, short - rest, also))
        if rest:
            also = [limit.name for limit in others[1:]]
            held.append((others[0].kind, others[0].name, rest, also))

    def blocking(self, part: Part) -> list[Limit]:
        """The limits that leave no room for the first step of the project that is not whole."""
        before = part.after
        while (
            before is not None and self.plan.money(before) < self.plan.choice.parts[before].amount
        ):
            part = self.plan.choice.parts[before]
            before = part.after
        return blocking(self.plan, part)


def blocking(plan: Plan, part: Part) -> list[Limit]:
    """The limits that have no room for the rest of a part, in the order of `ORDER`."""
    standing = plan.standing
    rest = part.amount - plan.money(part.at)
    found = []
    for at, coefficient in standing.limits_of.get(part.at, ()):
        limit = plan.choice.limits[at]
        if limit.sense != "at_most" or coefficient <= 0:
            continue
        more = rest if coefficient == part.amount else coefficient
        if standing.used[at] + more > limit.amount:
            found.append(limit)
    return sorted(found, key=lambda limit: (ORDER.index(limit.kind), limit.name))


def bound_by(plan: Plan, part: Part) -> str:
    """The first limit that leaves a part no room, or that its money is whole."""
    before = part.after
    while before is not None and plan.money(before) < plan.choice.parts[before].amount:
        part = plan.choice.parts[before]
        before = part.after
    names = [limit.name for limit in blocking(plan, part)]
    return names[0] if names else INDIVISIBLE
