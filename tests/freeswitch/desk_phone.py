"""An agent's telephone that transfers with consultation by itself: it answers a call, and refers the caller
to a second call of its own (REFER with Replaces, RFC 3891 and 5589). SIP by hand, without sound.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import Self
from urllib.parse import quote

from tests.freeswitch.phone import Phone

SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 9 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n"
)
TAG = b"desk"


class DeskPhone:
    """It answers whoever calls `sip_port` at once, one call at a time."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.sip_port = int(self._socket.getsockname()[1])
        self._call: dict[bytes, bytes] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._over = False

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._socket.sendto(b"", ("127.0.0.1", self.sip_port))
        self._listener.join(5)
        self._socket.close()

    def hand_over(self, second: Phone) -> None:
        """Have the caller go on with whom the second call, which was answered, is with."""
        call = self._call
        replaces = quote("{};to-tag={};from-tag={}".format(*second.dialog), safe="")
        uri = re.search(rb"<([^>]+)>", call[b"contact"])
        assert uri is not None
        target = f"<sip:{second.number}@127.0.0.1:{second.sip_port}?Replaces={replaces}>".encode()
        here = b"127.0.0.1:%d" % self.sip_port
        self._send(
            b"REFER %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKrefer;rport\r\n" % (uri[1], here)
            + b"From: %s;tag=%s\r\nTo: %s\r\n" % (call[b"to"], TAG, call[b"from"])
            + b"Call-ID: %s\r\nCSeq: 1 REFER\r\nContact: <sip:desk@%s>\r\n" % (call[b"call-id"], here)
            + b"Refer-To: %s\r\nReferred-By: <sip:desk@%s>\r\nMax-Forwards: 70\r\n" % (target, here)
            + b"Content-Length: 0\r\n\r\n"
        )

    def _send(self, message: bytes) -> None:
        self._socket.sendto(message, self._peer)

    def _listen(self) -> None:
        while not self._over:
            with contextlib.suppress(OSError):
                data, peer = self._socket.recvfrom(65535)
                if data.strip() and not data.startswith(b"SIP/2.0 "):
                    self._peer = peer
                    self._answer(data.partition(b"\r\n\r\n")[0])

    def _answer(self, head: bytes) -> None:
        """200 to every request; to an INVITE with what makes it a call."""
        first, *lines = head.split(b"\r\n")
        pairs = [
            (name.strip().lower(), value.strip()) for name, _, value in (x.partition(b":") for x in lines)
        ]
        if first.startswith(b"ACK"):
            return
        invited = first.startswith(b"INVITE")
        headers = dict(pairs)
        if invited and b";tag=" not in headers[b"to"]:
            self._call = headers
        echo = b"".join(
            b"%s: %s%s\r\n"
            % (name, value, b";tag=" + TAG if name == b"to" and b";tag=" not in value else b"")
            for name, value in pairs
            if name in {b"via", b"from", b"to", b"call-id", b"cseq"}
        )
        contact = b"Contact: <sip:desk@127.0.0.1:%d>\r\n" % self.sip_port
        kind = b"Content-Type: application/sdp\r\n" if invited else b""
        body = SDP if invited else b""
        size = b"Content-Length: %d\r\n\r\n" % len(body)
        self._send(b"SIP/2.0 200 OK\r\n" + echo + contact + kind + size + body)


def _tagged(name: bytes, value: bytes) -> bytes:
    """A header's value; that of To with our tag."""
    return value + b";tag=" + TAG if name == b"to" and b";tag=" not in value else value
