"""What the benchmark of speech reckons: where speech begins and ends, echoes, prompts that were cut."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivr.flow.listening import Speech
from ivr.settings import Asr
from ivr.speech.trial.line import Samples
from ivr.speech.trial.speakers import Speaker
from tests.bench.freeswitch.contenders.ivory_speech import NUMBERS, part_of
from tests.bench.freeswitch.intervals import interval, share
from tests.bench.freeswitch.metrics import Metrics
from tests.bench.freeswitch.phone import FRAME, SILENCE
from tests.bench.freeswitch.sounds import FOURTH, SECOND, THIRD
from tests.bench.freeswitch.speech import said, tables
from tests.bench.freeswitch.speech.crowd import Reading, callers_for
from tests.bench.freeswitch.speech.stages import decided
from tests.bench.freeswitch.speech.turns import Turn, lengths
from tests.freeswitch.sipp import ULAW

RATE = 8000


def tone(seconds: float, loudness: float = 0.1) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return (loudness * np.sin(2 * np.pi * 440 * at)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def test_speech_begins_and_ends_where_it_is_loud() -> None:
    sound = np.concatenate([silence(0.3), tone(0.5), silence(0.2)])
    assert said.edges(sound) == (2400, 6400)


def test_silences_between_parts_are_as_long_as_asked_whatever_surrounds_the_parts() -> None:
    part = np.concatenate([silence(0.1), tone(0.3), silence(0.2)])
    made = said.utterance("12", [part, part], [0.5], Speaker("en-us", 165, 50, 0.0, "mu"), SECOND)
    assert (made.end - made.begin) / RATE == pytest.approx(0.3 + 0.5 + 0.3, abs=0.02)
    assert len(made.code) % FRAME == 0
    assert made.first == 0
    assert made.last == len(made.frames) - 1


def test_ten_digits_are_said_in_groups() -> None:
    assert said.groups("0123456789") == ["012", "345", "6789"]


def test_callers_say_what_the_flows_know() -> None:
    for language in said.LANGUAGES:
        rows = said.known(language)
        assert len(set(rows)) >= 20
        assert all(len(row) == 10 and row.isdigit() for row in rows)
        assert {sound for _, sound in said.phrases(language)} == {SECOND, THIRD, FOURTH}


def test_an_echo_is_as_much_weaker_as_asked() -> None:
    loud = max(range(256), key=lambda code: ULAW[code])
    (weak,) = said.weaker(bytes([loud]), 20)
    assert ULAW[weak] == pytest.approx(ULAW[loud] / 10, rel=0.04)
    assert said.weaker(SILENCE, 20) == SILENCE


def test_two_frames_that_sound_at_once_are_added() -> None:
    one, other = bytes([0x90] * FRAME), bytes([0xA5] * FRAME)
    (code, *_) = said.mixed(one, other)
    assert ULAW[code] == pytest.approx(ULAW[0x90] + ULAW[0xA5], rel=0.04)
    assert said.mixed(one, SILENCE) == one


def test_a_prompt_ends_where_nothing_sounds_for_longer_than_a_pause() -> None:
    packets = [at * 20_000_000 for at in (*range(1, 51), *range(60, 111), *range(150, 401))]
    assert lengths(packets) == pytest.approx([2.2, 5.02])
    assert lengths([]) == []


def test_what_is_answered_before_its_end_was_cut_short_and_has_no_delay() -> None:
    turns = [
        Turn("12", "second.wav", "second.wav", 100.0, 500.0),
        Turn("12", "second.wav", "nomatch.wav", 120.0, -300.0),
        Turn("12", "second.wav", failure="an answer did not come"),
    ]
    found = tables.figures(turns)
    assert found["answered"]["n"] == 1
    assert found["stopped"]["n"] == 2
    assert found["cut"][:2] == (1, 3)
    assert found["right"][:2] == (1, 3)
    assert found["answers"] == {"second.wav": 1, "nomatch.wav": 1, "none": 1}


def test_prompts_that_an_echo_cut_are_counted_by_the_minute() -> None:
    found = tables.echoes([[8.0, 1.0, 8.0], [0.5, 8.0]])
    assert found["prompts"] == 5
    assert found["cut"][:2] == (2, 5)
    assert found["first_cut"][:2] == (1, 2)
    assert found["a_minute"] == pytest.approx(2 / (25.5 / 60), abs=0.01)


def test_an_interval_of_a_share_is_not_empty_where_nothing_was_seen() -> None:
    low, high = share(0, 150)
    assert low == pytest.approx(0.0)
    assert high == pytest.approx(0.025, abs=0.001)  # "the rule of three" says 3 / 150 = 0.02
    assert math.isnan(share(0, 0)[0])


def test_an_interval_holds_its_percentile() -> None:
    low, high = interval([float(number) for number in range(100)], 50)
    assert low < 49.5 < high
    assert math.isnan(interval([1.0], 50)[0])


def test_enough_callers_speak_that_so_many_are_heard_at_once() -> None:
    assert callers_for(20, 0.8) == 25
    assert callers_for(0, 0.8) == 0


def test_a_process_that_was_replaced_costs_what_its_successor_used() -> None:
    before = Reading(10.0, {("freeswitch", 1): 5.0, ("recogniser", 2): 8.0}, Metrics())
    after = Reading(20.0, {("freeswitch", 1): 6.0, ("recogniser", 3): 2.0}, Metrics())
    cpu = after.since(before)["cpu"]
    assert (cpu["freeswitch"], cpu["recogniser"], cpu["relay"]) == (10.0, 20.0, 0.0)


def test_processes_are_told_apart_by_their_command_lines() -> None:
    assert part_of(b"python\0-c\0from ivr.speech.ears.relay import main") == "relay"
    assert part_of(b"python\0-c\0from ivr.speech.asr.child import main") == "recogniser"
    assert part_of(b"python\0-m\0ivr\0serve") == "worker"
    assert len(set(NUMBERS.values())) == len(NUMBERS)


def test_voice_activity_never_begins_with_silence() -> None:
    made = said.Utterance("", SILENCE * 20, 0, 10 * FRAME, SECOND, "")
    assert decided(made, Asr(), Speech()).began is None
