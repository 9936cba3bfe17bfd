"""One stage: the parts of one class are chosen, those of earlier classes stand, later ones wait.

The solver works on scaled doubles; what it says is rounded down to 分, filled up and counted again
in integers here, and once more by `check`, which shares no code with this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.allocate.money import WAN
from shangji.allocate.parts import AT_LEAST, AT_MOST
from shangji.allocate.solver import TIGHT, Program, solve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.allocate.parts import Choice, Limit, Part
    from shangji.allocate.solver import Solved

CHAIN = -1
"""The name of a row that opens a step only after the one before it."""
RELAXED, WHOLE = 1 - 1e-7, 0.5
"""The share from which a whole part counts as taken in a linear program, and in a whole one."""
FINE = 10**10
"""What the solver's doubles do not tell apart, as a share of a value."""
ENDLESS = 1e12
"""In 万元: more than any side of a range."""
EXACT = 10_000
"""Whole parts that are branched on together, where the pack does not say how many."""
NEAR = 1e-3
"""Of a 分: a sum that comes this near to a whole one is that."""


class NoPlan(Exception):  # noqa: N818 - that there is none is an answer, which `clash` explains
    """No plan keeps every limit; `grade` is the class that was being decided."""

    def __init__(self, grade: int) -> None:
        """Keep the class."""
        self.grade = grade
        super().__init__(f"no plan for class {grade}")


