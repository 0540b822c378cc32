"""The scripted call keeps the Call port's promises, on a clock of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.call import (
    Audio,
    Bridged,
    BridgeEnded,
    Event,
    Key,
    Music,
    PlayEnded,
    RecordEnded,
    SecretEnded,
    SecretRule,
    Silence,
    Speech,
    Target,
    Tone,
    Woken,
)
from ivr.errors import CallEnded
from ivr.flow.scripted import PATIENCE, HangUp, Hear, Pause, Press, ScriptedCall, Speak


def events(call: ScriptedCall, timeout: float | None = 60.0) -> list[tuple[float, Event]]:
    """Everything that happens until nothing does for `timeout`."""
    found = []
    while (event := call.wait(timeout)) is not None:
        found.append((round(call.monotonic(), 2), event))
    return found


def test_time_passes_only_while_waiting() -> None:
    call = ScriptedCall()
    assert (call.wait(5), call.monotonic()) == (None, 5.0)
    assert (call.now() - call.started).total_seconds() == 5.0


def test_a_play_ends_when_its_pieces_are_over() -> None:
    call = ScriptedCall()
    play = call.play([Silence(1.5), Audio("x.wav"), Tone("%(1,1,1)")])
    assert events(call) == [(3.9, PlayEnded(play, complete=True))]
    assert [line.text for line in call.transcript] == ["[x.wav]"]


def test_an_empty_play_ends_at_once() -> None:
    call = ScriptedCall()
    assert events(call, 0) == []
    play = call.play([])
    assert events(call) == [(0.0, PlayEnded(play, complete=True))]


def test_a_play_that_is_stopped_says_so() -> None:
    call = ScriptedCall()
    play = call.play([Silence(5)])
    call.wait(1)
    call.stop()
    call.stop()
    assert events(call) == [(1.0, PlayEnded(play, complete=False))]


@pytest.mark.parametrize("what", ["play", "record", "secret", "bridge"])
def test_whatever_sounds_next_stops_what_is_playing(what: str) -> None:
    call = ScriptedCall()
    first = call.play([Silence(5)])
    call.wait(1)
    match what:
        case "play":
            call.play([Silence(1)])
        case "record":
            call.record("x", max_seconds=1, silence_seconds=0)
        case "secret":
            call.secret([], SecretRule(1, 1))
        case "bridge":
            call.bridge(Target("extension", "1"))
    assert events(call)[0] == (1.0, PlayEnded(first, complete=False))


def test_music_does_not_end() -> None:
    call = ScriptedCall()
    call.play([Music()])
    assert events(call, 1000) == []


def test_keys_come_one_after_the_other() -> None:
    call = ScriptedCall([Pause(1), Press("1#"), Press("A")])
    assert events(call) == [(1.0, Key("1", 1.0)), (1.2, Key("#", 1.2)), (1.4, Key("A", 1.4))]


def test_what_no_telephone_has_cannot_be_pressed() -> None:
    with pytest.raises(ValueError, match="not a key"):
        ScriptedCall([Press("x")]).wait(1)


def test_who_waits_for_words_acts_when_they_have_been_said() -> None:
    call = ScriptedCall([Hear("two"), Press("1")])
    play = call.play([Speech("One", "en-US"), Speech("two", "en-US"), Speech("three", "en-US")])
    found = events(call)
    assert [type(event) for _, event in found] == [Key, PlayEnded]
    assert found[1][1] == PlayEnded(play, complete=True)
    assert call.finished


def test_the_flow_notices_the_end_of_a_prompt_before_the_caller_acts_on_its_last_words() -> None:
    call = ScriptedCall([Hear("One"), HangUp()])
    play = call.play([Speech("One", "en-US")])
    assert call.wait(60) == PlayEnded(play, complete=True)
    with pytest.raises(CallEnded):
        call.wait(60)


def test_words_that_were_cut_off_were_not_heard() -> None:
    call = ScriptedCall([Hear("One"), Press("1")])
    call.play([Speech("One and a long rest", "en-US")])
    call.wait(0.01)
    call.stop()
    assert [type(event) for _, event in events(call)] == [PlayEnded]
    assert not call.finished


def test_who_hangs_up_ends_every_wait_with_the_cause() -> None:
    call = ScriptedCall([Pause(2), HangUp("ORIGINATOR_CANCEL")])
    for use in (lambda: call.wait(None), lambda: call.play([]), call.answer, call.hangup, call.stop):
        with pytest.raises(CallEnded, match="ORIGINATOR_CANCEL"):
            use()
    assert call.monotonic() == 2.0


def test_waking_never_raises() -> None:
    call = ScriptedCall([HangUp()])
    with pytest.raises(CallEnded):
        call.wait(1)
    call.wake()


def test_a_call_that_is_woken_says_so() -> None:
    call = ScriptedCall()
    call.wake()
    call.wake_after(2)
    assert events(call) == [(0.0, Woken()), (2.0, Woken())]


def test_who_only_waits_is_taken_to_have_gone() -> None:
    call = ScriptedCall()
    with pytest.raises(CallEnded):
        call.wait(None)
    assert call.monotonic() == PATIENCE


def test_a_flow_that_hangs_up_ends_the_call() -> None:
    call = ScriptedCall()
    call.hangup("USER_BUSY")
    with pytest.raises(CallEnded, match="USER_BUSY"):
        call.wait(1)


# Recordings -------------------------------------------------------------------------------------------


def recorded(*steps: Pause | Speak, longest: float = 60, silence: float = 3) -> float:
    call = ScriptedCall(steps)
    call.record("box/x", max_seconds=longest, silence_seconds=silence)
    (_, event), *_ = [one for one in events(call) if isinstance(one[1], RecordEnded)]
    assert isinstance(event, RecordEnded)
    assert event.path == Path("box/x.wav")
    return event.seconds


def test_a_recording_ends_after_silence() -> None:
    assert recorded() == 3.0
    assert recorded(Speak(5)) == 8.0
    assert recorded(Pause(1), Speak(1), Pause(2), Speak(2)) == 9.0


def test_a_recording_ends_when_it_is_as_long_as_it_may_be() -> None:
    assert recorded(Speak(100), longest=20) == 20.0
    assert recorded(longest=20, silence=0) == 20.0


def test_an_older_recordings_limits_do_not_end_the_present_one() -> None:
    call = ScriptedCall()
    call.record("one", max_seconds=10, silence_seconds=0)
    call.wait(5)
    call.stop_record()
    assert isinstance(call.wait(1), RecordEnded)
    call.record("two", max_seconds=10, silence_seconds=0)
    assert events(call) == [(15.0, RecordEnded(Path("two.wav"), 10.0))]


def test_stopping_no_recording_does_nothing() -> None:
    call = ScriptedCall()
    call.stop_record()
    assert events(call) == []


# Confidential digits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "digits", "terminated", "at"),
    [
        ([Press("1234")], "1234", False, 0.6),
        ([Press("12#")], "12", True, 0.4),
        ([Press("12")], "12", False, 3.2),
        ([], "", False, 6.0),
        ([Press("#")], "", True, 0.0),
    ],
)
def test_confidential_digits_come_as_one(
    steps: list[Press], digits: str, terminated: bool, at: float
) -> None:
    call = ScriptedCall(steps)
    call.secret([Silence(1)], SecretRule(1, 4))
    assert events(call) == [(at, SecretEnded(digits, terminated))]
    assert "1" not in "".join(line.text for line in call.transcript)


# Bridges ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "ended"),
    [("busy", 1.0), ("no_answer", 12.0), ("refused", 1.0), ("failed", 1.0)],
)
def test_a_bridge_that_does_not_come_about_says_why(result: str, ended: float) -> None:
    call = ScriptedCall(answers={"1": (result, 5.0)})
    call.bridge(Target("extension", "1", 12.0))
    ((at, event),) = events(call)
    assert isinstance(event, BridgeEnded)
    assert (at, event.result, event.talked) == (ended, result, 0.0)


def test_a_bridge_is_announced_and_ends() -> None:
    call = ScriptedCall(answers={"1": ("answered", 5.0)})
    call.bridge(Target("extension", "1"))
    assert events(call) == [(2.0, Bridged()), (7.0, BridgeEnded("answered", "NORMAL_CLEARING", 5.0))]


def test_a_bridge_can_be_given_up_while_it_rings_and_while_they_talk() -> None:
    call = ScriptedCall()
    call.bridge(Target("extension", "1"))
    call.wait(1)
    call.stop_bridge()
    assert events(call) == [(1.0, BridgeEnded("no_answer", "ORIGINATOR_CANCEL", 0.0))]
    call = ScriptedCall()
    call.bridge(Target("extension", "1"))
    call.wait(None)
    call.wait(3)
    call.stop_bridge()
    assert events(call) == [(5.0, BridgeEnded("answered", "NORMAL_CLEARING", 3.0))]
    call.stop_bridge()
    assert events(call) == []
