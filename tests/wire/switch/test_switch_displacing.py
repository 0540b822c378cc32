"""Sounds laid over an endless silence: when they are heard, and what a test call makes of them."""

from __future__ import annotations

import time
from pathlib import Path

import gevent
import pytest
from pydantic import SecretStr

from ivr.lab.probe import Probe, Seen
from ivr.lab.script import parse
from ivr.settings import Switch as SwitchSettings
from ivr.switch import Caller, Switch
from tests.wire.switch.client import PATIENCE, Client

SILENCE = "silence_stream://-1"


@pytest.fixture
def caller(switch: Switch, client: Client) -> Caller:
    """Somebody who has been answered."""
    caller = switch.dial("95598")
    client.run(client.parked(), "answer")
    return caller


def lay(client: Client, caller: Caller, path: Path | str, rest: str = "0 muxf") -> None:
    assert client.api(f"uuid_displace {caller.uuid} start {path} {rest}") == "+OK Success\n"


def over(client: Client, path: Path | str) -> None:
    client.wait("MEDIA_BUG_STOP", {"Media-Bug-Target": str(path)})


def carry(client: Client, caller: Caller) -> str:
    mark = client.execute(caller.uuid, "playback", SILENCE)
    client.begun(mark)
    return mark


def test_it_is_heard_at_once_and_for_its_time(caller: Caller, client: Client, sounds: Path) -> None:
    carry(client, caller)
    began = time.monotonic()
    lay(client, caller, sounds / "half.wav")
    heard = caller.heard[-1]
    assert (heard.kind, heard.name, heard.until) == ("file", str(sounds / "half.wav"), None)
    over(client, sounds / "half.wav")
    assert 0.49 <= time.monotonic() - began < 3.0
    assert heard.complete
    assert heard.until is not None
    assert heard.until - heard.at == pytest.approx(0.5, abs=0.4)
    assert client.api(f"uuid_buglist {caller.uuid}") == "<media-bugs>\n</media-bugs>\n"


def test_stopped_it_is_heard_no_longer(caller: Caller, client: Client, sounds: Path) -> None:
    carry(client, caller)
    lay(client, caller, sounds / "long.wav")
    assert client.api(f"uuid_displace {caller.uuid} stop {sounds}/long.wav") == "+OK Success\n"
    heard = caller.heard[-1]
    assert heard.until is not None
    assert not heard.complete
    over(client, sounds / "long.wav")


def test_nobody_hears_it_in_a_park(caller: Caller, client: Client, sounds: Path) -> None:
    lay(client, caller, sounds / "short.wav")
    gevent.sleep(0.3)
    assert not caller.heard
    carry(client, caller)
    over(client, sounds / "short.wav")
    assert [heard.kind for heard in caller.heard] == ["file", "silence"]
    assert caller.heard[0].complete


def test_what_was_broken_off_with_its_carrier_goes_on_with_the_rest(
    caller: Caller, client: Client, sounds: Path
) -> None:
    mark = carry(client, caller)
    lay(client, caller, sounds / "half.wav")
    gevent.sleep(0.3)
    client.api(f"uuid_break {caller.uuid}")
    client.done(mark)
    gevent.sleep(0.3)
    began = time.monotonic()
    carry(client, caller)
    over(client, sounds / "half.wav")
    assert time.monotonic() - began < 2.0
    assert [heard.complete for heard in caller.heard if heard.kind == "file"] == [False, True]


def test_a_string_of_files_begins_with_a_quarter_of_a_second_of_nothing(
    caller: Caller, client: Client
) -> None:
    carry(client, caller)
    at = caller.heard[-1].at
    for over_silence in (True, False):
        if over_silence:
            lay(client, caller, "file_string://short.wav!short.wav")
            over(client, "file_string://short.wav!short.wav")
            client.api(f"uuid_break {caller.uuid}")
        else:
            done = client.run(caller.uuid, "playback", "file_string://short.wav!short.wav")
            assert done["variable_playback_ms"] == "450"
        files = [heard for heard in caller.heard if heard.kind == "file"][-2:]
        assert files[0].at - at >= 0.24
        assert all(heard.complete for heard in files)
        at = caller.heard[-1].until or 0.0


