"""What comes in on a channel: the stretches of speech of whoever is at the far end, on a time line.

They are files that a virtual caller speaks, or what a person says into a live telephone. A recording is cut
from this line; where nobody speaks it is silent. Sound is 8 kHz, 16 bit, mono.
"""

from __future__ import annotations

import math
import time
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ivr.switch.samples import RATE, Samples, load_speech
from ivr.switch.sounds import file_seconds
from ivr.switch.spoken import Spoken

_FRAME = RATE // 50
_MAX_UTTERANCES = 1000


@dataclass(slots=True)
class Utterance:
    """A file that somebody speaks from `at` (monotonic seconds) until `end`; it is read when it is needed."""

    path: str
    at: float
    end: float

    def loud(self, threshold: int) -> Iterator[tuple[float, float]]:
        """Frames of 20 ms whose mean amplitude reaches the threshold, as (begin, end)."""
        samples = _speech(self.path)
        for index in range(0, len(samples), _FRAME):
            begin = self.at + index / RATE
            if begin >= self.end:
                return
            frame = samples[index : index + _FRAME]
            if sum(map(abs, frame)) / len(frame) >= threshold:
                yield begin, begin + len(frame) / RATE


class Hearing:
    """The time line of one channel."""

    def __init__(self) -> None:
        self._said: deque[Utterance] = deque(maxlen=_MAX_UTTERANCES)
        self._live: Spoken | None = None

    def speak(self, frame: bytes) -> bool:
        """A person says the next 20 ms (320 bytes); False when they come too early, and are lost.

        Raises:
            OSError: there is no place for them.
        """
        now = time.monotonic()
        if self._live is None:
            self._live = Spoken(now)
        return self._live.put(frame, now)

    def say(self, path: str | Path) -> float:
        """Somebody begins to speak this file, now; how many seconds it lasts (0: no sound in it)."""
        now = time.monotonic()
        seconds = file_seconds(str(path)) or 0.0
        self._said.append(Utterance(str(path), now, now + seconds))
        return seconds

    def cut(self) -> None:
        """Whoever speaks falls silent."""
        now = time.monotonic()
        for said in self._said:
            said.end = min(said.end, now)

    def quiet_at(self, since: float, threshold: int, seconds: float) -> float:
        """When `seconds` of silence after `since` will be full, as far as is known now."""
        quiet_from = since
        frames = [frame for said in self._said if said.end > since for frame in said.loud(threshold)]
        if self._live:
            frames += self._live.loud(since, threshold)
        for begin, end in sorted(frames):
            if begin - quiet_from >= seconds:
                break
            quiet_from = max(quiet_from, end)
        return quiet_from + seconds

    def samples(self, begin: float, end: float) -> array[int]:
        """What was heard between two moments."""
        out = array("h", bytes(2 * max(0, round((end - begin) * RATE))))
        for said in self._said:
            first, last = max(begin, said.at), min(end, said.end)
            if last <= first:
                continue
            skip = round((first - said.at) * RATE)
            at = round((first - begin) * RATE)
            piece = _speech(said.path)[skip : skip + round((last - first) * RATE)][: len(out) - at]
            out[at : at + len(piece)] = piece
        if self._live and out:
            live = self._live.cut(begin, end)
            mix(out, live, min(len(out), max(0, round((self._live.begin - begin) * RATE))))
        return out


class Given:
    """What a channel gives the far end to hear of other people: whom it was bridged to, and when."""

    def __init__(self) -> None:
        self._spans: deque[_Span] = deque(maxlen=_MAX_UTTERANCES)

    def begin(self, voice: Hearing) -> None:
        """From now on this one is heard."""
        self._spans.append(_Span(voice, time.monotonic()))

    def end(self, voice: Hearing) -> None:
        """Not any more."""
        for span in self._spans:
            if span.voice is voice:
                span.end = min(span.end, time.monotonic())

    def samples(self, begin: float, end: float) -> array[int]:
        """What was heard between two moments."""
        out = array("h", bytes(2 * max(0, round((end - begin) * RATE))))
        for span in self._spans:
            first, last = max(begin, span.begin), min(end, span.end)
            if last > first:
                at = round((first - begin) * RATE)
                mix(out, span.voice.samples(first, last), at)
        return out


@dataclass(slots=True)
class _Span:
    voice: Hearing
    begin: float
    end: float = math.inf


def mix(into: array[int], more: array[int] | Samples, at: int = 0) -> None:
    """Add samples to others, from `at` on."""
    sum_of = np.frombuffer(into, np.int16)[at : at + len(more)]
    added = sum_of.astype(np.int32) + np.asarray(more, np.int32)[: len(sum_of)]
    sum_of[:] = np.clip(added, -32768, 32767)


def _speech(path: str) -> array[int]:
    """A file's samples; nothing when it cannot be read, as nobody hears a file that is not there."""
    try:
        return load_speech(path)
    except ValueError:
        return array("h")
