from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ivr.store import ends
from ivr.store.database import Store
from ivr.store.ends import End
from ivr.store.records import CallRecord

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_calls_are_counted_by_flow_end_and_whether_they_reached_a_goal(
    store: Store, save: Callable[..., object]
) -> None:
    calls = [
        CallRecord("a", NOON, flow="bill", end="completed", goals=("told",)),
        CallRecord("b", NOON, flow="bill", end="completed", goals=("told", "paid")),
        CallRecord("c", NOON, flow="bill", end="completed"),
        CallRecord("d", NOON, flow="bill"),
        CallRecord("e", NOON, flow="bill", end="unreached"),
        CallRecord("f", NOON, end="completed"),
        CallRecord("g", NOON - timedelta(seconds=1), flow="bill", end="completed"),
    ]
    save(*calls)
    assert set(ends.since(store, NOON)) == {
        End("bill", "completed", True, 2),
        End("bill", "completed", False, 1),
        End("bill", "", False, 1),
    }
