"""`ivr webhook`: who is told of what, from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.store import audits
from ivr.store.audits import Query
from ivr.store.schema import open_current
from ivr.store.webhooks import outbox
from ivr.store.webhooks.outbox import DEAD, Delivery, Taken
from tests.unit.webhooks.receivers import Receiver

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/ivory.db"
    monkeypatch.setenv("IVR_STORE_URL", url)
    return url


def ivr(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(["webhook", *words]) == code
    told = capsys.readouterr()
    return told.out if code == 0 else told.err


def test_one_is_added_changed_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    key = ivr(capsys, "add", "https://crm.example/hook", "--event", "contact.*", "--group", "vip").strip()
    assert key.startswith("whsec_")
    (one,) = json.loads(ivr(capsys, "list", "--json"))
    assert (one["id"], one["events"], one["groups"], one["enabled"]) == ("crm", ["contact.*"], ["vip"], True)
    assert key not in json.dumps(one)
    ivr(capsys, "set", "crm", "--group", "", "--event", "call.ended", "--description", "the CRM")
    ivr(capsys, "disable", "crm", "--reason", "repairs")
    (one,) = json.loads(ivr(capsys, "list", "--json"))
    assert (one["events"], one["groups"], one["reason"]) == (["call.ended"], [], "repairs")
    assert "repairs" in ivr(capsys, "list")
    ivr(capsys, "enable", "crm")
    assert ivr(capsys, "rotate", "crm").strip() not in ("", key)
    ivr(capsys, "remove", "crm", "--yes")
    assert json.loads(ivr(capsys, "list", "--json")) == []


def test_what_was_changed_is_in_the_audit_and_no_secret_with_it(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = ivr(capsys, "add", "https://crm.example/hook?key=s3cret").strip()
    for words in ("set crm --description better", "disable crm", "rotate crm", "remove crm --yes"):
        ivr(capsys, *words.split())
    ivr(capsys, "source", "add", "shop")
    ivr(capsys, "source", "remove", "shop", "--yes")
    with open_current(url) as store:
        noted = list(reversed(audits.page(store, Query(order="webhook"))))
    assert [one.order.removeprefix("webhook.") for one in noted] == [
        "add", "change", "disable", "rotate", "remove", "source.add", "source.remove"
    ]  # fmt: skip
    assert (noted[1].before["description"], noted[1].after["description"]) == ("", "better")
    assert all(one.by.startswith("cli:") for one in noted)
    assert not any(secret in repr(noted) for secret in (key, "s3cret"))


def test_a_secret_may_be_brought_along(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "whsec_" + "c2VjcmV0" * 4
    told = json.loads(ivr(capsys, "add", "https://crm.example/", "--secret", secret, "--json"))
    assert told["secret"] == secret


def test_what_is_wrong_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean" in ivr(capsys, "add", "https://crm.example/", "--event", "call.endet", code=1)
    assert "there is no webhook" in ivr(capsys, "enable", "nobody", code=1)
    assert "there is no webhook" in ivr(capsys, "log", "nobody", code=1)
    assert "what is to be changed" in ivr(capsys, "set", "nobody", code=2)


def test_dead_letters_are_shown_and_sent_again(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    ivr(capsys, "add", "https://crm.example/")
    one = Delivery(
        "crm", "evt_1", 1, "call.ended", "call:a", NOW, NOW, state=DEAD, status=500, answer="broken"
    )
    with open_current(url) as store:
        outbox.spread(store, [Taken("evt_1", "{}", (one,))], NOW)
        outbox.settle(store, [one])
    assert "broken" in ivr(capsys, "dead", "crm")
    assert json.loads(ivr(capsys, "dead", "--json"))[0]["event"] == "evt_1"
    assert json.loads(ivr(capsys, "resend", "crm", "--json")) == {"id": "crm", "events": 1}
    assert json.loads(ivr(capsys, "log", "crm", "--state", "waiting", "--json"))[0]["attempts"] == 0


def test_a_test_tells_whether_the_receiver_took_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    crm = Receiver()
    monkeypatch.setenv("IVR_WEBHOOKS_ALLOW", f"[127.0.0.1:{crm.port}]")
    monkeypatch.setenv("IVR_WEBHOOKS_PRIVATE", "true")
    ivr(capsys, "add", crm.url, "--id", "here")
    assert json.loads(ivr(capsys, "test", "here", "--json"))["taken"]
    crm.reply = 500
    assert "500" in ivr(capsys, "test", "here", code=1)
    crm.stop()


def test_sources_come_and_go(capsys: pytest.CaptureFixture[str]) -> None:
    assert ivr(capsys, "source", "add", "shop").startswith("whsec_")
    assert ivr(capsys, "source", "rotate", "shop").startswith("whsec_")
    ivr(capsys, "source", "disable", "shop")
    (one,) = json.loads(ivr(capsys, "source", "list", "--json"))
    assert (one["name"], one["enabled"], len(one["secrets"])) == ("shop", False, 2)
    assert "shop" in ivr(capsys, "source", "list")
    ivr(capsys, "source", "enable", "shop")
    ivr(capsys, "source", "remove", "shop", "--yes")
    assert json.loads(ivr(capsys, "source", "list", "--json")) == []


def test_what_can_be_told_is_listed_with_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert "contact.offered" in ivr(capsys, "events")
    assert "journey" in json.loads(ivr(capsys, "events", "--json"))["contact.offered"]["data"]["properties"]
