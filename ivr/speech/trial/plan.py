"""Which sentence is said by whom, in which noise: all that is tried, in an order that never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ivr.speech.audio import RATE
from ivr.speech.telephone import level
from ivr.speech.trial.line import Noise, Samples, babble, on_the_line, white
from ivr.speech.trial.question import Question, Sentence
from ivr.speech.trial.sentences import sentences, strangers
from ivr.speech.trial.speakers import Speaker

BEFORE = 0.6  # seconds that the line is open before anybody speaks
_AFTER = 0.3  # seconds beyond the silence that ends an answer
_NOISES = 6  # utterances of each question that are no speech at all
_NOISE_LASTS = 2.5  # seconds
_EITHER = ("white", "babble")

Voices = Mapping[tuple[str, Speaker], Samples]
"""Sentences, spoken."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How much is tried.

    Attributes:
        voices: speakers for each sentence.
        noises: how much louder than noise callers are, in dB, beside no noise at all.
        sentences: wordings of each choice, at least one of each phrase.
        strangers: sentences that do not belong to a question.
        seed: of all that is drawn.
    """

    voices: int = 4
    noises: tuple[float, ...] = (20.0, 10.0)
    sentences: int = 4
    strangers: int = 12
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """One utterance. Without a `speaker` it is nothing but noise; `number` is its own."""

    number: int
    question: Question
    sentence: Sentence
    speaker: Speaker | None = None
    noise: Noise | None = None


def planned(
    questions: Sequence[Question], speakers: Sequence[Speaker], conditions: Conditions, today: dt.date
) -> list[Trial]:
    """All that is tried of questions in one language."""
    own = {
        question.node: sentences(question, conditions.sentences, conditions.seed, today)
        for question in questions
    }
    trials: list[Trial] = []
    for question in questions:
        others = [each for node, said in own.items() if node != question.node for each in said]
        odd = strangers(question, others, conditions.strangers, conditions.seed, today)
        for sentence, speaker, noise in [
            *_crossed(own[question.node], speakers, conditions),
            *_in_turn(odd, speakers, conditions),
            *_noises(conditions),
        ]:
            trials.append(Trial(len(trials) + 1, question, sentence, speaker, noise))
    return trials


_Row = tuple[Sentence, Speaker | None, Noise | None]


def _crossed(said: Sequence[Sentence], speakers: Sequence[Speaker], conditions: Conditions) -> Iterator[_Row]:
    """Every sentence by every speaker, in every noise, whose kinds take turns."""
    for at, sentence in enumerate(said):
        for by, speaker in enumerate(speakers):
            yield sentence, speaker, None
            for of, snr in enumerate(conditions.noises):
                yield sentence, speaker, _noise(at + by + of, snr)


def _in_turn(said: Sequence[Sentence], speakers: Sequence[Speaker], conditions: Conditions) -> Iterator[_Row]:
    """Every sentence once by each of two speakers: without noise, and with some."""
    for at, sentence in enumerate(said):
        yield sentence, speakers[at % len(speakers)], None
        if conditions.noises:
            noise = _noise(at, conditions.noises[at % len(conditions.noises)])
            yield sentence, speakers[(at + 1) % len(speakers)], noise


def _noises(conditions: Conditions) -> Iterator[_Row]:
    """Noise alone: as loud as a voice, so most of it is a babble, which is taken for one."""
    for number in range(_NOISES if conditions.noises else 0):
        yield Sentence(""), None, Noise("white" if number % 3 == 0 else "babble", 0.0)


def _noise(number: int, snr: float) -> Noise:
    return Noise("babble" if number % len(_EITHER) else "white", snr)


def wanted(trials: Sequence[Trial]) -> list[tuple[str, Speaker]]:
    """What must be spoken for these."""
    return list(dict.fromkeys((each.sentence.text, each.speaker) for each in trials if each.speaker))


def audio(trial: Trial, voices: Voices, seed: int) -> bytes:
    """What comes out of the line: 8 kHz, 16 bit, little endian, mono.

    Raises KeyError for a sentence that was not spoken."""
    draw = np.random.default_rng((seed, trial.number))
    after = trial.question.speech.patience + _AFTER
    people = list(voices.values())
    if trial.speaker is None:
        length = round(_NOISE_LASTS * RATE)
        alone = trial.noise is not None and trial.noise.kind == "babble"
        sound = babble(people, length, draw) if alone else white(length, draw)
        return on_the_line(level(sound), "a", before=BEFORE, after=after)
    voice = voices[trial.sentence.text, trial.speaker]
    length = len(voice) + round((BEFORE + after + 0.1) * RATE)
    noise = None
    if trial.noise is not None:
        noise = white(length, draw) if trial.noise.kind == "white" else babble(people, length, draw)
    return on_the_line(
        voice,
        trial.speaker.law,
        gain=trial.speaker.gain,
        noise=noise,
        snr=trial.noise.snr if trial.noise else 0.0,
        before=BEFORE,
        after=after,
    )
