"""The event socket's own words, byte for byte as mod_event_socket says them."""

from __future__ import annotations

import gevent
import pytest
from gevent import socket

from ivr.switch import Switch
from ivr.switch.listener import MAX_QUEUED
from tests.wire.switch.client import Client
from tests.wire.switch.conftest import Connect

GOODBYE = (
    b"Content-Type: text/disconnect-notice\nContent-Length: 67\n\n"
    b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
)


def raw(switch: Switch, *parts: bytes) -> bytes:
    """Everything the switch says to these bytes until it hangs up or falls silent."""
    line = socket.create_connection(("127.0.0.1", switch.listen_port), 5)
    said = b""
    for part in parts:
        line.sendall(part)
        gevent.sleep(0)
    line.settimeout(0.3)
    try:
        while data := line.recv(65536):
            said += data
    except OSError:
        pass
    line.close()
    return said


def test_a_client_is_asked_for_the_password_and_let_in_with_it(connect: Connect) -> None:
    client = connect(events="")
    assert client.greeting.head == b"Content-Type: auth/request\n"
    assert client.login.head == b"Content-Type: command/reply\nReply-Text: +OK accepted\n"


def test_a_wrong_password_is_answered_and_the_line_closed(switch: Switch) -> None:
    assert raw(switch, b"auth guess\n\n") == (
        b"Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: -ERR invalid\n\n" + GOODBYE
    )


def test_nothing_can_be_done_before_the_password(switch: Switch) -> None:
    said = raw(switch, b"api status\n\n")
    assert said.endswith(b"Reply-Text: -ERR command not found\n\n")


def test_exit_says_goodbye(switch: Switch) -> None:
    said = raw(switch, b"auth ClueCon\n\n", b"exit\n\n")
    assert said.endswith(b"Content-Type: command/reply\nReply-Text: +OK bye\n\n" + GOODBYE)


def test_line_ends_between_commands_are_nothing_and_carriage_returns_do_not_matter(switch: Switch) -> None:
    said = raw(switch, b"\n\nauth ClueCon\r\n\r\n\n\n\r\napi module_exists mod_hash\r\n\r\n")
    assert said.endswith(b"Content-Type: api/response\nContent-Length: 4\n\ntrue")


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("frobnicate", "-ERR command not found"),
        ("event plain", "-ERR no keywords supplied"),
        ("event plain NOPE", "-ERR no keywords supplied"),
        ("event plain DTMF", "+OK event listener enabled plain"),
        ("event json DTMF", "+OK event listener enabled json"),
        ("EVENT PLAIN ALL", "+OK event listener enabled plain"),
        ("nixevent DTMF", "+OK events nixed"),
        ("noevents", "+OK no longer listening for events"),
        ("filter", "-ERR command not found"),
        ("filter Event-Name", "-ERR invalid syntax"),
        ("filter Event-Name DTMF", "+OK filter added. [Event-Name]=[DTMF]"),
        ("filter delete all", "+OK filter deleted. [all][]"),
        ("sendmsg", "-ERR invalid session id []"),
        ("sendmsg gone\ncall-command: hangup", "-ERR invalid session id [gone]"),
        ("linger", "-ERR not controlling a session"),
        ("log 7", "+OK log level 7 [7]"),
        ("nolog", "+OK no longer logging"),
        ("auth again", "-ERR command not found"),
    ],
)
def test_each_command_is_answered_in_freeswitchs_words(client: Client, command: str, reply: str) -> None:
    assert client.send(command)["Reply-Text"] == reply


def test_a_background_job_answers_at_once_and_reports_by_its_id(client: Client) -> None:
    reply = client.send("bgapi echo hello there\nJob-UUID: my-job")
    assert reply.head == (
        b"Content-Type: command/reply\nReply-Text: +OK Job-UUID: my-job\nJob-UUID: my-job\n"
    )
    job = client.wait("BACKGROUND_JOB", {"Job-UUID": "my-job"})
    assert (job["Job-Command"], job["Job-Command-Arg"], job.body) == ("echo", "hello there", "hello there")


def test_an_unknown_api_is_named_in_the_answer(client: Client) -> None:
    assert client.api("foo bar") == "-ERR foo Command not found!\n"


