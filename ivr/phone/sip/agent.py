"""What a telephone says to its FreeSWITCH: one registration, one call, and polite answers to the rest.

Neither sockets nor clocks here: datagrams come in and go out, and time is asked for.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from ivr.phone.sip.asking import Asking
from ivr.phone.sip.call import Call, Sound, State
from ivr.phone.sip.place import Place
from ivr.phone.sip.registration import Registration
from ivr.voip import sip
from ivr.voip.messages import Event
from ivr.voip.sip import Answer, Request

_KEPT: Final = 32
"""Answers that are said again when they are asked for again."""


class Agent:
    """A telephone's side of SIP.

    Args:
        extension: what it is called at, for those who are told.
        sound: carries the sound of its call.
        send: says a datagram to FreeSWITCH.
        tell: is told what happens.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        place: Place,
        extension: str,
        password: str,
        sound: Sound,
        send: Callable[[bytes], None],
        tell: Callable[[Event], None],
        clock: Callable[[], float],
    ) -> None:
        self._place, self._sound, self._tell, self._clock = place, sound, tell, clock
        self._out = send
        self._asking = Asking(send, clock, place.via, place.user, password)
        self.registration = Registration(place, extension, self._asking, clock, tell)
        self._call: Call | None = None
        self._past: Call | None = None
        self._said: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    @property
    def call(self) -> Call | None:
        """The call there is."""
        if self._call and self._call.state is State.OVER:
            self._past, self._call = self._call, None
        return self._call

    def dial(self, number: str) -> None:
        """Call somebody. Raises OSError when there is no way for sound."""
        self._call = self._new()
        self._call.place(number)

    def take(self, data: bytes) -> None:
        """A datagram from FreeSWITCH; what is no SIP is passed over."""
        message = sip.parse(data)
        if isinstance(message, Answer):
            self._answered(message)
        elif message is not None and message.sequence[1] == message.method:
            self._asked(message)

    def tick(self) -> None:
        """Let time pass; to be called some ten times a second."""
        self._asking.tick()
        self.registration.tick()
        if call := self.call:
            call.tick()

    def _answered(self, answer: Answer) -> None:
        if self._asking.take(answer):
            return
        for call in (self.call, self._past):
            if call and call.id == answer.call:
                call.said_again(answer)

    def _asked(self, request: Request) -> None:
        key = (request.branch, request.method)
        if request.method != "ACK" and key in self._said:
            self._out(self._said[key])  # they have not heard it
            return
        call = self.call
        if call and call.ours(request):
            if request.method != "INVITE" or sip.tag_of(request.get("to")):
                call.asked(request)
            return
        match request.method:
            case "ACK":
                return
            case "INVITE" if sip.tag_of(request.get("to")):
                self._refuse(request, "481 Call Does Not Exist")
            case "INVITE" if call is not None:
                self._refuse(request, "486 Busy Here")
            case "INVITE":
                called = self._new()
                self._call = called
                if not called.ring(request):
                    self._call = None
                    self._refuse(request, "488 Not Acceptable Here")
            case "OPTIONS" | "NOTIFY":
                self._refuse(request, "200 OK")
            case "BYE" | "CANCEL" | "UPDATE" | "INFO":
                self._refuse(request, "481 Call Does Not Exist")
            case _:
                self._refuse(request, "405 Method Not Allowed")

    def _new(self) -> Call:
        return Call(self._place, self._asking, self._sound, self._clock, self._answer, self._tell)

    def _refuse(self, request: Request, status: str) -> None:
        self._answer(sip.answer(request, status, secrets.token_hex(6)))

    def _answer(self, data: bytes) -> None:
        """Say an answer, and keep it for who asks again."""
        said = sip.parse(data)
        if isinstance(said, Answer):
            key = (said.branch, said.sequence[1])
            self._said[key] = data
            self._said.move_to_end(key)
            while len(self._said) > _KEPT:
                self._said.popitem(last=False)
        self._out(data)
