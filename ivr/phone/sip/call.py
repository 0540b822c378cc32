"""One call by SIP, from the invitation to the goodbye, placed or taken (RFC 3261, sections 12 to 15)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Protocol

from ivr.phone.sip.asking import PATIENCE, T1, T2, Asking, cause
from ivr.phone.sip.place import Place
from ivr.voip import sdp
from ivr.voip.messages import Answered, Early, Ended, Event, Incoming, Ringing
from ivr.voip.sdp import Audio
from ivr.voip.sip import Answer, Headers, Request, address_of, answer, name_of, quoted, tag_of, user_of

_ALLOW: Final = ("allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY")
_SEVERAL: Final = 70
ALIVE: Final = 20.0
"""Seconds after which we look whether FreeSWITCH still knows of the call: it may have been restarted."""


class Sound(Protocol):
    """What carries the sound of a call."""

    def offer(self) -> Audio:
        """Where we want it. Opened when it is first asked for; raises OSError."""

    def aim(self, remote: Audio) -> None:
        """Where the other side wants it: from now on, or from now on elsewhere."""


class State(Enum):
    """We call; we are called; we said yes and wait to hear that it was heard; we talk; it is over."""

    CALLING = 0
    CALLED = 1
    TAKEN = 2
    UP = 3
    OVER = 4


@dataclass(slots=True)
class _Repeat:
    """A yes that is said until it is heard."""

    data: bytes
    number: int
    again: float
    interval: float
    until: float


class Call:
    """A call.

    Args:
        send: says an answer.
        tell: is told what becomes of it.
    """

    def __init__(
        self,
        place: Place,
        asking: Asking,
        sound: Sound,
        clock: Callable[[], float],
        send: Callable[[bytes], None],
        tell: Callable[[Event], None],
    ) -> None:
        self._place, self._asking, self._sound = place, asking, sound
        self._clock, self._send, self._tell = clock, send, tell
        self.id = secrets.token_hex(12)
        self.state = State.CALLING
        self._tag = secrets.token_hex(6)
        self._number = 0
        self._target = self._us = self._them = ""
        self._route: tuple[str, ...] = ()
        self._invitation: Request | None = None
        self._acknowledged: Request | None = None
        self._repeat: _Repeat | None = None
        self._version = 0
        self._look = float("inf")
        self._left = self._rang = self._early = False

    # Calling --------------------------------------------------------------------------------------------

    def place(self, number: str) -> None:
        """Call somebody."""
        place = self._place
        self._us = f"{quoted(place.name) + ' ' if place.name else ''}<{place.caller}>;tag={self._tag}"
        self._target = f"sip:{number.replace('#', '%23')}@{place.domain}"
        self._them = f"<{self._target}>"
        body = self._described(self._sound.offer())
        self._asking.ask(lambda: self._with_body(self._request("INVITE"), body), self._heard)

    def _heard(self, said: Answer | None) -> None:
        if self.state is not State.CALLING:
            return
        if said is None or said.status >= 300:
            self._end("ORIGINATOR_CANCEL" if self._left else cause(said))
        elif said.status >= 200:
            self._accepted(said)
        elif said.status > 100:
            self._progress(said)

    def _progress(self, said: Answer) -> None:
        audio = sdp.parse(said.body)
        if audio and not self._left:
            self._sound.aim(audio)
            if not self._early:
                self._early = True
                self._tell(Early())
        elif said.status == 180 and not (self._rang or self._early or self._left):
            self._rang = True
            self._tell(Ringing())

    def _accepted(self, said: Answer) -> None:
        self._them = said.get("to")
        self._target = address_of(said.get("contact")) or self._target
        self._route = tuple(reversed(said.all("record-route")))
        self._begin()
        audio = sdp.parse(said.body)
        self._acknowledge(said.sequence[0])
        if self._left or (audio is None and not self._early):
            self._goodbye()
            self._end("ORIGINATOR_CANCEL" if self._left else "INCOMPATIBLE_DESTINATION")
            return
        if audio:
            self._sound.aim(audio)
        self._tell(Answered())

    def said_again(self, said: Answer) -> None:
        """The other side has not heard our ACK."""
        if said.sequence[1] == "INVITE" and 200 <= said.status < 300 and self._acknowledged:
            self._asking.tell(self._acknowledged)

    def _acknowledge(self, number: int) -> None:
        self._acknowledged = self._request("ACK", number)
        self._asking.tell(self._acknowledged)

    # Being called ---------------------------------------------------------------------------------------

    def ring(self, invitation: Request) -> bool:
        """Somebody calls; False when their kind of sound is not ours."""
        if invitation.body and sdp.parse(invitation.body) is None:
            return False
        self.id = invitation.call
        self.state = State.CALLED
        self._invitation = invitation
        self._us = f"{invitation.get('to')};tag={self._tag}"
        self._them = invitation.get("from")
        self._target = address_of(invitation.get("contact"))
        self._route = tuple(invitation.all("record-route"))
        self._answer(invitation, "180 Ringing")
        self._tell(Incoming(number=user_of(self._them)[:64], name=name_of(self._them)[:100]))
        return True

    def take(self) -> None:
        """Answer it."""
        invitation = self._invitation
        if self.state is not State.CALLED or invitation is None:
            return
        audio = sdp.parse(invitation.body)
        self.state = State.TAKEN
        self._say_yes(invitation, self._ours(audio))
        if audio:
            self._sound.aim(audio)
        self._tell(Answered())

    def leave(self) -> None:
        """Hang up, or refuse to answer: the line is busy."""
        self._left = True
        if self.state is State.CALLING:
            self._asking.cancel(self.id)
        elif self.state is State.CALLED and self._invitation:
            self._answer(self._invitation, "486 Busy Here")
            self._end("USER_BUSY")
        elif self.state in (State.TAKEN, State.UP):
            self._goodbye()
            self._end("NORMAL_CLEARING")

    # What the other side wants --------------------------------------------------------------------------

    def ours(self, request: Request) -> bool:
        """Whether a request is about this call."""
        if request.call != self.id:
            return False
        tag = tag_of(request.get("to"))
        return tag == self._tag or (not tag and request.method in ("INVITE", "CANCEL"))

    def asked(self, request: Request) -> None:
        """A request about this call."""
        match request.method:
            case "ACK":
                self._heard_yes(request)
            case "BYE":
                self._answer(request, "200 OK")
                self._end(cause(request))
            case "CANCEL":
                self._cancelled(request)
            case "INVITE" | "UPDATE" if self.state in (State.TAKEN, State.UP):
                self._changed(request)
            case "INVITE":
                self._answer(request, "491 Request Pending")
            case "OPTIONS" | "INFO" | "NOTIFY" | "UPDATE":
                self._answer(request, "200 OK")
            case _:
                self._answer(request, "405 Method Not Allowed", (_ALLOW,))

    def tick(self) -> None:
        """Say yes again while it was not heard; look whether the other side is still there."""
        repeat, now = self._repeat, self._clock()
        if self.state is State.UP and now >= self._look:
            self._look = now + ALIVE
            self._asking.ask(lambda: self._request("OPTIONS"), self._lives)
        if repeat is None:
            return
        if now >= repeat.until:
            self._goodbye()
            self._end("RECOVERY_ON_TIMER_EXPIRE")
        elif now >= repeat.again:
            self._send(repeat.data)
            repeat.interval = min(2 * repeat.interval, T2)
            repeat.again = now + repeat.interval

    def _lives(self, said: Answer | None) -> None:
        """RFC 3261, section 12.2.1.2: of a call that is over it says 481, of one that hangs nothing."""
        if self.state is State.UP and (said is None or said.status in (408, 481)):
            self._end("RECOVERY_ON_TIMER_EXPIRE")

    def _heard_yes(self, request: Request) -> None:
        if self._repeat is None or request.sequence[0] != self._repeat.number:
            return
        self._repeat = None
        if self.state is State.TAKEN:
            self._begin()
            if audio := sdp.parse(request.body):  # the invitation had none
                self._sound.aim(audio)

    def _cancelled(self, request: Request) -> None:
        self._answer(request, "200 OK")
        if self.state is State.CALLED and self._invitation:
            self._answer(self._invitation, "487 Request Terminated")
            self._end("ORIGINATOR_CANCEL" if cause(request) == "NORMAL_CLEARING" else cause(request))

    def _changed(self, request: Request) -> None:
        """Hold, another address, or only a sign of life (RFC 4028)."""
        audio = sdp.parse(request.body)
        if request.body and audio is None:
            self._answer(request, "488 Not Acceptable Here")
            return
        if contact := address_of(request.get("contact")):
            self._target = contact
        if request.method == "INVITE":
            self._say_yes(request, self._ours(audio))
        else:
            body = self._described(self._ours(audio)) if audio else ""
            self._answer(request, "200 OK", _lively(request), body)
        if audio:
            self._sound.aim(audio)

    def _begin(self) -> None:
        """They talk."""
        self.state = State.UP
        self._look = self._clock() + ALIVE

    # Words ----------------------------------------------------------------------------------------------

    def _ours(self, theirs: Audio | None) -> Audio:
        """Our side of the sound: all that we can, or what of it fits to theirs."""
        own = self._sound.offer()
        if theirs is None:
            return own
        kinds = tuple(kind for kind in theirs.kinds if kind in own.kinds)[:1]
        return replace(own, kinds=kinds, events=theirs.events, direction=sdp.MIRROR[theirs.direction])

    def _say_yes(self, request: Request, audio: Audio) -> None:
        more = (*_lively(request), ("contact", f"<sip:{self._place.contact}>"), _ALLOW)
        data = answer(request, "200 OK", self._tag, body=self._described(audio), more=more)
        now = self._clock()
        self._repeat = _Repeat(data, request.sequence[0], now + T1, T1, now + PATIENCE)
        self._send(data)

    def _answer(self, request: Request, status: str, more: Headers = (), body: str = "") -> None:
        self._send(answer(request, status, self._tag, contact=self._place.contact, body=body, more=more))

    def _goodbye(self) -> None:
        self._asking.ask(lambda: self._request("BYE"), lambda _: None)

    def _end(self, why: str) -> None:
        if self.state is not State.OVER:
            self.state = State.OVER
            self._repeat = None
            self._tell(Ended(cause=why))

    def _described(self, audio: Audio) -> str:
        self._version += 1
        return sdp.describe(audio, self._version)

    def _request(self, method: str, number: int = 0) -> Request:
        """One of ours in this call; `number` is that of the invitation an ACK is for."""
        if not number:
            self._number += 1
        headers = [
            ("max-forwards", str(_SEVERAL)),
            *(("route", each) for each in self._route),
            ("from", self._us),
            ("to", self._them),
            ("call-id", self.id),
            ("cseq", f"{number or self._number} {method}"),
            ("contact", f"<sip:{self._place.contact}>"),
        ]
        return Request(tuple(headers), "", method, self._target)

    def _with_body(self, request: Request, body: str) -> Request:
        headers = (*request.headers, _ALLOW, ("content-type", "application/sdp"))
        return replace(request, headers=headers, body=body)


def _lively(request: Request) -> Headers:
    """Whoever asks for signs of life (RFC 4028) gives them, too."""
    seconds = request.get("session-expires").partition(";")[0].strip()
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10):
        return ()
    return (("session-expires", f"{seconds};refresher=uac"), ("require", "timer"))
