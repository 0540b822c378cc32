"""One login on a socket whose other end does what it likes: the session works, or ends and says why."""

from __future__ import annotations

import time
from collections.abc import Iterator

import gevent
import pytest
from gevent.event import Event as Flag

from ivr.errors import CommandTimeout, ConnectionLost, LoginRefused, RefusedInput
from ivr.esl import commands
from ivr.esl.exchange import Reply
from ivr.esl.session import Session
from ivr.esl.wire import MAX_BODY, Event
from tests.wire.rogue_switch import Line, RogueSwitch, event

PING = commands.api_frame(commands.api("status"))


@pytest.fixture
def switch() -> Iterator[RogueSwitch]:
    with RogueSwitch() as running:
        yield running


def session(switch: RogueSwitch, **options: object) -> Session:
    settings = {
        "host": "127.0.0.1",
        "password": "sesame",
        "connect_timeout": 2.0,
        "command_timeout": 2.0,
    } | options
    return Session(port=switch.port, **settings)  # type: ignore[arg-type]


def logged_in(switch: RogueSwitch, **options: object) -> Session:
    made = session(switch, **options)
    made.connect()
    return made


def ask(one: Session, text: str = "status", timeout: float | None = None) -> Reply:
    return one.send(f"api {text}\n\n".encode(), timeout, is_api=True)


def slow(switch: RogueSwitch) -> Flag:
    """`api slow` is answered when this is set."""
    now = Flag()

    def answer(line: Line, _: str) -> None:
        now.wait(2)
        line.answer("late")

    switch.when("api slow", answer)
    return now


def ended(one: Session) -> str:
    """Why the session ended; it has a second to do so."""
    assert one.closed.wait(1)
    return one.reason.message


# Logging in ------------------------------------------------------------------------------------------


def test_a_login_is_answered_and_commands_follow(switch: RogueSwitch) -> None:
    assert ask(logged_in(switch)).text == "+OK"


def test_a_wrong_password_is_said_with_the_way_out(switch: RogueSwitch) -> None:
    with pytest.raises(LoginRefused, match=r"refused the password; set switch\.password"):
        logged_in(switch, password="guess")


def test_a_password_cannot_bring_a_command_along(switch: RogueSwitch) -> None:
    with pytest.raises(RefusedInput):
        logged_in(switch, password="sesame\n\napi system id")
    assert switch.commands == []


def test_an_address_that_is_not_on_the_access_list_is_told_so(switch: RogueSwitch) -> None:
    switch.greet = b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"
    with pytest.raises(LoginRefused, match="apply-inbound-acl"):
        logged_in(switch)


