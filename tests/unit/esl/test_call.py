"""The Call port on FreeSWITCH, given events as the switch sends them and a line that writes commands down.

What a caller hears is in test_speaking.py.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import gevent
import pytest

from ivr.call import (
    Bridged,
    BridgeEnded,
    Key,
    PlayEnded,
    RecordEnded,
    SecretEnded,
    SecretRule,
    Speech,
    Target,
    Woken,
)
from ivr.errors import (
    CallEnded,
    CommandFailed,
    CommandTimeout,
    ConnectionLost,
    IvoryError,
    RefusedInput,
)
from ivr.esl.commands import ApiCall, Argument
from tests.unit.esl.scenes import UUID, Scene, Sentence, event, park, prompt


def test_keys_arrive_in_order_and_nonsense_does_not(scene: Scene) -> None:
    for digit in ("1", "#", "E", "", "12", "D"):
        scene.call.handle(event("DTMF", {"DTMF-Digit": digit}))
    keys = [scene.call.wait(0) for _ in range(4)]
    assert [key.key for key in keys if isinstance(key, Key)] == ["1", "#", "D"]
    assert keys[3] is None


def test_a_hangup_ends_the_wait_and_everything_else(scene: Scene) -> None:
    gevent.spawn(scene.call.handle, event("CHANNEL_HANGUP", {"Hangup-Cause": "ORIGINATOR_CANCEL"}))
    with pytest.raises(CallEnded) as ended:
        scene.call.wait(5)
    assert ended.value.cause == "ORIGINATOR_CANCEL"
    attempts: list[Callable[[], object]] = [
        scene.call.answer,
        scene.call.pre_answer,
        scene.call.stop,
        scene.call.stop_record,
        scene.call.stop_bridge,
        scene.call.hangup,
        lambda: scene.say("one"),
        lambda: scene.call.record("a", max_seconds=5, silence_seconds=0),
        lambda: scene.call.secret([], SecretRule(1, 4)),
        lambda: scene.call.bridge(Target("extension", "1001")),
    ]
    for attempt in attempts:
        with pytest.raises(CallEnded):
            attempt()
    assert scene.line.executed == []


def test_waking_is_an_event(scene: Scene) -> None:
    scene.call.wake()
    assert scene.call.wait(0) == Woken()


def test_a_call_is_answered_once(scene: Scene) -> None:
    scene.call.answer()
    scene.call.answer()
    assert [application for application, _, _ in scene.line.executed] == ["answer"]


def test_a_recording_goes_below_the_folder_and_tells_its_length(scene: Scene, tmp_path: Path) -> None:
    scene.call.record("outages/a-1", max_seconds=60, silence_seconds=4)
    path = tmp_path / "recordings/outages/a-1.wav"
    assert scene.line.last[:2] == ("record", f"'{path}' 60 200 4")
    scene.begin()
    scene.call.stop_record()
    assert scene.line.asked[-2:] == [
        f"uuid_setvar_multi {UUID} record_ms=;ivr_doing=record outages/a-1",
        f"uuid_break {UUID}",
    ]
    scene.complete(record_ms="2500")
    assert scene.call.wait(0) == RecordEnded(path, 2.5)


def test_a_break_waits_until_the_recording_has_begun(scene: Scene) -> None:
    scene.call.record("a", max_seconds=60, silence_seconds=0)
    scene.call.stop_record()
    assert scene.line.breaks == []
    scene.begin()
    assert scene.line.breaks == [f"uuid_break {UUID}"]


def test_a_recording_that_came_too_late_is_broken_off(scene: Scene) -> None:
    def too_late(application: str, argument: Argument, uuid: str) -> None:
        scene.line.executed.append((application, argument, uuid))
        raise CommandTimeout("no answer")

    scene.line.on_execute = too_late
    with pytest.raises(CommandTimeout):
        scene.call.record("a", max_seconds=60, silence_seconds=0)
    scene.begin()
    assert scene.line.breaks == [f"uuid_break {UUID}"]


def test_a_folder_that_cannot_be_recorded_to_is_no_hangup(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file, not a folder")
    scene = Scene(tmp_path)
    with pytest.raises(IvoryError, match="cannot be recorded to"):
        scene.call.record("a", max_seconds=5, silence_seconds=0)
    assert scene.line.executed == []


def test_secret_digits_are_collected_by_the_switch_and_forgotten(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scene.call.secret([Speech("PIN", "en-US")], SecretRule(4, 6, "#", noinput_after=5, digit_timeout=3))
    assert scene.line.asked[0].startswith(f"uuid_setvar_multi {UUID} sensitive_dtmf=true")
    application, argument, _ = scene.line.last
    assert (application, argument) == (
        "play_and_get_digits",
        "4 6 1 5000 # '/prompts/PIN.wav' '' ivr_secret '' 3000",
    )
    scene.complete(ivr_secret="4711", read_terminator_used="#")
    ended = scene.call.wait(0)
    assert ended == SecretEnded("4711", terminated=True)
    assert "4711" not in repr(ended) + caplog.text
    gevent.sleep(0)
    assert scene.line.asked[-1] == f"uuid_setvar_multi {UUID} ivr_secret=;ivr_secret_invalid=;sensitive_dtmf="


@pytest.mark.parametrize(
    ("disposition", "result"),
    [
        ("USER_BUSY", "busy"),
        ("NO_ANSWER", "no_answer"),
        ("ALLOTTED_TIMEOUT", "no_answer"),
        ("CALL_REJECTED", "refused"),
        ("USER_NOT_REGISTERED", "failed"),
        ("SOMETHING_NEW", "failed"),
    ],
)
def test_a_bridge_that_never_stood_says_why(scene: Scene, disposition: str, result: str) -> None:
    scene.call.bridge(Target("extension", "1001", ring_seconds=20))
    scene.complete(originate_disposition=disposition)
    assert scene.call.wait(0) == BridgeEnded(result, disposition)


def test_a_bridge_that_stood_was_answered(scene: Scene) -> None:
    scene.call.bridge(Target("extension", "1001", digits_after_answer="12"))
    assert scene.line.last[1].endswith("}user/1001")
    scene.call.handle(event("CHANNEL_BRIDGE", {}))
    gevent.sleep(0)
    assert scene.line.asked[-1].startswith("uuid_send_dtmf ")
    assert scene.call.wait(0) == Bridged()
    scene.complete(bridge_hangup_cause="NORMAL_CLEARING")
    ended = scene.call.wait(0)
    assert isinstance(ended, BridgeEnded)
    assert ended.result == "answered"


@pytest.mark.parametrize("number", ["+861095598", "110", "+4930123456", "9001234567"])
def test_only_allowed_numbers_are_dialled(tmp_path: Path, number: str) -> None:
    scene = Scene(tmp_path, number="sofia/gateway/trunk/{address}", allow=["+4940"])
    with pytest.raises(RefusedInput, match="may not be dialled"):
        scene.call.bridge(Target("number", number))
    assert scene.line.executed == []


@pytest.mark.parametrize(
    "address", ["1001,user/1002", "1001|x", "${system(x)}", "[a=b]1001", "1001\napi", ""]
)
def test_an_address_cannot_become_another_dial_string(scene: Scene, address: str) -> None:
    with pytest.raises(RefusedInput):
        scene.call.bridge(Target("extension", address))
    assert scene.line.executed == []


def test_a_command_waits_for_a_line_that_is_away(scene: Scene) -> None:
    scene.line.trouble = [ConnectionLost("away")]
    scene.call.answer()
    assert scene.line.applications == ["answer"]


def test_a_line_that_stays_away_is_an_error_not_a_hangup(scene: Scene) -> None:
    scene.line.trouble = [ConnectionLost("away")]
    scene.line.up.clear()
    with pytest.raises(ConnectionLost):
        scene.call.answer()


def test_a_command_whose_answer_was_lost_is_not_given_twice(scene: Scene) -> None:
    def carried_out(application: str, argument: Argument, uuid: str) -> None:
        scene.line.executed.append((application, argument, uuid))
        raise ConnectionLost("after it was taken")

    scene.line.on_execute = carried_out
    scene.line.up.clear()
    caller = gevent.spawn(scene.call.record, "a", max_seconds=60, silence_seconds=0)
    gevent.sleep(0)
    scene.back(scene.now())
    caller.get(timeout=1)
    assert scene.line.applications == ["record"]
    scene.complete(record_ms="1500")
    ended = scene.call.wait(0)
    assert isinstance(ended, RecordEnded)
    assert ended.seconds == 1.5


def test_a_bridge_whose_answer_was_lost_does_not_ring_twice(scene: Scene) -> None:
    def carried_out(application: str, argument: Argument, uuid: str) -> None:
        scene.line.executed.append((application, argument, uuid))
        scene.line.lives.add(other_leg(argument))
        raise ConnectionLost("after it was taken")

    scene.line.on_execute = carried_out
    scene.line.up.clear()
    caller = gevent.spawn(scene.call.bridge, Target("extension", "1001"))
    gevent.sleep(0)
    scene.back(scene.now())
    caller.get(timeout=1)
    assert len(scene.line.executed) == 1
    scene.complete(originate_disposition="USER_BUSY")
    assert scene.call.wait(0) == BridgeEnded("busy", "USER_BUSY")


def test_a_channel_that_is_gone_ends_the_call(scene: Scene) -> None:
    scene.line.trouble = [CommandFailed("-ERR invalid session id [x]")]
    with pytest.raises(CallEnded):
        scene.call.answer()
    with pytest.raises(CallEnded):
        scene.call.wait(0)


def test_after_a_lost_line_a_recording_that_is_nowhere_is_made_again(scene: Scene) -> None:
    scene.call.record("a", max_seconds=60, silence_seconds=0)
    scene.begin()
    scene.back(park())
    assert scene.line.breaks == [f"uuid_break {UUID} all"]
    assert scene.line.applications == ["record", "record"]


@pytest.mark.parametrize("trouble", [CommandTimeout("slow"), RefusedInput("odd"), ValueError("a fault")])
def test_a_recording_that_cannot_be_made_again_ends_rather_than_leaving_the_flow_to_wait(
    scene: Scene, trouble: Exception
) -> None:
    scene.call.record("a", max_seconds=60, silence_seconds=0)
    scene.begin()
    scene.line.trouble = [trouble]
    scene.back(park())
    ended = scene.call.wait(1)
    assert isinstance(ended, RecordEnded)
    assert ended.seconds == 0.0


def test_a_lost_line_costs_no_recording(scene: Scene) -> None:
    scene.call.record("a", max_seconds=60, silence_seconds=0)
    scene.begin()
    scene.back(scene.now())
    scene.back(scene.now(record_ms="1500"))
    assert [application for application, _, _ in scene.line.executed] == ["record"]
    ended = scene.call.wait(0)
    assert isinstance(ended, RecordEnded)
    assert ended.seconds == 1.5


def other_leg(dial: str) -> str:
    found = re.search(r"origination_uuid=([^,}]+)", dial)
    assert found
    return found[1]


def test_after_a_lost_line_a_phone_rings_on(scene: Scene) -> None:
    scene.call.bridge(Target("extension", "1001"))
    scene.line.lives.add(other_leg(scene.line.last[1]))
    scene.back(scene.now(originate_disposition="failure"))
    assert scene.call.wait(0) is None
    scene.complete(originate_disposition="NO_ANSWER")
    assert scene.call.wait(0) == BridgeEnded("no_answer", "NO_ANSWER")


def test_after_a_lost_line_a_talk_that_began_unseen_goes_on(scene: Scene) -> None:
    scene.call.bridge(Target("extension", "1001", digits_after_answer="12"))
    scene.line.lives.add(leg := other_leg(scene.line.last[1]))
    scene.back(scene.now(originate_disposition="SUCCESS", bridge_uuid=leg))
    assert scene.call.wait(0) == Bridged()
    assert scene.call.wait(0) is None
    assert scene.line.asked[-1].startswith(f"uuid_send_dtmf {leg}")


def test_a_talk_that_ended_unseen_is_over_though_the_channel_still_names_the_other_leg(scene: Scene) -> None:
    scene.call.bridge(Target("extension", "1001"))
    leg = other_leg(scene.line.last[1])
    scene.call.handle(event("CHANNEL_BRIDGE", {}))
    scene.back(scene.now(originate_disposition="SUCCESS", bridge_uuid=leg))
    assert scene.call.wait(0) == Bridged()
    ended = scene.call.wait(0)
    assert isinstance(ended, BridgeEnded)
    assert ended.result == "answered"


@pytest.mark.parametrize("unseen", [False, True])
def test_a_caller_who_was_transferred_elsewhere_is_not_ours_to_end(scene: Scene, unseen: bool) -> None:
    scene.call.bridge(Target("extension", "1001"))
    scene.call.handle(event("CHANNEL_BRIDGE", {}))
    if unseen:
        scene.back(scene.now(transfer_history="1795298484:x:bl_xfer:1005/public/XML"))
    else:
        scene.complete(transfer_history="1795298484%3Ax%3Abl_xfer%3A1005/public/XML")
    asked = len(scene.line.asked)
    with pytest.raises(CallEnded) as ended:
        scene.call.wait(0)
    assert ended.value.cause == "BLIND_TRANSFER"
    with pytest.raises(CallEnded):
        scene.call.hangup()
    assert scene.call.moved
    assert len(scene.line.asked) == asked


def test_a_secret_s_whole_question_is_heard_though_its_end_is_spoken_late(scene: Scene) -> None:
    scene.voice.sentences["two"] = Sentence()
    pieces = [Speech("one", "en-US"), Speech("two", "en-US")]
    asking = gevent.spawn(scene.call.secret, pieces, SecretRule(4, 6))
    gevent.sleep(0)
    scene.voice.sentences["two"].finish(Path("/prompts/two.wav"))
    asking.get(timeout=1)
    assert "'file_string:///prompts/one.wav!/prompts/two.wav'" in scene.line.last[1]


def test_a_caller_whose_number_is_odd_can_be_transferred(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ani="138;cpc=ordinary")
    scene.call.bridge(Target("extension", "1001", caller_id=scene.call.ani))
    assert "caller_id" not in scene.line.last[1]


def test_a_flood_of_keys_is_bounded_and_hides_nothing_else(scene: Scene) -> None:
    play = scene.say("one")
    for _ in range(5000):
        scene.call.handle(event("DTMF", {"DTMF-Digit": "1"}))
    scene.over(prompt("one"))
    events = scene.told()
    assert len(events) < 1000
    assert events[-1] == PlayEnded(play, complete=True)


def test_a_lost_event_does_not_hold_a_call_for_ever(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.esl.call.LOOK_AFTER", 0.01)
    scene.call.record("a", max_seconds=60, silence_seconds=0)
    scene.begin()
    application, argument, _ = scene.line.last
    dump = f"Event-Name: CHANNEL_DATA\nUnique-ID: {UUID}\nvariable_current_application: {application}\n"
    dump += f"variable_current_application_data: {argument}\n"
    answers = [dump, dump, dump + "variable_record_ms: 1500\n"]
    monkeypatch.setattr(scene.line, "api", lambda _call: answers.pop(0))
    ended = scene.call.wait(None)
    assert isinstance(ended, RecordEnded)
    assert ended.seconds == 1.5
    assert answers == []


def test_a_call_whose_end_was_lost_is_over(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.esl.call.LOOK_AFTER", 0.01)
    scene.line.trouble = [ConnectionLost("away"), CommandFailed("-ERR No such channel!")]
    with pytest.raises(CallEnded):
        scene.call.wait(None)


def test_a_long_talk_is_not_touched(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.esl.call.LOOK_AFTER", 0.01)
    scene.call.bridge(Target("extension", "1001"))
    scene.begin()
    scene.call.handle(event("CHANNEL_BRIDGE", {}))
    assert isinstance(scene.call.wait(0), Bridged)
    dialled, asked = list(scene.line.executed), []
    dump = f"Event-Name: CHANNEL_DATA\nUnique-ID: {UUID}\nvariable_current_application: something_else\n"

    def api(call: ApiCall) -> str:
        asked.append(call)
        return dump

    monkeypatch.setattr(scene.line, "api", api)
    gevent.spawn_later(0.1, scene.call.handle, event("CHANNEL_HANGUP", {}))
    with pytest.raises(CallEnded):
        scene.call.wait(None)
    assert len(asked) > 1
    assert set(asked) == {f"uuid_dump {UUID}"}
    assert scene.line.executed == dialled
