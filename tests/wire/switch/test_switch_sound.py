"""What a caller hears and says: playback and its time, keys, collecting, recording."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import gevent
import pytest

from ivr.switch import Caller, Heard, Switch
from tests.wire.switch.client import Client


@pytest.fixture
def caller(switch: Switch, client: Client) -> Caller:
    """Somebody who has been answered."""
    caller = switch.dial("95598")
    client.run(client.parked(), "answer")
    return caller


def test_a_file_takes_its_time(caller: Caller, client: Client, sounds: Path) -> None:
    began = time.monotonic()
    done = client.run(caller.uuid, "playback", "half.wav")
    assert 0.49 <= time.monotonic() - began < 3.0
    assert done["Application-Response"] == "FILE PLAYED"
    assert done["variable_playback_ms"] == "500"
    start, stop = client.wait("PLAYBACK_START"), client.wait("PLAYBACK_STOP")
    assert start["Playback-File-Path"] == stop["Playback-File-Path"] == str(sounds / "half.wav")
    assert stop["Playback-Status"] == "done"


def test_a_missing_file_is_told_and_eats_the_keys_typed_ahead(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "sleep", "100")
    client.begun(mark)
    caller.press("12", spacing=0)
    after = client.execute(caller.uuid, "playback", "nowhere.wav")
    assert client.done(after)["Application-Response"] == "FILE NOT FOUND"
    names = client.names(caller.uuid)
    assert "PLAYBACK_START" not in names
    assert names.count("DTMF") < 2


def test_a_string_of_files_plays_as_one_and_passes_over_what_is_missing(
    caller: Caller, client: Client
) -> None:
    done = client.run(caller.uuid, "playback", "file_string://short.wav!nowhere.wav!short.wav")
    assert done["Application-Response"] == "FILE PLAYED"
    assert client.names(caller.uuid).count("PLAYBACK_START") == 1
    failed = client.wait("CUSTOM", {"Event-Subclass": "filestring::fail"})
    assert failed["File"] == "nowhere.wav"
    assert [heard.name.rsplit("/")[-1] for heard in caller.heard] == ["short.wav", "short.wav"]
    nothing = client.run(caller.uuid, "playback", "file_string://nowhere.wav!no.wav")
    assert nothing["Application-Response"] == "FILE NOT FOUND"


@pytest.mark.parametrize(
    ("what", "kind", "file_type"),
    [
        ("silence_stream://50", "silence", None),
        ("tone_stream://%(30,20,800)", "tone", "tone_stream"),
    ],
)
def test_silence_and_tones_are_heard_as_such(
    caller: Caller, client: Client, what: str, kind: str, file_type: str | None
) -> None:
    assert client.run(caller.uuid, "playback", what)["Application-Response"] == "FILE PLAYED"
    heard = caller.heard[-1]
    assert (heard.kind, heard.complete) == (kind, True)
    assert 0.04 <= (heard.until or 0) - heard.at < 0.5
    assert client.wait("PLAYBACK_START").get("Playback-File-Type") == file_type


def test_music_lasts_until_it_is_broken_off(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "playback", "local_stream://default")
    client.wait("PLAYBACK_START", {"Playback-File-Type": "local_stream"})
    assert client.api(f"uuid_break {caller.uuid}") == "+OK\n"
    assert client.done(mark)["Application-Response"] == "FILE PLAYED"
    assert client.wait("PLAYBACK_STOP")["Playback-Status"] == "break"
    assert not caller.heard[-1].complete


def test_a_break_stops_one_and_break_all_forgets_the_rest(caller: Caller, client: Client) -> None:
    first = client.execute(caller.uuid, "playback", "long.wav")
    second = client.execute(caller.uuid, "playback", "long.wav")
    client.begun(first)
    client.api(f"uuid_break {caller.uuid}")
    client.done(first)
    client.begun(second)
    third = client.execute(caller.uuid, "playback", "long.wav")
    client.api(f"uuid_break {caller.uuid} all")
    client.done(second)
    client.run(caller.uuid, "set", "x=1")
    assert not [event for event in client.events if event.get("Application-UUID") == third]


def test_a_break_before_the_start_is_lost(caller: Caller, client: Client) -> None:
    client.api(f"uuid_break {caller.uuid}")
    assert client.run(caller.uuid, "playback", "short.wav")["Application-Response"] == "FILE PLAYED"
    assert client.wait("PLAYBACK_STOP")["Playback-Status"] == "done"


def test_keys_in_a_park_fire_their_events_one_by_one(caller: Caller, client: Client) -> None:
    caller.press("1#", spacing=0)
    assert client.wait("DTMF", {"DTMF-Digit": "1"})["DTMF-Source"] == "RTP"
    last = client.wait("DTMF", {"DTMF-Digit": "#"})
    assert last["DTMF-Duration"] == "800"
    assert not [name for name in last if name.startswith("variable_")]


def test_before_sound_can_pass_keys_go_nowhere(switch: Switch, client: Client) -> None:
    caller = switch.dial("95598")
    uuid = client.parked()
    caller.press("1")
    client.run(uuid, "answer")
    client.run(uuid, "sleep", "50")
    assert "DTMF" not in client.names(uuid)


def test_terminators_decide_which_key_stops_a_playback(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "set", "playback_terminators=#")
    mark = client.execute(caller.uuid, "playback", "long.wav")
    client.wait("PLAYBACK_START")
    caller.press("1*#", spacing=0)
    done = client.done(mark)
    assert done["variable_playback_terminator_used"] == "#"
    assert client.names(caller.uuid).count("DTMF") == 3
    assert client.wait("PLAYBACK_STOP")["Playback-Status"] == "break"


def test_sound_before_the_answer_opens_early_media(switch: Switch, client: Client) -> None:
    switch.dial("95598")
    uuid = client.parked()
    done = client.run(uuid, "playback", "short.wav")
    assert done["Answer-State"] == "early"
    names = client.names(uuid)
    assert names.index("CHANNEL_PROGRESS_MEDIA") < names.index("PLAYBACK_START")


@pytest.mark.parametrize(
    ("rule", "keys", "expected"),
    [
        (
            "4 4 1 1000 # short.wav silence_stream://1 pin \\d+",
            "1234",
            {"pin": "1234", "read_result": "success"},
        ),
        (
            "2 6 1 1000 # short.wav silence_stream://1 pin \\d+",
            "12#",
            {"pin": "12", "read_result": "success", "read_terminator_used": "#"},
        ),
        ("4 6 1 1000 # short.wav silence_stream://1 pin \\d+", "12", {"pin": "12", "read_result": "failure"}),
        (
            "4 4 1 1000 # short.wav silence_stream://1 pin ^9+$",
            "1234",
            {"pin": None, "pin_invalid": "1234", "read_result": "success"},
        ),
        (
            "1 4 1 1000 # short.wav silence_stream://1 pin \\d+ 200",
            "12",
            {"pin": "12", "read_result": "timeout"},
        ),
        ("1 4 1 1000 # short.wav silence_stream://1 pin \\d+", "", {"pin": None, "read_result": "failure"}),
    ],
)
def test_digits_are_collected_by_the_rules(
    caller: Caller, client: Client, rule: str, keys: str, expected: dict[str, str | None]
) -> None:
    mark = client.execute(caller.uuid, "play_and_get_digits", rule)
    client.wait("PLAYBACK_START")
    caller.press(keys, spacing=0)
    done = client.done(mark)
    assert {name: done.get(f"variable_{name}") for name in expected} == expected


def test_the_wait_between_digits_begins_with_each_digit(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "play_and_get_digits", "1 4 1 60000 # silence '' pin '' 100")
    client.begun(mark)
    caller.press("12", spacing=0)
    assert client.done(mark)["variable_pin"] == "12"


def test_a_key_ends_a_sleep_and_stays_for_what_follows(caller: Caller, client: Client) -> None:
    mark = client.execute(caller.uuid, "sleep", "60000")
    client.begun(mark)
    caller.press("1")
    client.done(mark)
    assert client.wait("DTMF")["DTMF-Digit"] == "1"


def test_sensitive_digits_show_in_no_event(caller: Caller, client: Client) -> None:
    client.run(caller.uuid, "set", "sensitive_dtmf=true")
    mark = client.execute(
        caller.uuid, "play_and_get_digits", "4 4 1 1000 # short.wav silence_stream://1 pin \\d+"
    )
    client.wait("PLAYBACK_START")
    caller.press("5678", spacing=0)
    assert client.done(mark)["variable_pin"] == "5678"
    assert "DTMF" not in client.names(caller.uuid)


def test_a_recording_holds_what_the_caller_said(
    caller: Caller, client: Client, sounds: Path, tmp_path: Path
) -> None:
    file = tmp_path / "message.wav"
    mark = client.execute(caller.uuid, "record", f"{file} 10 200 1")
    client.wait("RECORD_START", {"Record-File-Path": str(file)})
    assert caller.say(sounds / "half.wav") == 0.5
    done = client.done(mark)
    assert done["variable_silence_hits_exhausted"] == "true"
    client.wait("RECORD_STOP")
    with wave.open(str(file)) as wav:
        frames = wav.readframes(wav.getnframes())
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (8000, 1, 2)
    loud = sum(1 for at in range(0, len(frames), 2) if frames[at : at + 2] != b"\0\0") / 8000
    assert 0.4 < loud <= 0.5
    assert 1.4 < len(frames) / 16000 < 2.0


def test_a_key_ends_a_recording(caller: Caller, client: Client, tmp_path: Path) -> None:
    client.run(caller.uuid, "set", "playback_terminators=any")
    mark = client.execute(caller.uuid, "record", f"{tmp_path}/m.wav 60")
    client.wait("RECORD_START")
    caller.press("*")
    assert client.done(mark)["variable_playback_terminator_used"] == "*"
    assert (tmp_path / "m.wav").stat().st_size >= 44


def test_a_recording_that_cannot_be_written_hangs_up(caller: Caller, client: Client) -> None:
    client.execute(caller.uuid, "record", "/nowhere/at/all/m.wav 5")
    assert caller.wait_end(2)
    assert caller.cause == "DESTINATION_OUT_OF_ORDER"


def test_a_hangup_saves_the_recording(caller: Caller, client: Client, tmp_path: Path) -> None:
    client.execute(caller.uuid, "record", f"{tmp_path}/m.wav 60")
    client.wait("RECORD_START")
    caller.hangup()
    stop = client.wait("RECORD_STOP")
    assert stop["Answer-State"] == "hangup"
    assert (tmp_path / "m.wav").exists()


def test_recording_beside_a_playback(caller: Caller, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "talk.wav"
    assert client.api(f"uuid_record {caller.uuid} start {file}") == "+OK Success\n"
    client.run(caller.uuid, "playback", "short.wav")
    assert client.api(f"uuid_record {caller.uuid} stop {file}") == "+OK Success\n"
    assert client.api(f"uuid_record {caller.uuid} stop all") == "-ERR Cannot stop record session!\n"
    assert client.wait("RECORD_STOP")["Record-Completion-Cause"] == "success-maxtime"


def test_a_caller_is_told_when_sounds_begin_and_end(caller: Caller, client: Client) -> None:
    told: list[tuple[str, bool]] = []
    caller.on_sound(lambda heard: told.append((heard.kind, heard.until is None)))
    client.run(caller.uuid, "playback", "short.wav")
    assert told == [("file", True), ("file", False)]


def test_a_caller_reads_what_was_said_where_the_switch_can_tell(sounds: Path) -> None:
    with Switch({"1": "f"}, sounds=sounds, transcribe=lambda path: f"<{Path(path).stem}>") as switch:
        client = Client(switch.listen_port)
        caller = switch.dial("1")
        client.execute(client.parked(), "playback", "short.wav")
        heard = caller.wait_sound(lambda heard: heard.text == "<short>", timeout=2)
        assert heard is not None
        client.close()


def test_a_listener_that_fails_harms_no_call(caller: Caller, client: Client) -> None:
    def fail(heard: Heard) -> None:
        raise RuntimeError(heard.name)

    caller.on_sound(fail)
    assert client.run(caller.uuid, "playback", "short.wav")["Application-Response"] == "FILE PLAYED"


def test_a_call_placed_by_the_switch_has_two_halves(client: Client) -> None:
    client.send("bgapi originate {origination_uuid=A,loopback_bowout=false}loopback/95598/default &park()")
    park = client.wait("CHANNEL_PARK", {"variable_other_loopback_leg_uuid": "A"})
    client.run(park["Unique-ID"], "answer")
    assert client.wait("BACKGROUND_JOB").body == "+OK A\n"
    client.wait("CHANNEL_PARK", {"Unique-ID": "A"})
    client.api("uuid_send_dtmf A 7")
    assert client.wait("DTMF", {"Unique-ID": park["Unique-ID"]})["DTMF-Digit"] == "7"
    client.api("uuid_kill A")
    with gevent.Timeout(3):
        while client.api(f"uuid_exists {park['Unique-ID']}") == "true":
            gevent.sleep(0.01)
