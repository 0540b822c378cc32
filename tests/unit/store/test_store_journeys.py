"""Journeys read in bulk, on every kind of database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.journeys import oldest, traces
from ivr.store.records import CallRecord, Step
from tests.unit.insight.crowd import DAY, NEXT_WEEK, Crowd, Pause, Press

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLOW = """
nodes:
  main: {type: menu, prompt: For hours press 1., options: {1: hours}, outcomes: {exhausted: end}}
  hours: {type: play, goal: told, prompt: From nine to five., next: end}
"""
Save = Callable[..., object]


def test_what_comes_out_is_what_the_engine_put_in(store: Store, save: Save) -> None:
    crowd = Crowd(FLOW)
    crowd.call(Pause(1), Press("7"), Pause(1), Press("1"), times=5)
    crowd.call(times=2)
    save(*crowd.records())
    assert list(traces(store, "t", DAY, NEXT_WEEK)) == crowd.traces()


@pytest.mark.parametrize("page", [1, 3, 7, 8, 500])
def test_every_call_is_read_once_whatever_the_page(store: Store, save: Save, page: int) -> None:
    at_once = [CallRecord(f"c{number}", NOON, "f") for number in range(5)]  # begun at the same moment
    save(
        *at_once, CallRecord("a", NOON + timedelta(seconds=1), "f"), CallRecord("z", NOON - timedelta(1), "f")
    )
    read = [trace.call for trace in traces(store, "f", DAY, NEXT_WEEK + timedelta(days=30), page=page)]
    assert read == ["z", "c0", "c1", "c2", "c3", "c4", "a"]


def test_only_the_window_flow_and_version_that_are_asked_for_are_read(store: Store, save: Save) -> None:
    save(
        CallRecord("early", NOON - timedelta(microseconds=1), "f", "abc1"),
        CallRecord("first", NOON, "f", "abc1"),
        CallRecord("other", NOON, "g", "abc1"),
        CallRecord("newer", NOON, "f", "abc2"),
        CallRecord("late", NOON + timedelta(hours=1), "f", "abc1"),
    )

    def read(version: str) -> list[str]:
        return [one.call for one in traces(store, "f", NOON, NOON + timedelta(hours=1), version=version)]

    assert read("") == ["first", "newer"]
    assert read("abc1") == ["first"]
    assert read("%1") == []


def test_what_is_missing_stays_missing(store: Store, save: Save) -> None:
    save(CallRecord("c", NOON, "f"), Step("c", 1, "f", "main", "menu", NOON + timedelta(seconds=2)))
    (trace,) = traces(store, "f", DAY, NOON + timedelta(days=1))
    assert (trace.end, trace.seconds, trace.goals, trace.started) == ("", None, (), NOON)
    assert (trace.stops[0].at, trace.stops[0].seconds, trace.stops[0].detail) == (2.0, None, {})


def test_visits_come_in_the_order_of_time(store: Store, save: Save) -> None:
    save(
        CallRecord("c", NOON, "f"),
        *(
            Step("c", visit, "f", node, "menu", NOON + timedelta(seconds=at))
            for visit, node, at in ((1, "one", 1), (2, "went_on", 9), (3, "asked_again", 5))
        ),
    )
    (trace,) = traces(store, "f", DAY, NOON + timedelta(days=1))
    assert [stop.node for stop in trace.stops] == ["one", "asked_again", "went_on"]


def test_the_oldest_call_is_known(store: Store, save: Save) -> None:
    assert oldest(store) is None
    save(CallRecord("b", NOON + timedelta(days=1), "f"), CallRecord("a", NOON, "g"))
    assert oldest(store) == NOON


def test_a_database_that_cannot_be_read_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError):
        list(traces(store, "f", DAY, NEXT_WEEK))
