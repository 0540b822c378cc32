"""Webhooks in the database: the outbox loses nothing and keeps order, a lease has one holder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.errors import Conflict, NotFound
from ivr.flow.bundle import Bundle
from ivr.flow.releases import Release
from ivr.store import copying, versions
from ivr.store.database import Store
from ivr.store.records import EventRecord
from ivr.store.schema import open_current
from ivr.store.webhooks import endpoints, leases, outbox, sources
from ivr.store.webhooks.copying import copy as webhooks_along
from ivr.store.webhooks.endpoints import Endpoint
from ivr.store.webhooks.outbox import DEAD, DELIVERED, Delivery, Taken
from ivr.store.webhooks.secrets import Secret, valid
from ivr.store.webhooks.sources import Received, Source

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def event(name: str, seq: int, stream: str = "call:a", **more: Any) -> EventRecord:
    return EventRecord(name, seq, "call.node", NOW, stream, **more)


def delivery(name: str, seq: int, stream: str = "call:a", **more: Any) -> Delivery:
    return Delivery("crm", name, seq, "call.node", stream, NOW, NOW, **more)


def spread(store: Store, *deliveries: Delivery) -> None:
    outbox.spread(store, [Taken(one.event, f"body of {one.event}", (one,)) for one in deliveries], NOW)


def sendable(store: Store, at: datetime = NOW, limit: int = 10) -> list[list[str]]:
    return [[one.event for one in stream] for stream in outbox.sendable(store, "crm", at, limit)]


ENDPOINT = Endpoint("crm", "https://crm.example/hook", ("contact.*",), (Secret("whsec_1", NOW),), NOW, NOW)


# The outbox -------------------------------------------------------------------------------------------


def test_events_are_taken_in_their_order_and_once(store: Store, save: Callable[..., Any]) -> None:
    save(event("second", 2, data={"visit": 1}), event("first", 1))
    assert [one.id for one in outbox.untaken(store)] == ["first", "second"]
    assert outbox.untaken(store)[1].data == {"visit": 1}
    outbox.spread(store, [Taken("first", "{}", (delivery("first", 1),)), Taken("second", "")], NOW)
    assert outbox.untaken(store) == []
    save(event("first", 1))  # told again, by a spool or another worker
    assert outbox.untaken(store) == []


def test_what_nobody_wants_to_hear_is_forgotten(store: Store, save: Callable[..., Any]) -> None:
    save(event("dull", 1))
    outbox.spread(store, [Taken("dull", "")], NOW)
    save(event("dull", 1))
    assert [one.id for one in outbox.untaken(store)] == ["dull"]


def test_deliveries_made_twice_are_there_once(store: Store, save: Callable[..., Any]) -> None:
    save(event("one", 1))
    spread(store, delivery("one", 1))
    outbox.settle(store, [replace(delivery("one", 1), state=DELIVERED, attempts=1, tried=NOW, status=200)])
    spread(store, delivery("one", 1))
    assert [one.state for one in outbox.latest(store, "crm")] == [DELIVERED]


def test_a_stream_comes_in_order_with_what_is_to_be_posted(store: Store, save: Callable[..., Any]) -> None:
    save(event("a1", 1), event("b1", 2, "call:b"), event("a2", 3))
    spread(store, delivery("a2", 3), delivery("a1", 1), delivery("b1", 2, "call:b"))
    assert sendable(store) == [["a1", "a2"], ["b1"]]
    assert outbox.sendable(store, "crm", NOW, 1)[0][0].body == "body of a1"


def test_a_stream_whose_first_event_waits_waits_whole_and_others_do_not(store: Store) -> None:
    spread(store, delivery("a1", 1), delivery("a2", 3), delivery("b1", 2, "call:b"))
    outbox.settle(store, [replace(delivery("a1", 1), due=later(60), attempts=1)])
    assert sendable(store) == [["b1"]]
    assert sendable(store, later(60)) == [["a1", "a2"], ["b1"]]


def test_a_dead_event_holds_up_nobody(store: Store) -> None:
    spread(store, delivery("a1", 1), delivery("a2", 2))
    outbox.settle(store, [replace(delivery("a1", 1), state=DEAD)])
    assert sendable(store) == [["a2"]]


def test_many_streams_that_wait_do_not_hide_one_that_can_go(store: Store) -> None:
    spread(store, *(delivery(f"x{n}", n, f"call:{n}") for n in range(30)))
    outbox.settle(store, [delivery(f"x{n}", n, f"call:{n}", attempts=1) for n in range(30)])
    held = [replace(delivery(f"x{n}", n, f"call:{n}"), due=later(9)) for n in range(29)]
    outbox.settle(store, held)
    assert sendable(store, limit=2) == [["x29"]]


def test_what_waited_for_a_receiver_that_is_back_waits_no_longer(store: Store) -> None:
    spread(store, delivery("a1", 1))
    outbox.settle(store, [replace(delivery("a1", 1), due=later(600))])
    outbox.hasten(store, "crm", NOW)
    assert sendable(store) == [["a1"]]


def test_the_dead_are_seen_and_sent_again(store: Store) -> None:
    spread(store, delivery("a1", 1), delivery("a2", 2))
    outbox.settle(
        store,
        [replace(delivery(f"a{n}", n), state=DEAD, attempts=9, status=500, answer="no") for n in (1, 2)],
    )
    assert [(one.event, one.answer) for one in outbox.latest(store, "crm", state=DEAD)] == [
        ("a2", "no"),
        ("a1", "no"),
    ]
    assert outbox.resend(store, "crm", later(5), ["a1"]) == 1
    assert outbox.counts(store) == {"crm": {"dead": 1, "waiting": 1}}
    assert outbox.resend(store, "crm", later(5)) == 1
    assert sendable(store, later(5)) == [["a1", "a2"]]
    assert outbox.latest(store, "crm")[0].attempts == 0


def test_a_log_is_paged(store: Store) -> None:
    spread(store, *(delivery(f"a{n}", n) for n in range(5)))
    page = outbox.latest(store, limit=2)
    assert [one.event for one in page] == ["a4", "a3"]
    assert [one.event for one in outbox.latest(store, limit=9, before=page[-1].seq)] == ["a2", "a1", "a0"]


def test_waiting_ones_are_counted_so_far_only(store: Store) -> None:
    spread(store, *(delivery(f"a{n}", n) for n in range(5)))
    assert (outbox.waiting(store, "crm", 3), outbox.waiting(store, "crm", 9)) == (3, 5)
    assert outbox.waiting(store, "other", 9) == 0


def test_what_is_over_goes_and_what_waits_stays(store: Store, save: Callable[..., Any]) -> None:
    endpoints.add(store, ENDPOINT)
    save(*(event(name, n) for n, name in enumerate(("done", "dead", "waiting"))))
    rows = [delivery(name, n) for n, name in enumerate(("done", "dead", "waiting"))]
    spread(store, *rows, replace(rows[0], endpoint="removed", event="lost"))
    outbox.settle(store, [replace(rows[0], state=DELIVERED), replace(rows[1], state=DEAD)])
    while outbox.purge(store, later(10), NOW):
        pass
    assert [one.event for one in outbox.latest(store)] == ["waiting", "dead"]
    assert all(one.body for one in outbox.latest(store))
    while outbox.purge(store, later(10), later(10)):
        pass
    assert [one.event for one in outbox.latest(store)] == ["waiting"]


# Endpoints --------------------------------------------------------------------------------------------


def test_an_endpoint_is_kept_as_it_is(store: Store) -> None:
    whole = replace(
        ENDPOINT,
        flows=("support",),
        groups=("vip", "国际"),
        pop="https://crm/{{ contact.ani }}",
        failing=NOW,
        by="me",
    )
    endpoints.add(store, whole)
    assert endpoints.get(store, "crm") == whole
    assert endpoints.every(store) == [whole]
    assert "whsec_1" not in repr(endpoints.get(store, "crm"))


def test_a_change_of_what_another_has_changed_is_refused(store: Store) -> None:
    endpoints.add(store, ENDPOINT)
    changed = endpoints.change(store, "crm", {"enabled": False, "events": ("*",)}, later(1), "li", 1)
    assert (changed.enabled, changed.events, changed.revision, changed.by) == (False, ("*",), 2, "li")
    with pytest.raises(Conflict):
        endpoints.change(store, "crm", {"enabled": True}, later(2), "wang", 1)
    with pytest.raises(Conflict):
        endpoints.remove(store, "crm", 1)
    with pytest.raises(Conflict):
        endpoints.add(store, ENDPOINT)


def test_an_endpoint_takes_what_waits_for_it_along(store: Store) -> None:
    endpoints.add(store, ENDPOINT)
    spread(store, delivery("a1", 1))
    endpoints.remove(store, "crm")
    assert outbox.counts(store) == {}
    with pytest.raises(NotFound):
        endpoints.get(store, "crm")


def test_only_those_that_are_enabled_subscribe(store: Store) -> None:
    endpoints.add(store, ENDPOINT)
    endpoints.add(store, replace(ENDPOINT, id="wall", events=("agent.state", "contact.*"), enabled=False))
    assert endpoints.subscriptions(store) == {"contact.*"}


def test_how_an_endpoint_does_is_no_change_of_anybodys(store: Store) -> None:
    endpoints.add(store, ENDPOINT)
    endpoints.felt(store, "crm", NOW, "refused")
    now = endpoints.get(store, "crm")
    assert (now.failing, now.trouble, now.revision) == (NOW, "refused", 1)


def test_the_newest_secret_comes_first_and_an_old_one_counts_until_its_time() -> None:
    old, new = Secret("old", NOW, later(60)), Secret("new", later(1))
    assert valid([old, new], later(59)) == ("new", "old")
    assert valid([old, new], later(60)) == ("new",)


# Leases -----------------------------------------------------------------------------------------------


def test_a_lease_has_one_holder_until_its_time_is_over(store: Store) -> None:
    assert leases.take(store, "crm", "one", NOW, 10)
    assert not leases.take(store, "crm", "two", later(9), 10)
    assert leases.take(store, "crm", "one", later(9), 10)
    assert not leases.take(store, "crm", "two", later(18), 10)
    assert leases.take(store, "crm", "two", later(20), 10)
    assert not leases.take(store, "crm", "one", later(21), 10)


def test_a_lease_that_is_left_is_free_at_once(store: Store) -> None:
    leases.take(store, "crm", "one", NOW, 10)
    leases.leave(store, "one")
    assert leases.take(store, "crm", "two", NOW, 10)


# Sources ----------------------------------------------------------------------------------------------

SOURCE = Source("shop", (Secret("whsec_2", NOW),), NOW, NOW, "orders")
POST = Received("shop", "msg_1", NOW, "digest")


def test_a_source_is_kept_changed_and_removed(store: Store) -> None:
    sources.add(store, SOURCE)
    assert sources.every(store) == [sources.get(store, "shop")] == [SOURCE]
    assert sources.change(store, "shop", {"enabled": False}, later(1), "li", 1).revision == 2
    with pytest.raises(Conflict):
        sources.change(store, "shop", {"enabled": True}, later(1), "li", 1)
    with pytest.raises(Conflict):
        sources.add(store, SOURCE)
    sources.remove(store, "shop")
    with pytest.raises(NotFound):
        sources.get(store, "shop")


def test_a_post_is_new_once_and_its_answer_is_kept(store: Store) -> None:
    assert sources.begin(store, POST, later(-30)) is None
    assert sources.begin(store, POST, later(-30)) == POST
    sources.answered(store, "shop", "msg_1", 202, '{"call": 1}')
    known = sources.begin(store, POST, later(-30))
    assert known is not None
    assert (known.status, known.answer) == (202, '{"call": 1}')


def test_a_post_whose_process_died_may_be_taken_in_hand_again(store: Store) -> None:
    assert sources.begin(store, POST, later(-30)) is None
    again = replace(POST, at=later(40))
    assert sources.begin(store, replace(again, digest="other"), later(10)) == POST
    assert sources.begin(store, again, later(10)) is None
    assert sources.begin(store, again, later(10)) == again


def test_a_post_that_could_not_be_done_may_be_repeated(store: Store) -> None:
    sources.begin(store, POST, later(-30))
    sources.dropped(store, "shop", "msg_1")
    assert sources.begin(store, POST, later(-30)) is None


def test_posts_are_forgotten_in_time(store: Store) -> None:
    sources.begin(store, POST, later(-30))
    assert sources.purge(store, NOW) == 0
    assert sources.purge(store, later(1)) == 1


# Released flows ---------------------------------------------------------------------------------------


def test_a_release_and_its_event_are_there_together_or_not_at_all(store: Store) -> None:
    bundle = Bundle.of("support", {"support": b"id: support"}, {})
    release = Release("support", 1, "publish", bundle.id, NOW, by="li", message="new hours")
    versions.keep(store, bundle, release)
    (told,) = outbox.untaken(store)
    assert (told.type, told.flow, told.stream) == ("flow.published", "support", "flow:support")
    assert (told.data["version"], told.data["kind"], told.data["by"]) == (bundle.id, "publish", "li")
    with pytest.raises(Conflict):
        versions.keep(store, bundle, release)
    assert len(outbox.untaken(store)) == 1


# Another database -------------------------------------------------------------------------------------


def test_what_waits_goes_along_into_another_database(
    store: Store, save: Callable[..., Any], tmp_path: Path
) -> None:
    endpoints.add(store, ENDPOINT)
    sources.add(store, SOURCE)
    save(*(event(f"a{n}", n) for n in range(3)))
    spread(store, *(delivery(f"a{n}", n) for n in range(3)))
    outbox.settle(store, [replace(delivery("a0", 0), state=DELIVERED)])
    outbox.settle(store, [replace(delivery("a1", 1), state=DEAD, attempts=12, answer="no")])
    with open_current(f"sqlite:///{tmp_path}/other.db") as other:
        copying.copy(store, other)
        assert webhooks_along(store, other, NOW) == 2
        assert endpoints.get(other, "crm") == ENDPOINT
        assert [(one.event, one.state, one.body) for one in outbox.latest(other)] == [
            ("a2", "waiting", "body of a2"),
            ("a1", "dead", "body of a1"),
        ]
        assert outbox.untaken(other) == []
        assert webhooks_along(store, other, NOW) == 0
