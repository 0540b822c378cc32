"""A call's life as a worker sees it: arrival, answer, commands and their nesting, and the end."""

from __future__ import annotations

import gevent
import pytest

from ivr.switch import Switch
from ivr.switch.dialplan import DIALPLAN
from tests.wire.switch.client import Client
from tests.wire.switch.conftest import Connect

ARRIVAL = [
    "CHANNEL_STATE",
    "CHANNEL_CREATE",
    "CHANNEL_CALLSTATE",
    "CHANNEL_STATE",
    "CHANNEL_STATE",
    *(["CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE"] * (len(DIALPLAN) - 1)),
    "CHANNEL_EXECUTE",
    "CHANNEL_PARK",
]
END = [
    "CHANNEL_HANGUP",
    "CHANNEL_UNPARK",
    "CHANNEL_EXECUTE_COMPLETE",
    "CHANNEL_STATE",
    "CHANNEL_CALLSTATE",
    "CHANNEL_STATE",
    "CHANNEL_HANGUP_COMPLETE",
    "CHANNEL_DESTROY",
    "CHANNEL_STATE",
]


def test_a_call_to_a_known_number_is_parked_with_its_flow(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598", ani="13800000000", name="王")
    park = client.wait("CHANNEL_PARK")
    assert client.names(caller.uuid) == ARRIVAL
    assert park["variable_ivr_flow"] == "hotline"
    assert park["Answer-State"] == "ringing"
    assert park["Channel-State"] == "CS_EXECUTE"
    assert park["Caller-Caller-ID-Number"] == "13800000000"
    assert park["Caller-Caller-ID-Name"] == "王"
    assert park["Caller-Destination-Number"] == "95598"


def test_a_call_to_an_unknown_number_finds_no_route(switch: Switch) -> None:
    caller = switch.dial("404")
    assert caller.wait_end(2)
    assert caller.cause == "NO_ROUTE_DESTINATION"


def test_a_callers_name_cannot_forge_a_header(switch: Switch, client: Client) -> None:
    switch.dial("95598", name="x\nUnique-ID: forged%0A")
    park = client.wait("CHANNEL_PARK")
    assert b"\nUnique-ID: forged" not in park.raw
    # An upper-case %XX that came in goes out as it is: whoever decodes before splitting lines is fooled.
    assert b"Caller-Caller-ID-Name: x%0AUnique-ID%3A%20forged%0A\n" in park.raw


def test_answering_tells_the_caller_and_everybody(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    done = client.run(client.parked(), "answer")
    assert caller.is_answered
    assert (done["Answer-State"], done["Channel-Call-State"]) == ("answered", "ACTIVE")
    assert done["Application-Response"] == "_none_"
    state = client.wait("CHANNEL_CALLSTATE", {"Original-Channel-Call-State": "RINGING"})
    assert state["Channel-Call-State"] == "ACTIVE"


def test_a_killed_call_ends_in_freeswitchs_order(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    assert client.api(f"uuid_kill {uuid} USER_BUSY") == "+OK\n"
    over = client.wait("CHANNEL_HANGUP_COMPLETE")
    client.wait("CHANNEL_STATE", {"Channel-State": "CS_DESTROY"})
    assert client.names(uuid) == ARRIVAL + END
    assert caller.cause == over["Hangup-Cause"] == over["variable_hangup_cause"] == "USER_BUSY"
    assert over["variable_hangup_cause_q850"] == "17"
    assert over["variable_billsec"] == "0"
    assert over["variable_answer_epoch"] == "0"
    assert client.api(f"uuid_exists {uuid}") == "false"


def test_a_caller_who_hangs_up_ends_what_plays(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    client.run(uuid, "answer")
    mark = client.execute(uuid, "playback", "long.wav")
    client.wait("PLAYBACK_START")
    caller.hangup()
    assert client.done(mark)["Application-Response"] == "PLAYBACK ERROR"
    assert client.wait("PLAYBACK_STOP")["Playback-Status"] == "done"
    over = client.wait("CHANNEL_HANGUP_COMPLETE")
    assert int(over["variable_billmsec"]) >= 0
    assert over["variable_answer_epoch"] != "0"


def test_hangup_by_message_waits_behind_a_lock(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    mark = client.execute(uuid, "playback", "half.wav")
    client.begun(mark)
    client.send(f"sendmsg {uuid}\ncall-command: hangup\nhangup-cause: CALL_REJECTED")
    assert client.done(mark)["Application-Response"] == "FILE PLAYED"
    assert client.wait("CHANNEL_HANGUP")["Hangup-Cause"] == "CALL_REJECTED"


def test_an_unknown_application_hangs_the_call_up(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    client.execute(client.parked(), "frobnicate", "x")
    assert caller.wait_end(2)
    assert caller.cause == "DESTINATION_OUT_OF_ORDER"


def test_a_locked_command_waits_for_its_turn(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    first = client.execute(uuid, "playback", "short.wav")
    second = client.execute(uuid, "playback", "short.wav")
    client.done(second)
    marks = [
        event.get("Application-UUID")
        for event in client.events
        if event["Event-Name"].startswith("CHANNEL_EX")
    ]
    assert marks[-4:] == [first, first, second, second]


def test_without_a_lock_the_second_command_runs_inside_the_first(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    outer = client.execute(uuid, "playback", "half.wav", lock=False)
    client.begun(outer)
    inner = client.execute(uuid, "set", "x=1", lock=False)
    client.done(outer)
    marks = [
        event.get("Application-UUID")
        for event in client.events
        if event["Event-Name"].startswith("CHANNEL_EX")
    ]
    assert marks[-4:] == [outer, inner, inner, outer]


def test_a_body_is_an_argument_that_cannot_be_mistaken_for_headers(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    client.send(
        f"sendmsg {uuid}\ncall-command: execute\nexecute-app-name: set\ncontent-type: text/plain",
        "note=one\nevent-lock: two",
    )
    client.wait("CHANNEL_EXECUTE_COMPLETE", {"Application-Data": "note=one\nevent-lock: two"})
    assert client.api(f"uuid_getvar {uuid} note") == "one\nevent-lock: two"


def test_an_argument_is_expanded_and_runs_apis_unless_told_not_to(switch: Switch, client: Client) -> None:
    switch.dial("95598", ani="138")
    uuid = client.parked()
    client.run(uuid, "set", "a=${caller_id_number}-${hash(insert/r/k/owned)}")
    assert client.api(f"uuid_getvar {uuid} a") == "138-+OK\n"
    assert client.api("hash select/r/k") == "owned"
    client.api(f"uuid_setvar {uuid} app_disable_expand_variables true")
    done = client.run(uuid, "unset", "${a}")
    assert done["Application-Data"] == "${a}"


def test_loops_play_again(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    client.execute(uuid, "playback", "half.wav", extra="loops: 2")
    with gevent.Timeout(5):
        while client.names(uuid).count("PLAYBACK_STOP") < 2:
            gevent.sleep(0.01)


def test_a_dead_mans_switch_ends_the_call_when_nobody_comes(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    assert client.api(f"sched_api +1 ivr-{uuid} uuid_kill {uuid} USER_BUSY").startswith("+OK Added: ")
    assert client.api(f"sched_del ivr-{uuid}") == "+OK Deleted: 1\n"
    client.api(f"sched_api +1 ivr-{uuid} uuid_kill {uuid} CALL_REJECTED")
    assert caller.wait_end(3)
    assert caller.cause == "CALL_REJECTED"


def test_park_timeout_bounds_a_park(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    client.api(f"uuid_setvar {uuid} park_timeout 1:USER_BUSY")
    assert client.api(f"uuid_transfer {uuid} park inline") == "+OK\n"
    assert caller.wait_end(3)
    assert caller.cause == "USER_BUSY"


def test_a_transfer_leaves_what_plays_and_runs_what_it_says(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    client.run(uuid, "answer")
    mark = client.execute(uuid, "playback", "long.wav")
    client.begun(mark)
    seen = len(client.events)
    assert client.api(f"uuid_transfer {uuid} 'set:where=here,park' inline") == "+OK\n"
    assert client.done(mark)["Application-Response"] == "PLAYBACK ERROR"
    assert client.wait("CHANNEL_PARK", since=seen)["variable_where"] == "here"


def test_uuid_park_parks_by_state(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    seen = len(client.events)
    assert client.api(f"uuid_park {uuid}") == "+OK\n"
    assert client.wait("CHANNEL_PARK", since=seen)["Channel-State"] == "CS_PARK"
    client.run(uuid, "answer")


@pytest.mark.parametrize("count", [100])
def test_many_calls_at_once_all_get_their_turn(switch: Switch, connect: Connect, count: int) -> None:
    client = connect("CHANNEL_PARK CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE")
    callers = [switch.dial("95598") for _ in range(count)]
    for caller in callers:
        client.wait("CHANNEL_PARK", {"Unique-ID": caller.uuid})
        client.execute(caller.uuid, "answer")
    for caller in callers:
        assert caller.wait_answer(5)
        caller.hangup()
    for caller in callers:
        assert caller.wait_end(5)
    assert not switch.channels
