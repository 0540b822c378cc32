"""Posts of other systems: believed with a right signature, in time, once; hostile ones break nothing."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from ivr.errors import IvoryError, WebhookRefused
from ivr.store.database import Store
from ivr.webhooks import receiving, senders
from ivr.webhooks.receiving import Message, receive

SECRET = "whsec_" + b64encode(b"a secret of thirty-two bytes or so").decode()
OTHER = "whsec_" + b64encode(b"another secret, also long enough..").decode()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = b'{"type": "order.paid", "data": {"order": 7}}'


@pytest.fixture(autouse=True)
def shop(store: Store) -> None:
    senders.add(store, "shop", by="me", now=NOW, secret=SECRET)


def headers(body: bytes = BODY, *secrets: str, name: str = "msg_1", at: datetime = NOW) -> dict[str, str]:
    signatures = [Webhook(secret).sign(name, at, body.decode()) for secret in secrets or (SECRET,)]
    return {
        "Webhook-Id": name,
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": " ".join(signatures),
    }


def post(store: Store, body: bytes = BODY, given: dict[str, str] | None = None, **more: Any) -> Message:
    asked = {"source": "shop", "now": NOW, **more}
    return receive(store, asked["source"], headers(body) if given is None else given, body, asked["now"])


def refused(store: Store, *arguments: Any, **more: Any) -> WebhookRefused:
    with pytest.raises(WebhookRefused) as raised:
        post(store, *arguments, **more)
    return raised.value


def test_a_signed_post_is_believed(store: Store) -> None:
    message = post(store)
    assert (message.type, message.data, message.key) == ("order.paid", {"order": 7}, "shop:msg_1")
    assert not message.again


def test_a_repetition_gets_the_same_answer(store: Store) -> None:
    receiving.answered(store, post(store), 202, '{"call": "x"}')
    again = post(store, given=headers(at=NOW + timedelta(seconds=9)), now=NOW + timedelta(seconds=10))
    assert (again.again, again.status, again.answer) == (True, 202, '{"call": "x"}')


def test_a_repetition_while_the_first_is_in_hand_is_to_come_later(store: Store) -> None:
    post(store)
    assert refused(store).status == 409


def test_a_post_whose_process_died_is_taken_in_hand_again(store: Store) -> None:
    post(store)
    later = NOW + timedelta(minutes=1)
    assert not post(store, given=headers(at=later), now=later).again


def test_a_post_that_could_not_be_done_may_come_again(store: Store) -> None:
    receiving.dropped(store, post(store))
    assert not post(store).again


def test_another_post_with_a_known_id_is_refused(store: Store) -> None:
    receiving.answered(store, post(store), 200, "")
    other = b'{"type": "order.paid", "data": {"order": 8}}'
    assert refused(store, other).status == 409


def test_the_same_id_of_another_source_is_another_post(store: Store) -> None:
    senders.add(store, "till", by="me", now=NOW, secret=OTHER)
    post(store)
    assert post(store, given=headers(BODY, OTHER), source="till").key == "till:msg_1"


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_post_of_another_time_is_refused(store: Store, seconds: int) -> None:
    assert refused(store, given=headers(at=NOW + timedelta(seconds=seconds))).status == 401


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_clocks_may_differ_by_five_minutes(store: Store, seconds: int) -> None:
    assert post(store, given=headers(at=NOW + timedelta(seconds=seconds)))


def test_a_body_that_was_changed_is_refused(store: Store) -> None:
    assert refused(store, BODY.replace(b"7", b"8"), headers(BODY)).status == 401


def test_another_id_or_moment_under_the_same_signature_is_refused(store: Store) -> None:
    for name, value in (("Webhook-Id", "msg_2"), ("Webhook-Timestamp", str(int(NOW.timestamp()) + 1))):
        assert refused(store, given={**headers(), name: value}).status == 401


def test_an_id_cannot_be_cut_elsewhere(store: Store) -> None:
    """`id.moment.body` is signed: with a full stop in the id the same text could be read otherwise."""
    body = f"{int(NOW.timestamp())}.{BODY.decode()}".encode()
    moment = str(int(NOW.timestamp()))
    given = {**headers(body), "Webhook-Id": f"msg_1.{moment}", "Webhook-Timestamp": moment}
    assert refused(store, BODY, given).status == 400


def test_unknown_and_disabled_sources_look_like_a_wrong_signature(store: Store) -> None:
    wrong = refused(store, given=headers(BODY, OTHER))
    unknown = refused(store, source="nobody")
    senders.enable(store, "shop", False, by="me", now=NOW)
    disabled = refused(store)
    assert {(one.status, one.message) for one in (wrong, unknown, disabled)} == {(401, wrong.message)}


def test_while_a_secret_is_replaced_both_are_believed(store: Store) -> None:
    new = senders.rotate(store, "shop", by="me", now=NOW, overlap=timedelta(hours=1))
    assert post(store, given=headers(BODY, new, name="a"))
    assert post(store, given=headers(BODY, SECRET, name="b"))
    later = NOW + timedelta(hours=1)
    assert refused(store, given=headers(BODY, SECRET, name="c", at=later), now=later).status == 401
    assert post(store, given=headers(BODY, new, name="d", at=later), now=later)


def test_one_right_signature_among_others_is_enough(store: Store) -> None:
    given = headers(BODY, OTHER, SECRET)
    given["Webhook-Signature"] = "v2,x v1a,abc nonsense " + given["Webhook-Signature"]
    assert post(store, given=given)


@pytest.mark.parametrize(
    "signature",
    ["", "v1", "v1,", "v1,%%%", ",", "v1,AAAA", " ", "v1,\udcff", "v1," + "A" * 10_000, "v1,x " * 5000],
)
def test_broken_signatures_are_refused(store: Store, signature: str) -> None:
    assert refused(store, given={**headers(), "Webhook-Signature": signature}).status == 401


@pytest.mark.parametrize("name", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_every_header_is_needed(store: Store, name: str) -> None:
    given = headers()
    del given[name]
    assert refused(store, given=given).status in (400, 401)


@pytest.mark.parametrize(
    "moment", ["", "now", "-1", "1e9", "nan", "9" * 400, "99999999999", "１２", "0x10", " 1"]
)
def test_broken_moments_are_refused(store: Store, moment: str) -> None:
    assert refused(store, given={**headers(), "Webhook-Timestamp": moment}).status in (400, 401)


@pytest.mark.parametrize("name", ["", "a b", "a.b", "ä", "x" * 256, "a\n", "\0"])
def test_broken_ids_are_refused(store: Store, name: str) -> None:
    assert refused(store, given=headers(BODY, name=name)).status == 400


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"{", b"nan", b'{"a": NaN}', b"[" * 50_000, b'{"a":' * 20_000]
)
def test_a_body_that_is_no_json_object_is_refused(store: Store, body: bytes) -> None:
    assert refused(store, body).status == 400


def test_a_body_that_is_no_text_is_refused(store: Store) -> None:
    assert refused(store, b"\xff\xfe", headers(BODY)).status == 400


def test_a_large_post_is_refused_before_anything_is_reckoned(store: Store) -> None:
    with pytest.raises(WebhookRefused) as raised:
        receive(store, "shop", {}, b"x" * 2000, NOW, 1024)
    assert raised.value.status == 413


def test_a_refused_post_leaves_no_trace(store: Store) -> None:
    refused(store, given=headers(BODY, OTHER))
    assert not post(store).again


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    given=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x"]), st.text(max_size=60)
    ),
    body=st.binary(max_size=60),
)
def test_whatever_is_posted_is_refused_in_order(store: Store, given: dict[str, str], body: bytes) -> None:
    with pytest.raises(WebhookRefused) as raised:
        receive(store, "shop", given, body, NOW)
    assert raised.value.status in (400, 401, 413)


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "x" * 80])
def test_a_source_has_a_plain_name(store: Store, name: str) -> None:
    with pytest.raises(IvoryError, match="cannot be"):
        senders.add(store, name, by="me", now=NOW)


def test_a_source_never_shows_its_secret(store: Store) -> None:
    source, key = senders.add(store, "till", by="me", now=NOW)
    assert key not in json.dumps(senders.shown(source), default=str)
    assert key not in repr(source)
