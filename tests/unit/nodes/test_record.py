"""`record`: messages, their review, and what a caller leaves who hangs up."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.scripted import HangUp, Pause, Press, ScriptedCall, Speak
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey
from tests.calls import Services, Walk, load, walk

CALL = "00000000-0000-4000-8000-000000000001"


def record(*steps: object, options: str = "", max: str = "60s") -> Walk:
    return walk(
        f"""
        vars: {{file: null}}
        on_hangup: note
        defaults: {{outcomes: {{exhausted: end, too_short: short, error: end}}}}
        nodes:
          r: {{type: record, prompt: Speak., into: file, box: box, max: {max}, next: end{options}}}
          short: {{type: play, prompt: Too short., next: end}}
          note: {{type: set, vars: {{file: file}}, next: end}}
        """,
        *steps,  # type: ignore[arg-type]
    )


def test_a_key_ends_the_message_and_means_nothing_else() -> None:
    result = record(Pause(2), Speak(5), Press("1"))
    assert result.path[0] == "r:next"
    assert result.variables["file"] == f"box/{CALL}-1-1.wav"
    assert result.left[0].detail["recording"] == f"box/{CALL}-1-1.wav"
    assert result.left[0].detail["seconds"] == pytest.approx(6, abs=1.5)
    assert result.engine.input.typed == ""


def test_silence_ends_the_message() -> None:
    result = record(Pause(2), Speak(5))
    assert result.left[0].detail["seconds"] == pytest.approx(10.3, abs=0.5)


def test_a_message_is_as_long_as_it_may_be_at_most() -> None:
    assert record(Pause(1), Speak(500), max="20s").left[0].detail["seconds"] == 20


def test_keys_pressed_before_the_tone_do_not_end_the_message() -> None:
    assert record(Press("1"), Pause(2), Speak(5)).left[0].detail["seconds"] > 4


def test_a_message_that_is_too_short_is_an_outcome() -> None:
    result = record(Pause(1.2), Press("1"), options=", min: 2s")
    assert result.path[:2] == ["r:too_short", "short:next"]
    assert result.variables["file"] is None


def test_who_hangs_up_leaves_what_was_said() -> None:
    result = record(Pause(2), Speak(5), HangUp())
    assert result.path == ["r:hangup", "note:next"]
    assert result.variables["file"] == f"box/{CALL}-1-1.wav"
    assert result.left[0].detail["recording"] == f"box/{CALL}-1-1.wav"


def test_who_hangs_up_at_once_leaves_nothing() -> None:
    assert record(Pause(1.2), HangUp(), options=", min: 2s").variables["file"] is None


REVIEW = ", review: {prompt: 'Keep it?', keep: 1, again: 2}"


def test_a_message_can_be_kept_or_spoken_anew() -> None:
    result = record(
        Pause(2), Speak(5), Press("#"), Pause(1), Press("2"), Pause(2), Speak(3), Press("#1"), options=REVIEW
    )
    assert result.path[0] == "r:next"
    assert result.left[0].detail["takes"] == 2
    assert result.variables["file"] == f"box/{CALL}-1-2.wav"


def test_who_does_not_answer_the_review_keeps_the_message() -> None:
    assert record(Pause(2), Speak(5), options=REVIEW).variables["file"] is not None


def test_who_is_never_content_is_given_up() -> None:
    again = [Pause(2), Speak(3), Press("#"), Pause(0.5), Press("2")]
    assert record(*again, *again, *again, options=REVIEW).path[0] == "r:exhausted"


class Endless(ScriptedCall):
    """A switch whose disk is full: recordings never end."""

    def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> None:
        self.stop()

    def stop_record(self) -> None:
        return


@pytest.mark.parametrize("steps", [(), (Pause(5), Press("1"), Pause(1), Press("1" * 40))])
def test_a_recording_that_does_not_end_is_an_error(steps: tuple[Pause | Press, ...]) -> None:
    flow = """
        defaults: {outcomes: {error: e}}
        nodes: {r: {type: record, max: 10s, next: end}, e: {type: hangup}}
        """
    call = Endless(steps)
    end = Engine(call, load(flow), "t", Services(), Journey()).run()
    assert end.how == "completed"
    assert call.monotonic() < 20


def test_a_recording_is_named_below_the_deployments_folder() -> None:
    assert not Path(record(Pause(2), Speak(5)).variables["file"]).is_absolute()
