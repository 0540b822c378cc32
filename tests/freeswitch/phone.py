"""A telephone that says exactly the bytes it is told to: SIP by hand, for what no honest telephone would say.

It speaks UDP, or TCP for messages that fit no datagram, sends no sound, and answers what it must.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from uuid import uuid4

from tests.freeswitch.sipp import key_packets

_LINE = re.compile(rb"\r\n")
_SIP_SECONDS = 10.0
_CROSSING = 0.5  # seconds in which an answer and our CANCEL may cross
_RETRANSMIT = 0.5


@dataclass
class Phone:
    """One call.

    Args:
        caller: what stands in From before the tag: a display name and an address.
        headers: further header lines, each with its CRLF.
        rtp_port: where sound may be sent to; nobody listens there.
    """

    sip_port: int
    number: str = "95598"
    caller: bytes = b'"Caller" <sip:13800000000@127.0.0.1>'
    headers: bytes = b""
    call_id: bytes = b""
    agent: bytes = b"phone"
    contact: bytes = b"<sip:phone@127.0.0.1>"
    tcp: bool = False
    rtp_port: int = 9
    status: int = 0
    over: bool = False
    _to: bytes = b""
    _sequence: int = 1
    _their_port: int = 9
    _pressed: int = 0
    _buffer: bytes = b""
    _branch: bytes = field(default_factory=lambda: b"z9hG4bK" + uuid4().hex.encode())

    def __post_init__(self) -> None:
        kind = socket.SOCK_STREAM if self.tcp else socket.SOCK_DGRAM
        self._socket = socket.socket(socket.AF_INET, kind)
        self._socket.connect(("127.0.0.1", self.sip_port))
        self._tag = uuid4().hex.encode()
        self.call_id = self.call_id or uuid4().hex.encode() + b"@127.0.0.1"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self._socket.close()

    def call(self, timeout: float = _SIP_SECONDS) -> int:
        """Invite; the final status (200: answered), or the last one that came, 0 for none."""
        self.invite()
        return self.wait(lambda: self.status >= 200, timeout)

    def invite(self) -> None:
        """Begin to call, without waiting."""
        self._invitation = self._request(b"INVITE", self._sdp(), self.headers)
        self._send(self._invitation)

    def wait(self, true: Callable[[], object], timeout: float) -> int:
        """Answer what comes until `true()`; the status then."""
        deadline, again = time.monotonic() + timeout, time.monotonic() + _RETRANSMIT
        while not true() and time.monotonic() < deadline:
            self._take(min(0.1, max(0.001, deadline - time.monotonic())))
            if not self.status and not self.tcp and time.monotonic() > again:
                self._send(self._invitation)
                again += 2 * _RETRANSMIT
        return self.status

    @property
    def dialog(self) -> tuple[str, str, str]:
        """The call as others name it, when it was answered: Call-ID, the other side's tag, our own."""
        return self.call_id.decode(), self._to.partition(b"=")[2].decode(), self._tag.decode()

    def stay(self, seconds: float) -> bool:
        """Stay on the line; whether the call is over."""
        self.wait(lambda: self.over or self.status >= 300, seconds)
        return self.over

    def press(self, keys: str) -> None:
        """Press keys as an honest telephone does, by RFC 4733, 100 ms each."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp:
            rtp.connect(("127.0.0.1", self._their_port))
            self._pressed += 1
            began = time.monotonic()
            for frame, packet in key_packets(keys, self._pressed * 1_000_000, self._pressed * 1000):
                time.sleep(max(0.0, began + frame * 0.02 - time.monotonic()))
                with contextlib.suppress(OSError):
                    rtp.send(packet)

    def hang_up(self) -> None:
        """End the call, however far it has come, and take what is said to that."""
        if self.over or self.status >= 300:
            return
        if self.status < 200:
            self._send(self._request(b"CANCEL"))
            self.wait(lambda: self.status >= 200, _CROSSING)  # it may have been answered that moment
        if 200 <= self.status < 300:
            self._sequence += 1
            self._branch = b"z9hG4bK" + uuid4().hex.encode()
            self._send(self._request(b"BYE"))
        self.over = True
        self._take(0.05)

    # Messages -----------------------------------------------------------------------------------------

    def _request(self, method: bytes, body: bytes = b"", headers: bytes = b"") -> bytes:
        uri = b"sip:%s@127.0.0.1:%d" % (self.number.encode(), self.sip_port)
        here = b"%s:%d" % (b"127.0.0.1", self._socket.getsockname()[1])
        kind = b"TCP" if self.tcp else b"UDP"
        sequence = 1 if method in {b"CANCEL", b"ACK"} else self._sequence
        content = b"Content-Type: application/sdp\r\n" if body else b""
        return (
            b"%s %s SIP/2.0\r\nVia: SIP/2.0/%s %s;branch=%s;rport\r\n"
            % (method, uri, kind, here, self._branch)
            + b"From: %s;tag=%s\r\nTo: <%s>%s\r\n" % (self.caller, self._tag, uri, self._to)
            + b"Call-ID: %s\r\nCSeq: %d %s\r\n" % (self.call_id, sequence, method)
            + b"Contact: %s\r\nMax-Forwards: 70\r\nUser-Agent: %s\r\n" % (self._reachable(here), self.agent)
            + headers
            + content
            + b"Content-Length: %d\r\n\r\n" % len(body)
            + body
        )

    def _reachable(self, here: bytes) -> bytes:
        return self.contact.replace(b"@127.0.0.1", b"@" + here + (b";transport=tcp" if self.tcp else b""))

    def _sdp(self) -> bytes:
        return (
            b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            b"m=audio %d RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n" % self.rtp_port
        )

    def _send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):
            self._socket.sendall(message)

    def _take(self, timeout: float) -> None:
        self._socket.settimeout(timeout)
        try:
            data = self._socket.recv(65535)
        except OSError:
            return
        if self.tcp and not data:
            self.over = True
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < size:
                return
            if port := re.search(rb"m=audio (\d+)", self._buffer[end:size]):
                self._their_port = int(port[1])
            self._buffer = self._buffer[size:]
            self._handle(head)

    def _handle(self, head: bytes) -> None:
        first, *lines = _LINE.split(head)
        headers = [line.partition(b":")[::2] for line in lines]
        if first.startswith(b"SIP/2.0 "):
            about = next(value.strip() for name, value in headers if name.lower() == b"cseq")
            if not about.endswith(b"INVITE"):
                return
            self.status = int(first.split()[1])
            if self.status >= 200:
                to = next(value for name, value in headers if name.lower() == b"to")
                tag = re.search(rb";tag=[^;\s]+", to)
                self._to = tag[0] if tag else b""
                self._send(self._request(b"ACK"))
            return
        kept = {b"via", b"from", b"to", b"call-id", b"cseq"}
        echo = b"".join(b"%s:%s\r\n" % pair for pair in headers if pair[0].lower() in kept)
        if not first.startswith(b"ACK"):
            self._send(b"SIP/2.0 200 OK\r\n" + echo + b"Content-Length: 0\r\n\r\n")
        if first.startswith(b"BYE"):
            self.over = True
