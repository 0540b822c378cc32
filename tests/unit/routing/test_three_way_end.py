"""The caller leaves a three-way talk: the other two go on, unless one of them has gone that very moment."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

from ivr.acd.model import Destination
from ivr.acd.plan import load
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.routing.consult import TalkControl
from ivr.routing.conversations import Conversation, Conversations, Third
from ivr.routing.desk import Desk
from ivr.settings import Calls

PLAN = load("groups: {billing: {agents: [a1]}}\nagents: {a1: {}}").plan


class Line:
    def __init__(self) -> None:
        self.said: list[str] = []

    def post(self, *calls: Any, failed: Any = None) -> None:
        self.said += [str(call) for call in calls]

    def post_execute(self, *_: Any, **__: Any) -> None:
        """Nothing is heard."""


class House:
    """An agent, the caller of their own, and a third: all three talk."""

    def __init__(self) -> None:
        self.line = Line()
        self.desk = Desk(PLAN, Calls(), lambda _pieces: list)
        self.desk.attach(self.line)  # type: ignore[arg-type]
        self.desk.up(Snapshot("core", ()), {}, restarted=False)
        self.conversations = Conversations(self.desk.talks)
        TalkControl(self.desk, self.conversations, Calls(), None)  # type: ignore[arg-type]
        self.desk.sign_in("a1")
        self.desk.occupied("a1", True)
        talk = Conversation("a1", "leg", "caller")
        self.conversations.begin(talk)
        self.conversations.ask(talk, Third(Destination("extension", "2009"), "three", "third"))

    def hangs_up(self, leg: str) -> None:
        event = Event.parse(f"Event-Name: CHANNEL_HANGUP\nUnique-ID: {leg}\n\n".encode())
        assert event is not None
        self.desk.handle(event, driven=False)

    @property
    def state(self) -> str:
        return self.desk.states["a1"].state


def test_the_other_two_go_on() -> None:
    house = House()
    house.hangs_up("caller")
    gevent.sleep(0.01)
    assert house.state == "busy"
    assert house.conversations.of("a1").other == "third"


@pytest.mark.parametrize("gone", [("leg",), ("third",), ("leg", "third")])
def test_where_one_of_them_goes_that_very_moment_nobody_is_busy(gone: tuple[str, ...]) -> None:
    house = House()
    house.hangs_up("caller")
    house.desk.occupied("a1", False)  # as whoever dialled the call says of its end
    for leg in gone:
        house.hangs_up(leg)
    gevent.sleep(0.01)
    assert house.state == "available"
    assert house.conversations.find("a1") is None
    assert any("uuid_kill third" in said for said in house.line.said)
