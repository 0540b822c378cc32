from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ivr.store.calls import count
from ivr.store.database import Store
from ivr.store.records import CallRecord, Step
from ivr.store.retention import CHUNK, old, prune
from ivr.store.schema import status
from ivr.store.upsert import Refused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., list[Refused]]


def test_pruning_takes_old_calls_with_their_journeys_and_nothing_else(store: Store, save: Save) -> None:
    calls = [CallRecord(f"c{number}", NOON + timedelta(seconds=number)) for number in range(CHUNK + 10)]
    save(*calls, *(Step(call.id, 1, "f", "n", "t", NOON) for call in calls))
    before = NOON + timedelta(seconds=CHUNK + 5)
    told: list[int] = []
    assert sum(old(store, before).values()) == CHUNK + 5
    assert prune(store, before, told.append)["calls"] == CHUNK + 5
    assert told == [CHUNK, CHUNK + 5]
    assert count(store) == (5, 5)


def test_compacting_gives_the_space_of_pruned_calls_back(store: Store, save: Save) -> None:
    save(*(CallRecord(f"c{number}", NOON, ani="138" * 50) for number in range(6000)))
    store.compact()
    size = store.size()
    prune(store, NOON + timedelta(days=1))
    store.compact()
    assert store.size() < size / 3
    assert status(store)
