"""What orders leave in the store: pushed contacts until they are done with, and calls that were made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.store.calls import Query, ended, one, page
from ivr.store.database import Store
from ivr.store.journeys import traces
from ivr.store.pushed import pushed, unfinished
from ivr.store.records import CallRecord, PushedRecord
from ivr.store.records.calls import OUT, UNREACHED
from ivr.store.retention import prune

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAIL = PushedRecord(
    "m", NOON, "waiting", "email", "billing", subject="发票", link="https://mail.example/7",
    attributes={"order": 7}, contact={"packed": "t", "attempt": 1}, by="user:li", expires=NOON,
)  # fmt: skip
Save = Callable[..., Any]


def test_a_pushed_contact_is_found_as_it_was_told_last(store: Store, save: Save) -> None:
    save(MAIL)
    served = replace(MAIL, state="serving", served_by="1001", since=NOON, attributes={})
    save(served)
    assert pushed(store, "m") == served
    assert pushed(store, "x") is None


def test_those_that_wait_or_are_served_are_taken_up_the_oldest_first(store: Store, save: Save) -> None:
    for number, state in enumerate(("waiting", "done", "serving", "expired", "cancelled")):
        save(replace(MAIL, id=f"m{number}", state=state, asked=NOON - timedelta(minutes=number)))
    assert [record.id for record in unfinished(store)] == ["m2", "m0"]


def test_old_ones_go_and_those_that_wait_stay(store: Store, save: Save) -> None:
    save(MAIL, replace(MAIL, id="old", state="done"))
    assert prune(store, NOON + timedelta(days=1))["pushed"] == 1
    assert [record.id for record in unfinished(store)] == ["m"]


def test_a_call_that_was_made_keeps_its_direction_whatever_is_told_later(store: Store, save: Save) -> None:
    save(CallRecord("c", NOON, "remind", ani="8001", direction=OUT))
    save(CallRecord("c", NOON, "remind", "v1", ani="8001", end="completed", ended=NOON))
    found = one(store, "c")
    assert found is not None
    assert (found.direction, found.end) == (OUT, "completed")
    assert one(store, "x") is None


def test_who_was_not_reached_is_listed_but_is_no_caller_of_the_flow(store: Store, save: Save) -> None:
    save(
        CallRecord("a", NOON, "remind", "v1", end=UNREACHED, hangup_cause="USER_BUSY", ended=NOON),
        CallRecord("b", NOON, "remind", "v1", end="completed", ended=NOON),
        CallRecord("c", NOON, "remind", "v1"),
    )
    assert [call.id for call in page(store, Query(end=UNREACHED)).calls] == ["a"]
    assert sorted(how for how, *_ in ended(store, "remind", "v1", NOON)) == ["", "completed"]
    found = traces(store, "remind", NOON, NOON + timedelta(hours=1))
    assert [trace.call for trace in found] == ["b", "c"]
