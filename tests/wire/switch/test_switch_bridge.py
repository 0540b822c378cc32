"""Transfers: what a bridge to an extension does to the caller, however the extension behaves."""

from __future__ import annotations

import pytest

from ivr.switch import Caller, Switch
from tests.wire.switch.client import Client, Event


@pytest.fixture
def caller(switch: Switch, client: Client) -> Caller:
    """Somebody who has been answered and whose call survives a failed transfer."""
    caller = switch.dial("95598", ani="13900000000")
    uuid = client.parked()
    for application, argument in (
        ("answer", ""),
        ("set", "continue_on_fail=true"),
        ("set", "hangup_after_bridge=false"),
    ):
        client.run(uuid, application, argument)
    return caller


def bridge(client: Client, caller: Caller, where: str) -> Event:
    return client.done(client.execute(caller.uuid, "bridge", where))


@pytest.mark.parametrize(
    ("where", "cause", "status"),
    [
        ("user/1002", "USER_BUSY", "BUSY"),
        ("[leg_timeout=1]user/1003", "ALLOTTED_TIMEOUT", "ALLOTTED_TIMEOUT"),
        ("{originate_timeout=1}user/1003", "NO_ANSWER", "NOANSWER"),
        ("user/1004", "CALL_REJECTED", "DONTCALL"),
        ("user/1005", "USER_NOT_REGISTERED", "USER_NOT_REGISTERED"),
        ("user/9999", "SUBSCRIBER_ABSENT", "SUBSCRIBER_ABSENT"),
        ("error/USER_BUSY", "USER_BUSY", "BUSY"),
        ("null/cause-user_busy", "USER_BUSY", "BUSY"),
        ("sofia/gateway/trunk/999", "UNALLOCATED_NUMBER", "UNALLOCATED_NUMBER"),
        ("nothing/at all", "CHAN_NOT_IMPLEMENTED", "CHAN_NOT_IMPLEMENTED"),
    ],
)
def test_a_failed_transfer_says_why_and_the_caller_stays(
    caller: Caller, client: Client, where: str, cause: str, status: str
) -> None:
    done = bridge(client, caller, where)
    assert done["variable_originate_disposition"] == cause
    assert done["variable_originate_failed_cause"] == cause
    assert done["variable_DIALSTATUS"] == status
    assert "CHANNEL_BRIDGE" not in client.names(caller.uuid)
    assert client.run(caller.uuid, "playback", "short.wav")["Application-Response"] == "FILE PLAYED"


