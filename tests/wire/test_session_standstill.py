"""A process that was stopped for a while must not go on as if it had not been."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest

from ivr.errors import ConnectionLost
from ivr.esl import session as sessions
from ivr.esl.session import STANDSTILL, Session
from ivr.esl.wire import Event
from tests.wire.rogue_switch import RogueSwitch


@pytest.fixture
def switch() -> Iterator[RogueSwitch]:
    with RogueSwitch() as running:
        yield running


class Clock:
    """A clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(switch: RogueSwitch, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(sessions, "TICK", 60.0)  # the process stands: its timers do, too
    made = Session("127.0.0.1", switch.port, "sesame", clock=clock)
    made.connect()
    return made


def ping(one: Session) -> str:
    return one.send(b"api status\n\n", is_api=True).text


def test_a_command_after_a_standstill_is_not_written(one: Session, clock: Clock, switch: RogueSwitch) -> None:
    clock.now += 20
    with pytest.raises(ConnectionLost, match=r"this process stood still for 20\.0 s"):
        ping(one)
    gevent.sleep(0.01)
    assert "api status" not in switch.commands


def test_events_that_lay_there_meanwhile_are_not_handled(
    one: Session, clock: Clock, switch: RogueSwitch
) -> None:
    heard: list[Event] = []
    one.register_handle("*", heard.append)
    clock.now += STANDSTILL + 0.1
    switch.line.event("DTMF")
    assert one.closed.wait(1)
    assert "stood still" in one.reason.message
    assert heard == []


def test_a_standstill_in_the_middle_of_a_batch_keeps_the_rest_from_being_handled(
    one: Session, clock: Clock, switch: RogueSwitch
) -> None:
    heard: list[Event] = []

    def stopped_meanwhile(one: Event) -> None:
        heard.append(one)
        clock.now += STANDSTILL + 0.1

    one.register_handle("*", stopped_meanwhile)
    switch.line.send(
        b"".join(2 * [b"Content-Length: 18\nContent-Type: text/event-plain\n\nEvent-Name: DTMF\n\n"])
    )
    assert one.closed.wait(1)
    assert len(heard) == 1


def test_a_session_in_which_nothing_happens_notices_by_itself(
    switch: RogueSwitch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "TICK", 0.01)
    one = Session("127.0.0.1", switch.port, "sesame", clock=clock)
    one.connect()
    clock.now += STANDSTILL + 0.1
    assert one.closed.wait(1)
    assert "stood still" in one.reason.message


def test_a_pause_that_is_no_standstill_is_none(one: Session, clock: Clock) -> None:
    clock.now += STANDSTILL - 0.1
    assert ping(one) == "+OK"
