"""What becomes of a delivery, and when a receiver is left alone: decisions, without any waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.store.webhooks.outbox import DEAD, DELIVERED, WAITING, Delivery
from ivr.webhooks.health import LONGEST, TRIP, Health
from ivr.webhooks.verdict import Limits, Tried, backoff, judge, retry_after

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = Limits(3, timedelta(hours=2))
ONE = Delivery("crm", "evt", 1, "call.ended", "call:a", NOW, NOW)


def after(tried: Tried, attempts: int = 0, hours: float = 0.0, chance: float = 0.5) -> Delivery:
    at = NOW + timedelta(hours=hours)
    return judge(
        Delivery("crm", "evt", 1, "call.ended", "call:a", NOW, NOW, attempts=attempts),
        tried,
        at,
        LIMITS,
        chance,
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_taken(status: int) -> None:
    assert after(Tried(status)).state == DELIVERED


@pytest.mark.parametrize("status", [301, 302, 500, 503, 429, 408, None])
def test_a_receiver_that_fails_is_tried_as_long_as_there_is_time(status: int | None) -> None:
    assert after(Tried(status), attempts=50).state == WAITING
    assert after(Tried(status), hours=2).state == DEAD


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_receiver_that_refuses_an_event_is_asked_a_few_times(status: int) -> None:
    assert after(Tried(status), attempts=1).state == WAITING
    assert after(Tried(status), attempts=2).state == DEAD


def test_gone_waits_for_whoever_enables_the_endpoint_again() -> None:
    gone = after(Tried(410), attempts=99, hours=99)
    assert (gone.state, gone.due) == (WAITING, NOW + timedelta(hours=99))


def test_tries_are_further_and_further_apart_and_never_quite_together() -> None:
    assert [backoff(count, 0.5) for count in (1, 2, 3, 4)] == [2, 4, 8, 16]
    assert backoff(40, 0.5) == 3600
    assert backoff(1, 0.0) < 2 < backoff(1, 1.0)


def test_a_receiver_that_names_a_time_is_left_alone_so_long() -> None:
    assert after(Tried(503, after=600)).due == NOW + timedelta(seconds=600)
    assert after(Tried(503, after=1)).due == NOW + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("1.5", 1.5),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("-5", 0),
        ("nan", 0),
        ("inf", 0),
        ("soon", 0),
        ("999999999", 86_400),
        ("", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float) -> None:
    assert retry_after(header, NOW) == seconds


@given(st.text())
def test_no_retry_after_is_too_much(header: str) -> None:
    assert 0 <= retry_after(header, NOW) <= 86_400


def test_who_is_unwell_and_who_only_refuses() -> None:
    assert [Tried(status).unwell for status in (None, 500, 429, 302)] == [True] * 4
    assert [Tried(status).unwell for status in (200, 400, 404)] == [False] * 3


def test_a_receiver_is_down_after_some_failures_in_a_row() -> None:
    health = Health()
    assert [health.unwell(0.0, 0.5) for _ in range(TRIP)] == [False] * (TRIP - 1) + [True]
    assert health.room(0.9, 0, 8) == 0
    assert health.room(1.1, 0, 8) == 1
    assert health.room(1.1, 1, 8) == 0


def test_one_that_fails_now_and_then_is_not_down() -> None:
    health = Health()
    for _ in range(20):
        health.unwell(0.0, 0.5)
        health.well()
    assert health.room(0.0, 3, 8) == 5


def test_a_receiver_that_stays_down_is_tried_less_and_less_often() -> None:
    health, now, pauses = Health(failures=TRIP), 0.0, []
    for _ in range(6):
        health.unwell(now, 0.5)
        pauses.append(health.until - now)
        now = health.until
    assert pauses == [1, 2, 4, 8, LONGEST, LONGEST]


def test_posts_that_were_under_way_together_count_as_one_failure() -> None:
    health = Health(failures=TRIP)
    health.unwell(0.0, 0.5)
    health.unwell(0.1, 0.5)
    assert health.pause == 1


def test_the_first_that_is_taken_opens_it_to_all() -> None:
    health = Health(failures=TRIP)
    health.unwell(0.0, 0.5)
    assert health.well()
    assert health.room(0.1, 0, 8) == 8
    assert not health.well()


def test_a_wish_to_be_left_alone_counts_at_once() -> None:
    health = Health()
    assert health.unwell(0.0, 0.5, after=60)
    assert health.room(59, 0, 8) == 0
    assert health.room(60, 0, 8) == 1
