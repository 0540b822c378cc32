"""The best order is best, and chance moves nothing."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.insight.order import Said, best, earlier, saving

ALL = 1_000_000_000.0


def listening(order: list[Said]) -> float:
    at = total = 0.0
    for each in order:
        at += each.seconds
        total += each.waited * at
    return total


options = st.lists(st.tuples(st.floats(0.5, 10), st.integers(1, 1000)), min_size=1, max_size=6).map(
    lambda rows: [Said(str(key), seconds, waited * 1e6) for key, (seconds, waited) in enumerate(rows)]
)


@given(options)
def test_no_other_order_makes_callers_listen_less(said: list[Said]) -> None:
    found = listening(best(said, sum(each.waited for each in said)))
    least = min(listening(list(order)) for order in permutations(said))
    # Millions of callers: what chance leaves undecided is worth next to nothing.
    assert found <= least * 1.01


@given(options, st.data())
def test_fixed_parts_keep_their_place(said: list[Said], data: st.DataObject) -> None:
    fixed = data.draw(st.sets(st.integers(0, len(said) - 1)))
    given_ = [Said(one.key, one.seconds, one.waited, at in fixed) for at, one in enumerate(said)]
    found = best(given_, ALL)
    assert all(found[at].key == given_[at].key for at in fixed)
    assert sorted(each.key for each in found) == sorted(each.key for each in given_)
    assert listening(found) <= listening(given_) * (1 + 1e-9)


def test_equal_options_are_hardly_ever_moved() -> None:
    chance, moved, rounds = random.Random(7), 0, 1000
    for _ in range(rounds):
        chosen = chance.choices("1234", k=400)
        said = [Said(key, 2.0, float(chosen.count(key))) for key in "1234"]
        moved += best(said, 400.0) != said
    assert moved / rounds <= 0.05


def test_the_saving_is_what_each_caller_hears_less() -> None:
    before = [Said("1", 2.0, 100.0), Said("2", 3.0, 300.0), Said("0", 2.0, 50.0, fixed=True)]
    after = best(before, 600.0)
    assert [each.key for each in after] == ["2", "1", "0"]
    assert earlier(before, after) == {"1": -3.0, "2": 2.0, "0": 0.0}
    assert saving(before, after, 600.0).value == pytest.approx((300 * 2 - 100 * 3) / 600)


def test_the_interval_of_the_saving_holds_the_truth_in_95_of_100_cases() -> None:
    chance, held, rounds = random.Random(5), 0, 400
    before = [Said("1", 2.0, 0.2), Said("2", 3.0, 0.6)]
    after = before[::-1]
    truth = saving(before, after, 1.0).value
    assert truth is not None
    for _ in range(rounds):
        chosen = chance.choices(["1", "2", ""], [0.2, 0.6, 0.2], k=200)
        counted = [Said(each.key, each.seconds, float(chosen.count(each.key))) for each in before]
        found = saving(counted, counted[::-1], 200.0)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.92 <= held / rounds <= 0.98
