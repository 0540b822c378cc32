"""Intervals, on values whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivr.acd.simulator.statistics import (
    Interval,
    controlled,
    each_of,
    mean,
    ratio,
    ratio_difference,
    student,
)


@pytest.mark.parametrize(
    ("probability", "free", "quantile"),
    [
        (0.975, 1, 12.7062),
        (0.975, 2, 4.30265),
        (0.995, 10, 3.16927),
        (0.975, 30, 2.04227),
        (0.025, 5, -2.57058),
    ],
)
def test_students_t_is_that_of_the_tables(probability: float, free: int, quantile: float) -> None:
    assert student(probability, free) == pytest.approx(quantile, abs=1e-4)


def test_students_t_has_no_step_where_its_reckoning_changes() -> None:
    assert student(0.99999, 400) == pytest.approx(student(0.99999, 401), rel=1e-4)


def test_intervals_hold_as_often_as_they_say() -> None:
    draws = np.random.default_rng(1)
    held = [mean(draws.exponential(3.0, 40).tolist(), 0.9).holds(3.0) for _ in range(2000)]
    assert 0.85 < np.mean(held) < 0.92


def test_a_ratio_of_sums_is_not_a_mean_of_ratios() -> None:
    found = ratio([1, 30], [10, 100])
    assert found.value == pytest.approx(31 / 110)


def test_paired_batches_leave_out_what_they_have_in_common() -> None:
    draws = np.random.default_rng(2)
    busy = draws.normal(100, 30, 50)
    old, new = (busy.tolist(), [1.0] * 50), ((busy + draws.normal(5, 1, 50)).tolist(), [1.0] * 50)
    found = ratio_difference(old, new)
    assert found.holds(5.0)
    assert found.clear
    assert found.half < ratio(*old).half / 10


def test_a_control_narrows_and_stays_true() -> None:
    draws = np.random.default_rng(3)
    known = draws.normal(0, 10, 60)
    values = 7 + known + draws.normal(0, 1, 60)
    found = controlled(values.tolist(), [[each] for each in known])
    assert found.holds(7.0)
    assert found.half < mean(values.tolist()).half / 5


def test_nothing_is_known_from_nothing_or_from_one() -> None:
    assert math.isnan(ratio([], []).value)
    assert ratio([1], [2]).half == math.inf
    assert mean([4.0]).half == math.inf
    assert controlled([1.0, 2.0], [[0.1], [0.2]]).half == math.inf


def test_all_intervals_of_a_family_hold_together() -> None:
    assert each_of(0.999, 49) ** 49 == pytest.approx(0.999)


def test_an_interval_around_nothing_is_not_clear() -> None:
    assert not Interval(1.0, 1.5).clear
    assert Interval(-2.0, 1.5).clear
