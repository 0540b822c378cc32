"""Webhooks over the API: who is told, what became of it, and who may post to us. No secret is told twice."""

from __future__ import annotations

import html
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from gevent.pywsgi import WSGIServer

from ivr.store import audits
from ivr.store.database import Store
from ivr.store.webhooks import endpoints, leases, outbox, sources
from ivr.store.webhooks.events import event
from ivr.store.webhooks.outbox import Delivery, Taken
from ivr.store.webhooks.secrets import valid
from ivr.web.site import Site
from ivr.web.webhooks.examples import examples
from ivr.webhooks import signing
from tests.unit.webhooks.receivers import Receiver
from tests.web.conftest import NOW, Browser

URL = "https://crm.example/hooks?key=s3cret"
CRM = {"url": URL, "events": ["contact.*"], "pop": "https://crm.example/{{ customer.id }}"}

SignedIn = Callable[[str], Browser]


@pytest.fixture
def admin(signed_in: SignedIn) -> Browser:
    return signed_in("admin")


@pytest.fixture
def crm(admin: Browser) -> str:
    """An endpoint; its secret."""
    return str(admin.send("POST", "/api/v1/webhooks", CRM).json["secret"])


@pytest.fixture
def receiver(site: Site) -> Iterator[Receiver]:
    """Somebody who listens, and may be posted to."""
    made = Receiver(lambda post: (202, {}, "<b>thanks</b>"))
    allowed = {"allow": ["*", f"127.0.0.1:{made.port}"], "private": True}
    webhooks = site.settings.webhooks.model_copy(update=allowed)
    site.settings = site.settings.model_copy(update={"webhooks": webhooks})
    yield made
    made.stop()


def _deliver(site: Site, *states: str) -> list[str]:
    """Put a delivery of each state into the log; the events' ids."""

    def put(store: Store) -> list[str]:
        made = [event("call.ended", str(count), NOW, "call:1") for count in range(len(states))]
        rows = [Delivery("crm", one.id, one.seq, one.type, one.stream, NOW, NOW) for one in made]
        outbox.spread(store, [Taken(one.event, '{"data":{}}', (one,)) for one in rows], NOW)
        tried = NOW + timedelta(seconds=1.5)
        for one, state in zip(rows, states, strict=True):
            done = Delivery(
                "crm", one.event, one.seq, one.type, one.stream, NOW, NOW, state=state, attempts=1,
                tried=tried, status=500, answer="Oh",
            )  # fmt: skip
            outbox.settle(store, [done])
        return [one.event for one in rows]

    return site.ask(put)


def _audited(site: Site) -> list[Any]:
    return list(site.ask(audits.page, audits.Query()))


# Endpoints --------------------------------------------------------------------------------------------


def test_an_endpoint_is_made_and_its_secret_told_this_once(admin: Browser, site: Site) -> None:
    answer = admin.send("POST", "/api/v1/webhooks", CRM)
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1/webhooks/crm")
    secret = answer.json["secret"]
    assert site.ask(endpoints.get, "crm").secrets[0].text == secret
    told = [
        admin.get(path)
        for path in ("/api/v1/webhooks", "/api/v1/webhooks/crm", "/webhooks", "/webhooks/to/crm")
    ]
    assert [one.status_code for one in told] == [200] * 4
    assert not [one for one in told if secret in one.get_data(as_text=True)]


def test_the_audit_keeps_neither_a_secret_nor_what_a_url_hides(admin: Browser, site: Site, crm: str) -> None:
    admin.send("POST", "/api/v1/webhooks/crm/rotate", {})
    admin.send("PUT", "/api/v1/webhooks/crm", {**CRM, "description": "The CRM"})
    kept = str(_audited(site))
    assert {one.order for one in _audited(site)} == {"webhook.change", "webhook.rotate", "webhook.add"}
    assert crm not in kept
    assert "s3cret" not in kept
    assert "https://crm.example/hooks?…" in kept


