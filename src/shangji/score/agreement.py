"""Cohen's κ of two judges and Krippendorff's α of many, exact, with bootstrap intervals.

One place for expert panels and for reviewers. Points are Fractions; the intervals come from a
seeded bootstrap over the things judged, so the same answers give the same interval everywhere.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

Level = Literal["nominal", "ordinal", "interval"]
Value = str | int | Fraction
T = TypeVar("T")

RESAMPLES = 400
SEED = 20270101
TAIL = Fraction(25, 1000)
"""Left out on each side: the interval is the middle 95 per cent of the resamples."""

TWO = 2
SHARE_SEEN = Fraction(5, 100)
"""An answer that is at least so common in the whole must occur in a sample drawn from it."""


@dataclass(frozen=True)
class Agreement:
    """A coefficient: things judged, plain agreement, the coefficient and its interval.

    `value` is None where all answers are one and the same: chance then explains everything and
    nothing, and no number is given. `low` and `high` are None below two things judged, or where
    more than half of the resamples had no value.
    """

    name: str
    things: int
    answers: int
    agreed: Fraction
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Restricted:
    """Why a sample may not speak: answers common in the whole do not occur in it."""

    lacking: tuple[str, ...]


def kappa(pairs: Sequence[tuple[Hashable, Hashable]], *, seed: int = SEED) -> Agreement:
    """Cohen's κ of two judges who both judged each thing.

    >>> float(kappa([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15).value or 0)
    0.4
    """
    value = _kappa(pairs)
    low, high = _interval(pairs, _kappa, seed)
    return Agreement("κ", len(pairs), TWO * len(pairs), _same(pairs), value, low, high)


def alpha(
    things: Sequence[Sequence[Value]], level: Level = "nominal", *, seed: int = SEED
) -> Agreement:
    """Krippendorff's α of any number of judges; a thing lists the answers that it got.

    Args:
        things: the answers by thing; a thing with fewer than two answers says nothing and is left
            out of `things` and `answers`.
        level: nominal for kinds, ordinal for grades given as ranks, interval for points.
        seed: of the bootstrap.
    """
    paired = [tuple(answers) for answers in things if len(answers) >= TWO]
    pairs = [
        (answers[at], answers[to])
        for answers in paired
        for at in range(len(answers))
        for to in range(at + 1, len(answers))
    ]

    if level == "interval":
        sums = [_summed(answers) for answers in paired]
        value = _alpha_of_sums(sums)
        low, high = _interval(sums, _alpha_of_sums, seed)
    else:
        value = _alpha(paired, level)
        low, high = _interval(paired, lambda sample: _alpha(sample, level), seed)
    answered = sum(map(len, paired))
    return Agreement(f"α（{level}）", len(paired), answered, _same(pairs), value, low, high)


def covered(sample: Sequence[str], whole: Mapping[str, int]) -> Restricted | None:
    """Whether a sample shows the answers of the whole; agreement on a part of the range is none.

    Args:
        sample: the system's answer for each thing drawn.
        whole: how often the system gave each answer on everything it could have been drawn from.
    """
    total = sum(whole.values())
    seen = set(sample)
    lacking = [
        answer
        for answer, count in sorted(whole.items())
        if answer not in seen and Fraction(count, total) >= SHARE_SEEN
    ]
    return Restricted(tuple(lacking)) if lacking else None


def _same(pairs: Sequence[tuple[object, object]]) -> Fraction:
    same = sum(one == two for one, two in pairs)
    return Fraction(same, len(pairs)) if pairs else Fraction(0)


def _kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Fraction | None:
    if not pairs:
        return None
    first: Counter[Hashable] = Counter()
    second: Counter[Hashable] = Counter()
    number, same = len(pairs), 0
    for (one, two), count in Counter(pairs).items():
        first[one] += count
        second[two] += count
        same += count * number if one == two else 0
    chance = sum(first[answer] * second[answer] for answer in first)
    whole = number * number
    return None if chance == whole else Fraction(same - chance, whole - chance)


def _alpha(things: Sequence[Sequence[Value]], level: Level) -> Fraction | None:
    totals = Counter(answer for answers in things for answer in answers)
    number = sum(totals.values())
    if number < TWO:
        return None
    far = _distance(totals, level)
    expected = Fraction(0)
    values = sorted(totals, key=_order)
    for at, one in enumerate(values):
        for two in values[at + 1 :]:
            expected += totals[one] * totals[two] * far(one, two)
    if expected == 0:
        return None
    observed = Fraction(0)
    for answers in things:
        held = Counter(answers)
        mine = sorted(held, key=_order)
        for at, one in enumerate(mine):
            for two in mine[at + 1 :]:
                observed += held[one] * held[two] * far(one, two) / (len(answers) - 1)
    return 1 - (number - 1) * observed / expected


Sums = tuple[int, "int | Fraction", "int | Fraction"]
"""Of the points that a thing got: how many, their sum, the sum of their squares."""


def _summed(answers: Sequence[Value]) -> Sums:
    points = [value if isinstance(value, int) else Fraction(value) for value in answers]
    return len(points), sum(points), sum(value * value for value in points)


def _alpha_of_sums(things: Sequence[Sums]) -> Fraction | None:
    """α of points: the squared differences of all pairs of n points are n Σv² less (Σv)²."""
    observed: defaultdict[int, int | Fraction] = defaultdict(int)
    number = 0
    total: int | Fraction = 0
    squares: int | Fraction = 0
    for count, one, square in things:
        number += count
        total += one
        squares += square
        observed[count - 1] += count * square - one * one
    expected = number * squares - total * total
    if expected == 0:
        return None
    apart = sum((Fraction(sums) / others for others, sums in observed.items()), Fraction(0))
    return 1 - (number - 1) * apart / Fraction(expected)


def _order(value: Value) -> tuple[bool, Value]:
    return isinstance(value, str), value


def _distance(totals: Mapping[Value, int], level: Level) -> Callable[[Value, Value], Fraction]:
    """Squared distance of two different answers, the lesser first."""
    values = sorted(totals, key=_order)

    def ordinal(one: Value, two: Value) -> Fraction:
        between = values[values.index(one) : values.index(two) + 1]
        ranks = sum(totals[value] for value in between)
        return (ranks - Fraction(totals[one] + totals[two], 2)) ** 2

    return ordinal if level == "ordinal" else lambda _one, _two: Fraction(1)


def _interval(
    things: Sequence[T], value_of: Callable[[Sequence[T]], Fraction | None], seed: int
) -> tuple[Fraction | None, Fraction | None]:
    if len(things) < TWO:
        return None, None
    dice = random.Random(seed)  # noqa: S311 - a bootstrap that must come out alike everywhere
    number = len(things)
    drawn = [
        value_of([things[dice.randrange(number)] for _ in range(number)]) for _ in range(RESAMPLES)
    ]
    values = sorted(value for value in drawn if value is not None)
    if len(values) * TWO <= RESAMPLES:
        return None, None
    out = int(len(values) * TAIL)
    return values[out], values[-1 - out]
