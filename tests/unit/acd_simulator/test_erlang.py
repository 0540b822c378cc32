"""Erlang's formulas, against figures known from elsewhere and against each other."""

from __future__ import annotations

import pytest

from ivr.acd.erlang import Queue, erlang_b, erlang_c, fewest
from ivr.errors import IvoryError


@pytest.mark.parametrize(
    ("rate", "aht", "agents", "waits", "wait", "within"),
    [
        (10 / 3, 3, 14, 0.1741, 7.84, 0.8884),
        (10 / 3, 3, 11, 0.6821, 122.78, 0.3896),
        (48, 1, 50, 0.6945, 20.83, 0.6435),
        (48, 1, 55, 0.2387, 2.05, 0.9769),
        (20, 5, 105, 0.5157, 30.94, 0.6305),
    ],
)
def test_erlang_c(rate: float, aht: float, agents: int, waits: float, wait: float, within: float) -> None:
    queue = Queue(rate / 60, aht * 60, agents)
    assert queue.waits == pytest.approx(waits, abs=5e-5)
    assert queue.mean_wait == pytest.approx(wait, abs=5e-3)
    assert queue.asa == pytest.approx(wait, abs=5e-3)
    assert queue.within(20) == pytest.approx(within, abs=5e-5)


@pytest.mark.parametrize(
    ("rate", "aht", "agents", "waits", "abandons", "wait", "occupancy"),
    [
        (48, 1, 50, 0.4678, 0.0309, 3.71, 0.9303),
        (48, 1, 45, 0.7869, 0.0836, 10.03, 0.9775),
        (10 / 3, 3, 10, 0.4969, 0.1375, 16.50, 0.8625),
        (20, 5, 100, 0.4040, 0.0488, 5.86, 0.9512),
    ],
)
def test_erlang_a(
    rate: float, aht: float, agents: int, waits: float, abandons: float, wait: float, occupancy: float
) -> None:
    queue = Queue(rate / 60, aht * 60, agents, 120)
    assert queue.waits == pytest.approx(waits, abs=5e-5)
    assert queue.abandons == pytest.approx(abandons, abs=5e-5)
    assert queue.mean_wait == pytest.approx(wait, abs=5e-3)
    assert queue.occupancy == pytest.approx(occupancy, abs=5e-5)
    # Whoever does not hang up is answered some time.
    assert queue.within(1e6) == pytest.approx(1 - queue.abandons, abs=1e-9)


def test_bounded_lines_block_as_wallace_and_whitt_reckon() -> None:
    queue = Queue(8.4 / 60, 600, 90, lines=120)
    assert queue.blocked == pytest.approx(0.00364, abs=5e-6)
    assert queue.mean_wait / 60 == pytest.approx(0.450, abs=5e-4)
    assert queue.within(1e6) == pytest.approx(1.0)


def test_no_line_more_than_agents_is_erlang_b() -> None:
    assert erlang_b(10, 15) == pytest.approx(0.036497, abs=1e-6)
    queue = Queue(10, 1, 15, lines=15)
    assert queue.blocked == pytest.approx(erlang_b(10, 15))
    assert queue.waits == 0
    assert queue.within(0) == pytest.approx(1.0)


def test_endless_patience_and_many_lines_come_to_erlang_c() -> None:
    plain = Queue(0.8, 60, 50)
    assert Queue(0.8, 60, 50, patience=1e9).waits == pytest.approx(plain.waits, rel=1e-5)
    lines = Queue(0.8, 60, 50, lines=5000)
    assert lines.waits == pytest.approx(erlang_c(48, 50), rel=1e-9)
    assert lines.within(20) == pytest.approx(plain.within(20), rel=1e-9)


def test_patience_and_lines_together_are_between_the_two() -> None:
    both = Queue(0.8, 60, 45, patience=120, lines=55)
    assert 0 < both.blocked < Queue(0.8, 60, 45, lines=55).blocked
    assert 0 < both.abandons < Queue(0.8, 60, 45, patience=120).abandons
    assert both.within(1e6) == pytest.approx(1 - both.abandons, abs=1e-9)


def test_the_fewest_agents_are_enough_and_one_less_is_not() -> None:
    found = fewest(200 / 3600, 240, share=0.8, seconds=20)
    assert found.agents == 17
    assert found.within(20) >= 0.8 > Queue(200 / 3600, 240, 16).within(20)


def test_impatient_callers_take_fewer_agents() -> None:
    assert fewest(200 / 3600, 240, share=0.8, seconds=20, patience=120).agents == 16


def test_an_occupancy_bound_asks_for_more_agents() -> None:
    found = fewest(10, 60, share=0.8, seconds=20, most_busy=0.85)
    assert found.occupancy <= 0.85 < 600 / (found.agents - 1)


def test_more_work_than_agents_is_refused_with_a_way_out() -> None:
    with pytest.raises(IvoryError, match="their queue never ends; more agents, or say how long"):
        Queue(1, 60, 60)


@pytest.mark.parametrize("share", [0.0, 1.0, 1.2])
def test_a_share_that_cannot_be_promised_is_refused(share: float) -> None:
    with pytest.raises(IvoryError, match="can not be promised"):
        fewest(1, 60, share=share, seconds=20)


@pytest.mark.parametrize(
    ("rate", "aht", "agents", "patience", "lines"),
    [(0, 60, 5, None, None), (1, float("nan"), 5, None, None), (1, 60, 100, 0, None), (1, 60, 100, None, 99)],
)
def test_what_cannot_be_meant_is_refused(
    rate: float, aht: float, agents: int, patience: float | None, lines: int | None
) -> None:
    with pytest.raises(IvoryError):
        Queue(rate, aht, agents, patience, lines)
