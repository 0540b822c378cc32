"""SIP and RTP as far as ears need them."""

from __future__ import annotations

import struct

import numpy as np

from ivr.speech.ears.rtp import PCMA, PCMU, Stream, decode
from ivr.speech.ears.sip import answer, parse

INVITE = (
    b"INVITE sip:0a1b@127.0.0.1:5090 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1\r\n"
    b"f: <sip:a@b>;tag=1\r\nt: <sip:0a1b@127.0.0.1>\r\ni: call-1\r\nCSeq: 7 INVITE\r\n"
    b"Subject: folded\r\n  over two lines\r\n\r\nv=0\r\n"
)


def packet(number: int, payload: bytes, kind: int = PCMU, more: int = 0) -> bytes:
    return struct.pack("!BBHII", 0x80 | more, kind, number, number * 160, 9) + payload


class Heard:
    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.stream = Stream("10.0.0.9", self.frames.append)

    def take(self, data: bytes, peer: str = "10.0.0.9") -> int:
        self.stream.datagram_received(data, (peer, 4000))
        return len(self.frames)


def test_a_request_is_read_with_its_short_names_and_folded_lines() -> None:
    request = parse(INVITE)
    assert request is not None
    assert (request.method, request.get("call-id"), request.body) == ("INVITE", "call-1", "v=0\r\n")
    assert request.get("subject") == "folded over two lines"


def test_what_is_no_request_is_none() -> None:
    assert parse(b"SIP/2.0 200 OK\r\n\r\n") is None
    assert parse(b"\r\n\r\n") is None
    assert parse(bytes(range(256))) is None


def test_an_answer_repeats_what_it_must_and_is_tagged() -> None:
    request = parse(INVITE)
    assert request is not None
    lines = answer(request, "200 OK", "t2", body="v=0").decode().split("\r\n")
    assert lines[0] == "SIP/2.0 200 OK"
    assert "to: <sip:0a1b@127.0.0.1>;tag=t2" in lines
    assert "cseq: 7 INVITE" in lines
    assert "content-length: 3" in lines


def test_g711_is_decoded() -> None:
    assert np.frombuffer(decode(b"\xff\x00\x80", PCMU), "<i2").tolist() == [0, -32124, 32124]
    assert np.frombuffer(decode(b"\xd5\x55\xaa\x2a", PCMA), "<i2").tolist() == [8, -8, 32256, -32256]
    assert decode(b"\xff", 13) == b""


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
