"""Machines that come by doors of their own: FreeSWITCH asks for XML, other systems post what to do."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from pydantic import SecretStr

from ivr.dids import Did
from ivr.errors import IvoryError, NoWorker
from ivr.flow.model import LoadedFlow
from ivr.runtime.in_service import in_service
from ivr.settings import Flows, Phone, Settings
from ivr.store import numbers
from ivr.store.bindings import Change
from ivr.store.database import Store
from ivr.web.accounts.who import Who
from ivr.web.flows import serving
from ivr.web.flows.serving import ServingFlows
from ivr.web.site import Site
from ivr.web.telephones import Telephones
from ivr.webhooks import senders, signing
from tests.web.conftest import NOW

Post = Callable[..., Any]

FLOW = """
id: hotline
languages: [en-US]
nodes:
  main: {type: play, prompt: Hello., next: bye}
  bye: {type: hangup}
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "hotline.yaml").write_text(FLOW, encoding="utf-8")
    web = settings.web.model_copy(update={"xml_token": SecretStr("s3cret")})
    flows = Flows(dir=tmp_path / "flows", published=tmp_path / "published")
    phone = Phone(sip="127.0.0.1:5060")
    return settings.model_copy(update={"web": web, "flows": flows, "phone": phone})


def _ask(app: Flask, token: str = "s3cret", **form: str) -> Any:
    basic = b64encode(f"freeswitch:{token}".encode()).decode()
    return app.test_client().post("/switch/xml", data=form, headers={"Authorization": f"Basic {basic}"})


def _found(answer: Any, path: str) -> list[str]:
    assert answer.status_code == 200
    found = etree.fromstring(answer.data).xpath(path)
    assert isinstance(found, list)
    return [str(value) for value in found]


def test_the_switch_is_answered_when_it_shows_its_secret_and_only_then(app: Flask) -> None:
    assert _ask(app, section="directory", user="1001", domain="pbx").status_code == 200
    assert _ask(app, "guessed", section="directory").status_code == 403
    assert app.test_client().post("/switch/xml", data={"section": "directory"}).status_code == 403


def test_the_switch_is_not_answered_from_another_network(app: Flask) -> None:
    basic = b64encode(b"freeswitch:s3cret").decode()
    asked = app.test_client().post(
        "/switch/xml",
        data={"section": "directory"},
        headers={"Authorization": f"Basic {basic}"},
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
    )
    assert asked.status_code == 403


def test_nobody_is_answered_where_no_secret_is_set(site: Site, app: Flask) -> None:
    web = site.settings.web.model_copy(update={"xml_token": SecretStr("")})
    site.settings = site.settings.model_copy(update={"web": web})
    assert _ask(app, "", section="directory").status_code == 403


def test_a_browser_is_in_the_directory_with_a_hash_and_without_its_password(app: Flask, site: Site) -> None:
    telephones = site.part(Telephones)
    visitor = telephones.agent(Who("user:li", "li", display="李雷"), "1001")
    answer = _ask(app, section="directory", user="web-li", domain="pbx.example")
    assert _found(answer, "//param[@name='a1-hash']/@value")
    assert visitor.account.password not in answer.get_data(as_text=True)
    assert _found(answer, "//variable[@name='user_context']/@value") == ["web_phone"]


def test_an_extension_rings_the_browser_of_its_agent_and_its_own_telephone(app: Flask, site: Site) -> None:
    site.part(Telephones).agent(Who("user:li", "li"), "1001")
    dialled = _found(
        _ask(app, section="directory", user="1001", domain="pbx"), "//param[@name='dial-string']/@value"
    )
    assert "web-li@pbx" in dialled[0]
    assert "1001@pbx" in dialled[0]


def test_a_desk_telephone_that_registers_is_left_to_the_switchs_own_directory(app: Flask, site: Site) -> None:
    site.part(Telephones).agent(Who("user:li", "li"), "1001")
    answer = _ask(app, section="directory", user="1001", domain="pbx", action="sip_auth")
    assert _found(answer, "//result/@status") == ["not found"]


def test_a_number_of_a_flow_is_handed_to_ivory_and_any_other_is_not(app: Flask, site: Site) -> None:
    site.ask(numbers.put, Did("95598", "hotline"), Change("user:li", NOW, None))
    call = {"section": "dialplan", "Hunt-Context": "public"}
    ours = _ask(app, **call, **{"Hunt-Destination-Number": "95598"})
    assert _found(ours, "//context/@name") == ["public"]
    assert "park" in _found(ours, "//action/@application")
    other = _ask(app, **call, **{"Hunt-Destination-Number": "10086"})
    assert _found(other, "//result/@status") == ["not found"]