@pytest.mark.parametrize("greeting", [b"", b"Content-Type: auth/req", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_whoever_is_no_event_socket_is_left_after_the_time_out(switch: RogueSwitch, greeting: bytes) -> None:
    switch.greet = greeting
    began = time.monotonic()
    with pytest.raises(ConnectionLost, match="did not let us in"):
        logged_in(switch, connect_timeout=0.2)
    assert time.monotonic() - began < 5


def test_a_line_that_is_closed_before_the_greeting_is_a_lost_connection(switch: RogueSwitch) -> None:
    switch.when("auth ", lambda line, _: line.close())
    with pytest.raises(ConnectionLost, match="closed the connection"):
        logged_in(switch)


def test_nobody_there_is_said_with_the_address() -> None:
    with RogueSwitch() as gone:
        port = gone.port
    with pytest.raises(ConnectionLost, match=f"no event socket at 127.0.0.1:{port}"):
        Session("127.0.0.1", port, "sesame").connect()


def test_a_name_that_does_not_resolve_is_a_lost_connection() -> None:
    with pytest.raises(ConnectionLost, match=r"no event socket at nowhere\.invalid"):
        Session("nowhere.invalid", 8021, "sesame", connect_timeout=1).connect()


def test_ipv6_is_spoken() -> None:
    with RogueSwitch("::1") as switch:
        assert ask(logged_in(switch, host="::1")).ok


def test_every_address_of_a_name_is_tried(switch: RogueSwitch) -> None:
    """`localhost` may be ::1 first, where nobody listens here."""
    assert ask(logged_in(switch, host="localhost")).ok


# Commands and replies --------------------------------------------------------------------------------


def test_replies_find_their_commands_however_many_wait(switch: RogueSwitch) -> None:
    switch.when("api echo ", lambda line, command: line.answer(command.split()[2]))
    one = logged_in(switch)
    waiting = [gevent.spawn(ask, one, f"echo {number}") for number in range(200)]
    assert [each.get(timeout=2).text for each in waiting] == [str(number) for number in range(200)]


def test_a_reply_that_comes_too_late_is_thrown_away_and_the_next_is_the_right_one(
    switch: RogueSwitch,
) -> None:
    late = slow(switch)
    switch.when("api quick", lambda line, _: line.answer("quick"))
    one = logged_in(switch)
    with pytest.raises(CommandTimeout):
        ask(one, "slow", 0.05)
    late.set()
    assert ask(one, "quick").text == "quick"
    assert one.counters.timeouts == 1


def test_a_callers_own_time_out_does_not_shift_the_replies(switch: RogueSwitch) -> None:
    late = slow(switch)
    one = logged_in(switch)
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.05):
        ask(one, "slow")
    late.set()
    assert ask(one).text == "+OK"


def test_an_api_command_that_may_not_be_run_is_answered_all_the_same(switch: RogueSwitch) -> None:
    switch.when("api status", lambda line, _: line.reply("-ERR permission denied"))
    one = logged_in(switch)
    assert ask(one).text == "-ERR permission denied"
    assert ask(one, "version").ok


@pytest.mark.parametrize("text", ["-ERR no", "-USAGE: x"])
def test_a_reply_says_whether_it_went_well(text: str) -> None:
    assert not Reply(text, {}).ok
    assert Reply("+OK", {}).ok


def test_commands_that_wait_fail_at_once_when_the_line_goes(switch: RogueSwitch) -> None:
    switch.when("api status", lambda line, _: line.close())
    one = logged_in(switch, command_timeout=30)
    waiting = [gevent.spawn(ask, one) for _ in range(3)]
    gevent.joinall(waiting, timeout=1)
    assert [type(each.exception) for each in waiting] == [ConnectionLost] * 3
    with pytest.raises(ConnectionLost):
        ask(one)


def test_a_peer_that_stops_reading_ends_the_session(switch: RogueSwitch) -> None:
    switch.when("api status", lambda *_: gevent.sleep(30))
    one = logged_in(switch, command_timeout=0.2)
    with pytest.raises(ConnectionLost, match="cannot be written"):
        one.send(b"api status\n\n" + b"x" * (32 << 20), is_api=True)
    assert one.closed.is_set()


def test_a_command_given_up_half_written_ends_the_session(switch: RogueSwitch) -> None:
    switch.when("api status", lambda *_: gevent.sleep(30))
    one = logged_in(switch)
    writer = gevent.spawn(one.send, b"api status\n\n" + b"x" * (32 << 20), is_api=True)
    gevent.sleep(0.05)
    writer.kill()
    assert "while it was being written" in ended(one)


def test_a_second_writer_waits_no_longer_than_its_time_out(switch: RogueSwitch) -> None:
    switch.when("api status", lambda *_: gevent.sleep(30))
    one = logged_in(switch)
    writer = gevent.spawn(one.send, b"api status\n\n" + b"x" * (32 << 20), is_api=True)
    gevent.sleep(0.05)
    with pytest.raises(CommandTimeout, match="took no command"):
        ask(one, timeout=0.05)
    writer.kill()


# What an end may look like ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"Content-Type: text/disconnect-notice\nContent-Length: 4\n\nbye\n", "ended the connection"),
        (b"Content-Type: api/response\nContent-Length: 1000\n\nhalf", "in the middle of a message"),
        (b"Content-Type: api/resp", "in the middle of a message"),
        (b"", "closed the connection"),
        (b"Content-Type: api/response\nContent-Length: 2\n\nhi", "do not match"),
        (b"Content-Type: command/reply\nReply-Text: +OK\n\n", "do not match"),
        (b"Content-Type: api/response\nContent-Length: %d\n\n" % (MAX_BODY + 1), "are the most"),
        (b"Content-Type: api/response\nContent-Length: many\n\n", "announced a body"),
        (b"\xff\x00" * 700_000, "of headers"),
    ],
)
def test_what_cannot_be_followed_ends_the_session_with_its_reason(
    switch: RogueSwitch, said: bytes, reason: str
) -> None:
    one = logged_in(switch)
    switch.line.send(said)
    one.closed.wait(0.02)
    switch.line.close()
    assert reason in ended(one)


