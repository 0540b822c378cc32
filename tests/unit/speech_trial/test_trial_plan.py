from __future__ import annotations

from collections import Counter

import numpy as np

from ivr.speech.trial.line import Samples
from ivr.speech.trial.plan import Conditions, Trial, audio, planned, wanted
from ivr.speech.trial.speakers import MOST, Speaker, speakers
from tests.unit.speech_trial.trials import TODAY, question

IDLE = 8  # A-law has no nought
FEW = Conditions(voices=2, noises=(20.0,), sentences=2, strangers=4)


def trials(conditions: Conditions = FEW) -> list[Trial]:
    people = speakers("en-us", conditions.voices)
    second = question(choices={"new": ["a new contract"]}, node="second")
    return planned([question(), second], people, conditions, TODAY)


def voices(of: list[Trial]) -> dict[tuple[str, Speaker], Samples]:
    draw = np.random.default_rng(0)
    return {each: draw.normal(0, 0.1, 4000).astype(np.float32) for each in wanted(of)}


def test_every_sentence_is_said_by_every_voice_with_and_without_each_noise() -> None:
    said = Counter(each.sentence.text for each in trials() if each.sentence.choice is not None)
    assert said == dict.fromkeys(("billing", "my bill", "outage", "no power", "a new contract"), 4)


def test_both_kinds_of_noise_are_heard_in_turn() -> None:
    kinds = Counter(each.noise.kind for each in trials() if each.noise and each.sentence.choice)
    assert abs(kinds["white"] - kinds["babble"]) <= 2


def test_what_does_not_belong_comes_from_the_other_node_too() -> None:
    odd = {
        each.sentence.text for each in trials() if each.question.node == "main" and not each.sentence.choice
    }
    assert "a new contract" in odd
    assert "" in odd  # noise and nothing else


def test_without_noise_there_is_none() -> None:
    assert not any(each.noise for each in trials(Conditions(2, (), 2, 4)))


def test_the_same_trials_sound_the_same_again_and_otherwise_with_another_seed() -> None:
    noisy = next(each for each in trials() if each.noise)
    sounds = voices(trials())
    assert audio(noisy, sounds, 1) == audio(noisy, sounds, 1) != audio(noisy, sounds, 2)


def test_every_trial_has_whole_frames_of_sound_and_an_end_in_which_nobody_speaks() -> None:
    sounds = voices(trials())
    for each in trials():
        heard = np.frombuffer(audio(each, sounds, 1), "<i2")
        assert heard.any()
        if each.noise is None:
            assert np.abs(heard[-8000:]).max() <= IDLE


def test_speakers_differ_and_the_first_ones_stay_the_same_when_there_are_more() -> None:
    everybody = speakers("cmn", MOST)
    assert len(set(everybody)) == MOST
    assert speakers("cmn", 3) == everybody[:3]
    assert {each.law for each in everybody[:2]} == {"mu", "a"}
