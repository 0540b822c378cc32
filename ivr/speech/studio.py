"""What is looked at before a recording is taken in, and what is made of it.

A recording that is cut off, clipped, or of another sentence is found by a caller otherwise. `faults` keep it
out, `remarks` are for whoever recorded it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.errors import SpeechError
from ivr.speech import telephone
from ivr.speech.audio import RATE, WIDTH, header

CLIPPED: Final = 0.999
"""Of full scale: a sample from here on is at its limit; three in a row are a peak that was cut off."""
MOST_CLIPPED: Final = 10
"""Such peaks that nobody hears."""
QUIET: Final = -40.0
"""dBFS of the speech, under which its hiss becomes loud with it (a studio delivers -26 to -18); and…"""
VERY_QUIET: Final = -52.0
"""…under which there is little else."""
NOISY: Final = 25.0
"""dB between speech and what sounds in its pauses, below which callers hear the room."""
USUAL: Final = (0.6, 1.7)
"""Times as long as was to be expected; anything else is worth a second listening, and…"""
POSSIBLE: Final = (0.35, 3.0)
"""…outside of these it is hardly that sentence."""
_SURE = 1.0  # seconds: of anything shorter nothing can be expected


@dataclass(frozen=True)
class Take:
    """A recording as a telephone prompt.

    Attributes:
        wav: the content of an 8 kHz mono 16-bit WAV file, without silence at the ends, at prompts' loudness.
        seconds: how long that is.
        level: dBFS of its speech before.
        faults: why it should not be used.
        remarks: what might be better.
    """

    wav: bytes
    seconds: float
    level: float
    faults: tuple[str, ...]
    remarks: tuple[str, ...]


def take(path: Path, expected: float) -> Take:
    """Read a recording of a sentence that should take about `expected` seconds.

    Raises:
        SpeechError: it is missing, no sound, silent, or endless.
    """
    try:
        raw, rate = soundfile.read(str(path), dtype="float32", always_2d=True, frames=_most(path))
        samples = telephone.trim(telephone.decoded(path))
    except soundfile.SoundFileError:
        raise SpeechError(f"{path} is not a sound file") from None
    except SpeechError as error:
        reason = error.message.removeprefix("the engine made ")
        raise SpeechError(f"{path} holds {reason}") from None
    pcm = telephone.pcm(telephone.level(samples))
    seconds = len(samples) / RATE
    speech, between = _levels(samples)
    faults, remarks = _length(seconds, expected)
    if (peaks := _clipped(raw)) > MOST_CLIPPED:
        faults.append(f"it is clipped at {peaks} places: record it again with less gain")
    if speech < VERY_QUIET:
        faults.append(f"it is hardly there ({speech:.0f} dBFS): record it again with more gain")
    elif speech < QUIET:
        remarks.append(f"it is quiet ({speech:.0f} dBFS), and its hiss is raised with it")
    if speech - between < NOISY:
        remarks.append(f"there is noise in its pauses, only {speech - between:.0f} dB below the speech")
    if rate < RATE:
        remarks.append(f"it was recorded at {rate} Hz, less than a telephone carries")
    wav = header(len(pcm) // WIDTH) + pcm
    return Take(wav, round(seconds, 2), round(speech, 1), tuple(faults), tuple(remarks))


def _most(path: Path) -> int:
    """The samples that are read at most."""
    rate: int = soundfile.info(str(path)).samplerate
    return round(telephone.MAX_SECONDS * rate)


def _length(seconds: float, expected: float) -> tuple[list[str], list[str]]:
    """What the length gives away, as faults and remarks."""
    if max(seconds, expected) < _SURE:
        return [], []
    words = f"it takes {seconds:.1f} s where some {expected:.1f} s were to be expected"
    if not _within(seconds, expected, POSSIBLE):
        return [f"{words}: is that the sentence?"], []
    return [], [] if _within(seconds, expected, USUAL) else [words]


def _within(seconds: float, expected: float, bounds: tuple[float, float]) -> bool:
    shortest, longest = bounds
    return shortest * expected <= seconds <= longest * max(expected, _SURE)


def _levels(samples: telephone.Samples) -> tuple[float, float]:
    """dBFS of the speech, and of the quietest tenth of a recording."""
    loudness = telephone.frames(samples)
    speech = loudness[loudness > loudness.max() * 10 ** (-30 / 20)]
    loud, quiet = float(np.sqrt(np.mean(speech**2))), float(np.quantile(loudness, 0.1))
    return 20 * float(np.log10(loud)), 20 * float(np.log10(max(quiet, 1e-9)))


def _clipped(raw: npt.NDArray[np.float32]) -> int:
    """Peaks that were cut off: three samples in a row at the limit, in one channel."""
    at_limit = np.abs(raw) >= CLIPPED
    flat = at_limit[:-2] & at_limit[1:-1] & at_limit[2:]
    begins = flat & ~np.vstack([np.zeros((1, flat.shape[1]), bool), flat[:-1]])
    return int(begins.sum())
