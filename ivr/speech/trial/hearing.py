"""One engine hearing utterances as it does in a call: voice activity, endpoints, then its hypotheses.

What a call does while time passes is done here as fast as the engine can: the frames of an utterance are
handed over at once, and where the flow would be asked whether all was said, the engine is waited for.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Iterator

from ivr.call import Hypothesis
from ivr.settings import Asr
from ivr.speech.asr.base import RATE, Request
from ivr.speech.asr.process import WORDS_WAIT, Recogniser
from ivr.speech.ears.listener import PRE_ROLL
from ivr.speech.ears.turn import Change, Limits, Turn
from ivr.speech.ears.voice import FRAME, SECONDS, Voice
from ivr.speech.trial.question import Question

_PATIENT = 100  # times that an engine is asked for the words so far


class Ear:
    """Hears utterances with one recogniser, which must have been started."""

    def __init__(self, recogniser: Recogniser, settings: Asr) -> None:
        self._recogniser = recogniser
        self._settings = settings
        self._numbers = itertools.count(1)

    async def hear(self, question: Question, audio: bytes) -> tuple[tuple[Hypothesis, ...], float, float]:
        """What the first utterance with words in it is taken for; nothing when there is none. Then the
        seconds of audio that were recognised, and those that this took.

        Raises RecogniserFailed."""
        speech, expected = question.speech, question.expected
        limits = Limits(speech.silence, speech.patience, speech.longest, self._settings.onset)
        request = Request(question.language, expected.phrases, expected.jsgf)
        voice, turn = Voice(self._settings.vad), Turn(limits)
        recent: deque[bytes] = deque(maxlen=round((PRE_ROLL + limits.onset) / SECONDS))
        number, fed, took, began = 0, 0, 0.0, 0.0
        try:
            for frame in _frames(audio, speech.patience):
                recent.append(frame)
                if number:
                    self._recogniser.feed(number, frame)
                    fed += len(frame)
                change = turn.take(voice.heard(frame))
                if change is Change.BEGAN:
                    number, began = next(self._numbers), time.perf_counter()
                    self._recogniser.begin(number, request)
                    self._recogniser.feed(number, b"".join(recent))
                    fed += sum(map(len, recent))
                elif change is Change.PAUSED:
                    words = await self._words(number)
                    if words and expected.whole(words):
                        change = turn.whole(turn.pause)
                if change in (Change.ENDED, Change.CUT):
                    ended, number = number, 0
                    found = await self._recogniser.end(ended)
                    took += time.perf_counter() - began
                    if change is Change.CUT:  # the caller is asked to be brief, whatever it was
                        break
                    if found:
                        return found, fed / 2 / RATE, took
        finally:
            if number:
                self._recogniser.drop(number)
        return (), fed / 2 / RATE, took

    async def _words(self, number: int) -> str:
        """The words so far. In a call the engine has heard most of them by the time it is asked; here it was
        given them at once, and is asked until it answers in time."""
        for _ in range(_PATIENT):
            asked = time.perf_counter()
            words = await self._recogniser.words(number)
            if words or time.perf_counter() - asked < WORDS_WAIT:
                return words
        return ""


def _frames(audio: bytes, patience: float) -> Iterator[bytes]:
    """The frames of `audio`, then silence in which any utterance ends."""
    for at in range(0, len(audio), FRAME):
        yield audio[at : at + FRAME].ljust(FRAME, b"\0")
    for _ in range(round(patience / SECONDS) + 1):
        yield bytes(FRAME)