def test_a_number_is_ours_in_the_contexts_that_are_named_and_in_no_other(app: Flask, site: Site) -> None:
    site.ask(numbers.put, Did("!", "hotline"), Change("user:li", NOW, None))
    call = {"section": "dialplan", "Hunt-Destination-Number": "10086"}
    for context in ("public", "web_phone"):
        assert _found(_ask(app, **call, **{"Hunt-Context": context}), "//context/@name") == [context]
    for context in ("default", "ivory", ""):
        assert _found(_ask(app, **call, **{"Hunt-Context": context}), "//result/@status") == ["not found"]


def test_a_number_that_is_led_elsewhere_and_a_flow_that_is_new_hold_from_the_next_call(
    app: Flask, site: Site, settings: Settings
) -> None:
    def answered(number: str) -> bool:
        call = {"Hunt-Context": "web_phone", "Hunt-Destination-Number": number}
        return bool(_found(_ask(app, section="dialplan", **call), "//context"))

    assert not answered("95598")
    row = site.ask(numbers.put, Did("95598", "hotline"), Change("user:li", NOW, None))
    assert answered("95598")
    site.ask(numbers.put, Did("95598", "hotline", enabled=False), Change("user:li", NOW, row.revision))
    assert not answered("95598")
    assert not answered("desk")
    (settings.flows.dir / "desk.yaml").write_text(FLOW.replace("hotline", "desk"), encoding="utf-8")
    assert answered("desk")


