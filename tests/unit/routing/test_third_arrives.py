"""A third answers at the very moment at which the agent or the caller goes, or is wanted no more: they have
who is left, or are hung up, whatever the worker comes to know first."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from gevent.event import AsyncResult

from ivr.acd.model import Destination
from ivr.acd.plan import load
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.routing.consult import TalkControl
from ivr.routing.conversations import Conversation, Conversations
from ivr.routing.desk import Desk
from ivr.settings import Calls

PLAN = load("groups: {billing: {agents: [a1]}}\nagents: {a1: {}}").plan


class Line:
    """Says when it likes that somebody was rung."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.rung: AsyncResult[str] = AsyncResult()

    def post(self, *calls: Any, failed: Any = None) -> None:
        self.said += [str(call) for call in calls]

    def post_execute(self, *_: Any, **__: Any) -> None:
        """Nothing is heard."""

    def bgapi(self, call: Any) -> AsyncResult[str]:
        self.said.append(str(call))
        return self.rung


class House:
    """An agent with the caller of their own, who asks extension 2009."""

    def __init__(self) -> None:
        self.line = Line()
        self.desk = Desk(PLAN, Calls(), lambda _pieces: list)
        self.desk.attach(self.line)  # type: ignore[arg-type]
        self.desk.up(Snapshot("core", ()), {}, restarted=False)
        self.conversations = Conversations(self.desk.talks)
        self.control = TalkControl(self.desk, self.conversations, Calls(), None)  # type: ignore[arg-type]
        self.desk.sign_in("a1")
        self.desk.occupied("a1", True)
        self.talk = Conversation("a1", "leg", "caller")
        self.conversations.begin(self.talk)
        self.control.consult("a1", Destination("extension", "2009"))
        gevent.sleep(0)
        assert self.talk.third is not None
        self.third = self.talk.third.leg

    def event(self, name: str, leg: str) -> None:
        event = Event.parse(f"Event-Name: {name}\nUnique-ID: {leg}\n\n".encode())
        assert event is not None
        self.desk.handle(event, driven=False)

    def rung(self) -> None:
        """FreeSWITCH has told all of that before it says that it was done."""
        self.line.rung.set(f"+OK {self.third}")
        gevent.sleep(0.01)

    @property
    def hung_up(self) -> bool:
        return any(said.startswith(f"uuid_kill {self.third}") for said in self.line.said)


@pytest.mark.parametrize("goes", ["leg", "caller"])
def test_who_has_answered_stays_with_who_is_left(goes: str) -> None:
    house = House()
    house.event("CHANNEL_PARK", house.third)
    house.event("CHANNEL_HANGUP", goes)
    house.rung()
    assert not house.hung_up


@pytest.mark.parametrize("goes", ["leg", "caller"])
def test_who_has_not_answered_yet_is_rung_no_more(goes: str) -> None:
    house = House()
    house.event("CHANNEL_HANGUP", goes)
    house.line.said.clear()  # it may have come too early: there was nobody yet
    house.rung()
    assert house.hung_up


def test_who_is_wanted_no_more_is_hung_up_when_they_answer() -> None:
    house = House()
    house.control.cancel("a1")
    house.line.said.clear()
    house.rung()
    assert house.hung_up
