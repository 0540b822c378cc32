"""G.711 (ITU-T, 1988): 16-bit samples in the 8 bits that a telephone line has for one, and back.

Each way is one look into a table. Sound is 8 kHz mono, 16-bit little-endian.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

PCMU: Final = 0
PCMA: Final = 8
"""Their numbers in RTP (RFC 3551, table 4)."""

_Samples = npt.NDArray[np.int16]
_Codes = npt.NDArray[np.uint8]


def _ulaw() -> _Samples:
    """Table 2a: 256 codes as samples."""
    code = ~np.arange(256) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return np.where(code & 0x80, 0x84 - size, size - 0x84).astype("<i2")


def _alaw() -> _Samples:
    """Table 1a."""
    code = np.arange(256) ^ 0x55
    exponent, low = (code & 0x70) >> 4, (code & 0x0F) << 4
    size = np.where(exponent > 0, (low + 0x108) << np.maximum(exponent - 1, 0), low + 8)
    return np.where(code & 0x80, size, -size).astype("<i2")


def _nearest(samples: _Samples) -> _Codes:
    """For each of the 65,536 samples, from 0 over 32767 and -32768 to -1, the code that is nearest to it."""
    order = np.argsort(samples, kind="stable")[::-1]  # of µ-law's two zeros the positive one comes first
    values, first = np.unique(samples[order], return_index=True)
    codes = order[first]
    middles = (values[1:].astype(np.int32) + values[:-1]) / 2
    wanted = np.arange(65536, dtype=np.uint16).view(np.int16)
    return codes[np.searchsorted(middles, wanted)].astype(np.uint8)


_SAMPLES: Final = {PCMU: _ulaw(), PCMA: _alaw()}
_CODES: Final = {kind: _nearest(table) for kind, table in _SAMPLES.items()}


def decode(payload: bytes, kind: int) -> bytes:
    """G.711 as 16-bit samples; nothing when it is of another kind."""
    table = _SAMPLES.get(kind)
    return b"" if table is None else table[np.frombuffer(payload, np.uint8)].tobytes()


def encode(samples: bytes, kind: int) -> bytes:
    """16-bit samples as G.711.

    Raises:
        KeyError: another kind.
        ValueError: half a sample.
    """
    codes: bytes = _CODES[kind][np.frombuffer(samples, "<u2")].tobytes()
    return codes
