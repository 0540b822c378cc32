"""What people do with endpoints: what cannot be is refused with a way out, and no secret is shown twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.clock import SystemClock
from ivr.errors import Conflict, FetchError, IvoryError
from ivr.settings import Webhooks
from ivr.store.database import Store
from ivr.store.webhooks import endpoints
from ivr.store.webhooks.secrets import valid
from ivr.webhooks import desk, signing
from ivr.webhooks.wire import Wire
from tests.unit.webhooks.conftest import SECRET, options
from tests.unit.webhooks.receivers import Post, Receiver

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://crm.example/hooks"


def add(store: Store, **more: Any) -> tuple[endpoints.Endpoint, str]:
    return desk.add(store, Webhooks(), **{"url": URL, "by": "li", "now": NOW, **more})


def test_an_endpoint_is_named_after_its_host(store: Store) -> None:
    urls = (URL, URL, "https://www.shop.example/x", "https://203.0.113.9/x")
    assert [add(store, url=url)[0].id for url in urls] == ["crm", "crm-2", "shop", "203-0-113-9"]


def test_a_secret_is_made_and_shown_to_nobody_again(store: Store) -> None:
    endpoint, key = add(store)
    assert signing.checked(key) == key
    assert key not in json.dumps(desk.shown(endpoint), default=str)
    assert key not in repr(endpoint)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"url": "crm.example"}, "no address"),
        ({"url": "ftp://crm.example/"}, "no address"),
        ({"url": "https://user:pw@crm.example/"}, "no address"),
        ({"url": "http://crm.example/"}, "unencrypted"),
        ({"url": "https://crm.example:99999/"}, "not a URL"),
        ({"url": "https://crm.example:8443/"}, "webhooks.allow"),
        ({"events": ["contact.ofered"]}, "did you mean"),
        ({"events": ["call.begun"]}, "there is no event"),
        ({"events": ["Order.Placed"]}, "is no event"),
        ({"events": ["*.ended"]}, "is no event"),
        ({"events": []}, "listens to something"),
        ({"events": [f"a.b{n}" for n in range(60)]}, "at most"),
        ({"secret": "whsec_short"}, "random bytes"),
        ({"secret": "x" * 40}, "random bytes"),
        ({"name": "../x"}, "cannot be an id"),
        ({"pop": "javascript:alert(1)"}, "screen pop"),
        ({"colour": "red"}, 'no "colour"'),
    ],
)
def test_what_cannot_be_is_refused(store: Store, more: dict[str, Any], message: str) -> None:
    with pytest.raises(IvoryError) as raised:
        add(store, **more)
    assert message in str(raised.value)
    assert endpoints.every(store) == []


@pytest.mark.parametrize("events", [["*"], ["contact.*"], ["order.placed"], ["order.*", "call.ended"]])
def test_what_can_be_listened_to(store: Store, events: list[str]) -> None:
    assert add(store, events=events)[0].events == tuple(events)


def test_a_rotation_keeps_the_former_secret_for_a_while(store: Store) -> None:
    endpoint, first = add(store)
    soon = NOW + timedelta(minutes=1)
    second = desk.rotate(store, endpoint.id, by="li", now=soon, overlap=timedelta(hours=2) - (soon - NOW))
    third = desk.rotate(store, endpoint.id, by="li", now=NOW + timedelta(hours=1), overlap=timedelta(hours=9))
    secrets = endpoints.get(store, endpoint.id).secrets
    assert valid(secrets, NOW + timedelta(hours=1)) == (third, second, first)
    assert valid(secrets, NOW + timedelta(hours=2)) == (
        third,
        second,
    )  # no rotation makes an older one last longer
    assert valid(secrets, NOW + timedelta(hours=10)) == (third,)


def test_a_secret_that_became_known_ends_at_once(store: Store) -> None:
    endpoint, first = add(store)
    second = desk.rotate(store, endpoint.id, by="li", now=NOW, overlap=timedelta(0))
    assert [one.text for one in endpoints.get(store, endpoint.id).secrets] == [second]
    assert first != second


def test_many_rotations_do_not_pile_up(store: Store) -> None:
    endpoint, _ = add(store)
    for minute in range(20):
        desk.rotate(store, endpoint.id, by="li", now=NOW + timedelta(minutes=minute))
    assert len(endpoints.get(store, endpoint.id).secrets) == desk.MOST_SECRETS


def test_who_looked_at_an_older_one_changes_nothing(store: Store) -> None:
    endpoint, _ = add(store)
    desk.disable(store, endpoint.id, by="li", now=NOW, reason="repairs", expected=1)
    with pytest.raises(Conflict):
        desk.change(store, Webhooks(), endpoint.id, {"description": "x"}, by="wang", now=NOW, expected=1)
    assert endpoints.get(store, endpoint.id).reason == "repairs"
    assert desk.enable(store, endpoint.id, by="li", now=NOW).reason == ""


def test_a_try_tells_what_the_receiver_says(store: Store, receiver: Callable[..., Receiver]) -> None:
    crm = receiver(lambda _post: (403, {}, "who are you?"))
    made = options(crm)
    endpoint, _ = desk.add(store, made, url=crm.url, secret=SECRET, by="li", now=NOW)
    trial = desk.try_out(endpoint, Wire(made), SystemClock(), "li")
    assert (trial.taken, trial.status, trial.words) == (False, 403, "who are you?")
    post: Post = crm.posts[0]
    assert post.signed_by(SECRET)
    assert post.json["type"] == "webhook.test"
    assert post.json["data"] == {"message": "Ivory reaches you.", "by": "li"}


def test_a_try_of_nobody_says_so(store: Store) -> None:
    made = options()
    endpoint, _ = desk.add(store, made, url="http://127.0.0.1:1/", by="li", now=NOW)
    with pytest.raises(FetchError, match="nobody is there"):
        desk.try_out(endpoint, Wire(made), SystemClock())
