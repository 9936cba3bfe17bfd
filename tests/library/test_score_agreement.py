"""Agreement: the published example comes out, and a sample that shows half the range is refused."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from shangji.score import alpha, covered, kappa

# The worked example of K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
THINGS = [[column for column in row if column is not None] for row in zip(*OBSERVERS, strict=True)]


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example(level: str, expected: float) -> None:
    found = alpha(THINGS, level)  # type: ignore[arg-type] # a literal from the table above
    assert found.value is not None
    assert round(float(found.value), 3) == expected
    assert found.things == 11
    assert found.answers == 40
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high


def test_kappa_of_the_textbook_table() -> None:
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    found = kappa(pairs)
    assert found.value == Fraction(2, 5)
    assert found.agreed == Fraction(7, 10)


def test_one_answer_only_has_no_value() -> None:
    assert kappa([("A", "A")] * 9).value is None
    assert alpha([["A", "A"]] * 9).value is None
    assert alpha([]).value is None


def test_perfect_and_opposite() -> None:
    assert kappa([(0, 0), (1, 1)] * 5).value == 1
    assert kappa([(0, 1), (1, 0)] * 5).value == -1


def test_interval_covers_the_truth_of_a_known_world() -> None:
    # Judges who agree with the truth nine times in ten: κ of the whole is known by enumeration.
    dice = random.Random(3)

    def pair() -> tuple[int, int]:
        truth = dice.randrange(2)
        return (truth if dice.random() < 0.9 else 1 - truth, truth)

    whole = kappa([pair() for _ in range(20000)]).value
    assert whole is not None
    hit = 0
    for _ in range(8):
        found = kappa([pair() for _ in range(80)])
        assert found.low is not None
        assert found.high is not None
        hit += found.low <= whole <= found.high
    assert hit >= 6


def test_order_of_things_does_not_matter_to_the_value() -> None:
    assert alpha(THINGS).value == alpha(THINGS[::-1]).value


def test_a_sample_of_half_the_range_is_refused() -> None:
    whole = {"A": 50, "B": 30, "C": 18, "D": 2}
    assert covered(["A", "B", "C"], whole) is None
    refused = covered(["A", "B", "A"], whole)
    assert refused is not None
    assert refused.lacking == ("C",)


def test_points_by_sums_are_the_same_as_by_pairs() -> None:
    dice = random.Random(8)
    things = [[dice.randrange(40, 100) for _ in range(2 + at % 3)] for at in range(12)]
    pairs = [(one, two, len(thing)) for thing in things for one in thing for two in thing]
    values = [value for thing in things for value in thing]
    observed = sum(Fraction((one - two) ** 2, size - 1) for one, two, size in pairs)
    expected = sum((one - two) ** 2 for one in values for two in values)
    assert alpha(things, "interval").value == 1 - (len(values) - 1) * observed / expected
