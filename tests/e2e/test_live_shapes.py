"""What a worker tells of this moment has the shapes that the API's document tells, and no other field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from pydantic import TypeAdapter

from ivr.switch.extensions import Extension
from ivr.web.api.live_shapes import Live, LiveAgent, LiveCalls, LiveContact, LiveGroup, Now, ShownCall, Walk
from ivr.web.live.picture import Picture
from tests.e2e.house import House, until

FLOW = """
id: menu
languages: [en-US]
vars: {account: "4711"}
nodes:
  ask: {type: menu, prompt: {pause: 100ms}, noinput_after: 60s, options: {1: ask}, outcomes: {exhausted: end}}
"""
PLAN = """
groups: {mail: {title: Mail, agents: [1001], service_level: 80% in 20s}}
agents: {1001: {name: Li, extension: "1001", capacity: {voice: 1, email: 2}}}
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(
        tmp_path, FLOW, plan=PLAN, extensions={"8001": Extension("answers", after=0.01, talks=600)}
    ) as running:
        until(lambda: "mail" in running.app.centre.desk.groups)
        yield running


@pytest.fixture
def busy(house: House) -> House:
    """A call in its flow, a contact that is served, one that is offered, and one that waits."""
    house.give("agent.sign_in", agent="1001", channels=["email"])
    house.give("contact.add", channel="email", group="mail", subject="Hi", link="https://crm.example/7")
    until(lambda: house.give("acd.status")["agents"]["1001"]["offer"] is not None)
    house.give("agent.accept", agent="1001")
    for number in range(2):
        house.give("contact.add", channel="email", group="mail", attributes={"order": number})
    call = house.give("call.start", number="8001", flow="menu")["call"]
    until(lambda: house.give("calls.live")["calls"].get(call, {}).get("node") == "ask")
    return house


def fits(shape: Any, entry: Mapping[str, Any]) -> None:
    TypeAdapter(shape).validate_python(entry)
    assert entry.keys() <= get_type_hints(shape).keys()


def test_groups_agents_and_contacts(busy: House) -> None:
    told = busy.give("acd.status")
    fits(Now, {name: told[name] for name in Now.__annotations__})
    each = ((LiveGroup, "groups", 1), (LiveAgent, "agents", 1), (LiveContact, "contacts", 3))
    for shape, kind, count in each:
        assert len(told[kind]) == count
        for entry in told[kind].values():
            fits(shape, entry)


def test_calls(busy: House) -> None:
    told = busy.give("calls.live")
    fits(LiveCalls, told)
    (call,) = told["calls"]
    shown = busy.give("call.show", call=call)
    fits(ShownCall, shown)
    assert shown["variables"] == {"account": "4711"}


def test_what_browsers_follow(busy: House) -> None:
    picture = Picture()
    streams = (("/calls/stream", picture.calls), ("/acd/stream", picture.centre))
    for path, take in streams:
        with closing(busy.control.lines(path)) as lines:
            take(next(lines))
    seen = picture.whole()
    fits(Live, seen)
    for shape, kind in (
        (Walk, "calls"),
        (LiveGroup, "groups"),
        (LiveAgent, "agents"),
        (LiveContact, "contacts"),
    ):
        assert seen[kind]
        for entry in seen[kind].values():
            fits(shape, entry)