def test_who_may_not_change_webhooks_does_not_see_what_a_url_hides(signed_in: SignedIn, crm: str) -> None:
    designer = signed_in("designer")
    assert designer.get("/api/v1/webhooks/crm").json["url"] == "https://crm.example/hooks?…"
    for page in ("/webhooks", "/webhooks/to/crm"):
        told = designer.get(page)
        assert told.status_code == 200
        assert "s3cret" not in told.get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://crm.example/"),
        ("url", "ftp://crm.example/"),
        ("url", "https://user:word@crm.example/"),
        ("events", ["contact.eaten"]),
        ("events", []),
        ("pop", "javascript:alert(1)"),
        ("pop", "https://crm.example/{{ password }}"),
        ("secret", "whsec_short"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(admin: Browser, field: str, value: Any) -> None:
    answer = admin.send("POST", "/api/v1/webhooks", {**CRM, field: value})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [f"/{field}"]


def test_an_id_is_given_once(admin: Browser, crm: str) -> None:
    assert admin.send("POST", "/api/v1/webhooks", {**CRM, "id": "crm"}).status_code == 409


def test_who_comes_second_is_told_so(admin: Browser, crm: str) -> None:
    etag = admin.get("/api/v1/webhooks/crm").headers["ETag"]
    assert admin.send("PUT", "/api/v1/webhooks/crm", CRM, If_Match=etag).status_code == 200
    for method, path in [("PUT", ""), ("DELETE", ""), ("POST", "/disable"), ("POST", "/rotate")]:
        body = CRM if method == "PUT" else {}
        assert admin.send(method, f"/api/v1/webhooks/crm{path}", body, If_Match=etag).status_code == 412


def test_one_is_disabled_with_a_reason_and_enabled_again(admin: Browser, crm: str) -> None:
    off = admin.send("POST", "/api/v1/webhooks/crm/disable", {"reason": "the CRM moves"}).json
    assert (off["enabled"], off["reason"]) == (False, "the CRM moves")
    on = admin.send("POST", "/api/v1/webhooks/crm/enable").json
    assert (on["enabled"], on["reason"]) == (True, "")


def test_the_former_secret_counts_until_the_overlap_is_over(admin: Browser, site: Site, crm: str) -> None:
    new = admin.send("POST", "/api/v1/webhooks/crm/rotate", {"overlap": 2}).json["secret"]
    kept = site.ask(endpoints.get, "crm").secrets
    assert {*valid(kept, NOW + timedelta(hours=1))} == {crm, new}
    assert valid(kept, NOW + timedelta(hours=3)) == (new,)


def test_what_is_removed_is_gone_with_its_log(admin: Browser, site: Site, crm: str) -> None:
    (name,) = _deliver(site, "dead")
    assert admin.send("DELETE", "/api/v1/webhooks/crm").status_code == 204
    assert admin.get("/api/v1/webhooks/crm").status_code == 404
    assert admin.get(f"/api/v1/webhook-deliveries/crm/{name}").status_code == 404


def test_every_type_of_event_is_told_with_its_schema(admin: Browser) -> None:
    types = {one["name"]: one["data"] for one in admin.get("/api/v1/webhook-events").json}
    assert "shown" in types["contact.offered"]["properties"]


# A test -----------------------------------------------------------------------------------------------


def test_a_test_is_signed_and_its_answer_told(admin: Browser, site: Site, receiver: Receiver) -> None:
    secret = admin.send("POST", "/api/v1/webhooks", {"url": receiver.url, "id": "here"}).json["secret"]
    tried = admin.send("POST", "/api/v1/webhooks/here/test").json
    assert (tried["taken"], tried["status"], tried["answer"]) == (True, 202, "<b>thanks</b>")
    (post,) = receiver.posts
    assert post.json["type"] == "webhook.test"
    wanted = signing.headers(post.id, site.now(), post.body.decode(), [secret])
    assert post.headers["webhook-signature"] == wanted["webhook-signature"]


def test_a_receiver_that_is_not_there_is_an_answer_too(admin: Browser, receiver: Receiver) -> None:
    admin.send("POST", "/api/v1/webhooks", {"url": receiver.url, "id": "here"})
    receiver.stop()
    tried = admin.send("POST", "/api/v1/webhooks/here/test")
    assert tried.status_code == 200
    assert (tried.json["taken"], tried.json["status"], tried.json["problem"]) == (
        False,
        None,
        "nobody is there",
    )


# Deliveries -------------------------------------------------------------------------------------------


def test_the_log_tells_what_came_of_each_event(admin: Browser, site: Site, crm: str) -> None:
    _deliver(site, "waiting", "delivered", "dead")
    told = admin.get("/api/v1/webhook-deliveries?endpoint=crm").json["deliveries"]
    assert [one["state"] for one in told] == ["dead", "delivered", "waiting"]
    assert (told[0]["attempts"], told[0]["status"], told[0]["seconds"]) == (1, 500, 1.5)
    dead = admin.get("/api/v1/webhook-deliveries?state=dead").json["deliveries"]
    assert [one["state"] for one in dead] == ["dead"]


def test_the_log_is_paged_without_a_gap(admin: Browser, site: Site, crm: str) -> None:
    names = _deliver(site, *["delivered", "dead", "waiting"] * 3)
    seen, before = [], ""
    while True:
        page = admin.get(f"/api/v1/webhook-deliveries?endpoint=crm&limit=2&before={before}").json
        seen += [one["event"] for one in page["deliveries"]]
        if not (before := page["next"]):
            break
    assert seen == names[::-1]


def test_what_was_posted_can_be_read(admin: Browser, site: Site, crm: str) -> None:
    (name,) = _deliver(site, "delivered")
    assert admin.get(f"/api/v1/webhook-deliveries/crm/{name}").json["answer"] == "Oh"


def test_what_was_given_up_is_posted_again(admin: Browser, site: Site, crm: str) -> None:
    first, second, _ = _deliver(site, "dead", "dead", "delivered")
    assert admin.send("POST", "/api/v1/webhooks/crm/resend", {"events": [first]}).json == {"events": 1}
    assert admin.send("POST", "/api/v1/webhooks/crm/resend", {}).json == {"events": 1}
    states = {one.event: one.state for one in site.ask(outbox.latest, "crm")}
    assert (states[first], states[second]) == ("waiting", "waiting")


def test_how_an_endpoint_does_stands_in_the_list(admin: Browser, site: Site, crm: str) -> None:
    _deliver(site, "waiting", "dead", "dead", "delivered")
    (told,) = admin.get("/api/v1/webhooks").json
    assert told["health"] == {"waiting": 1, "dead": 2, "delivered": "2026-03-02T09:30:01.500000Z"}


def test_the_page_says_when_nobody_delivers(admin: Browser, site: Site, crm: str) -> None:
    assert "ivr post" in admin.get("/webhooks").get_data(as_text=True)
    site.ask(leases.take, "office", "here", NOW, 30.0)
    assert "ivr post" not in admin.get("/webhooks").get_data(as_text=True)


# Sources ----------------------------------------------------------------------------------------------


def test_a_source_is_made_with_the_address_it_posts_to(admin: Browser, site: Site, app: Flask) -> None:
    made = admin.send("POST", "/api/v1/webhook-sources", {"name": "shop"}).json
    assert made["url"].endswith("/hooks/shop")
    body = '{"type": "nothing.there", "data": {}}'
    headers = signing.headers("msg_1", site.now(), body, [made["secret"]])
    post = app.test_client().post("/hooks/shop", data=body, headers=dict(headers))
    assert post.status_code == 422  # believed, but there is no such order
    for path in (
        "/api/v1/webhook-sources",
        "/api/v1/webhook-sources/shop",
        "/webhooks/from",
        "/webhooks/from/shop",
    ):
        assert made["secret"] not in admin.get(path).get_data(as_text=True)


def test_of_a_source_that_is_off_nothing_is_believed(admin: Browser, site: Site, app: Flask) -> None:
    secret = admin.send("POST", "/api/v1/webhook-sources", {"name": "shop"}).json["secret"]
    assert admin.send("POST", "/api/v1/webhook-sources/shop/disable").json["enabled"] is False
    headers = signing.headers("msg_1", site.now(), "{}", [secret])
    assert app.test_client().post("/hooks/shop", data="{}", headers=dict(headers)).status_code == 401
    assert admin.send("POST", "/api/v1/webhook-sources/shop/enable").json["enabled"] is True


def test_a_source_is_changed_rotated_and_forgotten(admin: Browser, site: Site) -> None:
    path = "/api/v1/webhook-sources/shop"
    secret = admin.send("POST", "/api/v1/webhook-sources", {"name": "shop"}).json["secret"]
    assert (
        admin.send("PUT", path, {"description": "The shop"}, If_Match='"1"').json["description"] == "The shop"
    )
    assert admin.send("PUT", path, {"description": "My shop"}, If_Match='"1"').status_code == 412
    new = admin.send("POST", f"{path}/rotate", {"overlap": 0}).json["secret"]
    assert valid(site.ask(sources.get, "shop").secrets, NOW) == (new,)
    assert secret != new
    assert admin.send("DELETE", path).status_code == 204
    assert admin.get(path).status_code == 404
    orders = {one.order for one in _audited(site)}
    assert orders == {f"webhook.source.{verb}" for verb in ("add", "change", "rotate", "remove")}
    assert secret not in str(_audited(site))


@pytest.mark.parametrize("name", ["", "Shop", "../shop", "s" * 64])
def test_a_source_has_a_name_that_fits_an_address(admin: Browser, name: str) -> None:
    answer = admin.send("POST", "/api/v1/webhook-sources", {"name": name})
    assert [one["pointer"] for one in answer.json["errors"]] == ["/name"]


@pytest.fixture
def house(app: Flask, site: Site) -> Iterator[str]:
    """The application where others can post to it; its address."""
    server = WSGIServer(("127.0.0.1", 0), app, log=None, error_log=None)
    server.start()
    url = f"http://127.0.0.1:{server.server_port}"
    site.settings = site.settings.model_copy(
        update={"web": site.settings.web.model_copy(update={"url": url})}
    )
    yield url
    server.stop(timeout=0)


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("Python", [sys.executable, "-"]),
        ("Node", ["node", "--input-type=module", "-"]),
        ("curl", ["bash", "-s"]),
    ],
)
def test_the_examples_run_as_they_stand(
    signed_in: SignedIn, site: Site, house: str, monkeypatch: pytest.MonkeyPatch, name: str, runs: list[str]
) -> None:
    if shutil.which(runs[0]) is None or (name == "curl" and shutil.which("curl") is None):
        pytest.skip(f"no {runs[0]} here")
    monkeypatch.setattr(site, "now", lambda: datetime.now(UTC))
    monkeypatch.setattr(
        "ivr.web.doors.hooks.ORDERS", frozenset()
    )  # believed, and then there is nothing to do
    admin = signed_in("admin")
    made = admin.send("POST", "/api/v1/webhook-sources", {"name": "shop"}).json
    assert made["url"] == f"{house}/hooks/shop"
    text = examples(made["url"])[name]
    done = subprocess.run(
        runs, input=text, text=True, capture_output=True, timeout=30, check=False,
        env={"PATH": os.environ["PATH"], "IVORY_SECRET": made["secret"]},
    )  # fmt: skip
    assert "422" in done.stdout + done.stderr or "is nothing to order" in done.stdout, done.stderr
    page = html.unescape(admin.get("/webhooks/from/shop").get_data(as_text=True))
    assert text in page
