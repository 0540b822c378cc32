"""What callers of the embedded switch hear while they wait: some soft chords, made when they are needed.

FreeSWITCH has music files for `local_stream://moh`; here nothing has to be installed.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

_RATE = 8000
_BEAT = 0.5
_LOUDNESS = 32767 * 10 ** (-20 / 20)
_CHORDS = (
    (261.63, 329.63, 392.00, 523.25),  # C
    (220.00, 261.63, 329.63, 440.00),  # A minor
    (174.61, 220.00, 261.63, 349.23),  # F
    (196.00, 246.94, 293.66, 392.00),  # G
)
_FIGURE = (0, 1, 2, 3, 2, 1)
"""Which notes of a chord follow each other."""


@cache
def tune() -> npt.NDArray[np.int16]:
    """All of it, 12 seconds at 8 kHz; it goes on from its beginning without a seam."""
    size = round(len(_CHORDS) * len(_FIGURE) * _BEAT * _RATE)
    sound = np.zeros(size)
    for place, (chord, step) in enumerate((chord, step) for chord in _CHORDS for step in _FIGURE):
        note = _note(chord[step])
        at = round(place * _BEAT * _RATE)
        where = (at + np.arange(len(note))) % size  # the last notes ring on into the first
        sound[where] += note
    loud: npt.NDArray[np.int16] = (sound / np.abs(sound).max() * _LOUDNESS).astype(np.int16)
    return loud


def _note(hertz: float) -> npt.NDArray[np.float64]:
    """A string that is plucked, and fades."""
    at = np.arange(round(3 * _BEAT * _RATE)) / _RATE
    body = np.sin(2 * np.pi * hertz * at) + 0.3 * np.sin(4 * np.pi * hertz * at)
    fade: npt.NDArray[np.float64] = body * np.exp(-3.0 * at) * np.minimum(1.0, at / 0.01)
    end: npt.NDArray[np.float64] = np.minimum(1.0, (at[-1] - at) / 0.05)
    return fade * end
