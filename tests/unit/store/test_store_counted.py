"""A designer's calls on a draft are kept, and say nothing of callers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ivr.runtime.trials import Trials
from ivr.store import call_search, calls, ends, journeys, traffic
from ivr.store.call_search import Wanted
from ivr.store.database import Store
from ivr.store.ends import End
from ivr.store.records import CallRecord, ContactRecord

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Save = Callable[..., object]


def someones(save: Save) -> None:
    """A call of a caller, one from nobody knows where, one of a designer, one that nobody answered."""
    trials: Trials[str] = Trials(time.monotonic)
    dialled = {"caller": "95598", "unknown": "", "designer": trials.give("hotline")}
    for call, dnis in dialled.items():
        save(CallRecord(call, NOON, "f", "4f2a", dnis=dnis, end="completed", goals=("told",)))
        save(ContactRecord(f"{call}s", NOON, call=call, disposition="abandoned"))
    save(CallRecord("nobody", NOON, "f", "4f2a", end="unreached"))
    save(ContactRecord("chat", NOON, disposition="answered"))


def test_they_are_in_no_figures(store: Store, save: Save) -> None:
    someones(save)
    assert ends.since(store, NOON) == [End("f", "completed", True, 2)]
    assert len(calls.ended(store, "f", "4f2a", NOON)) == 2


def test_their_ways_are_not_counted(store: Store, save: Save) -> None:
    someones(save)
    assert {one.call for one in journeys.traces(store, "f", NOON, NOON + HOUR)} == {"caller", "unknown"}


def test_their_contacts_are_in_no_replay(store: Store, save: Save) -> None:
    someones(save)
    found = {one.id for one in traffic.contacts(store, NOON, NOON + HOUR)}
    assert found == {"callers", "unknowns", "chat"}


def test_they_are_found_as_any_other(store: Store, save: Save) -> None:
    someones(save)
    found = call_search.search(store, Wanted(limit=10)).calls
    assert {one.id for one in found} == {"caller", "unknown", "designer", "nobody"}