def test_only_what_was_asked_for_comes(connect: Connect, switch: Switch) -> None:
    client = connect(events="HEARTBEAT CUSTOM ivr::x")
    client.send("sendevent CUSTOM\nEvent-Subclass: ivr::other")
    client.send("sendevent CUSTOM\nEvent-Subclass: ivr::x\nnote: 1")
    client.api("status")
    switch.heartbeat()
    client.wait("HEARTBEAT")
    assert [(event["Event-Name"], event.get("note")) for event in client.events] == [
        ("CUSTOM", "1"),
        ("HEARTBEAT", None),
    ]


def test_filters_let_matches_through_and_a_minus_keeps_back(connect: Connect) -> None:
    client = connect(events="CUSTOM ivr::x")
    client.send("filter Who alice")
    client.send("filter Who bob")
    client.send("filter Mood -bad")
    for who, mood in (("carol", "good"), ("alice", "bad"), ("bob", "good")):
        client.send(f"sendevent CUSTOM\nEvent-Subclass: ivr::x\nWho: {who}\nMood: {mood}")
    assert client.wait("CUSTOM")["Who"] == "bob"
    assert len(client.events) == 1


def test_json_events_carry_values_as_they_are(connect: Connect) -> None:
    client = connect(events="")
    client.send("event json CUSTOM ivr::x")
    client.send("sendevent CUSTOM\nEvent-Subclass: ivr::x\nName: 王 %41")
    with gevent.Timeout(5):
        while not client.events:
            gevent.sleep(0.01)
    assert '"Name":"王 %41"'.encode() in client.events[0].raw


def test_a_heartbeat_says_how_the_switch_is(client: Client, switch: Switch) -> None:
    switch.heartbeat()
    beat = client.wait("HEARTBEAT")
    assert beat["Event-Info"] == "System Ready"
    assert beat["Core-UUID"] == switch.bus.core_uuid
    assert beat["Session-Count"] == "0"


def test_events_are_numbered_without_a_gap_for_one_who_hears_all(client: Client) -> None:
    for _ in range(3):
        client.api("status")
    with gevent.Timeout(5):
        while len(client.events) < 3:
            gevent.sleep(0.01)
    numbers = [int(event["Event-Sequence"]) for event in client.events]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\xfe" * 5000 + b"\n\n",
        b": : :\n::\n\n",
        b"sendmsg x\ncontent-length: -1\n\n",
        b"sendmsg x\ncontent-length: 99999999\n\n",
        b"sendmsg x\n" + b"a: b\n" * 50_000 + b"\n",
        b"api " + b"x" * (11 << 20) + b"\n\n",
        b"half a command",
    ],
)
def test_garbage_harms_nobody_else(switch: Switch, client: Client, garbage: bytes) -> None:
    raw(switch, b"auth ClueCon\n\n", garbage)
    assert client.api("module_exists mod_hash") == "true"


def test_a_client_that_stops_reading_loses_events_and_then_its_connection(
    connect: Connect, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_QUEUED == 100_000
    monkeypatch.setattr("ivr.switch.listener.MAX_QUEUED", 100)
    deaf = connect(events="HEARTBEAT")
    healthy = connect(events="")
    switch.pause_events()
    for _ in range(700):
        switch.heartbeat()
    with pytest.raises((ConnectionError, OSError)):
        deaf.send("api status")
    assert healthy.api("echo still here") == "still here"


def test_on_purpose_connections_can_be_dropped_while_calls_go_on(switch: Switch, connect: Connect) -> None:
    client = connect()
    caller = switch.dial("95598")
    client.parked()
    switch.drop_connections()
    with pytest.raises((ConnectionError, OSError)):
        client.send("api status")
    assert connect().api(f"uuid_exists {caller.uuid}") == "true"


def test_on_purpose_events_can_be_held_back_while_commands_are_answered(
    switch: Switch, client: Client
) -> None:
    switch.pause_events()
    switch.heartbeat()
    assert client.api("echo 1") == "1"
    assert not client.events
    switch.resume_events()
    client.wait("HEARTBEAT")


def test_after_a_restart_it_is_another_switch_without_calls(switch: Switch, connect: Connect) -> None:
    witness = connect()
    caller = switch.dial("95598")
    before = witness.wait("CHANNEL_PARK")["Core-UUID"]
    switch.restart()
    assert caller.wait_end(1)
    assert caller.cause == "CRASH"
    client = connect()
    assert client.api("show channels as json") == '{"row_count": 0}\n'
    switch.heartbeat()
    assert client.wait("HEARTBEAT")["Core-UUID"] != before
    assert not [event for event in client.events if event["Event-Name"].startswith("CHANNEL")]
