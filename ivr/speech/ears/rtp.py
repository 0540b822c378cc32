"""A call's audio as RTP with G.711 (RFC 3550, RFC 3551), in the order in which it was sent."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from ivr.speech.ears.voice import FRAME

PCMU: Final = 0
PCMA: Final = 8

_HEADER = struct.Struct("!BBHII")
_STEPS = npt.NDArray[np.int16]


def _ulaw() -> _STEPS:
    """ITU-T G.711, table 2a: 256 codes as 16-bit samples."""
    code = ~np.arange(256) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return np.where(code & 0x80, 0x84 - size, size - 0x84).astype("<i2")


def _alaw() -> _STEPS:
    """ITU-T G.711, table 1a."""
    code = np.arange(256) ^ 0x55
    exponent, low = (code & 0x70) >> 4, (code & 0x0F) << 4
    size = np.where(exponent > 0, (low + 0x108) << np.maximum(exponent - 1, 0), low + 8)
    return np.where(code & 0x80, size, -size).astype("<i2")


_TABLES: Final = {PCMU: _ulaw(), PCMA: _alaw()}


def decode(payload: bytes, kind: int) -> bytes:
    """G.711 as 16-bit samples; nothing when it is of another kind."""
    table = _TABLES.get(kind)
    return b"" if table is None else table[np.frombuffer(payload, np.uint8)].tobytes()


class Stream(asyncio.DatagramProtocol):
    """What arrives at one port.

    Args:
        peer: the only address it is taken from.
        frame: is given every 20 ms of it. Of packets that come late or twice nothing is.
    """

    def __init__(self, peer: str, frame: Callable[[bytes], None]) -> None:
        self._peer, self._frame = peer, frame
        self._rest = b""
        self._last: int | None = None

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """A packet; what is none is passed over."""
        if address[0] != self._peer or len(data) < _HEADER.size or data[0] >> 6 != 2:
            return
        flags, kind, number, _, _ = _HEADER.unpack_from(data)
        start = _HEADER.size + 4 * (flags & 0x0F)
        if flags & 0x10:  # a header extension
            if len(data) < start + 4:
                return
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
        end = len(data) - (data[-1] if flags & 0x20 else 0)
        if self._last is not None and (number - self._last - 1) & 0x8000:
            return
        self._last = number
        self._rest += decode(data[start:end], kind & 0x7F)
        while len(self._rest) >= FRAME:
            frame, self._rest = self._rest[:FRAME], self._rest[FRAME:]
            self._frame(frame)
