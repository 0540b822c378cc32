"""Pieces of sound as samples, for those who really listen: files, tones and music at 8 kHz, 16 bit, mono."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ivr.switch.music import tune
from ivr.switch.sounds import Piece, wav_layout
from ivr.switch.tones import tone_samples
from ivr.voip.g711 import PCMA, PCMU, decode

RATE = 8000
_MAX_BYTES = 16 << 20
_ENCODED = {".pcmu": PCMU, ".pcma": PCMA}

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Track:
    """The samples of one piece. `endless`: it goes on from its beginning, for as long as the piece lasts.
    `shared`: it has been going on all the time, and whoever comes hears what comes now, as with music."""

    samples: Samples
    endless: bool = False
    shared: bool = False

    def cut(self, first: int, count: int) -> Samples:
        """`count` samples from the sample `first` on, or fewer where it ends."""
        if not self.endless or not len(self.samples):
            return self.samples[max(0, first) : max(0, first + count)]
        return self.samples[np.arange(first, first + count) % len(self.samples)]


def track(piece: Piece) -> Track | None:
    """How a piece sounds; None when it is silent, is a person, or cannot be read."""
    match piece.kind:
        case "file":
            try:
                samples = _file(piece.name)
            except ValueError:
                return None
            return Track(samples[round(piece.skip * RATE) :])
        case "tone":
            return Track(_tone(piece.name), endless=True)
        case "music":
            return Track(tune(), endless=True, shared=True)
    return None


def load_speech(path: str | Path) -> array[int]:
    """A WAV file of 16-bit PCM as 8 kHz mono.

    Raises:
        ValueError: it is not there, not PCM, or larger than 16 MiB.
    """
    return array("h", _file(str(path)).tobytes())


def _file(path: str) -> Samples:
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        raise ValueError(f"{path} is not a WAV file that can be read") from None
    return _loaded(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _loaded(path: str, _modified: int, size: int) -> Samples:
    kind = _ENCODED.get(Path(path).suffix.lower())
    if kind is not None and size <= _MAX_BYTES:
        return np.frombuffer(decode(Path(path).read_bytes(), kind), "<i2").astype(np.int16)
    layout = wav_layout(path)
    if layout is None or layout.format not in {1, 0xFFFE} or layout.bits != 16 or layout.size > _MAX_BYTES:
        raise ValueError(f"{path} is not a WAV file of 16-bit PCM")
    with Path(path).open("rb") as file:
        file.seek(layout.offset)
        read = file.read(layout.size // 2 * 2)
    samples = np.frombuffer(read, "<i2").astype(np.int16)[:: layout.channels]
    if layout.rate == RATE:
        return samples
    step = layout.rate / RATE
    return samples[(np.arange(int(len(samples) / step)) * step).astype(np.int64)]


@lru_cache(maxsize=64)
def _tone(spec: str) -> Samples:
    return tone_samples(spec)
