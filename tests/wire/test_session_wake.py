"""The newlines that make FreeSWITCH look at its events: when they are written, and when not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent import socket
from gevent.event import Event as Flag

from ivr.errors import ConnectionLost
from ivr.esl import wake as waking
from ivr.esl.exchange import Counters, Exchange, Frame
from ivr.esl.session import Session
from tests.wire.rogue_switch import Line, RogueSwitch


@pytest.fixture
def switch() -> Iterator[RogueSwitch]:
    with RogueSwitch() as running:
        yield running


def logged_in(switch: RogueSwitch, **options: object) -> Session:
    one = Session("127.0.0.1", switch.port, "sesame", **options)  # type: ignore[arg-type]
    one.connect()
    return one


def ask(one: Session, text: str) -> str:
    return one.send(f"api {text}\n\n".encode(), is_api=True).text


def until(fact: Callable[[], object]) -> None:
    """Wait for what must become true within two seconds."""
    with gevent.Timeout(2):
        while not fact():
            gevent.sleep(0.002)


def test_commands_and_their_replies_are_the_same_with_newlines_between_them(switch: RogueSwitch) -> None:
    switch.when("api echo ", lambda line, command: line.answer(command.split()[2]))
    one = logged_in(switch, wake=0.001)
    for number in range(50):
        assert ask(one, f"echo {number}") == str(number)
        gevent.sleep(0.003)
    assert switch.newlines > 10


def test_nothing_is_written_inside_a_command(switch: RogueSwitch) -> None:
    free, huge = Flag(), "x" * (32 << 20)

    def slow(line: Line, _: str) -> None:
        free.wait(5)
        line.answer("+OK")

    switch.when("api wait", slow)
    one = logged_in(switch, wake=0.001)
    waiting = [gevent.spawn(ask, one, "wait"), gevent.spawn(ask, one, huge)]
    gevent.sleep(0.05)
    free.set()
    gevent.joinall(waiting, timeout=5, raise_error=True)
    assert switch.commands[-1] == f"api {huge}"


def test_while_nobody_is_driven_the_switch_is_let_sleep(
    switch: RogueSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "IDLE", 10_000)
    calls: list[str] = []
    one = logged_in(switch, wake=0.001, awaiting=lambda: calls)
    gevent.sleep(0.05)
    assert switch.newlines == 0
    calls.append("a-1")
    ask(one, "status")  # whatever is heard makes the session look
    until(lambda: switch.newlines > 3)
    calls.clear()
    gevent.sleep(0.02)
    before = switch.newlines
    gevent.sleep(0.05)
    assert switch.newlines == before


def test_without_the_setting_there_are_none(switch: RogueSwitch) -> None:
    logged_in(switch)
    gevent.sleep(0.03)
    assert switch.newlines == 0


def test_they_end_with_the_session(switch: RogueSwitch) -> None:
    one = logged_in(switch, wake=0.001)
    until(lambda: switch.newlines)
    one.close(ConnectionLost("enough"))
    gevent.sleep(0.01)
    before = switch.newlines
    gevent.sleep(0.02)
    assert switch.newlines == before


# The exchange itself ---------------------------------------------------------------------------------


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def exchange(ours: socket.socket, clock: Callable[[], float]) -> Exchange:
    return Exchange(
        lambda: ours,
        lambda _: None,
        lambda *_: None,
        command_timeout=1.0,
        counters=Counters(),
        clock=clock,
    )


def test_a_command_wakes_as_well_as_a_newline(ends: tuple[socket.socket, socket.socket]) -> None:
    (ours, theirs), now = ends, [0.0]
    one = exchange(ours, lambda: now[0])
    now[0] = 1.0
    one.post([Frame(b"api status\n\n", is_api=True)])
    gevent.sleep(0)
    one.wake(ours, 0.002)
    now[0] = 1.003
    one.wake(ours, 0.002)
    one.wake(ours, 0.002)
    assert theirs.recv(100) == b"api status\n\n\n"


def test_a_socket_that_takes_nothing_is_let_be(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = ends
    one = exchange(ours, lambda: 1.0)
    one.post([Frame(b"x" * (32 << 20), is_api=True)])
    with gevent.Timeout(0.001):  # fires only if there was a wait
        one.wake(ours, 0.0)
