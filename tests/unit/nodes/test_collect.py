"""`collect`: digits, checked, confirmed, and kept secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ivr.flow.scripted import Hear, Pause, Press, Step
from ivr.http_client import Response
from ivr.nodes.collect import luhn
from tests.calls import Services, Walk, walk


def collect(options: str, *steps: Step) -> Walk:
    return walk(
        f"""
        vars: {{x: before}}
        defaults: {{outcomes: {{exhausted: end}}}}
        nodes:
          c: {{type: collect, prompt: Number., into: x, next: end, invalid: Wrong., {options}}}
        """,
        *steps,
    )


@pytest.mark.parametrize(
    ("options", "keys", "value"),
    [
        ("digits: {length: 4}", "1234", "1234"),
        ("digits: {length: 4}", "0000", "0000"),
        ("digits: {min: 2, max: 4}", "12#", "12"),
        ("digits: {min: 2, max: 4}", "12", "12"),
        ("digits: {min: 2, max: 4}", "12345", "1234"),
        ("digits: {max: 4, terminator: star}", "12*", "12"),
        ("digits: {max: 4, terminator: none}", "12", "12"),
        ("digits: {min: 0, max: 4}", "#", ""),
        ("digits: {length: 3}, pattern: '[0-9*]+'", "1*2", "1*2"),
        ("digits: {length: 11}, pattern: '1[3-9][0-9]{9}'", "13800000000", "13800000000"),
        ("digits: {length: 8}, check: date", "20261201", "20261201"),
        ("digits: {length: 16}, check: luhn", "4539578763621486", "4539578763621486"),
        ("digits: {length: 2}, check: int(value) < 13", "12", "12"),
    ],
)
def test_digits_are_taken_as_text(options: str, keys: str, value: str) -> None:
    result = collect(options, Press(keys))
    assert (result.path, result.variables["x"]) == (["c:next"], value)


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ("digits: {length: 4}", "12#"),
        ("digits: {length: 3}", "1*2"),
        ("digits: {length: 3}, pattern: '[1-3]+'", "124"),
        ("digits: {length: 3}, pattern: '12'", "123"),
        ("digits: {length: 8}, check: date", "20261301"),
        ("digits: {length: 8}, check: date", "20260230"),
        ("digits: {length: 16}, check: luhn", "4539578763621487"),
        ("digits: {length: 2}, check: int(value) < 13", "13"),
    ],
)
def test_a_wrong_entry_is_said_and_asked_for_again(options: str, keys: str) -> None:
    result = collect(options, Press(keys))
    assert result.heard[:3] == ["Number.", "Wrong.", "Number."]
    assert result.inputs[0].startswith(f"{keys.rstrip('#') if '#' not in keys else keys}?")


def test_tries_bound_silence_and_wrong_entries_together() -> None:
    result = collect("digits: {length: 2}, pattern: '9+'", Press("12"), Pause(7), Press("12"))
    assert result.path == ["c:exhausted"]
    assert result.inputs == ["12? (silence) 12?"] or result.inputs == ["12? 12? (silence)"]


def test_who_gives_up_leaves_the_variable_as_the_flow_declared_it() -> None:
    result = collect("digits: {length: 2}, pattern: '9+', tries: 1", Press("12"))
    assert (result.path, result.variables) == (["c:exhausted"], {"x": "before"})


def test_a_wrong_entry_forgets_what_was_typed_behind_it() -> None:
    flow = """
        vars: {x: null}
        nodes:
          hello: {type: play, prompt: Hello hello hello hello., barge_in: none, next: c}
          c: {type: collect, prompt: N., into: x, digits: {length: 2}, pattern: 9+, tries: 2, next: end}
        defaults: {outcomes: {exhausted: end}}
        """
    assert walk(flow, Press("1299")).inputs[1] == "12? (silence)"


# Reading back -----------------------------------------------------------------------------------------

CONFIRM = "digits: {length: 2}, confirm: {prompt: ['Is it {{ x | digits }}?', Press 1.]}"


def test_an_entry_that_is_confirmed_counts() -> None:
    result = collect(CONFIRM, Press("12"), Hear("Press 1"), Press("1"))
    assert (result.path, result.inputs) == (["c:next"], ["12 1"])
    assert result.heard == ["Number.", "Is it", "one two?", "Press 1."]


def test_the_confirmation_can_be_typed_ahead() -> None:
    assert collect(CONFIRM, Press("12#1")).path == ["c:next"]


def test_who_says_no_is_asked_again() -> None:
    result = collect(CONFIRM, Press("122"), Pause(1), Press("341"))
    assert (result.variables["x"], result.inputs) == ("34", ["12 2 34 1"])


def test_who_never_confirms_is_asked_again_and_then_given_up() -> None:
    result = collect(CONFIRM + ", tries: 2", Press("12"), Pause(20), Press("12"))
    assert result.path == ["c:exhausted"]
    assert result.variables["x"] == "before"


def test_keys_of_yes_and_no_can_be_others() -> None:
    other = "digits: {length: 2}, confirm: {prompt: Right?, yes: star, no: pound}"
    assert collect(other, Press("12"), Pause(4), Press("*")).path == ["c:next"]


# Confidential entries ---------------------------------------------------------------------------------

PIN = """
    vars: {pin: null, copy: null, n: null}
    defaults: {outcomes: {exhausted: end, error: end}}
    nodes:
      pin: {type: collect, prompt: Pin., into: pin, digits: {length: 4}, sensitive: true, next: copy}
      copy: {type: set, vars: {copy: "pin + '!'", n: int(pin)}, next: check}
      check:
        type: operation
        http: {method: POST, url: https://crm.example/check, json: {pin: "{{ pin }}"}}
        save: {n: json.nothing + 1}
        next: talk
        outcomes: {error: talk}
      talk: {type: transfer, extension: "{{ copy }}", next: again}
      again: {type: menu, prompt: M., options: {1: end}, outcomes: {exhausted: end}}
    """


def test_a_confidential_entry_is_in_no_event_no_log_and_no_repr() -> None:
    services = Services({"https://crm.example/check": Response(200, {}, '{"nothing": "7391"}')})
    with capture_logs() as logs:
        result = walk(PIN, Press("7391#"), Pause(30), Press("7391"), services=services)
    assert result.path[:4] == ["pin:next", "copy:next", "check:error", "talk:next"]
    assert services.requests[0][2]["body"] == '{"pin": "7391"}'
    assert logs
    typed = [line for line in result.call.transcript if line.who == "caller" and line.at < 1]
    shown = [*map(repr, result.events), *map(repr, logs), repr(result.engine.state), repr(typed)]
    assert not [text for text in shown if "7391" in text]
    assert [line.text for line in typed] == ["•"] * 4 + ["#"]
    assert result.inputs[0] == "••••"


def test_a_confidential_entry_does_not_take_keys_pressed_before() -> None:
    flow = PIN.replace(
        "nodes:", "nodes:\n      hello: {type: play, prompt: Hello hello., barge_in: none, next: pin}", 1
    )
    result = walk(flow, Press("1111"), Pause(10), Press("7391"), services=Services())
    assert result.variables["pin"] == "7391"


def test_a_confidential_entry_that_is_too_short_is_asked_again() -> None:
    result = walk(PIN, Press("73#"), Pause(5), Press("7391"), services=Services())
    assert result.inputs[0] == "••••? ••••"
    assert result.variables["pin"] == "7391"


def test_silence_at_a_confidential_entry_is_silence() -> None:
    result = walk(PIN)
    assert (result.path, result.inputs) == (["pin:exhausted"], ["(silence) (silence) (silence)"])


# Luhn -------------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("0123456789"), min_size=1, max_size=30))
def test_exactly_one_check_digit_is_right(digits: str) -> None:
    assert sum(luhn(digits + check) for check in "0123456789") == 1


@pytest.mark.parametrize(("number", "right"), [("79927398713", True), ("79927398710", False), ("", False)])
def test_luhn_is_that_of_the_standard(number: str, right: bool) -> None:
    assert luhn(number) is right
