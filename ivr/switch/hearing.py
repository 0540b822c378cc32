"""What comes in on a channel: the stretches of speech of whoever is at the far end, on a time line.

A recording is cut from this line; where nobody speaks it is silent. Sound is 8 kHz, 16 bit, mono.
"""

from __future__ import annotations

import math
import sys
import time
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ivr.switch.sounds import file_seconds, wav_layout

RATE = 8000
_FRAME = RATE // 50
_MAX_UTTERANCES = 1000
_MAX_BYTES = 16 << 20


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
        frames = sorted(frame for said in self._said if said.end > since for frame in said.loud(threshold))
        for begin, end in frames:
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


def mix(into: array[int], more: array[int], at: int = 0) -> None:
    """Add samples to others, from `at` on, where there is anything to add."""
    for index, value in enumerate(more[: len(into) - at], at):
        if value:
            into[index] = max(-32768, min(32767, into[index] + value))


def _speech(path: str) -> array[int]:
    """A file's samples; nothing when it cannot be read, as nobody hears a file that is not there."""
    try:
        return load_speech(path)
    except ValueError:
        return array("h")


@lru_cache(maxsize=16)
def load_speech(path: str | Path) -> array[int]:
    """A WAV file of 16-bit PCM as 8 kHz mono.

    Raises:
        ValueError: it is not there, not PCM, or larger than 16 MiB.
    """
    layout = wav_layout(path)
    if layout is None or layout.format not in {1, 0xFFFE} or layout.bits != 16 or layout.size > _MAX_BYTES:
        raise ValueError(f"{path} is not a WAV file of 16-bit PCM")
    samples = array("h")
    with Path(path).open("rb") as file:
        file.seek(layout.offset)
        samples.frombytes(file.read(layout.size // 2 * 2))
    if sys.byteorder == "big":
        samples.byteswap()
    samples = samples[:: layout.channels]
    if layout.rate == RATE:
        return samples
    if layout.rate % RATE == 0:
        return samples[:: layout.rate // RATE]
    step = layout.rate / RATE
    return array("h", (samples[int(index * step)] for index in range(int(len(samples) / step))))