def test_without_continue_on_fail_the_caller_is_hung_up(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    client.api(f"uuid_setvar {client.parked()} continue_on_fail")
    client.execute(client.parked(), "bridge", "user/1002")
    assert caller.wait_end(2)
    assert caller.cause == "USER_BUSY"


def test_a_talk_begins_and_ends_for_both(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1001")
    began = client.wait("CHANNEL_BRIDGE")
    assert (began["Bridge-A-Unique-ID"], began["Bridge-B-Unique-ID"]) == (caller.uuid, "B")
    assert began["Other-Leg-Unique-ID"] == "B"
    assert began["variable_originate_disposition"] == "SUCCESS"
    assert caller.heard[-1].kind == "person"
    client.api("uuid_kill B")
    done = client.done(mark)
    assert done["variable_last_bridge_hangup_cause"] == "NORMAL_CLEARING"
    assert done["variable_last_bridge_to"] == "B"
    names = client.names(caller.uuid)
    assert names.index("CHANNEL_BRIDGE") < names.index("CHANNEL_UNBRIDGE")
    assert client.run(caller.uuid, "sleep", "1")


def test_the_called_leg_goes_through_its_states(caller: Caller, client: Client) -> None:
    client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1001")
    client.wait("CHANNEL_BRIDGE")
    client.wait("CHANNEL_STATE", {"Unique-ID": "B", "Channel-State": "CS_EXCHANGE_MEDIA"})
    names = [name for name in client.names("B") if name != "CHANNEL_STATE"]
    assert names == [
        "CHANNEL_UUID",
        "CHANNEL_OUTGOING",
        "CHANNEL_CREATE",
        "CHANNEL_ORIGINATE",
        "CHANNEL_PROGRESS",
        "CHANNEL_CALLSTATE",
        "CHANNEL_ANSWER",
        "CHANNEL_CALLSTATE",
    ]
    created = client.wait("CHANNEL_CREATE", {"Unique-ID": "B"})
    assert created["Caller-Caller-ID-Number"] == "13900000000"
    assert created["variable_originator"] == caller.uuid


def test_an_extension_that_hangs_up_gives_the_caller_back(caller: Caller, client: Client) -> None:
    done = bridge(client, caller, "user/1007")
    assert done["variable_originate_disposition"] == "SUCCESS"
    assert not caller.ended


def test_an_extension_that_dies_while_connecting_gives_the_caller_back(
    caller: Caller, client: Client
) -> None:
    bridge(client, caller, "user/1006")
    assert client.run(caller.uuid, "playback", "short.wav")["Application-Response"] == "FILE PLAYED"


def test_an_outside_number_is_reached_through_its_gateway(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "bridge", "{origination_uuid=B}sofia/gateway/trunk/13800000000")
    client.wait("CHANNEL_BRIDGE")
    client.api("uuid_kill B")
    client.done(mark)


def test_of_several_the_first_to_answer_wins(caller: Caller, client: Client) -> None:
    client.execute(caller.uuid, "bridge", "[origination_uuid=L]user/1003,[origination_uuid=W]user/1001")
    assert client.wait("CHANNEL_BRIDGE")["Bridge-B-Unique-ID"] == "W"
    assert client.wait("CHANNEL_HANGUP", {"Unique-ID": "L"})["Hangup-Cause"] == "LOSE_RACE"


def test_one_after_the_other_until_somebody_answers(caller: Caller, client: Client) -> None:
    client.execute(caller.uuid, "bridge", "user/1002|[origination_uuid=W]user/1001")
    assert client.wait("CHANNEL_BRIDGE")["Bridge-B-Unique-ID"] == "W"


def test_ringing_can_be_given_up(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1003")
    client.wait("CHANNEL_PROGRESS", {"Unique-ID": "B"})
    client.api("uuid_kill B")
    assert client.done(mark)["variable_originate_disposition"] == "NORMAL_CLEARING"


def test_a_caller_who_leaves_stops_the_ringing(caller: Caller, client: Client) -> None:
    client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1003")
    client.wait("CHANNEL_PROGRESS", {"Unique-ID": "B"})
    caller.hangup()
    assert client.wait("CHANNEL_HANGUP", {"Unique-ID": "B"})["Hangup-Cause"] == "ORIGINATOR_CANCEL"


def test_a_caller_who_leaves_a_talk_ends_it_for_the_other(caller: Caller, client: Client) -> None:
    client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1001")
    client.wait("CHANNEL_BRIDGE")
    caller.hangup()
    assert client.wait("CHANNEL_HANGUP", {"Unique-ID": "B"})["Hangup-Cause"] == "NORMAL_CLEARING"
    client.wait("CHANNEL_UNBRIDGE")


def test_while_it_rings_keys_wait_and_music_plays(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "set", "transfer_ringback=local_stream://default")
    mark = client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1003")
    client.wait("CHANNEL_PROGRESS", {"Unique-ID": "B"})
    assert caller.heard[-1].kind == "music"
    caller.press("9")
    client.api("uuid_kill B")
    client.done(mark)
    client.wait("DTMF")
    names = client.names(caller.uuid)
    assert names.index("DTMF") > len(names) - 1 - names[::-1].index("CHANNEL_EXECUTE_COMPLETE")
    assert caller.heard[-1].until is not None


def test_park_after_bridge_parks_by_state(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "set", "park_after_bridge=true")
    client.execute(caller.uuid, "bridge", "user/1007")
    client.wait("CHANNEL_PARK", {"Channel-State": "CS_PARK"})


def test_an_agent_first_transfer_leaves_the_caller_parked_when_the_agent_goes(
    caller: Caller, client: Client
) -> None:
    assert client.api("originate {origination_uuid=B}user/1001 &park()") == "+OK B\n"
    client.wait("CHANNEL_PARK", {"Unique-ID": "B"})
    client.api(f"uuid_setvar_multi {caller.uuid} park_after_bridge=true;uuid_bridge_park_on_cancel=true")
    assert client.api(f"uuid_bridge {caller.uuid} B") == "+OK B\n"
    began = client.wait("CHANNEL_BRIDGE")
    assert began["Channel-State"] == "CS_SOFT_EXECUTE"
    client.api("uuid_kill B")
    client.wait("CHANNEL_PARK", {"Unique-ID": caller.uuid, "Channel-State": "CS_PARK"})
    assert client.run(caller.uuid, "playback", "short.wav")["Application-Response"] == "FILE PLAYED"


@pytest.mark.parametrize(("guard", "kept"), [("true", True), ("false", False)])
def test_an_agent_who_dies_before_the_bridge_takes_an_unguarded_caller_along(
    caller: Caller, client: Client, switch: Switch, guard: str, kept: bool
) -> None:
    client.api("originate {origination_uuid=B}user/1001 &park()")
    client.wait("CHANNEL_PARK", {"Unique-ID": "B"})
    client.api(
        f"uuid_setvar_multi {caller.uuid} park_after_bridge={guard};uuid_bridge_park_on_cancel={guard}"
    )
    client.api(f"uuid_bridge {caller.uuid} B")
    switch.channels["B"].hangup("NORMAL_CLEARING")
    if kept:
        client.wait("CHANNEL_PARK", {"Unique-ID": caller.uuid, "Channel-State": "CS_PARK"})
    else:
        assert caller.wait_end(2)


def test_both_are_listed_while_they_talk(caller: Caller, client: Client) -> None:
    assert '"row_count":1' in client.api("show calls as json")
    client.execute(caller.uuid, "bridge", "{origination_uuid=B}user/1001")
    client.wait("CHANNEL_BRIDGE")
    assert '"row_count":2' in client.api("show channels as json")
    calls = client.api("show calls as json")
    assert '"row_count":1' in calls
    assert '"b_uuid":"B"' in calls