@dataclass
class Standing:
    """Which money of which part stands, and the room that every limit still has, in integers.

    `given` is the money of each part that has been decided; a part without it is open.
    """

    choice: Choice
    given: dict[int, int] = field(default_factory=dict)
    used: list[int] = field(default_factory=list)
    limits_of: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    after: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note which limits each part is in."""
        self.used = [0] * len(self.choice.limits)
        for at, limit in enumerate(self.choice.limits):
            for number, coefficient in limit.terms:
                self.limits_of.setdefault(number, []).append((at, coefficient))
        for part in self.choice.parts:
            if part.after is not None:
                self.after[part.after] = part.at

    def copy(self) -> Standing:
        """The same standing, to try something on."""
        made = Standing.__new__(Standing)
        made.choice, made.limits_of, made.after = self.choice, self.limits_of, self.after
        made.given, made.used = dict(self.given), list(self.used)
        return made

    def takes(self, part: int, amount: int, at: int, coefficient: int) -> int:
        """What money of a part counts for in a limit: itself, or its share rounded up."""
        whole = self.choice.parts[part].amount
        if coefficient == whole and self.choice.limits[at].of_money:
            return amount
        return -(-coefficient * amount // whole)

    def give(self, part: int, amount: int) -> None:
        """Set the money of a part."""
        before = self.given.get(part, 0)
        for at, coefficient in self.limits_of.get(part, ()):
            self.used[at] += self.takes(part, amount, at, coefficient)
            self.used[at] -= self.takes(part, before, at, coefficient) if before else 0
        self.given[part] = amount

    def room(self, part: int) -> int:
        """The most money that a part may still be given beyond what it has."""
        made = self.choice.parts[part]
        have = self.given.get(part, 0)
        most = made.amount - have
        if made.after is not None:
            first = self.choice.parts[made.after]
            if self.given.get(made.after, 0) < first.amount:
                return 0
        for at, coefficient in self.limits_of.get(part, ()):
            limit = self.choice.limits[at]
            if limit.sense != AT_MOST or coefficient <= 0:
                continue
            left = limit.amount - self.used[at]
            if coefficient == made.amount and limit.of_money:
                most = min(most, left)
            elif coefficient > left:
                most = min(most, max(0, left) * made.amount // coefficient - have)
        if made.whole and most < made.amount - have:
            return 0
        return max(0, most)

    def fill(self, parts: Iterable[Part]) -> None:
        """Give parts in the order of their weight all that still fits."""
        again = True
        ordered = sorted(parts, key=lambda part: (-part.weight, part.at))
        while again:
            again = False
            for part in ordered:
                room = self.room(part.at)
                if room > 0:
                    self.give(part.at, self.given.get(part.at, 0) + room)
                    again = True

    def broken(self) -> list[Limit]:
        """The limits that do not hold."""
        return [
            limit
            for limit, used in zip(self.choice.limits, self.used, strict=True)
            if (used > limit.amount if limit.sense == AT_MOST else used < limit.amount)
        ]


def value(standing: Standing, grade: int) -> int:
    """What the money given to a class is worth: weight times 分."""
    parts = standing.choice.parts
    return sum(
        parts[at].weight * amount
        for at, amount in standing.given.items()
        if parts[at].grade == grade
    )


@dataclass(frozen=True)
class Staged:
    """What a stage came to. `value` and `bound` are weight times 分.

    `prices` holds, for each limit that binds in the linear program, the weight of one 分 more.
    """

    grade: int
    value: int
    bound: int
    proven: bool
    prices: Mapping[str, int]
    relaxed: Mapping[int, float] = field(default_factory=dict)
    nodes: int = 0
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """For each limit of money that has a price: between which amounts the price holds."""
    ceiling: int = 0
    """The bound of the linear program, which weak duality proves."""


@dataclass
class Stage:
    """Decides one class on what stands; raises `NoPlan` where not even the bound parts fit."""

    standing: Standing
    grade: int
    nodes: int
    exact: int = EXACT
    open: list[Part] = field(default_factory=list)
    top: int = 1
    unmet: bool = False

    def __post_init__(self) -> None:
        """Find the parts of the class, and later ones on which a limit makes it depend."""
        choice, given = self.standing.choice, self.standing.given
        mine = {part.at for part in choice.parts if part.grade == self.grade}
        wanted = set(mine)
        limits = zip(choice.limits, self.standing.used, strict=True)
        for limit, used in limits:
            lacks = used < limit.amount if limit.sense == AT_LEAST else used > limit.amount
            if lacks:  # a floor, or what an earlier class needs
                self.unmet = True
                wanted |= {at for at, _ in limit.terms}
        grown = True
        while grown:
            grown = False
            for limit in choice.limits:
                ends = {at for at, _ in limit.terms} if limit.kind == "needs" else set()
                if ends & wanted and not ends <= wanted:
                    wanted |= ends
                    grown = True
        for at in list(wanted):
            before = choice.parts[at].after
            while before is not None:
                wanted.add(before)
                before = choice.parts[before].after
        self.unmet = self.unmet or bool({at for at in wanted if at not in given} - mine)
        self.open = [choice.parts[at] for at in sorted(wanted) if at not in given]
        self.top = max((part.weight for part in self.mine), default=1) or 1

    @property
    def mine(self) -> list[Part]:
        """The open parts of the class itself."""
        return [part for part in self.open if part.grade == self.grade]

    def program(self, fixed: Mapping[int, float] | None = None) -> Program:
        """The stage as numbers for the solver: shares of parts, limits with the room left."""
        choice, standing = self.standing.choice, self.standing
        column = {part.at: at for at, part in enumerate(self.open)}
        made = Program()
        for part in self.open:
            worth = part.weight / self.top * (part.amount / WAN)
            made.column(worth if part.grade == self.grade else 0.0, whole=part.whole)
        for at, value in (fixed or {}).items():
            made.lower[column[at]] = made.upper[column[at]] = value
        for at, limit in enumerate(choice.limits):
            unit = WAN if limit.of_money else 1
            terms = [(column[part], c / unit) for part, c in limit.terms if part in column]
            left = (limit.amount - standing.used[at]) / unit
            if terms and limit.sense == AT_MOST:
                made.row(at, terms, at_most=left)
            elif terms:
                made.row(at, terms, at_least=left)
        for part in self.open:
            if part.after is None:
                continue
            if part.after in column:
                terms = [(column[part.at], 1.0), (column[part.after], -1.0)]
                made.row(CHAIN, terms, at_most=0.0)
            elif standing.given[part.after] < choice.parts[part.after].amount:
                made.close(column[part.at])
        return made

    def decided(self) -> Staged:
        """Solve, write what was decided into what stands, and say what it came to."""
        if not self.mine:
            return Staged(self.grade, 0, 0, proven=True, prices={})
        program, before = self.program(), list(self.standing.used)
        relaxed = solve(program, whole=False)
        if not relaxed.feasible:
            raise NoPlan(self.grade)
        ceiling = self.integer(relaxed.gain)
        trial = None if self.unmet else self.rounded(relaxed.values, RELAXED)
        best, bound, proven, nodes = self.branched(relaxed, trial, ceiling)
        if best is None:
            raise NoPlan(self.grade)
        for part in self.mine:
            self.standing.give(part.at, best.given.get(part.at, 0))
        worth = value(self.standing, self.grade)
        prices = self.prices(program, relaxed)
        ranges = self.ranges(program, relaxed, prices, before)
        shares = {part.at: x for part, x in zip(self.open, relaxed.values, strict=True)}
        bound = worth if proven else max(bound, worth)
        return Staged(self.grade, worth, bound, proven, prices, shares, nodes, ranges, ceiling)

    def branched(
        self, relaxed: Solved, trial: Standing | None, ceiling: int
    ) -> tuple[Standing | None, int, bool, int]:
        """The best plan found, its bound, whether no better one exists, and nodes searched.

        A class of more whole parts than may be branched on keeps those far from being decided
        as the linear program has them; then its bound alone says how good the plan is.
        """
        best, low = trial, value(trial, self.grade) if trial else -1
        if best and ceiling - low <= ceiling // FINE:
            return best, ceiling, True, 0
        fixed = self.certain(relaxed, low) if best else {}
        held = self.distant(relaxed, fixed)
        exact = solve(self.program(fixed | held), whole=True, nodes=self.nodes)
        if held and not exact.feasible and best is None:
            held, exact = {}, solve(self.program(), whole=True, nodes=self.nodes)
        if exact.feasible:
            found = self.rounded(exact.values, WHOLE)
            if best is None or value(found, self.grade) > low:
                best = found
            bound = ceiling if held else min(ceiling, max(self.integer(exact.bound), low))
            near = ceiling - value(best, self.grade) <= ceiling // FINE
            return best, bound, near or (exact.optimal and not held), exact.nodes
        if held or not exact.impossible:
            return best, ceiling, False, exact.nodes
        return best, low, True, exact.nodes  # what was held certain leaves nothing better

    def distant(self, relaxed: Solved, fixed: Mapping[int, float]) -> dict[int, float]:
        """Whole parts beyond the number that may be branched on, the most certain first."""
        near = [
            (abs(reduced), part.at, float(round(share)))
            for part, share, reduced in zip(self.open, relaxed.values, relaxed.reduced, strict=True)
            if part.whole and part.at not in fixed
        ]
        return {
            at: share
            for reduced, at, share in sorted(near)[max(self.exact, 1) :]
            if reduced > TIGHT
        }

    def prices(self, program: Program, relaxed: Solved) -> dict[str, int]:
        """The price of every row that binds: whole weight for a 分, or for a project relation."""
        found = {}
        for (at, terms, _, _), price in zip(program.rows, relaxed.prices, strict=True):
            if at == CHAIN:
                name, unit = f"after|{self.open[terms[0][0]].at}", WAN
            else:
                limit = self.standing.choice.limits[at]
                name, unit = limit.name, 1 if limit.of_money else WAN
            whole = round(price * self.top * unit)
            if whole:
                found[name] = whole
        return found

    def ranges(
        self, program: Program, relaxed: Solved, prices: Mapping[str, int], before: Sequence[int]
    ) -> dict[str, tuple[int | None, int | None]]:
        """Between which amounts of a limit of money its price holds; nothing: without end."""

        def end(at: int, side: float) -> int | None:
            return None if abs(side) >= ENDLESS else before[at] + round(side * WAN)

        found = {}
        for (at, *_), (low, high) in zip(program.rows, relaxed.ranges, strict=False):
            limit = self.standing.choice.limits[at] if at != CHAIN else None
            if limit is not None and limit.of_money and limit.name in prices:
                found[limit.name] = (end(at, low), end(at, high))
        return found

    def integer(self, gain: float) -> int:
        """A gain of the solver as weight times 分, rounded up."""
        return int(gain * self.top * WAN) + 1

    def rounded(self, shares: Sequence[float], least: float) -> Standing:
        """The parts that the solver takes, whole ones first, each no more than still fits."""
        made = self.standing.copy()
        taken = [(part, share) for part, share in zip(self.open, shares, strict=True) if share > 0]
        whole = [part for part, share in taken if part.whole and share >= least]
        for part in whole:
            made.give(part.at, part.amount)
        before = {limit.name for limit in self.standing.broken()}
        broken = {limit.name for limit in made.broken() if limit.sense == AT_MOST}
        if broken - before:  # a linear program takes parts of what is whole: not all of it fits
            made = self.standing.copy()
            for part in [*whole, *whole]:  # twice: one may wait for what comes behind it
                if part.at not in made.given:
                    room = made.room(part.at)
                    if room:
                        made.give(part.at, room)
        for part, share in taken:
            if not part.whole:
                amount = int(share * part.amount + NEAR)
                made.give(part.at, min(amount, made.room(part.at)))
        if not self.unmet:
            made.fill(self.mine)
        return made

    def certain(self, relaxed: Solved, low: int) -> dict[int, float]:
        """Whole parts whose share no better plan changes, by the prices of the linear program."""
        slack = relaxed.gain - low / self.top / WAN
        fixed = {}
        for part, share, reduced in zip(self.open, relaxed.values, relaxed.reduced, strict=True):
            if part.whole and abs(reduced) > slack + TIGHT and min(share, 1 - share) < TIGHT:
                fixed[part.at] = float(round(share))
        return fixed
