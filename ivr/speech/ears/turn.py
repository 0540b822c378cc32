"""When an utterance begins and when it is over, by which frames are voice.

Three things end one: a silence after which all that was to be said has been said (which only the flow can
tell), a longer one in any case, and its own length.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ivr.speech.ears.voice import SECONDS

MISSING: Final = 1
"""Frames that may be no voice among those with which an utterance begins: a word begins with a whisper."""


class Change(Enum):
    """What a frame brings: nothing, the beginning of an utterance, a silence after which the flow is to be
    asked whether it was all, its end, or its end because it is too long."""

    NONE = 0
    BEGAN = 1
    PAUSED = 2
    ENDED = 3
    CUT = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of voice with which an utterance begins (`onset`), and those of `ivr.call.Hearing`."""

    silence: float
    patience: float
    longest: float
    onset: float = 0.08


class Turn:
    """What the caller says, one utterance after the other.

    Attributes:
        speaking: whether an utterance is under way.
        frames: how many it has so far, from the first that is voice.
        voiced: how many up to the last that is voice.
        pause: the number of the silence that PAUSED told of; another number: the caller has gone on.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._recent: deque[bool] = deque(maxlen=max(2, _frames(limits.onset)))
        self.speaking = False
        self.frames = self.voiced = self.pause = 0

    def take(self, voice: bool) -> Change:
        """The next frame."""
        if not self.speaking:
            return self._listen(voice)
        self.frames += 1
        if voice:
            if self.frames - self.voiced > 1:
                self.pause += 1
            self.voiced = self.frames
        quiet = self.frames - self.voiced
        if quiet >= _frames(self._limits.patience):
            return self._over(Change.ENDED)
        if self.frames >= _frames(self._limits.longest):
            return self._over(Change.CUT)
        return Change.PAUSED if quiet == _frames(self._limits.silence) else Change.NONE

    def whole(self, pause: int) -> Change:
        """The flow says that with this pause all was said."""
        quiet = self.frames - self.voiced
        if self.speaking and pause == self.pause and quiet >= _frames(self._limits.silence):
            return self._over(Change.ENDED)
        return Change.NONE

    def _listen(self, voice: bool) -> Change:
        self._recent.append(voice)
        if not voice or sum(self._recent) < (self._recent.maxlen or 0) - MISSING:
            return Change.NONE
        self.speaking = True
        self.frames = self.voiced = len(self._recent) - self._recent.index(True)
        self._recent.clear()
        return Change.BEGAN

    def _over(self, change: Change) -> Change:
        self.speaking = False
        self.pause += 1
        return change


def _frames(seconds: float) -> int:
    return max(1, round(seconds / SECONDS))