def test_a_reply_of_the_wrong_kind_fails_the_command_it_was_not_for(switch: RogueSwitch) -> None:
    switch.when("api status", lambda line, _: line.reply("+OK"))
    with pytest.raises(ConnectionLost, match="do not match"):
        ask(logged_in(switch))


# Events ----------------------------------------------------------------------------------------------


def listening(switch: RogueSwitch, **options: object) -> tuple[Session, list[Event]]:
    one, heard = session(switch, **options), list[Event]()
    one.register_handle("*", heard.append)
    one.connect()
    return one, heard


def settle(one: Session) -> None:
    """Everything the switch sent before this has been handled after it."""
    assert ask(one).ok


def test_events_come_in_the_order_they_were_sent(switch: RogueSwitch) -> None:
    one, heard = listening(switch)
    for number in range(50):
        switch.line.event("DTMF", Event_Sequence=number)
    settle(one)
    assert [each.sequence for each in heard] == list(range(50))
    assert one.counters.events == 50


def test_a_handler_of_an_events_name_goes_before_the_handler_of_all(switch: RogueSwitch) -> None:
    one, heard = listening(switch)
    beats: list[Event] = []
    one.register_handle("HEARTBEAT", beats.append)
    one.register_handle("x::y", beats.append)
    switch.line.event("HEARTBEAT")
    switch.line.event("CUSTOM", Event_Subclass="x::y")
    switch.line.event("DTMF")
    settle(one)
    assert [each.name for each in beats] == ["HEARTBEAT", "CUSTOM"]
    assert [each.name for each in heard] == ["DTMF"]


def test_events_that_make_no_sense_are_dropped_and_the_others_come(switch: RogueSwitch) -> None:
    one, heard = listening(switch)
    switch.line.send(b"Content-Type: text/event-plain\n\nEvent-Name: DTMF\n\n")
    switch.line.send(b"Content-Length: 5\nContent-Type: text/event-plain\n\n\xff\xfe\xfd\n\n")
    switch.line.send(b"Content-Length: 4\nContent-Type: log/data\n\nlog\n")
    switch.line.event("DTMF", Event_Sequence=9)
    settle(one)
    assert [each.sequence for each in heard] == [9]
    assert one.counters.dropped == 4


def test_events_in_single_bytes_are_events(switch: RogueSwitch) -> None:
    one, heard = listening(switch)
    for byte in event("DTMF", DTMF_Digit="#"):
        switch.line.send(bytes([byte]))
        gevent.sleep(0)
    settle(one)
    assert [each.get("DTMF-Digit") for each in heard] == ["#"]


def test_a_handler_that_fails_is_counted_and_stops_nothing(switch: RogueSwitch) -> None:
    one, heard = listening(switch)

    def failing(_: Event) -> None:
        raise ValueError("oh")

    one.register_handle("DTMF", failing)
    one.register_handle("DTMF", heard.append)
    switch.line.event("DTMF")
    settle(one)
    assert len(heard) == one.counters.handler_errors == 1


def test_a_handler_that_would_wait_for_its_own_greenlet_fails_instead(switch: RogueSwitch) -> None:
    one, _ = listening(switch)
    one.register_handle("DTMF", lambda _: ask(one))
    switch.line.event("DTMF")
    settle(one)
    assert one.counters.handler_errors == 1


def test_a_flood_of_events_leaves_the_others_their_turn(switch: RogueSwitch) -> None:
    """2,000 events of 200 µs' work would hold the hub for 400 ms; a turn is 5 ms, and some for the noise."""
    one, heard = listening(switch)
    one.register_handle("DTMF", lambda _: _busy(0.0002))
    flood = gevent.spawn(switch.line.send, event("DTMF") * 2_000 + event("HEARTBEAT"))
    gaps = []
    while not heard:
        began = time.monotonic()
        gevent.sleep(0)
        gaps.append(time.monotonic() - began)
    flood.get(timeout=1)
    assert one.counters.events == 2_001
    assert len(gaps) > 40
    assert sorted(gaps)[len(gaps) // 2] < 0.05


def _busy(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_ending_twice_keeps_the_first_reason(switch: RogueSwitch) -> None:
    one = logged_in(switch)
    one.close(ConnectionLost("first"))
    one.stop()
    assert one.reason.message == "first"
