"""Events reach receivers: signed, in the order of their streams, again when they were not taken, and nothing
else is held up by one that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import pytest

from ivr.errors import FetchError
from ivr.settings import Webhooks
from ivr.store.database import Store
from ivr.store.records import EventRecord
from ivr.store.webhooks import endpoints, leases, outbox
from ivr.store.webhooks.events import event
from ivr.webhooks import desk, health
from ivr.webhooks.courier import Courier
from ivr.webhooks.wire import Wire
from tests.unit.webhooks.conftest import SECRET
from tests.unit.webhooks.receivers import Post, Receiver

Make = Callable[..., Any]


def told(key: str, call: str = "a") -> EventRecord:
    return event(
        "order.placed", key, datetime.now(UTC), f"call:{call}", call=call, data={"values": {"key": key}}
    )


def key(post: Post) -> str:
    return str(post.json["data"]["values"]["key"])


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    with gevent.Timeout(seconds, TimeoutError("it never came to be")):
        while not holds():
            gevent.sleep(0.01)


def states(store: Store) -> list[str]:
    return sorted(one.state for one in outbox.latest(store))


def test_an_event_is_posted_signed_and_noted(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver()
    subscribe(crm)
    save(told("k"))
    office(crm)
    (post,) = crm.wait(1)
    assert post.signed_by(SECRET)
    assert post.headers["user-agent"] == "Ivory"
    assert post.json["id"] == post.id
    assert (post.json["type"], post.json["version"]) == ("order.placed", "1")
    until(lambda: states(store) == ["delivered"])


def test_only_what_somebody_listens_to_is_posted(
    save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm, wall = receiver(), receiver()
    subscribe(crm, "order.*")
    subscribe(wall, "agent.state")
    now = datetime.now(UTC)
    save(told("k"), event("agent.state", "x", now, "agent:1", data={"agent": "1001", "state": "busy"}))
    office(crm, wall)
    assert crm.wait(1)[0].json["type"] == "order.placed"
    assert wall.wait(1)[0].json["data"]["agent"] == "1001"


def test_events_of_a_call_come_in_order_and_calls_side_by_side(
    save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver()
    together = gevent.event.Event()

    def reply(post: Post) -> int:
        if crm.under_way == 4:
            together.set()
        assert together.wait(5), "posts of different calls are not under way at once"
        return 200

    crm.reply = reply
    subscribe(crm)
    save(*(told(f"{call}{number}", call) for number in range(5) for call in "abcd"))
    office(crm, concurrency=4)
    crm.wait(20)
    assert crm.most == 4
    for call in "abcd":
        assert [key(post) for post in crm.posts if key(post)[0] == call] == [
            f"{call}{number}" for number in range(5)
        ]


def test_one_that_is_not_taken_holds_up_its_own_call_only(
    save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    tries: list[str] = []

    def reply(post: Post) -> int:
        tries.append(key(post))
        return 422 if key(post) == "a1" and tries.count("a1") < 4 else 200

    crm = receiver(reply)
    subscribe(crm)
    save(told("a1"), told("a2"), told("b1", "b"), told("b2", "b"))
    office(crm)
    crm.wait(7)
    assert tries.index("a2") == max(index for index, name in enumerate(tries) if name == "a1") + 1
    assert tries.index("b2") < tries.index("a2")


def test_every_try_sends_the_same_and_is_signed_anew(
    save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm: Receiver = receiver()
    crm.reply = lambda _post: 500 if len(crm.posts) < 2 else 200
    subscribe(crm)
    save(told("k"))
    office(crm)
    first, second, third = crm.wait(3)
    assert first.id == second.id == third.id
    assert first.body == second.body == third.body
    assert third.signed_by(SECRET)


def test_what_is_never_taken_becomes_a_dead_letter_and_can_be_sent_again(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver(lambda _post: (400, {}, "no such customer"))
    subscribe(crm)
    save(told("a1"), told("a2"))
    office(crm, tries=2)
    until(lambda: states(store) == ["dead", "dead"])
    dead = outbox.latest(store, state="dead")[0]
    assert (dead.attempts, dead.status, dead.answer) == (2, 400, "no such customer")
    crm.reply = 200
    crm.posts.clear()
    outbox.resend(store, "127-0-0-1", datetime.now(UTC))
    assert [key(post) for post in crm.wait(2)] == ["a1", "a2"]


def test_a_receiver_that_wants_nothing_more_is_disabled_and_loses_nothing(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver(410)
    endpoint = subscribe(crm)
    save(told("a1"), told("a2"))
    office(crm)
    until(lambda: not endpoints.get(store, endpoint.id).enabled)
    assert "410" in endpoints.get(store, endpoint.id).reason
    assert len(crm.posts) == 1
    crm.reply = 200
    desk.enable(store, endpoint.id, by="me", now=datetime.now(UTC))
    assert [key(post) for post in crm.wait(3)] == ["a1", "a1", "a2"]


def test_a_dead_receiver_holds_up_nobody_else(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    never = gevent.event.Event()
    silent, crm = receiver(lambda _post: 200 if never.wait(60) else 500), receiver()
    slow = subscribe(silent)
    subscribe(crm)
    save(*(told(f"{number}", str(number)) for number in range(50)))
    office(silent, crm, timeout=30)
    crm.wait(50)
    assert silent.posts == []
    assert outbox.waiting(store, slow.id, 99) == 50


def test_a_receiver_that_is_back_gets_everything_in_order(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FIRST", 0.05)
    crm = receiver()
    endpoint = subscribe(crm)
    crm.stop()
    save(*(told(f"{call}{number}", call) for number in range(3) for call in "abcdefgh"))
    office(crm)
    until(lambda: endpoints.get(store, endpoint.id).failing is not None)
    back = receiver(port=crm.port)
    back.wait(24)
    for call in "abcdefgh":
        assert [key(post) for post in back.posts if key(post)[0] == call] == [f"{call}{n}" for n in range(3)]
    until(lambda: endpoints.get(store, endpoint.id).failing is None)


def test_while_a_secret_is_replaced_both_sign(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver()
    endpoint = subscribe(crm)
    new = desk.rotate(store, endpoint.id, by="me", now=datetime.now(UTC))
    save(told("k"))
    office(crm)
    (post,) = crm.wait(1)
    assert post.headers["webhook-signature"].count("v1,") == 2
    assert post.signed_by(new)
    assert post.signed_by(SECRET)


def test_a_redirect_is_not_followed(save: Make, receiver: Make, subscribe: Make, office: Make) -> None:
    other = receiver()
    crm = receiver(lambda _post: (302, {"Location": other.url}, ""))
    subscribe(crm)
    save(told("k"))
    office(crm, tries=2)
    crm.wait(2)
    assert other.posts == []


def test_an_endless_answer_is_cut_off(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver(lambda _post: (200, {}, "x" * 5_000_000))
    subscribe(crm)
    save(told("k"))
    office(crm)
    until(lambda: states(store) == ["delivered"])


def test_a_wish_to_be_left_alone_is_granted(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver(lambda _post: (429, {"Retry-After": "3600"}, "slow down"))
    subscribe(crm)
    save(*(told(f"{number}", str(number)) for number in range(30)))
    office(crm, concurrency=1)
    crm.wait(1)
    until(lambda: any(one.attempts for one in outbox.latest(store)))
    tried = next(one for one in outbox.latest(store) if one.attempts)
    assert tried.due > datetime.now(UTC) + timedelta(minutes=50)
    assert len(crm.posts) == 1


def test_an_endpoint_whose_events_pile_up_is_disabled(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.webhooks.office.COUNT", 0.05)
    crm = receiver(500)
    endpoint = subscribe(crm)
    save(*(told(f"{number}", str(number)) for number in range(120)))
    office(crm, backlog=100)
    until(lambda: not endpoints.get(store, endpoint.id).enabled)
    assert "wait" in endpoints.get(store, endpoint.id).reason


def test_of_two_offices_one_delivers_and_the_other_takes_over(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.webhooks.office.RENEW", 0.05)
    crm = receiver()
    subscribe(crm)
    first = office(crm, holder="first")
    save(told("a1"))
    crm.wait(1)
    office(crm, holder="second")
    save(told("a2"))
    crm.wait(2)
    assert not leases.take(store, "office", "third", datetime.now(UTC), 1)
    first.stop()
    save(told("a3"))
    assert [key(post) for post in crm.wait(3)] == ["a1", "a2", "a3"]


def test_a_holder_that_died_is_succeeded_when_its_lease_is_over(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.webhooks.office.RENEW", 0.05)
    crm = receiver()
    endpoint = subscribe(crm)
    for name in ("office", f"endpoint {endpoint.id}"):
        assert leases.take(store, name, "the dead", datetime.now(UTC), 1.0)
    save(told("k"))
    began = datetime.now(UTC)
    office(crm)
    crm.wait(1)
    assert datetime.now(UTC) - began >= timedelta(seconds=0.9)


def test_no_post_begins_when_the_lease_may_be_anothers(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    crm = receiver()
    subscribe(crm)
    made = office(crm)
    until(lambda: bool(made._couriers))
    courier: Courier = next(iter(made._couriers.values()))
    courier.until = 0.0
    assert not courier._may_begin()


def test_a_changed_endpoint_is_posted_to_where_it_is_now(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.webhooks.office.RENEW", 0.05)
    old, new = receiver(), receiver()
    endpoint = subscribe(old)
    made = office(old, new)
    save(told("a1"))
    old.wait(1)
    endpoints.change(store, endpoint.id, {"url": new.url}, datetime.now(UTC), "me")
    until(lambda: made._couriers[endpoint.id].endpoint.url == new.url)
    save(told("a2"))
    assert key(new.wait(1)[0]) == "a2"


def test_an_office_that_is_stopped_notes_what_was_under_way(
    store: Store, save: Make, receiver: Make, subscribe: Make, office: Make
) -> None:
    began = gevent.event.Event()

    def reply(_post: Post) -> int:
        began.set()
        gevent.sleep(0.2)
        return 200

    crm = receiver(reply)
    subscribe(crm)
    save(told("k"))
    made = office(crm)
    began.wait(10)
    made.stop()
    assert states(store) == ["delivered"]


def test_a_receiver_at_a_private_address_is_refused(receiver: Make) -> None:
    crm = receiver()
    wire = Wire(Webhooks(allow=[f"127.0.0.1:{crm.port}"]))
    with pytest.raises(FetchError, match="private address"):
        wire.post(crm.url, {}, "{}")
    assert crm.posts == []
