"""Commands that nobody waits for: they leave together, in their order, and only their failure is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent import socket
from gevent.event import Event as Flag

from ivr.errors import CommandFailed, CommandTimeout, ConnectionLost, SwitchError
from ivr.esl import exchange
from ivr.esl import session as sessions
from ivr.esl.exchange import Frame
from ivr.esl.session import Session
from tests.wire.rogue_switch import Line, RogueSwitch

HUGE = "x" * (32 << 20)
"""More than the buffers of both sockets take."""


@pytest.fixture
def switch() -> Iterator[RogueSwitch]:
    with RogueSwitch() as running:
        yield running


def logged_in(switch: RogueSwitch, command_timeout: float = 2.0) -> Session:
    one = Session("127.0.0.1", switch.port, "sesame", connect_timeout=2.0, command_timeout=command_timeout)
    one.connect()
    return one


def api(text: str, failed: Callable[[SwitchError], None] | None = None) -> Frame:
    return Frame(f"api {text}\n\n".encode(), is_api=True, failed=failed)


def ask(one: Session, text: str) -> str:
    return one.send(f"api {text}\n\n".encode(), is_api=True).text


def until(fact: Callable[[], object]) -> None:
    """Wait for what must become true within two seconds."""
    with gevent.Timeout(2):
        while not fact():
            gevent.sleep(0.005)


def busy(switch: RogueSwitch) -> Flag:
    """`api wait` keeps the switch from reading until this is set."""
    free = Flag()

    def act(line: Line, _: str) -> None:
        free.wait(5)
        line.answer("+OK")

    switch.when("api wait", act)
    return free


def test_posted_commands_leave_in_one_write(switch: RogueSwitch, monkeypatch: pytest.MonkeyPatch) -> None:
    one = logged_in(switch)
    written: list[bytes] = []
    send = socket.socket.send

    def sending(self: socket.socket, data: bytes, *rest: int, **options: float) -> int:
        if self is one.sock:
            written.append(bytes(data))
        return send(self, data, *rest, **options)

    monkeypatch.setattr(socket.socket, "send", sending)
    one.post(api("first"), api("second"))
    one.post(api("third"))
    gevent.sleep(0)  # all that was posted in one turn of the hub
    assert written == [b"api first\n\napi second\n\napi third\n\n"]
    ask(one, "status")
    assert switch.commands[-4:] == ["api first", "api second", "api third", "api status"]


def test_only_what_fails_is_told(switch: RogueSwitch) -> None:
    switch.when("api bad", lambda line, _: line.answer("-ERR no such channel\n"))
    one, told = logged_in(switch), list[SwitchError]()
    one.post(api("good", told.append), api("bad", told.append), api("bad"))
    assert told == []
    ask(one, "status")
    assert [str(error) for error in told] == [
        str(CommandFailed("FreeSWITCH answered '-ERR no such channel'"))
    ]


def test_a_posted_command_without_an_answer_fails_in_time_and_its_late_answer_is_nobodys(
    switch: RogueSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "TICK", 0.01)
    free = busy(switch)
    one, told = logged_in(switch, command_timeout=0.05), list[SwitchError]()
    one.post(api("wait", told.append))
    until(lambda: told)
    assert isinstance(told[0], CommandTimeout)
    free.set()
    switch.when("api echo", lambda line, _: line.answer("echo"))
    assert ask(one, "echo") == "echo"
    assert len(told) == 1


def test_posted_commands_fail_at_once_when_the_line_goes(switch: RogueSwitch) -> None:
    switch.when("api last", lambda line, _: line.close())
    one, told = logged_in(switch), list[SwitchError]()
    one.post(api("last", told.append), api("never", told.append))
    until(lambda: len(told) == 2)
    assert [type(error) for error in told] == [ConnectionLost] * 2
    with pytest.raises(ConnectionLost):
        one.post(api("later", told.append))
    assert len(told) == 2


def test_an_event_handler_may_post(switch: RogueSwitch) -> None:
    one = logged_in(switch)
    one.register_handle("DTMF", lambda _: one.post(api("from a handler")))
    switch.line.event("DTMF")
    until(lambda: "api from a handler" in switch.commands)
    assert one.counters.handler_errors == 0


def test_who_is_told_of_a_failure_may_post_but_not_wait(switch: RogueSwitch) -> None:
    switch.when("api bad", lambda line, _: line.answer("-ERR"))
    one = logged_in(switch)

    def waiting(_: SwitchError) -> None:
        ask(one, "status")

    one.post(api("bad", lambda _: one.post(api("again"))), api("bad", waiting))
    until(lambda: "api again" in switch.commands)
    assert one.counters.handler_errors == 1
    assert "api status" not in switch.commands


def test_what_is_posted_while_another_command_is_being_written_goes_out_whole_and_next(
    switch: RogueSwitch,
) -> None:
    free, one = busy(switch), logged_in(switch)
    waiting = [gevent.spawn(ask, one, "wait"), gevent.spawn(ask, one, f"huge {HUGE}")]
    gevent.sleep(0.05)
    one.post(api("first"), api("second"))
    one.post(api("third"))
    waiting.append(gevent.spawn(ask, one, "last"))
    gevent.sleep(0)
    assert len(switch.commands) == 2  # the login and `wait`
    free.set()
    gevent.joinall(waiting, timeout=5, raise_error=True)
    assert [command[:10] for command in switch.commands[1:]] == [
        "api wait", "api huge x", "api first", "api second", "api third", "api last",
    ]  # fmt: skip


def test_who_posts_more_than_the_socket_takes_need_not_wait(switch: RogueSwitch) -> None:
    free, one = busy(switch), logged_in(switch, command_timeout=20.0)  # 32 MiB take a while beside others
    with gevent.Timeout(0.001):  # fires only if there was a wait
        one.post(api("wait"), api(f"huge {HUGE}"), api("after"))
        one.post(api("queued"))
    free.set()
    assert ask(one, "last") == "+OK"
    assert [command[:10] for command in switch.commands[1:]] == [
        "api wait", "api huge x", "api after", "api queued", "api last",
    ]  # fmt: skip


def test_a_switch_that_never_reads_ends_the_session_and_fails_what_was_queued(
    switch: RogueSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "TICK", 60.0)  # or the replies' time-out might be told first
    busy(switch)
    one, told = logged_in(switch, command_timeout=0.2), list[SwitchError]()
    one.post(api("wait", told.append), api(f"huge {HUGE}", told.append))
    one.post(api("queued", told.append))
    until(one.closed.is_set)
    assert "cannot be written" in one.reason.message
    assert [type(error) for error in told] == [ConnectionLost] * 3


def test_only_so_many_commands_can_wait(switch: RogueSwitch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_PENDING", 3)
    busy(switch)
    one = logged_in(switch)
    one.post(api("wait"), api("two"))
    with pytest.raises(SwitchError, match="3 commands wait"):
        one.post(api("three"), api("four"))
    one.post(api("three"))
