"""What a worker tells at its control socket, whatever `ops.listen` says: calls, agents and contacts, live."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ivr.switch.extensions import Extension
from tests.e2e.house import House, until

FLOW = """
id: menu
languages: [en-US]
nodes:
  ask: {type: menu, prompt: {pause: 100ms}, noinput_after: 60s, options: {1: ask}, outcomes: {exhausted: end}}
"""
PLAN = """
groups: {mail: {agents: [1001]}}
agents: {1001: {capacity: {voice: 1, email: 1}}}
"""
PHONES = {"8001": Extension("answers", after=0.01, talks=600), "8002": Extension("busy")}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path, FLOW, plan=PLAN, extensions=PHONES) as running:
        until(lambda: "mail" in running.app.centre.desk.groups)
        yield running


def first(lines: Iterator[dict[str, Any]], event: str) -> dict[str, Any]:
    return next(line for line in lines if line["event"] == event)


def test_calls_are_told_from_their_ringing_to_their_end(house: House) -> None:
    with closing(house.control.lines("/calls/stream")) as lines:
        assert first(lines, "snapshot")["calls"] == []
        call = house.give("call.start", number="8001", flow="menu")["call"]
        dialled = first(lines, "dialled")["call"]
        assert (dialled["id"], dialled["type"], dialled["direction"]) == (call, "ringing", "out")
        assert first(lines, "entered")["call"]["node"] == "ask"
        assert [one["id"] for one in house.control.get("/calls")["calls"]] == [call]
        house.give("call.hang_up", call=call)
        assert first(lines, "finished")["end"] == "abandoned"
        house.give("call.start", number="8002", flow="menu")
        finished = first(lines, "finished")
        assert (finished["end"], finished["cause"]) == ("unreached", "USER_BUSY")


def test_a_pushed_contact_pops_up_and_goes_its_way(house: House) -> None:
    house.give("agent.sign_in", agent="1001", channels=["email"])
    with closing(house.control.lines("/acd/stream")) as lines:
        assert first(lines, "snapshot")["agents"]["1001"]["channels"] == ["email"]
        mail = house.give("contact.add", channel="email", group="mail", subject="Hi", number="+8613800000000")
        offer = first(lines, "offer")
        shown = {name: offer["contact"][name] for name in ("id", "subject", "number", "channel")}
        assert shown == {
            "id": mail["contact"], "subject": "Hi", "number": "+8613800000000", "channel": "email",
        }  # fmt: skip
        house.give("contact.attributes", contact=mail["contact"], attributes={"order": 7})
        told = first(lines, "contact")["contact"]
        assert told["attributes"] == {"order": 7}
        house.give("agent.accept", agent="1001")
        assert first(lines, "contact")["contact"]["agent"] == "1001"
        house.give("agent.end_contact", agent="1001")
        gone = first(lines, "gone")
        assert (gone["contact"], gone["agent"]) == (mail["contact"], "1001")
    assert house.control.get("/acd")["agents"]["1001"]["contacts"] == []


def test_health_is_there_without_a_port(house: House) -> None:
    assert house.control.get("/readyz")["status"] in ("ok", "degraded")
    assert house.app.ops.server is None
