"""Counts with intervals: against published values, and at the ends."""

from __future__ import annotations

import math

import pytest

from shangji.counting import Count, per_thousand


def test_wilson_interval_is_the_published_one() -> None:
    """Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662; 15 of 148 is 0.0624 to 0.1605."""
    assert Count(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Count(15, 148).interval == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_ends_and_nothing_tried() -> None:
    assert Count(0, 20).interval[0] == 0
    assert Count(0, 20).interval[1] == pytest.approx(0.1611, abs=5e-5)
    assert Count(29, 29).interval[0] == pytest.approx(0.8830, abs=5e-5)
    assert Count(29, 29).interval[1] == 1.0
    assert Count().interval == (0.0, 1.0)
    assert math.isnan(Count().share)
    assert Count().shown() == "—"


def test_pooling_adds_hits_and_trials() -> None:
    assert Count(1, 2) + Count(3, 4) == Count(4, 6)


def test_rate_per_thousand() -> None:
    """Exact Poisson limits: 0 events up to 3.689; 10 events 4.795 to 18.39."""
    rate, low, high = per_thousand(10, 1000)
    assert rate == 10
    assert low == pytest.approx(4.795, abs=0.03)
    assert high == pytest.approx(18.39, abs=0.03)
    assert per_thousand(0, 1000)[2] == pytest.approx(3.689, abs=0.05)
    assert math.isnan(per_thousand(0, 0)[0])
