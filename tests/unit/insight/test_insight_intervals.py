"""Intervals hold what they promise: published examples, and coverage by simulation with a fixed seed."""

from __future__ import annotations

import random

import pytest

from ivr.insight import Ended, Estimate, compare, figures
from ivr.insight.intervals import median_difference, share_difference, wilson
from ivr.insight.spread import Spread


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 857: 81 of 263.
    found = wilson(81, 263)
    assert [found.low, found.high] == pytest.approx([0.2553, 0.3662], abs=1e-4)


def test_newcombes_interval_is_the_published_one() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 873, method 10: 56/70 - 48/80.
    found = share_difference((48, 80), (56, 70))
    assert [found.low, found.high] == pytest.approx([0.0524, 0.3339], abs=1e-4)


@pytest.mark.parametrize("count", [8, 40, 600])
def test_the_interval_of_two_medians_holds_their_difference_in_95_of_100_cases(count: int) -> None:
    chance, held, rounds = random.Random(count), 0, 400

    def calls(scale: float) -> Spread:
        return Spread(scale * chance.lognormvariate(4, 0.8) for _ in range(count))

    truth = 0.3 * 54.598  # the median of exp(N(4, s)) is e**4
    for _ in range(rounds):
        found = median_difference(calls(1.0), calls(1.3))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.92 <= held / rounds <= 0.99


def test_nothing_is_told_of_nothing() -> None:
    assert wilson(0, 0) == share_difference((0, 0), (1, 2)) == median_difference(Spread(), Spread([1]))
    assert median_difference(Spread([1.0]), Spread([3.0])) == Estimate(2.0, None, None)


def test_a_share_of_all_or_none_stays_within_its_bounds() -> None:
    assert wilson(0, 10).low == 0.0
    assert wilson(10, 10).high == 1.0


def test_a_spread_tells_ranks_that_occurred_and_an_exact_mean() -> None:
    spread = Spread([0.5, 1.25, 3.0, 1000.4, -1.0])
    summary = spread.summary()
    assert (summary.count, summary.median, summary.p90) == (5, 1.25, 1000.0)
    assert summary.mean == pytest.approx(1005.15 / 5, abs=1e-3)
    assert [spread.at(rank) for rank in range(5)] == [0.0, 0.5, 1.25, 3.0, 1000.0]
    assert spread.below(1.25) == 2
    with pytest.raises(IndexError):
        spread.at(5)


def test_two_versions_are_told_apart_where_they_differ_and_only_there() -> None:
    old = figures(
        [Ended("completed", ("paid",), 60 + n % 20) for n in range(300)] + [Ended("abandoned")] * 100
    )
    new = figures([Ended("completed", ("paid",), 40 + n % 20) for n in range(90)] + [Ended("abandoned")] * 10)
    told = compare(old, new)
    shares = {share.name: share for share in told.shares}
    assert (told.old_calls, told.new_calls) == (400, 100)
    assert shares["contained"].change.value == pytest.approx(0.15)
    assert shares["contained"].change.clear
    assert shares["abandoned"].change.value == pytest.approx(-0.15)
    assert not shares["failed"].change.clear
    assert told.seconds.change.value == pytest.approx(-20, abs=1)
    assert told.seconds.change.clear


def test_a_call_counts_for_what_is_known_of_it() -> None:
    told = figures(
        [
            Ended("completed", ("paid",), 10.0),
            Ended("transfer", ("paid",), 20.0),  # a person was needed
            Ended("failed", (), 5.0),
            Ended("rejected", (), 0.1),
            Ended("lost", ("paid",), 99.0),
            Ended("", ()),
        ]
    )
    assert (told.calls, told.under_way, told.lost, told.seen) == (5, 1, 1, 4)
    assert (told.of("contained"), told.of("transfer"), told.of("lost")) == ((1, 4), (1, 4), (1, 5))
    assert len(told.seconds) == 4


def test_two_equal_crowds_are_called_different_in_about_one_case_of_twenty() -> None:
    chance, clear, rounds = random.Random(3), 0, 400
    for _ in range(rounds):
        hits = [sum(chance.random() < 0.3 for _ in range(150)) for _ in range(2)]
        clear += share_difference((hits[0], 150), (hits[1], 150)).clear
    assert clear / rounds < 0.08
