"""A caller's telephone over real SIP and RTP, which knows to the microsecond what it sent and heard.

It sends G.711 silence every 20 ms and digits as RFC 4733 events. What it hears is stamped by the kernel
(SO_TIMESTAMPNS), so a busy machine does not make its own delay the switch's. One call at a time, one thread.
"""

from __future__ import annotations

import random
import re
import secrets
import select
import socket
import struct
import time
from collections.abc import Callable

from tests.bench.freeswitch.sounds import Sound, heard
from tests.freeswitch.sipp import EVENT_TYPE, KEYS

SO_TIMESTAMPNS = 35  # asm-generic/socket.h; Python has no name for it
FRAME_NS = 20_000_000
FRAME = 160  # samples
SILENCE = b"\xff" * FRAME
KEY_FRAMES = 3  # a key is held for 60 ms
END_PACKETS = 3  # RFC 4733, 2.5.1.4: the end is sent three times
_PORT = re.compile(rb"m=audio (\d+) ")
_STATUS = re.compile(rb"SIP/2\.0 (\d{3})")


class CallFailed(Exception):
    """The call did not go as it should."""


class Phone:
    """One call. Times are nanoseconds of the real-time clock.

    Args:
        sip_port: the switch's, on 127.0.0.1.
    """

    def __init__(self, sip_port: int, chance: random.Random) -> None:
        self.first_heard: dict[Sound, int] = {}
        self.last_heard: dict[Sound, int] = {}
        self.ended = False
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.connect(("127.0.0.1", sip_port))
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._rtp.bind(("127.0.0.1", 0))
        self._poll = select.poll()
        for sock in (self._sip, self._rtp):
            sock.setblocking(False)
            self._poll.register(sock, select.POLLIN)
        self._offset = chance.randrange(FRAME_NS)  # of our frames to the switch's: real phones have any
        self._next_frame = 0
        self._sequence, self._timestamp, self._source = chance.randrange(1 << 15), 0, chance.getrandbits(32)
        self._key: tuple[str, int] | None = None
        self._key_ended = 0
        self._call_id, self._tag = secrets.token_hex(8), secrets.token_hex(4)
        self._number, self._to, self._status = "", b"", 0

    def close(self) -> None:
        """Let go of its ports, after hanging up if that was not done."""
        if self._to and not self.ended:
            self._request("BYE", 2)
        self._sip.close()
        self._rtp.close()

    # What a caller does -------------------------------------------------------------------------------

    def invite(self, number: str, timeout: float = 5.0) -> int:
        """Dial and wait for the answer; when the INVITE was sent. Raises CallFailed."""
        self._number = number
        sent = time.time_ns()
        self._request("INVITE", 1, self._sdp())
        self.until(lambda: self._status >= 200, timeout, "an answer")
        if self._status != 200:
            raise CallFailed(f"the switch answered {self._status}")
        return sent

    def press(self, key: str) -> int:
        """Press a key; when its first end packet was sent, which is when FreeSWITCH queues the digit."""
        self._key_ended, self._key = 0, (key, 0)
        self.until(lambda: self._key_ended > 0, 1.0, "a key's end")
        return self._key_ended

    def hear(self, sound: Sound, timeout: float) -> int:
        """Wait for a prompt; when its first packet arrived. Raises CallFailed."""
        self.until(lambda: sound in self.first_heard, timeout, sound.file)
        return self.first_heard[sound]

    def hear_out(self, sound: Sound, timeout: float) -> None:
        """Wait until a prompt has been over for 100 ms."""
        over = 5 * FRAME_NS
        self.until(lambda: time.time_ns() - self.last_heard[sound] > over, timeout, f"{sound.file}'s end")

    def stay(self, seconds: float) -> None:
        """Stay on the line."""
        end = time.time_ns() + int(seconds * 1e9)
        self.until(lambda: time.time_ns() >= end, seconds + 1, "time going by")

    def until(self, true: Callable[[], bool], timeout: float, what: str) -> None:
        """Go on, 20 ms by 20 ms, until something is true. Raises CallFailed."""
        deadline = time.time_ns() + int(timeout * 1e9)
        while not true():
            if time.time_ns() > deadline:
                raise CallFailed(f"{what} did not come within {timeout:g} s")
            self._turn()

    # What it sounds like ------------------------------------------------------------------------------

    def voice(self) -> bytes:
        """The frame that is sent now."""
        return SILENCE

    def listen(self, payload: bytes, at: int) -> None:
        """A frame that arrived."""
        if sound := heard(payload):
            self.first_heard.setdefault(sound, at)
            self.last_heard[sound] = at

    # Packets ------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Send a frame when it is due; take what arrives meanwhile, for 5 ms at most."""
        now = time.time_ns()
        if self._next_frame and now >= self._next_frame:
            self._send_frame()
            self._next_frame += FRAME_NS
        due = self._next_frame - now if self._next_frame else 5_000_000
        self._poll.poll(max(0.0, min(5.0, due / 1e6)))
        self._take_sip()
        self._take_rtp()

    def _send_frame(self) -> None:
        if self._key is None:
            self._send_rtp(0, self.voice(), self._timestamp)
        else:
            key, frames = self._key
            began = self._timestamp - frames * FRAME
            if frames < KEY_FRAMES:
                self._send_event(key, began, (frames + 1) * FRAME, marker=frames == 0)
                self._key = (key, frames + 1)
            else:
                self._key_ended = time.time_ns()
                for _ in range(END_PACKETS):
                    self._send_event(key, began, frames * FRAME, end=True)
                self._key = None
        self._timestamp += FRAME

    def _send_event(
        self, key: str, began: int, samples: int, *, marker: bool = False, end: bool = False
    ) -> None:
        event = struct.pack("!BBH", KEYS.index(key), (0x80 if end else 0) | 10, samples)
        self._send_rtp((0x80 if marker else 0) | EVENT_TYPE, event, began)

    def _send_rtp(self, kind: int, payload: bytes, timestamp: int) -> None:
        header = struct.pack("!BBHII", 0x80, kind, self._sequence & 0xFFFF, timestamp, self._source)
        self._sequence += 1
        try:
            self._rtp.send(header + payload)
        except ConnectionRefusedError:  # the switch closed its port; its BYE is on the way
            return

    def _take_rtp(self) -> None:
        while True:
            try:
                packet, extra, _, _ = self._rtp.recvmsg(2048, 64)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if len(packet) > 12 and packet[1] & 0x7F == 0:
                self.listen(packet[12:], stamp(extra))

    # SIP ----------------------------------------------------------------------------------------------

    def _take_sip(self) -> None:
        while True:
            try:
                message = self._sip.recv(8192)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if status := _STATUS.match(message):
                self._answered(int(status[1]), message)
            elif message.startswith(b"BYE "):
                names = (b"Via", b"From", b"To", b"Call-ID", b"CSeq")
                kept = b"\r\n".join(line for name in names for line in _lines(message, name))
                self._sip.send(b"SIP/2.0 200 OK\r\n" + kept + b"\r\nContent-Length: 0\r\n\r\n")
                self.ended = True

    def _answered(self, status: int, message: bytes) -> None:
        if not any(line.endswith(b" INVITE") for line in _lines(message, b"CSeq")):
            return
        self._status = max(self._status, status)
        if status < 200:
            return
        self._to = _lines(message, b"To")[0]
        self._request("ACK", 1)
        port = _PORT.search(message)
        if status == 200 and port and not self._next_frame:
            self._rtp.connect(("127.0.0.1", int(port[1])))
            self._next_frame = time.time_ns() + self._offset

    def _request(self, method: str, sequence: int, body: str = "") -> None:
        here = f"127.0.0.1:{self._sip.getsockname()[1]}"
        uri = f"sip:{self._number}@127.0.0.1:{self._sip.getpeername()[1]}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{secrets.token_hex(6)}",
            f'From: "Caller" <sip:13800000000@{here}>;tag={self._tag}',
            self._to.decode() or f"To: <{uri}>",
            f"Call-ID: {self._call_id}",
            f"CSeq: {sequence} {method}",
            f"Contact: <sip:13800000000@{here}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._sip.send("\r\n".join([*lines, "", body]).encode())

    def _sdp(self) -> str:
        port = self._rtp.getsockname()[1]
        lines = [
            *("v=0", "o=caller 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"),
            f"m=audio {port} RTP/AVP 0 {EVENT_TYPE}",
            "a=rtpmap:0 PCMU/8000",
            f"a=rtpmap:{EVENT_TYPE} telephone-event/8000",
            f"a=fmtp:{EVENT_TYPE} 0-15",
            "a=ptime:20",
        ]
        return "\r\n".join([*lines, ""])


def stamp(extra: list[tuple[int, int, bytes]]) -> int:
    """When the kernel received a packet: a struct timespec (64 bits each) beside it."""
    for level, kind, data in extra:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack_from("qq", data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return time.time_ns()


def _lines(message: bytes, name: bytes) -> list[bytes]:
    head = message.partition(b"\r\n\r\n")[0]
    return [line for line in head.split(b"\r\n") if line.lower().startswith(name.lower() + b":")]
