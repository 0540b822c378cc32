"""A call's audio as RTP with G.711 (RFC 3550, RFC 3551), in the order in which it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ivr.speech.ears.voice import FRAME
from ivr.voip import g711, rtp


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
        packet = rtp.parse(data) if address[0] == self._peer else None
        if packet is None:
            return
        if self._last is not None and (packet.number - self._last - 1) & 0x8000:
            return
        self._last = packet.number
        self._rest += g711.decode(packet.payload, packet.kind)
        while len(self._rest) >= FRAME:
            frame, self._rest = self._rest[:FRAME], self._rest[FRAME:]
            self._frame(frame)
