"""What is heard of an utterance, by a recogniser that says what it was given."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from ivr.call import Hypothesis
from ivr.flow.listening import Speech
from ivr.settings import Asr
from ivr.speech.asr.base import Request
from ivr.speech.asr.process import Recogniser
from ivr.speech.trial.hearing import Ear
from ivr.speech.trial.line import Samples, on_the_line
from ivr.speech.trial.question import Question
from ivr.speech.trial.speakers import speakers
from ivr.speech.trial.speaking import speak
from tests.unit.speech_trial.trials import question

RATE = 8000


class Scripted:
    """Takes utterances for one thing after the other; `words` is what it says so far."""

    def __init__(self, *takes: str, words: str = "") -> None:
        self.takes = list(takes)
        self.so_far = words
        self.requests: list[Request] = []
        self.seconds: list[float] = []
        self.open: set[int] = set()

    def begin(self, utterance: int, request: Request) -> None:
        self.open.add(utterance)
        self.requests.append(request)
        self.seconds.append(0.0)

    def feed(self, utterance: int, samples: bytes) -> None:
        assert utterance in self.open
        self.seconds[-1] += len(samples) / 2 / RATE

    async def words(self, utterance: int) -> str:
        return self.so_far

    async def end(self, utterance: int) -> tuple[Hypothesis, ...]:
        self.open.remove(utterance)
        taken = self.takes.pop(0)
        return (Hypothesis(taken, 0.9),) if taken else ()

    def drop(self, utterance: int) -> None:
        self.open.remove(utterance)


@pytest.fixture(scope="module")
def voice() -> Samples:
    (speaker,) = speakers("en-us", 1)
    return speak([("my bill", speaker)], "en-US")["my bill", speaker]


def hear(recogniser: Scripted, audio: bytes, asked: Question | None = None) -> tuple[list[str], float]:
    ear = Ear(cast(Recogniser, cast(Any, recogniser)), Asr())
    found, seconds, _ = asyncio.run(ear.hear(asked or question(), audio))
    assert not recogniser.open
    return [each.words for each in found], seconds


def test_an_engine_is_told_what_a_call_would_tell_it(voice: Samples) -> None:
    recogniser = Scripted("my bill")
    assert hear(recogniser, on_the_line(voice, "mu", before=0.6, after=1.3))[0] == ["my bill"]
    (request,) = recogniser.requests
    assert request == Request("en-US", question().expected.phrases, question().expected.jsgf)


def test_what_is_complete_ends_at_the_short_silence_and_all_else_at_the_long_one(voice: Samples) -> None:
    audio = on_the_line(voice, "mu", before=0.6, after=1.3)
    whole, open_ = Scripted("my bill", words="my bill"), Scripted("my bill", words="my")
    hear(whole, audio)
    hear(open_, audio)
    assert open_.seconds[0] - whole.seconds[0] == pytest.approx(0.5, abs=0.05)


def test_a_noise_without_words_is_passed_over_and_the_next_utterance_counts(voice: Samples) -> None:
    first = on_the_line(voice, "mu", before=0.6, after=1.3)
    recogniser = Scripted("", "outage")
    words, seconds = hear(recogniser, first + first)
    assert words == ["outage"]
    assert seconds == pytest.approx(sum(recogniser.seconds))


def test_silence_is_nothing_and_no_engine_is_bothered() -> None:
    recogniser = Scripted()
    assert hear(recogniser, bytes(2 * RATE)) == ([], 0.0)
    assert recogniser.requests == []


def test_who_comes_to_no_end_is_not_understood(voice: Samples) -> None:
    brief = replace(question(), speech=Speech.model_validate({"longest": "1s"}))
    audio = on_the_line(np.tile(voice, 3), "mu", before=0.6, after=1.3)
    assert hear(Scripted("my bill"), audio, brief)[0] == []