def test_a_call_that_ends_takes_its_sounds_along(caller: Caller, client: Client, sounds: Path) -> None:
    carry(client, caller)
    lay(client, caller, sounds / "long.wav")
    lay(client, caller, sounds / "half.wav")
    caller.hangup()
    client.wait("CHANNEL_DESTROY")
    names = client.names(caller.uuid)
    assert names.count("MEDIA_BUG_STOP") == 2
    ends = ("CHANNEL_HANGUP", "MEDIA_BUG_STOP", "CHANNEL_HANGUP_COMPLETE")
    assert sorted(ends, key=names.index) == list(ends)
    assert all(heard.until is not None for heard in caller.heard)
    gevent.sleep(0.6)
    assert client.names(caller.uuid).count("MEDIA_BUG_STOP") == 2


def test_in_a_talk_it_is_heard_beside_the_other(caller: Caller, client: Client, sounds: Path) -> None:
    lay(client, caller, sounds / "half.wav")
    client.execute(caller.uuid, "bridge", "user/1001")
    client.wait("CHANNEL_BRIDGE")
    over(client, sounds / "half.wav")
    assert sorted(heard.kind for heard in caller.heard) == ["file", "person"]
    caller.hangup()
    client.wait("CHANNEL_DESTROY", {"Unique-ID": caller.uuid})


def test_the_events_can_be_filtered_by_what_the_bug_does(
    caller: Caller, client: Client, sounds: Path, tmp_path: Path
) -> None:
    client.send("filter Media-Bug-Function displace")
    client.api(f"uuid_record {caller.uuid} start {tmp_path}/call.wav")
    lay(client, caller, sounds / "half.wav")
    started = client.wait("MEDIA_BUG_START", {"Media-Bug-Target": str(sounds / "half.wav")})
    assert started["Media-Bug-Function"] == "displace"
    assert "variable_uuid" in started
    client.api(f"uuid_record {caller.uuid} stop {tmp_path}/call.wav")
    told = [event for event in client.events if event.get("Event-Name", "").startswith("MEDIA_BUG")]
    assert {event["Media-Bug-Function"] for event in told} == {"displace"}


def test_a_test_call_tells_what_is_laid_over_and_not_the_silence(
    switch: Switch, client: Client, sounds: Path
) -> None:
    settings = SwitchSettings(port=switch.listen_port, password=SecretStr(switch.password))
    probe = Probe(settings, "95598", "13900000000", "public")
    seen: list[Seen] = []

    def flow() -> None:
        call = client.wait("CHANNEL_PARK", {"Call-Direction": "inbound"})["Unique-ID"]
        client.run(call, "answer")
        client.execute(call, "playback", SILENCE)
        client.wait("PLAYBACK_START", {"Unique-ID": call})
        client.api(f"uuid_displace {call} start {sounds}/half.wav 0 muxf")
        client.wait("MEDIA_BUG_STOP", {"Unique-ID": call})
        client.api(f"uuid_displace {call} start {sounds}/long.wav 0 muxf")
        gevent.sleep(0.2)
        client.api(f"uuid_displace {call} stop {sounds}/long.wav")

    ivory = gevent.spawn(flow)
    probe.run(parse(["hear:half", "wait:1"]), seen.append, PATIENCE)
    ivory.get(timeout=PATIENCE)
    prompts = [(each.event, each.text, each.complete) for each in seen if each.event.startswith("prompt")]
    assert prompts == [
        ("prompt", "[half.wav]", True),
        ("prompt_ended", "", True),
        ("prompt", "[long.wav]", True),
        ("prompt_ended", "", False),
    ]
