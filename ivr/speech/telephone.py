"""Makes telephone prompts of whatever an engine wrote: 8 kHz mono, no silence around it, one loudness.

A sentence is put together from pieces that were rendered at different times, perhaps by different engines;
it sounds like one only when all are equally loud and no piece brings its own pauses. Runs in children only.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from ivr.errors import SpeechError
from ivr.speech.audio import RATE

Samples = npt.NDArray[np.float32]

MAX_SECONDS = 900.0
LEVEL = (
    -23.0
)  # dBFS of the speech itself (ITU-T P.56 measures so; -26 is usual on trunks, prompts are a bit above)
CEILING = -1.0  # dBFS no sample goes over
MARGIN = 0.03  # seconds of quiet left at either end
_FRAME = RATE // 100  # 10 ms
_QUIET = -45.0  # dB under the loudest frame: not speech
_PAUSE = -30.0  # dB under the loudest frame: a pause between words, which loudness does not count
_NOTHING = 10 ** (-70 / 20)  # a sound whose loudest frame is under -70 dBFS is no sound


def read(*paths: Path, pause: float = 0.0) -> bytes:
    """The samples of sound files as one telephone prompt: 8 kHz mono 16-bit little-endian PCM.

    Args:
        pause: seconds of silence between two of them.

    Raises:
        SpeechError: one is missing, not sound, longer than `MAX_SECONDS`, or silent.
    """
    silence = np.zeros(round(max(0.0, pause - 2 * MARGIN) * RATE), np.float32)
    parts: list[Samples] = []
    for path in paths:
        parts += [silence, trim(decoded(path))] if parts else [trim(decoded(path))]
    return pcm(level(np.concatenate(parts)))


def decoded(path: Path) -> Samples:
    """The samples of a sound file in any format that libsndfile reads, as they are, at 8 kHz in one channel.

    Raises SpeechError as `read` does, but not for silence."""
    try:
        with soundfile.SoundFile(str(path)) as file:
            if file.frames > MAX_SECONDS * file.samplerate:
                raise SpeechError(f"the engine made more than {MAX_SECONDS:.0f} s of sound")
            samples, rate = file.read(dtype="float32", always_2d=True), file.samplerate
    except soundfile.SoundFileError:
        raise SpeechError("the engine made no sound file") from None
    mono: Samples = soxr.resample(np.nan_to_num(samples).mean(axis=1), rate, RATE)
    return mono


def pcm(samples: Samples) -> bytes:
    """Samples as 16-bit little-endian PCM."""
    return np.round(samples * 32767).astype("<i2").tobytes()


def trim(samples: Samples) -> Samples:
    """`samples` (8 kHz) without the silence at the ends, but for `MARGIN` seconds.

    Raises SpeechError when there is nothing but silence."""
    loudness = frames(samples)
    if not loudness.size or loudness.max() < _NOTHING:
        raise SpeechError("the engine made silence")
    sounding = np.flatnonzero(loudness > loudness.max() * 10 ** (_QUIET / 20))
    margin = round(MARGIN * RATE)
    return samples[max(0, sounding[0] * _FRAME - margin) : (sounding[-1] + 1) * _FRAME + margin]


def level(samples: Samples) -> Samples:
    """`samples` with their speech at `LEVEL`, or as near to it as `CEILING` lets them."""
    loudness = frames(samples)
    speech = loudness[loudness > loudness.max() * 10 ** (_PAUSE / 20)]
    gain = 10 ** (LEVEL / 20) / np.sqrt(np.mean(speech**2))
    return samples * np.float32(min(gain, 10 ** (CEILING / 20) / np.abs(samples).max()))


def frames(samples: Samples) -> npt.NDArray[np.float64]:
    """RMS of each 10 ms, the last one filled up with silence."""
    padded = np.pad(samples, (0, -len(samples) % _FRAME)).reshape(-1, _FRAME).astype(np.float64)
    loudness: npt.NDArray[np.float64] = np.sqrt(np.mean(padded**2, axis=1))
    return loudness