def test_flows_are_not_read_for_every_call_nor_for_a_number(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = {"section": "dialplan", "Hunt-Context": "web_phone", "Hunt-Destination-Number": "hotline"}
    assert _found(_ask(app, **call), "//context")
    monkeypatch.setattr(serving, "in_service", lambda *_: pytest.fail("they were read again"))
    assert _found(_ask(app, **call), "//context")
    site.ask(numbers.put, Did("8008", "hotline"), Change("user:li", NOW, None))
    assert _found(_ask(app, **{**call, "Hunt-Destination-Number": "8008"}), "//context")


def test_who_asks_while_flows_are_read_is_answered_by_those_there_were(
    site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ServingFlows(settings)
    site.ask(known.names)
    (settings.flows.dir / "desk.yaml").write_text(FLOW.replace("hotline", "desk"), encoding="utf-8")
    meanwhile: list[frozenset[str]] = []

    def reading(store: Store, flows: Flows) -> Mapping[str, LoadedFlow]:
        meanwhile.append(known.names(store))
        return in_service(store, flows)

    monkeypatch.setattr(serving, "in_service", reading)
    assert site.ask(known.names) == {"hotline", "desk"}
    assert meanwhile == [{"hotline"}]


def test_the_doctor_finds_somebody_whose_password_nobody_can_know(app: Flask) -> None:
    asked = {"section": "directory", "user": "ivory-doctor", "domain": "pbx"}
    assert _found(_ask(app, **asked), "//user/@id") == ["ivory-doctor"]
    assert _found(_ask(app, **asked, action="sip_auth"), "//result/@status") == ["not found"]


@pytest.mark.parametrize("action", ["sip_auth", "jsonrpc-authenticate", "reverse-auth-lookup"])
def test_an_extension_without_a_password_is_told_to_nobody_who_looks_for_one(
    app: Flask, site: Site, action: str
) -> None:
    site.part(Telephones).agent(Who("user:li", "li"), "1001")
    answer = _ask(app, section="directory", user="1001", domain="pbx", action=action)
    assert _found(answer, "//result/@status") == ["not found"]


def test_of_what_a_telephone_slips_in_before_freeswitchs_own_words_nothing_counts(
    app: Flask, site: Site
) -> None:
    site.part(Telephones).agent(Who("user:li", "li"), "1001")
    basic = b64encode(b"freeswitch:s3cret").decode()
    answer = app.test_client().post(
        "/switch/xml",
        data="section=directory&key_name=name&key_value=pbx&action=user_call&user=1001"
        "&action=sip_auth&user=nobody&domain=pbx",
        headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert _found(answer, "//result/@status") == ["not found"]


def test_a_browser_reaches_a_flow_by_its_name_and_nobody_else_does(app: Flask) -> None:
    called = {"section": "dialplan", "Hunt-Destination-Number": "hotline"}
    ours = _ask(app, **called, **{"Hunt-Context": "web_phone"})
    assert "ivr_flow=hotline" in _found(ours, "//action/@data")
    assert _found(_ask(app, **called, **{"Hunt-Context": "public"}), "//result/@status") == ["not found"]


@pytest.mark.parametrize("number", ["${system rm}", "95598'\"<>", "a" * 5000, "", "^(.*)$", "../../etc"])
def test_hostile_numbers_and_users_are_not_found(app: Flask, number: str) -> None:
    called = _ask(app, section="dialplan", **{"Hunt-Context": "web_phone", "Hunt-Destination-Number": number})
    assert _found(called, "//result/@status") == ["not found"]
    user = _ask(app, section="directory", user=number, domain=number)
    assert _found(user, "//result/@status") == ["not found"]


# Posts ----------------------------------------------------------------------------------------------------


class _Worker:
    """A worker that notes what it is ordered."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str, dict[str, Any]]] = []
        self.refuses: IvoryError | None = None
        self.by = ""

    def __call__(self, by: str) -> _Worker:
        self.by = by
        return self

    def give(self, order: str, **arguments: Any) -> dict[str, Any]:
        if self.refuses:
            raise self.refuses
        self.given.append((self.by, order, arguments))
        return {"call": "c-1"}


@pytest.fixture
def worker(site: Site, monkeypatch: pytest.MonkeyPatch) -> _Worker:
    made = _Worker()
    monkeypatch.setattr(site, "control", made)
    return made


@pytest.fixture
def post(app: Flask, site: Site) -> Callable[..., Any]:
    """Posts as the source `crm`: `post(content, id="m1")`."""
    _, secret = site.ask(lambda store: senders.add(store, "crm", by="user:admin", now=NOW))

    def send(content: Any, id: str = "m1", **headers: str) -> Any:
        body = content if isinstance(content, str) else json.dumps(content)
        signed = {**signing.headers(id, NOW, body, [secret]), **headers}
        return app.test_client().post("/hooks/crm", data=body, headers=signed)

    return send


START = {
    "type": "call.start",
    "timestamp": "2026-03-02T09:30:00Z",
    "data": {"number": "1001", "flow": "hotline"},
}


def test_a_signed_post_is_ordered_once_in_the_name_of_its_source(
    post: Callable[..., Any], worker: _Worker
) -> None:
    first, again = post(START), post(START)
    assert (first.status_code, first.json) == (200, {"call": "c-1"})
    assert (again.status_code, again.json) == (200, {"call": "c-1"})
    assert worker.given == [
        ("hook:crm", "call.start", {"number": "1001", "flow": "hotline", "key": "crm:m1"})
    ]


def test_a_post_that_is_not_signed_is_refused(app: Flask, worker: _Worker) -> None:
    assert app.test_client().post("/hooks/crm", json=START).status_code == 400
    assert worker.given == []


def test_a_post_of_another_body_under_the_same_id_is_refused(
    post: Callable[..., Any], worker: _Worker
) -> None:
    post(START)
    assert post({**START, "data": {"number": "1002", "flow": "hotline"}}).status_code == 409
    assert len(worker.given) == 1


def test_what_is_nothing_to_order_is_refused_and_said_so_again(
    post: Callable[..., Any], worker: _Worker
) -> None:
    odd = {"type": "agent.sign_out", "data": {"agent": "1001"}}
    assert [post(odd).status_code, post(odd).status_code] == [422, 422]
    assert worker.given == []


def test_a_post_while_no_worker_is_there_can_come_again(post: Post, worker: _Worker) -> None:
    worker.refuses = NoWorker("no worker takes orders")
    assert post(START).status_code == 503
    worker.refuses = None
    assert post(START).status_code == 200


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"type": 5}', '{"type": "call.start", "data": []}', "{", "\x00"]
)
def test_hostile_bodies_are_refused(post: Post, worker: _Worker, body: str) -> None:
    assert post(body, id=f"m{len(body)}").status_code in (400, 422)
    assert worker.given == []


def test_a_post_that_is_too_large_is_refused(post: Post, worker: _Worker) -> None:
    assert post("x" * (1 << 19)).status_code == 413


def test_a_browser_reaches_a_draft_by_the_name_it_was_given_and_nobody_else_does(
    app: Flask, site: Site
) -> None:
    called = {"section": "dialplan", "Hunt-Destination-Number": "try-0a1b2c3d"}
    ours, public = {"Hunt-Context": "web_phone"}, {"Hunt-Context": "public"}
    assert _found(_ask(app, **called, **ours), "//result/@status") == ["not found"]
    site.part(Telephones).trials.know("try-0a1b2c3d", True)
    assert "ivr_flow=by_number" in _found(_ask(app, **called, **ours), "//action/@data")
    assert _found(_ask(app, **called, **public), "//result/@status") == ["not found"]
