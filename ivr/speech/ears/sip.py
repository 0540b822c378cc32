"""A telephone that only listens: FreeSWITCH on another host calls it, one call for each tap, by its name.

Of SIP (RFC 3261) it knows what that takes: INVITE, ACK, CANCEL, BYE and OPTIONS over UDP, in a network where
only FreeSWITCH reaches it. Whom it does not expect it refuses; names of taps are not to be guessed.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ivr.log import get
from ivr.speech.ears.rtp import Stream
from ivr.voip.g711 import PCMA, PCMU
from ivr.voip.sip import Request, address_of, answer, parse

log = get(__name__)

UNCALLED: Final = 10.0
"""Seconds after which nobody calls any more for a tap that was let go."""

_NAME = re.compile(r"sips?:([0-9A-Za-z]+)@")


@dataclass(slots=True)
class _Dialog:
    """A call that is taken: the invitation, our tag, where its signalling goes, its kind of audio."""

    invitation: Request
    tag: str
    peer: tuple[str, int]
    kind: int = PCMU
    rtp: asyncio.DatagramTransport | None = None


class Heard:
    """The audio of one tap, from a call that is expected under `name`; as `ivr.speech.ears.pipe.Pipe`."""

    def __init__(
        self, phone: Phone, name: str, frame: Callable[[bytes], None], over: Callable[[], None]
    ) -> None:
        self.name, self.frame = name, frame
        self._phone, self._over = phone, over
        self.dialog: _Dialog | None = None
        phone.expected[name] = self

    def let_go(self) -> None:
        """Nobody listens any more: hang up, or be no longer expected in a while."""
        self.frame = _ignore
        if self.dialog is not None:
            self._phone.hang_up(self.dialog)
            self.close()
        else:
            asyncio.get_running_loop().call_later(UNCALLED, self.close)

    def close(self) -> None:
        """It is over."""
        if self._phone.expected.pop(self.name, None) is None:
            return
        if self.dialog is not None and self.dialog.rtp is not None:
            self.dialog.rtp.close()
        self._over()


class Phone(asyncio.DatagramProtocol):
    """The telephone, at one port. `expected` are the taps that FreeSWITCH may call."""

    def __init__(self, host: str) -> None:
        self.expected: dict[str, Heard] = {}
        self._host = host
        self._port = 0
        self._sip: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, port: int) -> None:
        """Begin to take calls. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._sip, _ = await loop.create_datagram_endpoint(lambda: self, (self._host, port))
        self._port = self._sip.get_extra_info("sockname")[1]

    def close(self) -> None:
        """Take no more calls."""
        if self._sip is not None:
            self._sip.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """A message from FreeSWITCH."""
        request = parse(data)
        if not isinstance(request, Request):
            return
        heard = self._heard(request)
        match request.method:
            case "ACK":
                return
            case "OPTIONS":
                self._send(answer(request, "200 OK", secrets.token_hex(8)), address)
            case "INVITE" if heard is not None and heard.dialog is None:
                heard.dialog = _Dialog(request, secrets.token_hex(8), address)
                task = asyncio.create_task(self._take(heard, heard.dialog))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case "INVITE" if heard is not None and heard.dialog is not None:
                dialog = heard.dialog  # said again, or refreshed
                if dialog.rtp is not None and dialog.invitation.get("call-id") == request.get("call-id"):
                    self._send(self._ok(request, heard, dialog), address)
            case "BYE" | "CANCEL" if heard is not None and heard.dialog is not None:
                self._send(answer(request, "200 OK", heard.dialog.tag), address)
                heard.close()
            case "INVITE":
                self._send(answer(request, "404 Not Found", secrets.token_hex(8)), address)
            case _:
                self._send(answer(request, "481 Call Does Not Exist", secrets.token_hex(8)), address)

    def hang_up(self, dialog: _Dialog) -> None:
        """End a call that was taken."""
        invitation = dialog.invitation
        target = address_of(invitation.get("contact")) or f"sip:{dialog.peer[0]}:{dialog.peer[1]}"
        headers = (
            ("via", f"SIP/2.0/UDP {self._host}:{self._port};branch=z9hG4bK{secrets.token_hex(8)};rport"),
            ("from", f"{invitation.get('to')};tag={dialog.tag}"),
            ("to", invitation.get("from")),
            ("call-id", invitation.call),
            ("cseq", "1 BYE"),
            ("max-forwards", "70"),
        )
        self._send(Request(headers, "", "BYE", target).to_bytes(), dialog.peer)

    async def _take(self, heard: Heard, dialog: _Dialog) -> None:
        """Take a call: open a port for its audio, and say which."""
        invitation = dialog.invitation
        where = re.search(r"^c=IN IP4 (\S+)", invitation.body, re.MULTILINE)
        offered = re.search(r"^m=audio \d+ RTP/S?AVPF? ([\d ]+)", invitation.body, re.MULTILINE)
        kinds = [kind for kind in (PCMU, PCMA) if offered and str(kind) in offered[1].split()]
        if where is None or not kinds:
            self._send(answer(invitation, "488 Not Acceptable Here", dialog.tag), dialog.peer)
            heard.close()
            return
        loop = asyncio.get_running_loop()
        dialog.rtp, _ = await loop.create_datagram_endpoint(
            lambda: Stream(where[1], lambda frame: heard.frame(frame)), (self._host, 0)
        )
        dialog.kind = kinds[0]
        self._send(self._ok(invitation, heard, dialog), dialog.peer)

    def _ok(self, request: Request, heard: Heard, dialog: _Dialog) -> bytes:
        port = dialog.rtp.get_extra_info("sockname")[1] if dialog.rtp else 0
        lines = (
            "v=0",
            f"o=ears 1 1 IN IP4 {self._host}",
            "s=-",
            f"c=IN IP4 {self._host}",
            "t=0 0",
            f"m=audio {port} RTP/AVP {dialog.kind}",
            "a=ptime:20",
            "a=recvonly",
        )
        body = "\r\n".join((*lines, ""))
        contact = f"{heard.name}@{self._host}:{self._port}"
        return answer(request, "200 OK", dialog.tag, contact=contact, body=body)

    def _heard(self, request: Request) -> Heard | None:
        """Whose tap a request is about: by the name that was called, or by the call."""
        if (name := _NAME.match(request.target)) and name[1] in self.expected:
            return self.expected[name[1]]
        call = request.get("call-id")
        for each in self.expected.values():
            if each.dialog is not None and each.dialog.invitation.get("call-id") == call:
                return each
        return None

    def _send(self, data: bytes, address: tuple[str, int]) -> None:
        if self._sip is not None:
            self._sip.sendto(data, address)


def _ignore(_frame: bytes) -> None:
    return
