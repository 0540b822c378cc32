"""RTP as far as ears need it."""

from __future__ import annotations

import struct

from ivr.speech.ears.rtp import Stream
from ivr.voip.g711 import PCMU


def packet(number: int, payload: bytes, kind: int = PCMU, more: int = 0) -> bytes:
    return struct.pack("!BBHII", 0x80 | more, kind, number, number * 160, 9) + payload


class Heard:
    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.stream = Stream("10.0.0.9", self.frames.append)

    def take(self, data: bytes, peer: str = "10.0.0.9") -> int:
        self.stream.datagram_received(data, (peer, 4000))
        return len(self.frames)


def test_packets_become_frames_in_their_order() -> None:
    heard = Heard()
    assert heard.take(packet(65535, bytes(160))) == 1
    assert heard.take(packet(0, bytes(240))) == 2
    assert heard.take(packet(1, bytes(80))) == 3


def test_late_double_and_foreign_packets_are_dropped() -> None:
    heard = Heard()
    heard.take(packet(10, bytes(160)))
    assert heard.take(packet(10, bytes(160))) == 1
    assert heard.take(packet(9, bytes(160))) == 1
    assert heard.take(packet(11, bytes(160)), "10.0.0.66") == 1
    assert heard.take(b"\x80\x00") == 1
    assert heard.take(packet(12, b"", more=0x10)) == 1
    assert heard.take(packet(13, bytes(160))) == 2
