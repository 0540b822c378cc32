"""Records that nobody ended: found by where and when their calls were, closed by what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ivr.store.calls import journey
from ivr.store.database import Store
from ivr.store.records import CallRecord, EventRecord, Step
from ivr.store.unfinished import CHUNK, LOST, close, unfinished
from ivr.store.webhooks import outbox
from ivr.store.webhooks.events import event

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_only_recent_calls_of_the_same_switch_without_an_end_are_found(
    store: Store, save: Callable[..., object]
) -> None:
    save(
        CallRecord("second", after(2), node="fs1"),
        CallRecord("first", after(1), node="fs1"),
        CallRecord("ended", NOON, node="fs1", ended=after(9), end="completed"),
        CallRecord("elsewhere", NOON, node="fs2"),
        CallRecord("nobody knows where", NOON),
        CallRecord("old", NOON - DAY, node="fs1"),
    )
    assert unfinished(store, "fs1", NOON) == ["first", "second"]


def test_a_call_ends_with_the_last_that_is_known_of_it(store: Store, save: Callable[..., object]) -> None:
    save(
        CallRecord("went on", NOON, "hotline", ani="138", node="fs1"),
        Step("went on", 1, "hotline", "main", "menu", after(1), after(4), "1"),
        Step("went on", 2, "hotline", "bill", "play", after(4.5)),
        CallRecord("left", NOON, node="fs1"),
        Step("left", 1, "hotline", "main", "menu", after(1), after(7), "1"),
        CallRecord("just begun", NOON, node="fs1"),
    )
    assert close(store, ["went on", "left", "just begun", "no such call"]) == 3
    for call, ended in (("went on", after(4.5)), ("left", after(7)), ("just begun", NOON)):
        record = journey(store, call).call
        assert (record.end, record.ended, record.hangup_cause) == (LOST, ended, "")
    assert journey(store, "went on").call.ani == "138"


def test_an_end_that_was_told_is_left_and_one_that_comes_later_counts(
    store: Store, save: Callable[..., object]
) -> None:
    told = CallRecord("c", NOON, node="fs1", ended=after(9), end="transfer", hangup_cause="NORMAL_CLEARING")
    save(told)
    assert close(store, ["c"]) == 0
    save(CallRecord("late", NOON, node="fs1"))
    assert close(store, ["late"]) == 1
    save(CallRecord("late", NOON, ended=after(9), end="completed", hangup_cause="NORMAL_CLEARING"))
    assert [journey(store, call).call.end for call in ("c", "late")] == ["transfer", "completed"]
    assert journey(store, "late").call.ended == after(9)


def test_whoever_wants_to_hear_of_ends_hears_of_a_lost_one_once(
    store: Store, save: Callable[..., object]
) -> None:
    def told(record: CallRecord) -> list[EventRecord]:
        at = record.ended or record.started
        return [event("call.ended", record.id, at, f"call:{record.id}", call=record.id, flow=record.flow)]

    save(CallRecord("c", NOON, "hotline", node="fs1"), Step("c", 1, "hotline", "main", "menu", after(1)))
    for _twice in range(2):
        close(store, ["c"], told)
    heard = outbox.untaken(store, 9)
    assert [(one.type, one.call, one.flow, one.at) for one in heard] == [
        ("call.ended", "c", "hotline", after(1))
    ]


def test_more_calls_than_go_into_one_statement(store: Store, save: Callable[..., object]) -> None:
    calls = [f"c{number}" for number in range(CHUNK + 1)]
    save(*(CallRecord(call, NOON, node="fs1") for call in calls))
    assert close(store, calls) == len(calls)
    assert unfinished(store, "fs1", NOON) == []
