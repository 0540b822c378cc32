"""From a call on the switch to a post at a receiver: every event once and in order, with what the agent's
desk is to show, although the worker is replaced in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from ivr.clock import SystemClock
from ivr.settings import Webhooks
from ivr.store.schema import open_current
from ivr.switch.extensions import Extension
from ivr.webhooks import desk
from ivr.webhooks.office import Office
from ivr.webhooks.wire import Wire
from tests.e2e.house import House, until
from tests.unit.webhooks.receivers import Receiver

FLOW = """
id: shop
languages: [en-US]
vars: {order: A7}
inputs: [order]
defaults:
  outcomes: {error: end, exhausted: end, timeout: end, full: end, closed: end, no_agent: end, failed: end}
nodes:
  ask: {type: menu, prompt: {pause: 100ms}, noinput_after: 60s, options: {1: told}}
  told: {type: notify, event: order.asked, data: {order: order}, next: desk}
  desk: {type: transfer, skill: billing, show_agent: {order: "{{ order }}"}, next: stay}
  stay: {type: menu, prompt: {pause: 100ms}, noinput_after: 60s, options: {1: end}}
"""
PLAN = """
skills: [billing]
groups: {billing: {require: {billing: 1}, wrap_up: 0s}}
agents: {"1001": {name: Anna, groups: [billing], skills: {billing: 5}, extension: "8900"}}
"""
PHONES = {
    "8001": Extension("answers", after=0.01, talks=600),
    "8900": Extension("answers", after=0.3, talks=600),
    "1001": Extension("answers", after=0.3, talks=600),
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path, FLOW, plan=PLAN, extensions=PHONES) as running:
        until(lambda: "billing" in running.app.centre.desk.groups)
        yield running


@pytest.fixture
def receiver(house: House) -> Iterator[Receiver]:
    made = Receiver()
    options = Webhooks(allow=[f"127.0.0.1:{made.port}"], private=True)
    opened = partial(open_current, house.settings.store.url, patience=5.0)
    with opened() as store:
        desk.add(
            store,
            options,
            url=made.url,
            by="me",
            now=datetime.now(UTC),
            pop="https://crm.example/{{ shown.order }}",
        )
    office = Office(options, opened, Wire(options), SystemClock(), "here")
    office.start()
    until(lambda: house.app.subscriptions.wanted("call.started"))
    yield made
    office.stop()
    made.stop()


def test_a_call_to_an_agent_is_told_whole(house: House, receiver: Receiver) -> None:
    house.give("agent.sign_in", agent="1001")
    call = str(house.give("call.start", number="8001", flow="shop")["call"])
    house.at(call, "ask")
    house.phone(call).press("1")
    until(lambda: house.app.centre.desk.talks.by_agent("1001"))
    house.another_worker()
    until(lambda: house.app.centre.desk.talks.by_agent("1001"))
    house.give("call.hang_up", call=call)
    until(lambda: any(post.json["type"] == "call.ended" for post in receiver.posts))
    ids = [post.id for post in receiver.posts]
    assert len(ids) == len(set(ids))
    mine = [post.json for post in receiver.posts if not post.json["type"].startswith("agent.")]
    kinds = [one["type"] for one in mine if one["type"] not in ("call.node", "recording.ready")]
    assert kinds == [
        "call.started",
        "order.asked",
        "contact.queued",
        "contact.offered",
        "contact.answered",
        "contact.ended",
        "call.ended",
    ]
    told = {one["type"]: one["data"] for one in mine}
    assert told["order.asked"]["values"] == {"order": "A7"}
    offered = told["contact.offered"]
    assert (offered["agent"], offered["shown"], offered["url"]) == (
        "1001",
        {"order": "A7"},
        "https://crm.example/A7",
    )
    assert [step["node"] for step in offered["journey"]] == ["ask", "told", "desk"]
    assert told["contact.answered"]["contact"]["agent"] == "1001"
    states = [post.json["data"]["state"] for post in receiver.posts if post.json["type"] == "agent.state"]
    assert states[:3] == ["available", "reserved", "busy"]
