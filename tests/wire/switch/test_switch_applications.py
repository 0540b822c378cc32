"""The smaller applications, and commands that steer a call from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.switch import Caller, Switch
from tests.wire.switch.client import Client


@pytest.fixture
def caller(switch: Switch, client: Client) -> Caller:
    """Somebody who has been answered."""
    caller = switch.dial("95598")
    client.run(client.parked(), "answer")
    return caller


@pytest.mark.parametrize(
    ("application", "argument", "name", "value"),
    [
        ("set", "a=one two", "a", "one two"),
        ("set", "a,comma", "a", "comma"),
        ("set", "a=${ivr_flow}", "a", "hotline"),
        ("multiset", "a=1 b=2", "b", "2"),
        ("multiset", "^^;a=1;b=2 3", "b", "2 3"),
        ("unset", "ivr_flow", "ivr_flow", "_undef_"),
        ("export", "a=1", "export_vars", "a"),
        ("export", "nolocal:a=1", "a", "_undef_"),
        ("set", "%[scoped=1]a=b", "scoped", "_undef_"),
    ],
)
def test_variables_are_set_by_applications(
    caller: Caller, client: Client, application: str, argument: str, name: str, value: str
) -> None:
    client.run(caller.uuid, application, argument)
    assert client.api(f"uuid_getvar {caller.uuid} {name}") == value


def test_exported_variables_reach_the_called_leg(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "export", "nolocal:colour=red")
    client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1001")
    client.wait("CHANNEL_BRIDGE")
    assert client.api("uuid_getvar B colour") == "red"


def test_an_event_of_ones_own_carries_the_call(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "event", "Event-Name=CUSTOM,Event-Subclass=ivr::x,mood=good")
    event = client.wait("CUSTOM", {"Event-Subclass": "ivr::x"})
    assert (event["mood"], event["Unique-ID"]) == ("good", caller.uuid)


def test_keys_can_be_sent_to_the_caller_and_queued_for_them(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "send_dtmf", "12")
    assert [key for _, key in caller.keys] == ["1", "2"]
    client.run(caller.uuid, "queue_dtmf", "7")
    assert client.wait("DTMF", {"DTMF-Digit": "7"})["DTMF-Source"] == "APP"


def test_keys_in_the_queue_can_be_forgotten(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "sleep", "60")
    client.execute(caller.uuid, "flush_dtmf")
    last = client.execute(caller.uuid, "sleep", "40")
    client.begun(mark)
    caller.press("1")
    client.done(last)
    assert "DTMF" not in client.names(caller.uuid)


def test_an_echo_lasts_until_it_is_broken_off(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "echo")
    client.begun(mark)
    client.api(f"uuid_break {caller.uuid}")
    client.done(mark)


def test_a_tone_is_played_without_playback_events(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "gentones", "%(30,20,440)")
    assert caller.heard[-1].kind == "tone"
    assert "PLAYBACK_START" not in client.names(caller.uuid)


@pytest.mark.parametrize(
    ("application", "argument", "cause"),
    [
        ("hangup", "CALL_REJECTED", "CALL_REJECTED"),
        ("hangup", "", "NORMAL_CLEARING"),
        ("respond", "486", "USER_BUSY"),
    ],
)
def test_an_unanswered_call_is_refused_with_a_cause(
    switch: Switch, client: Client, application: str, argument: str, cause: str
) -> None:
    caller = switch.dial("95598")
    client.execute(client.parked(), application, argument)
    assert caller.wait_end(2)
    assert (caller.cause, caller.is_answered) == (cause, False)


def test_it_can_ring_before_it_is_answered(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    client.run(client.parked(), "ring_ready")
    client.wait("CHANNEL_PROGRESS")


def test_what_is_broadcast_is_executed(caller: Caller, client: Client) -> None:
    assert client.api(f"uuid_broadcast {caller.uuid} short.wav aleg") == "+OK Message sent\n"
    client.wait("PLAYBACK_STOP")
    client.api(f"uuid_broadcast {caller.uuid} set::a=1")
    client.wait("CHANNEL_EXECUTE_COMPLETE", {"Application-Data": "a=1"})


def test_a_call_can_be_answered_and_hung_up_later_from_outside(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    assert client.api(f"uuid_answer {uuid}") == "+OK\n"
    assert caller.is_answered
    assert client.api(f"sched_hangup +1 {uuid}") == "+OK\n"
    assert caller.wait_end(3)
    assert caller.cause == "ALLOTTED_TIMEOUT"


def test_a_transfer_to_another_number_starts_its_flow(caller: Caller, client: Client) -> None:
    seen = len(client.events)
    assert client.api(f"uuid_transfer {caller.uuid} 10000") == "+OK\n"
    park = client.wait("CHANNEL_PARK", since=seen)
    assert (park["variable_ivr_flow"], park["Caller-Destination-Number"]) == ("other", "10000")


def test_after_a_talk_the_caller_can_be_sent_on(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "set", "transfer_after_bridge=10000")
    seen = len(client.events)
    client.execute(caller.uuid, "bridge", "user/1007")
    assert client.wait("CHANNEL_PARK", since=seen)["variable_ivr_flow"] == "other"


def test_the_other_leg_of_a_talk_can_be_taken_away(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1001")
    client.wait("CHANNEL_BRIDGE")
    client.wait("CHANNEL_STATE", {"Unique-ID": "B", "Channel-State": "CS_EXCHANGE_MEDIA"})
    assert client.api(f"uuid_transfer {caller.uuid} -bleg park inline") == "+OK\n"
    client.wait("CHANNEL_PARK", {"Unique-ID": "B"})
    client.done(mark)
    assert not caller.ended


def test_what_a_loopback_caller_plays_is_heard_and_recorded(client: Client, tmp_path: Path) -> None:
    client.send("bgapi originate {origination_uuid=A}loopback/95598/default &park()")
    uuid = client.wait("CHANNEL_PARK", {"variable_loopback_leg": "B"})["Unique-ID"]
    client.run(uuid, "answer")
    client.wait("CHANNEL_PARK", {"Unique-ID": "A"})
    mark = client.execute(uuid, "record", f"{tmp_path}/heard.wav 9 200 1")
    client.wait("RECORD_START")
    client.api("uuid_broadcast A half.wav aleg")
    assert int(client.done(mark)["variable_record_ms"]) > 1300


@pytest.mark.parametrize("command", ["status", "version", "uptime", "uptime ms", "hostname", "create_uuid"])
def test_the_switch_tells_about_itself(client: Client, command: str) -> None:
    assert "ERR" not in client.api(command)
