"""What a telephone line makes of a voice: its band, its companding, and the noise around the caller.

Samples are floats from -1 to 1 at 8 kHz. The same seed makes the same noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ivr.speech.audio import RATE
from ivr.speech.telephone import frames, pcm

Samples = npt.NDArray[np.float32]
Law = Literal["mu", "a"]

LOW, HIGH = 300.0, 3400.0  # Hz; ITU-T G.712
_EDGE = 100.0  # Hz within which the band ends
_PAUSE = -30.0  # dB under the loudest 10 ms: a pause, which noise is not measured against
_TALKERS = 6  # whose voices are a babble


@dataclass(frozen=True, slots=True)
class Noise:
    """What sounds behind the caller; `snr` is how much louder the caller is, in dB."""

    kind: Literal["white", "babble"]
    snr: float

    def __str__(self) -> str:
        return f"{self.kind} {self.snr:g} dB"


def on_the_line(
    voice: Samples,
    law: Law,
    *,
    gain: float = 0.0,
    noise: Samples | None = None,
    snr: float = 0.0,
    before: float = 0.0,
    after: float = 0.0,
) -> bytes:
    """A voice as it comes out of the other end: 8 kHz, 16 bit, little endian, mono.

    Args:
        gain: dB by which the caller is louder than `voice`.
        noise: what sounds all the time, as loud as `snr` makes it; it must be as long as all.
        before, after: seconds in which the caller says nothing.
    """
    quiet = [np.zeros(round(seconds * RATE), np.float32) for seconds in (before, after)]
    whole = np.concatenate([quiet[0], band(voice), quiet[1]])
    if noise is not None:
        wanted = loudness(whole) * 10 ** (-snr / 20)
        heard = band(noise[: len(whole)])
        whole += heard * np.float32(wanted / max(float(np.sqrt(np.mean(heard**2))), 1e-9))
    whole *= np.float32(10 ** (gain / 20))
    return pcm(companded(np.clip(whole, -1, 1), law))


def band(samples: Samples) -> Samples:
    """`samples` without what a telephone line does not carry."""
    if not len(samples):
        return samples
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    rise = np.clip((frequencies - LOW + _EDGE) / _EDGE, 0, 1)
    fall = np.clip((HIGH + _EDGE - frequencies) / _EDGE, 0, 1)
    return np.fft.irfft(np.fft.rfft(samples) * rise * fall, len(samples)).astype(np.float32)


def companded(samples: Samples, law: Law) -> Samples:
    """`samples` as they come back from eight bits: the nearest of the 256 levels of ITU-T G.711."""
    levels = _LEVELS[law]
    nearest: Samples = levels[np.searchsorted((levels[1:] + levels[:-1]) / 2, samples)]
    return nearest


def loudness(samples: Samples) -> float:
    """RMS of the speech in `samples`, its pauses left out."""
    each = frames(samples)
    speech = each[each > each.max() * 10 ** (_PAUSE / 20)]
    return float(np.sqrt(np.mean(speech**2)))


def white(length: int, draw: np.random.Generator) -> Samples:
    """So many samples of noise in which all frequencies are equally strong."""
    return draw.normal(0.0, 0.1, length).astype(np.float32)


def babble(voices: Sequence[Samples], length: int, draw: np.random.Generator) -> Samples:
    """So many samples of several people who talk at once, each begun at another moment. They are played
    backwards: it is speech for whoever looks for speech, but has no words that might be the right ones."""
    whole = np.zeros(length, np.float32)
    for number in draw.permutation(max(len(voices), _TALKERS))[:_TALKERS]:
        voice = voices[number % len(voices)]
        whole += np.resize(np.roll(voice[::-1], int(draw.integers(len(voice)))), length)
    return whole


def _levels(law: Law) -> Samples:
    """The values that G.711's codes stand for (tables 1 and 2), for 16-bit samples, from -1 to 1."""
    code = np.arange(128)
    segment, step = code >> 4, code & 15
    if law == "mu":
        values = (((step << 3) + 132) << segment) - 132
    else:
        values = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 264) << np.maximum(segment - 1, 0))
    return (np.unique(np.concatenate([values, -values])) / 32768).astype(np.float32)


_LEVELS: dict[Law, Samples] = {"mu": _levels("mu"), "a": _levels("a")}
