"""What a worker puts becomes events: the right ones, once, in order, after the record that they tell of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.errors import StoreError
from ivr.store.database import Store
from ivr.store.records import (
    AgentEventRecord,
    AgentRecord,
    CallbackRecord,
    CallRecord,
    ContactRecord,
    EventRecord,
    OfferRecord,
    Record,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.store.webhooks.events import event
from ivr.webhooks.herald import Herald, stream_of
from ivr.webhooks.subscriptions import Subscriptions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
END = NOW + timedelta(minutes=3)


class Keeper:
    """Keeps what is put, and answers questions from a store."""

    def __init__(self, store: Store | None = None) -> None:
        self.kept: list[Record] = []
        self.store = store

    def put(self, record: Record) -> None:
        self.kept.append(record)

    def flush(self, timeout: float = 5.0) -> bool:
        return True

    def ask(self, question: Callable[[Store], Any]) -> Any:
        if self.store is None:
            raise StoreError("away")
        return question(self.store)

    @property
    def events(self) -> list[EventRecord]:
        return [one for one in self.kept if isinstance(one, EventRecord)]


def told(*records: Record, wanted: Callable[[str], bool] = lambda _kind: True) -> list[EventRecord]:
    keeper = Keeper()
    herald = Herald(keeper, wanted)
    herald.shown = lambda contact: {"account": contact}
    for record in records:
        herald.put(record)
    assert [one for one in keeper.kept if not isinstance(one, EventRecord)] == list(records)
    return keeper.events


ARRIVED = ContactRecord("c1:3", NOW, call="c1", group="billing", priority=0.0)


@pytest.mark.parametrize(
    ("record", "kinds"),
    [
        (CallRecord("c1", NOW, flow="hotline"), ["call.started"]),
        (CallRecord("c1", NOW, ended=END, end="completed"), ["call.ended"]),
        (CallRecord("c1", NOW, mos=4.1), []),
        (Step("c1", 1, "hotline", "main", "menu", NOW), ["call.node"]),
        (Step("c1", 1, "hotline", "main", "menu", NOW, END, "1"), ["call.node"]),
        (ARRIVED, ["contact.queued"]),
        (ContactRecord("c1:3", NOW, offered=END), []),
        (OfferRecord("c1:3", "1001", NOW, "billing"), ["contact.offered"]),
        (OfferRecord("c1:3", "1001", NOW, "billing", END, "no_answer"), []),
        (ContactRecord("c1:3", NOW, agent="1001", answered=END), ["contact.answered"]),
        (
            ContactRecord("c1:3", NOW, disposition="abandoned", ended=END),
            ["contact.abandoned", "contact.ended"],
        ),
        (ContactRecord("c1:3", NOW, ended=END, talk=9.0, agent="1001"), ["contact.ended"]),
        (ContactRecord("c1:3", NOW, wrap_up=9.0), []),
        (ContactRecord("c1:3", NOW, disposition_code="sold"), []),
        (AgentEventRecord("1001", NOW, "busy"), ["agent.state"]),
        (AgentRecord("1001", "busy", NOW), []),
        (RecordingRecord("c1-1", NOW, "c1", "c1:3"), []),
        (
            RecordingRecord("c1-1", NOW, "c1", "c1:3", ended=END, seconds=5, result="done"),
            ["recording.ready"],
        ),
        (SurveyAnswer("c1", 4, "happy", NOW, score=5), ["survey.answered"]),
        (CallbackRecord("c1:5", "+8613800000000", "billing", NOW, "waiting"), ["callback.requested"]),
        (CallbackRecord("c1:5", "+8613800000000", "billing", NOW, "dialling", attempts=1), []),
        (CallbackRecord("c1:5", "+8613800000000", "billing", NOW, "waiting", attempts=1), []),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, list) else "+".join(value) or "nothing",
)
def test_each_record_means_what_it_means(record: Record, kinds: list[str]) -> None:
    assert [one.type for one in told(record)] == kinds


def test_the_record_comes_before_its_event() -> None:
    keeper = Keeper()
    Herald(keeper, lambda _kind: True).put(ARRIVED)
    assert [type(one) for one in keeper.kept] == [ContactRecord, EventRecord]


def test_the_same_thing_told_twice_is_one_event() -> None:
    """As a worker does that takes over, and a spool that is read again."""
    first, second = told(ARRIVED, ARRIVED)
    assert first.id == second.id
    offers = told(*(OfferRecord("c1:3", agent, NOW) for agent in ("1001", "1002")))
    assert len({one.id for one in offers}) == 2
    step = Step("c1", 1, "hotline", "main", "menu", NOW)
    entered, left = told(step, Step("c1", 1, "hotline", "main", "menu", NOW, END))
    assert entered.id != left.id


def test_all_that_happens_in_a_call_is_one_stream() -> None:
    events = told(
        CallRecord("c1", NOW, flow="hotline"),
        Step("c1", 1, "hotline", "main", "menu", NOW),
        ARRIVED,
        OfferRecord("c1:3", "1001", NOW),
        ContactRecord("c1:3", NOW, agent="1001", answered=END),
        RecordingRecord("c1-1", NOW, "c1", "c1:3", ended=END),
        SurveyAnswer("c1", 4, "happy", NOW, score=5),
        CallbackRecord("c1:5", "+8613800000000", "billing", NOW, "waiting", call="c1"),
        CallRecord("c1", NOW, ended=END, end="completed"),
    )
    assert {one.stream for one in events} == {"call:c1"}
    assert [one.seq for one in events] == sorted({one.seq for one in events})


def test_a_contact_without_a_call_is_a_stream_of_its_own() -> None:
    assert stream_of("chat-7") == "contact:chat-7"
    assert stream_of("c1:3.2") == "call:c1"


def test_what_an_agent_is_shown_goes_along() -> None:
    (offered,) = told(OfferRecord("c1:3", "1001", NOW))
    assert offered.data == {"agent": "1001", "shown": {"account": "c1:3"}}


def test_where_nobody_listens_nothing_is_written() -> None:
    assert told(ARRIVED, CallRecord("c1", NOW, flow="x"), wanted=lambda kind: kind == "call.started") != []
    assert told(ARRIVED, wanted=lambda kind: kind == "call.started") == []


def test_a_fault_of_the_herald_costs_no_record() -> None:
    keeper = Keeper()
    herald = Herald(keeper, lambda _kind: True)

    def broken(contact: str) -> dict[str, str]:
        raise RuntimeError(contact)

    herald.shown = broken
    herald.put(OfferRecord("c1:3", "1001", NOW))
    assert len(keeper.kept) == 1


def test_events_keep_their_order_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = event("x", "1", NOW, "s")
    monkeypatch.setattr("time.time_ns", lambda: 0)
    second, third = event("x", "2", NOW, "s"), event("x", "3", NOW, "s")
    assert first.seq < second.seq < third.seq


# Who wants to hear what -------------------------------------------------------------------------------


def test_before_anything_is_known_everything_is_told() -> None:
    """What nobody wants is forgotten later; what was not told is lost."""
    subscriptions = Subscriptions(Keeper())
    subscriptions.look()
    assert subscriptions.wanted("call.started")


def test_what_endpoints_listen_to_is_known_after_a_look(store: Store, subscribe: Any, receiver: Any) -> None:
    keeper = Keeper(store)
    subscriptions = Subscriptions(keeper)
    subscriptions.look()
    assert not subscriptions.wanted("contact.ended")
    subscribe(receiver(), "contact.*", "order.placed")
    assert not subscriptions.wanted("contact.ended")
    subscriptions.look()
    assert [subscriptions.wanted(kind) for kind in ("contact.ended", "order.placed", "call.ended")] == [
        True,
        True,
        False,
    ]
    keeper.store = None
    subscriptions.look()  # the database is away: what was known holds
    assert subscriptions.wanted("contact.ended")
