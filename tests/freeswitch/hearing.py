"""Which prompts are in a recording, and when: by correlating it with the files that were played.

G.711 changes a sample by less than it takes to mistake one sentence for another, so the normalised
cross-correlation of a prompt that was heard is close to 1, and of one that wasn't stays well below.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000
ENOUGH = 0.95
PIECE = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt in a recording: where it begins in seconds, and how alike it is (1: the same)."""

    at: float
    likeness: float


def samples(path: Path) -> NDArray[np.float64]:
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2), path
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float64)


def find(prompt: Path, recording: Path) -> Heard:
    """Where the beginning of `prompt` is most like `recording`.

    Half a second of it is enough to know it by. Three such pieces are tried and the likest counts: a caller
    may barge in, and on a busy machine a frame that came late shifts what follows.
    """
    sought, heard = samples(prompt), samples(recording)
    size = min(int(PIECE * RATE), len(sought))
    found = [
        Heard(place.at - begin / RATE, place.likeness)
        for begin in range(0, min(len(sought) - size, 3 * size) + 1, size)
        if (place := _likest(sought[begin : begin + size], heard))
    ]
    return max(found, key=lambda one: one.likeness)


def _likest(sought: NDArray[np.float64], heard: NDArray[np.float64]) -> Heard:
    size = len(heard) + len(sought)
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sought, size)), size)[: len(heard)]
    energy = np.cumsum(np.concatenate([[0.0], heard**2]))
    ends = np.minimum(np.arange(len(heard)) + len(sought), len(heard))
    there = energy[ends] - energy[: len(heard)]
    floor = np.sum(sought**2) * 0.05
    likeness = product / np.sqrt(np.maximum(there, floor) * np.sum(sought**2))
    best = int(np.argmax(likeness))
    return Heard(best / RATE, float(likeness[best]))
