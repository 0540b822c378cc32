"""`transfer`: whom it rings, what comes back, and other flows."""

from __future__ import annotations

import pytest

from ivr.call import Target
from ivr.errors import RefusedInput
from ivr.flow.scripted import Pause, Press, ScriptedCall
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey
from tests.calls import Services, load, walk

FLOW = """
    vars: {{line: "1001"}}
    defaults: {{outcomes: {{busy: busy, no_answer: away, refused: refused, failed: failed, error: wrong}}}}
    nodes:
      go: {{type: transfer, next: rate, {options}}}
      rate: {{type: play, prompt: Rate us., next: end}}
      busy: {{type: play, prompt: Busy., next: end}}
      away: {{type: play, prompt: Away., next: end}}
      refused: {{type: play, prompt: Refused., next: end}}
      failed: {{type: play, prompt: Failed., next: end}}
      wrong: {{type: play, prompt: Wrong., next: end}}
    """


@pytest.mark.parametrize(
    ("result", "heard"),
    [
        ("answered", "Rate us."),
        ("busy", "Busy."),
        ("no_answer", "Away."),
        ("refused", "Refused."),
        ("failed", "Failed."),
    ],
)
def test_what_became_of_it_is_the_outcome(result: str, heard: str) -> None:
    flow = FLOW.format(options='extension: "1001"')
    assert walk(flow, answers={"1001": (result, 3.0)}).heard == [heard]


def test_the_other_side_sees_the_callers_number_unless_the_flow_says_another() -> None:
    plain = walk(FLOW.format(options='extension: "{{ line }}"'), ani="13800000000")
    assert plain.call.bridged == [Target("extension", "1001", 30.0, "13800000000")]
    options = "number: '+861012345678', caller_id: '95598', ring: 10s, digits_after_answer: 'w12#'"
    other = walk(FLOW.format(options=options))
    assert other.call.bridged == [Target("number", "+861012345678", 10.0, "95598", "w12#")]


def test_it_rings_as_long_as_the_flow_says() -> None:
    flow = FLOW.format(options='extension: "1001", ring: 12s')
    assert walk(flow, answers={"1001": ("no_answer", 0.0)}).at("Away.") == 12.0


def test_keys_pressed_while_it_rings_and_in_the_talk_mean_nothing_to_the_flow() -> None:
    result = walk(FLOW.format(options='extension: "1001"'), Pause(1), Press("12"), Pause(5), Press("34"))
    assert result.engine.input.typed == ""
    assert result.left[0].detail == {"to": "1001", "cause": "NORMAL_CLEARING", "talked": 10.0}


def test_what_may_not_be_dialled_is_an_error() -> None:
    class Strict(ScriptedCall):
        def bridge(self, target: Target) -> None:
            raise RefusedInput(f"{target.address} may not be dialled")

    call = Strict()
    Engine(call, load(FLOW.format(options="number: '+861012345678'")), "t", Services(), Journey()).run()
    assert call.heard == "Wrong."


def test_another_flow_takes_over_for_good() -> None:
    first = "id: first\nnodes: {go: {type: transfer, flow: second}}"
    second = "id: second\nnodes: {a: {type: play, prompt: Second., next: return}}"
    result = walk((first, second))
    assert (result.path, result.end.how) == (["go:next", "a:next"], "completed")
