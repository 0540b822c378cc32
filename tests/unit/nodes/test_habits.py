"""What callers do without thinking: # behind a number that was whole, and saying nothing after the tone."""

from __future__ import annotations

import pytest

from ivr.flow.scripted import Hear, Pause, Press, Speak
from tests.calls import walk

PIN = """
vars: {pin: null}
defaults: {outcomes: {exhausted: end, error: end}}
nodes:
  pin:
    type: collect
    prompt: Pin.
    into: pin
    digits: {length: 4}
    check: value != '0000'
    invalid: Wrong.
    sensitive: true
    tries: 2
    next: told
  told: {type: play, prompt: Thank you., goal: told, next: menu}
  menu: {type: menu, prompt: Anything else., options: {1: end}, tries: 1, outcomes: {exhausted: end}}
"""

BOX = """
defaults: {outcomes: {error: end}}
nodes:
  box: {type: record, prompt: Speak., min: 2s, silence: 4s, next: end, outcomes: {too_short: end}}
"""


@pytest.mark.parametrize("keys", ["1234", "1234#"])
def test_a_hash_behind_a_whole_secret_means_nothing(keys: str) -> None:
    result = walk(PIN, Hear("Pin"), Press(keys), Hear("Anything else"), Press("1"))
    assert result.path == ["pin:next", "told:next", "menu:1"]


def test_a_hash_behind_a_wrong_secret_is_no_second_try() -> None:
    result = walk(
        PIN, Hear("Pin"), Press("0000#"), Hear("Wrong"), Press("1234#"), Hear("Anything"), Press("1")
    )
    assert result.path == ["pin:next", "told:next", "menu:1"]


def test_a_hash_that_comes_late_is_an_entry_of_its_own() -> None:
    result = walk(PIN, Hear("Pin"), Press("0000"), Hear("Wrong"), Pause(4), Press("#"), Pause(60))
    assert result.path == ["pin:exhausted"]


def test_a_secret_that_ended_with_a_hash_swallows_no_other() -> None:
    result = walk(PIN.replace("length: 4", "min: 4, max: 6"), Hear("Pin"), Press("1234##"), Pause(60))
    assert result.path == ["pin:next", "told:next", "menu:exhausted"]


def test_who_says_nothing_after_the_tone_left_no_message() -> None:
    assert walk(BOX, Pause(60)).path == ["box:too_short"]


@pytest.mark.parametrize(("seconds", "outcome"), [(1.5, "too_short"), (3.0, "next")])
def test_the_silence_that_ends_a_message_is_no_part_of_it(seconds: float, outcome: str) -> None:
    assert walk(BOX, Hear("Speak"), Pause(0.4), Speak(seconds), Pause(60)).path == [f"box:{outcome}"]


def test_a_key_ends_a_message_without_any_silence() -> None:
    assert walk(BOX, Hear("Speak"), Pause(0.4), Speak(2.5), Press("#")).path == ["box:next"]
