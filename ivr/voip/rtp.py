"""RTP packets (RFC 3550), and keys of the telephone as packets among them (RFC 4733, once RFC 2833)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

KEYS: Final = "0123456789*#ABCD"
"""Keys by their event numbers (RFC 4733, section 3.2)."""

_HEADER: Final = struct.Struct("!BBHII")
_EVENT: Final = struct.Struct("!BBH")
_VERSION: Final = 2
_LOUD: Final = 10  # -dBm0, what telephones send


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet.

    Attributes:
        kind: the payload type; 0 is PCMU, 8 PCMA.
        number: counts packets, modulo 65536.
        time: of its first sample, in samples, modulo 2**32.
        source: who sends (SSRC).
        marker: sound begins here, after silence or for the first time.
    """

    kind: int
    number: int
    time: int
    source: int
    payload: bytes
    marker: bool = False

    def to_bytes(self) -> bytes:
        """As it is sent."""
        flags = self.kind | (0x80 if self.marker else 0)
        head = _HEADER.pack(
            _VERSION << 6, flags, self.number & 0xFFFF, self.time & 0xFFFFFFFF, self.source & 0xFFFFFFFF
        )
        return head + self.payload


def parse(data: bytes) -> Packet | None:
    """A datagram as a packet; None when it is none. Padding, extensions and lists of sources are left out."""
    if len(data) < _HEADER.size or data[0] >> 6 != _VERSION:
        return None
    first, flags, number, time, source = _HEADER.unpack_from(data)
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:  # a header extension
        if len(data) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    end = len(data) - (data[-1] if first & 0x20 else 0)
    if start > end:
        return None
    return Packet(flags & 0x7F, number, time, source, data[start:end], bool(flags & 0x80))


def event(key: str, duration: int, *, end: bool) -> bytes:
    """The payload that says: this key is held, for so many samples so far; or was, and is let go.

    Raises ValueError when there is no such key."""
    return _EVENT.pack(KEYS.index(key), (0x80 if end else 0) | _LOUD, min(duration, 0xFFFF))


def pressed(payload: bytes) -> tuple[str, bool] | None:
    """The key such a payload tells of, and whether it is let go; None when it tells of none."""
    if len(payload) < _EVENT.size:
        return None
    number, flags, _ = _EVENT.unpack_from(payload)
    return (KEYS[number], bool(flags & 0x80)) if number < len(KEYS) else None
