"""API commands answer in FreeSWITCH's words, line end for line end."""

from __future__ import annotations

import json

import pytest

from ivr.switch import Switch
from tests.wire.switch.client import Client

NO_CHANNEL = "-ERR No such channel!\n"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("hash insert/r/k/v", "+OK\n"),
        ("hash select/r/none", "-ERR no reply\n"),
        ("hash delete/r/none", "-ERR Not found\n"),
        ("hash", "-ERR Usage: hash insert|insert_ifempty|select|delete|delete_ifmatch/realm/key[/value]\n"),
        ("show channels as json", '{"row_count": 0}\n'),
        ("show calls", "\n0 total.\n"),
        ("global_getvar nothing", "-ERR no reply\n"),
        ("module_exists mod_hash", "true"),
        ("module_exists mod_foo", "false"),
        ("sched_del nobody", "+OK Deleted: 0\n"),
        ("sched_api", "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"),
        ("sched_hangup +5 nobody", NO_CHANNEL),
        ("reloadxml", "+OK [Success]\n"),
        ("originate error/USER_BUSY &park", "-ERR USER_BUSY\n"),
        ("originate user/9999 &park()", "-ERR SUBSCRIBER_ABSENT\n"),
        ("originate foo/bar &park()", "-ERR CHAN_NOT_IMPLEMENTED\n"),
        ("originate loopback/404/default &park()", "-ERR NO_ROUTE_DESTINATION\n"),
        ("uuid_exists nobody", "false"),
        ("uuid_answer nobody", "-ERROR\n"),
        ("uuid_kill nobody", NO_CHANNEL),
        ("uuid_kill", "-USAGE: <uuid> [cause]\n"),
        ("uuid_break nobody", NO_CHANNEL),
        ("uuid_park nobody", NO_CHANNEL),
        ("uuid_dump nobody json", NO_CHANNEL),
        ("uuid_getvar nobody x", NO_CHANNEL),
        ("uuid_setvar nobody x 1", NO_CHANNEL),
        ("uuid_setvar_multi nobody x=1", NO_CHANNEL + "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"),
        ("uuid_transfer nobody 1", NO_CHANNEL),
        ("uuid_bridge nobody none", "-ERR Invalid uuid\n"),
        ("uuid_send_dtmf nobody 1", "-ERR Cannot locate session!\n"),
        ("uuid_recv_dtmf nobody 1", "-ERR Cannot locate session!\n"),
        ("uuid_broadcast nobody x", "-ERR invalid uuid\n"),
        ("uuid_record nobody start /tmp/x", "-ERR Cannot locate session!\n"),
    ],
)
def test_each_command_answers_as_freeswitch_does(client: Client, command: str, answer: str) -> None:
    assert client.api(command) == answer


def test_a_key_is_claimed_by_one_and_given_back_by_the_same(client: Client) -> None:
    assert client.api("hash insert_ifempty/r/call/worker-1") == "+OK\n"
    assert client.api("hash insert_ifempty/r/call/worker-2") == "-ERR key already exists\n"
    assert client.api("hash delete_ifmatch/r/call/worker-2") == "-ERR Doesn't match\n"
    assert client.api("hash select/r/call") == "worker-1"
    assert client.api("hash delete_ifmatch/r/call/worker-1") == "+OK\n"
    assert client.api("hash select/r/call") == "-ERR no reply\n"


def test_a_value_may_hold_slashes(client: Client) -> None:
    client.api("hash insert/r/k/a/b/c")
    assert client.api("hash select/r/k") == "a/b/c"


def test_variables_are_set_and_read(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    assert client.api(f"uuid_setvar {uuid} a one two") == "+OK\n"
    assert client.api(f"uuid_getvar {uuid} a") == "one two"
    assert client.api(f"uuid_setvar {uuid} a") == "+OK\n"
    assert client.api(f"uuid_getvar {uuid} a") == "_undef_"
    assert client.api(f"uuid_setvar_multi {uuid} m=1;n=2 x") == "+OK\n"
    assert client.api(f"uuid_getvar {uuid} n") == "2 x"


def test_of_several_variables_one_with_a_reference_is_left_out_in_silence(
    switch: Switch, client: Client
) -> None:
    switch.dial("95598")
    uuid = client.parked()
    assert client.api(f"uuid_setvar_multi {uuid} bad=${{x}};good=1") == "+OK\n"
    assert client.api(f"uuid_getvar {uuid} bad") == "_undef_"
    assert client.api(f"uuid_getvar {uuid} good") == "1"
    client.api(f"uuid_setvar {uuid} bad ${{x}}")
    assert client.api(f"uuid_getvar {uuid} bad") == "${x}"


def test_a_dump_tells_all_in_both_formats(switch: Switch, client: Client) -> None:
    switch.dial("95598", name="王 a%0Ab")
    uuid = client.parked()
    dump = json.loads(client.api(f"uuid_dump {uuid} json"))
    assert dump["Event-Name"] == "CHANNEL_DATA"
    assert dump["variable_ivr_flow"] == "hotline"
    assert dump["Caller-Caller-ID-Name"] == "王 a%0Ab"
    lines = client.api(f"uuid_dump {uuid}").split("\n")
    assert f"Unique-ID: {uuid}" in lines
    assert lines[-2:] == ["", ""]


def test_channels_are_listed_with_freeswitchs_columns(switch: Switch, client: Client) -> None:
    switch.dial("95598", ani="138")
    uuid = client.parked()
    listing = json.loads(client.api("show channels as json"))
    row = listing["rows"][0]
    assert listing["row_count"] == 1
    assert (row["uuid"], row["cid_num"], row["dest"], row["callstate"]) == (uuid, "138", "95598", "RINGING")
    assert (row["state"], row["application"], row["direction"]) == ("CS_EXECUTE", "park", "inbound")
    assert len(row) == 38
    assert client.api("show channels count") == "\n1 total.\n"
    head, data, *rest = client.api("show channels").split("\n")
    assert head.split(",") == list(row)
    assert data.startswith(uuid)
    assert rest == ["", "1 total.", ""]


def test_every_call_of_an_api_is_an_event(client: Client) -> None:
    client.api("echo a b")
    event = client.wait("API")
    assert (event["API-Command"], event["API-Command-Argument"]) == ("echo", "a b")
