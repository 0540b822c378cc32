"""Keys that are heard: the two tones of a DTMF digit, told from a voice.

A key arrives as an event; but its tones may leak into the audio, for a moment or for as long as it is held
down, and would be taken for speech (and be recognised as some short word).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 8000

LOW: Final = (697, 770, 852, 941)
HIGH: Final = (1209, 1336, 1477, 1633)
"""Hz; ITU-T Q.23."""

PURE: Final = 0.7
"""Share of a frame's energy that two tones must hold: speech spreads over harmonics that lie elsewhere."""

TWIST: Final = 16.0
"""How many times stronger one of the two may be (12 dB; ITU-T Q.24 has networks accept less)."""

Samples = npt.NDArray[np.float32]


def dual_tone(samples: Samples) -> bool:
    """Whether a frame (8 kHz) is the two tones of a key, or begins or ends with them."""
    total = float(np.dot(samples, samples))
    if total <= 0.0:
        return False
    parts = _waves(len(samples)) @ samples
    power = parts[:8] ** 2 + parts[8:] ** 2  # |X(f)|²
    low, high = float(power[:4].max()), float(power[4:].max())
    if high > low * TWIST or low > high * TWIST:
        return False
    # A tone that fills the whole frame of n samples has |X|² = energy · n / 2.
    return (low + high) * 2 / len(samples) >= PURE * total


@lru_cache(maxsize=8)
def _waves(length: int) -> npt.NDArray[np.float32]:
    """Cosines, then sines, of the eight frequencies: Goertzel's sums as one multiplication."""
    angles = 2 * np.pi / RATE * np.outer(LOW + HIGH, np.arange(length))
    return np.concatenate((np.cos(angles), np.sin(angles))).astype(np.float32)
