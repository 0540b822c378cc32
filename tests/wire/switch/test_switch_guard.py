"""The guard at the embedded switch: it catches a call nobody drives, and leaves a talk alone."""

from __future__ import annotations

import json
import time
from pathlib import Path

from ivr.switch import Switch
from ivr.switch.dialplan import GUARD_SECONDS
from tests.wire.switch.client import Client


def guards(switch: Switch, uuid: str) -> int:
    """How many guards are wound up for a call; they are gone afterwards."""
    return switch.scheduler.delete(f"ivr-guard-{uuid}")


def strike(switch: Switch) -> None:
    """Let the time pass after which every guard strikes."""
    switch.scheduler.run_due(time.time() + GUARD_SECONDS + 1)


def test_a_call_that_nobody_drives_hears_three_notes_and_is_released(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    client.wait("CHANNEL_PARK")
    strike(switch)
    tone = client.wait("CHANNEL_EXECUTE", {"Application": "gentones"})
    assert tone["variable_ivr_state"] == "fallback"
    assert tone["Caller-Context"] == "ivory"
    assert (tone["Caller-Destination-Number"], tone["Caller-RDNIS"]) == ("fallback", "95598")
    assert tone["variable_transfer_history"].endswith(":bl_xfer:fallback/ivory/XML")
    assert tone["variable_max_forwards"] == "69"
    assert caller.wait_end(4)
    assert caller.cause == "NORMAL_TEMPORARY_FAILURE"


def test_a_guard_that_is_wound_up_again_is_the_only_one(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    group = f"ivr-guard-{uuid}"
    assert client.api(f"sched_del {group}") == "+OK Deleted: 1\n"
    again = client.api(f"sched_api +15 {group} uuid_transfer {uuid} fallback XML ivory")
    assert again.startswith("+OK Added: ")
    assert guards(switch, uuid) == 1


def test_a_talk_takes_the_guard_off_and_its_end_winds_it_up(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    client.execute(uuid, "bridge", "user/1001")
    other = client.wait("CHANNEL_BRIDGE")["Bridge-B-Unique-ID"]
    client.wait("API", {"API-Command": "sched_del"})
    assert guards(switch, uuid) == 0
    client.api(f"uuid_kill {other}")
    client.wait("CHANNEL_UNBRIDGE")
    assert guards(switch, uuid) == 1


def test_who_is_transferred_away_has_no_guard_any_more(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    client.api(f"uuid_transfer {uuid} sleep:3000 inline")
    told = client.wait("CHANNEL_EXECUTE", {"Application": "sleep"})
    assert "variable_api_after_bridge" not in told
    assert guards(switch, uuid) == 0


def test_a_recording_does_not_survive_the_guard(switch: Switch, client: Client, tmp_path: Path) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    client.execute(uuid, "record", f"{tmp_path}/guarded.wav 60 0 0")
    client.wait("RECORD_START")
    strike(switch)
    assert caller.wait_end(2)
    assert caller.cause == "DESTINATION_OUT_OF_ORDER"


def test_a_history_of_two_transfers_is_a_list_in_json(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    for _ in range(2):
        client.events.clear()
        client.api(f"uuid_transfer {uuid} return XML ivory")
        client.wait("CHANNEL_PARK")
    told = json.loads(client.api(f"uuid_dump {uuid} json"))
    assert [part.partition(":bl_xfer:")[2] for part in told["variable_transfer_history"]] == [
        "return/ivory/XML"
    ] * 2


def test_the_seventy_first_transfer_ends_the_call(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    client.api(f"uuid_setvar {uuid} max_forwards 1")
    assert client.api(f"uuid_transfer {uuid} return XML ivory") == "-ERR\n"
    assert caller.wait_end(2)
    assert caller.cause == "EXCHANGE_ROUTING_ERROR"


def test_realms_of_the_store_are_told_apart_by_spelling_alone(client: Client) -> None:
    client.api("hash insert/a_b/c/1")
    assert client.api("hash select/a/b_c") == "1"
    assert client.api("hash insert/a/b/").startswith("-ERR Usage")
