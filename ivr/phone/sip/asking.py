"""Requests and their answers: said again until they are heard, proved when asked to, given up in the end.

(RFC 3261, sections 17.1 and 22; over UDP.)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ivr.voip import digest
from ivr.voip.sip import Answer, Request

T1: Final = 0.5
"""Seconds until a request is said again; then twice as many, and so on."""
T2: Final = 4.0
"""And never more."""
PATIENCE: Final = 8.0
"""Seconds in which the other side must have said something. (64 × T1 = 32 s are for the Internet.)"""
RINGS: Final = 180.0
"""Seconds an invitation may take once something was said."""
PROOFS: Final = 2
"""Times that a password is tried: a nonce may have become stale."""

Heard = Callable[[Answer | None], None]
"""Is given each answer, those for the time being, too; None: there was none, and will be none."""


@dataclass(slots=True)
class _Asked:
    """A request that is under way."""

    make: Callable[[], Request]
    heard: Heard
    request: Request
    data: bytes
    again: float
    interval: float
    until: float
    proofs: int = 0
    provisional: bool = False
    cancel: bool = False


class Asking:
    """Our requests.

    Args:
        send: says something to the other side.
        clock: monotonic seconds.
        via: where answers are to go, `host:port`.
        user, password: ours.
    """

    def __init__(
        self, send: Callable[[bytes], None], clock: Callable[[], float], via: str, user: str, password: str
    ) -> None:
        self._send, self._clock, self._via = send, clock, via
        self._user, self._password = user, password
        self._asked: dict[tuple[str, str], _Asked] = {}
        self._nonces: dict[str, int] = {}

    def ask(self, make: Callable[[], Request], heard: Heard) -> None:
        """Ask; `make` gives the request, and another with the next number where a proof is needed."""
        self._begin(make, heard, make(), 0)

    def cancel(self, call: str) -> None:
        """Take back an invitation that was not answered: as soon as the other side has said anything."""
        for asked in list(self._asked.values()):
            if asked.request.method == "INVITE" and asked.request.call == call and not asked.cancel:
                asked.cancel = True
                if asked.provisional:
                    self._cancel(asked)

    def tell(self, request: Request) -> None:
        """Say something that nobody answers: an ACK."""
        self._send(self._routed(request, _branch()).to_bytes())

    def take(self, answer: Answer) -> bool:
        """An answer has come; False when it is to nothing that was asked."""
        key = (answer.branch, answer.sequence[1])
        asked = self._asked.get(key)
        if asked is None:
            return False
        if answer.status < 200:
            self._provisional(asked)
            asked.heard(answer)
            return True
        del self._asked[key]
        if asked.request.method == "INVITE" and answer.status >= 300:
            self._acknowledge(asked.request, answer)
        if answer.status in (401, 407) and asked.proofs < PROOFS and not asked.cancel:
            proved = self._proved(asked.make, answer)
            if proved:
                self._begin(asked.make, asked.heard, proved, asked.proofs + 1)
                return True
        asked.heard(answer)
        return True

    def tick(self) -> None:
        """Say again what was not heard, and give up what nobody hears."""
        now = self._clock()
        for key, asked in list(self._asked.items()):
            if now >= asked.until:
                self._asked.pop(key, None)
                asked.heard(None)
            elif now >= asked.again:
                self._send(asked.data)
                asked.interval = min(2 * asked.interval, T2)
                asked.again = now + asked.interval

    def _begin(self, make: Callable[[], Request], heard: Heard, request: Request, proofs: int) -> None:
        branch, now = _branch(), self._clock()
        request = self._routed(request, branch)
        asked = _Asked(make, heard, request, request.to_bytes(), now + T1, T1, now + PATIENCE, proofs)
        self._asked[branch, request.method] = asked
        self._send(asked.data)

    def _provisional(self, asked: _Asked) -> None:
        asked.again = float("inf")
        if asked.request.method != "INVITE":
            return
        if not asked.provisional:
            asked.provisional = True
            asked.until = self._clock() + RINGS
        if asked.cancel:
            self._cancel(asked)

    def _cancel(self, asked: _Asked) -> None:
        """RFC 3261, section 9.1: the same branch, the same number."""
        kept = [(name, value) for name, value in asked.request.headers if name in _OF_CANCEL]
        number = asked.request.sequence[0]
        request = Request((*kept, ("cseq", f"{number} CANCEL")), "", "CANCEL", asked.request.target)
        now = self._clock()
        asked.until = min(asked.until, now + PATIENCE)
        data = request.to_bytes()
        key = (asked.request.branch, "CANCEL")
        if key not in self._asked:
            self._asked[key] = _Asked(
                lambda: request, _ignore, request, data, now + T1, T1, now + PATIENCE, PROOFS
            )
            self._send(data)

    def _acknowledge(self, request: Request, answer: Answer) -> None:
        """RFC 3261, section 17.1.1.3: on the way of the invitation."""
        kept = [(name, value) for name, value in request.headers if name in _OF_CANCEL and name != "to"]
        headers = (*kept, ("to", answer.get("to")), ("cseq", f"{request.sequence[0]} ACK"))
        self._send(Request(headers, "", "ACK", request.target).to_bytes())

    def _proved(self, make: Callable[[], Request], answer: Answer) -> Request | None:
        """The request once more, with what the other side wants to see; None when we have no such thing."""
        proxy = answer.status == 407
        asked = digest.challenge(answer.get("proxy-authenticate" if proxy else "www-authenticate"))
        if asked is None or not self._password:
            return None
        self._nonces = {asked.nonce: self._nonces.get(asked.nonce, 0) + 1}
        request = make()
        proof = digest.proof(
            asked, request.method, request.target, self._user, self._password,
            count=self._nonces[asked.nonce], own=secrets.token_hex(8),
        )  # fmt: skip
        return request.with_header("proxy-authorization" if proxy else "authorization", proof)

    def _routed(self, request: Request, branch: str) -> Request:
        via = ("via", f"SIP/2.0/UDP {self._via};branch={branch};rport")
        return replace(request, headers=(via, *request.headers))


_OF_CANCEL: Final = frozenset({"via", "from", "to", "call-id", "max-forwards", "route"})


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(8)}"


def _ignore(_answer: Answer | None) -> None:
    return


def cause(message: Answer | Request | None) -> str:
    """Why a call is over, by FreeSWITCH's names: it says so itself, or the status tells."""
    if message is None:
        return "RECOVERY_ON_TIMER_EXPIRE"
    for reason in message.all("reason"):
        _, mark, text = reason.partition('text="')
        name = text.partition('"')[0]
        if mark and name and name.replace("_", "").isalnum() and name == name.upper():
            return name[:64]
    if isinstance(message, Answer):
        return _CAUSES.get(message.status, "NORMAL_UNSPECIFIED")
    return "NORMAL_CLEARING"


_CAUSES: Final = {
    401: "CALL_REJECTED", 403: "CALL_REJECTED", 407: "CALL_REJECTED", 603: "CALL_REJECTED",
    404: "UNALLOCATED_NUMBER", 408: "RECOVERY_ON_TIMER_EXPIRE", 410: "NUMBER_CHANGED",
    480: "NO_USER_RESPONSE", 484: "INVALID_NUMBER_FORMAT", 486: "USER_BUSY", 487: "ORIGINATOR_CANCEL",
    488: "INCOMPATIBLE_DESTINATION", 500: "NORMAL_TEMPORARY_FAILURE", 502: "NETWORK_OUT_OF_ORDER",
    503: "NORMAL_TEMPORARY_FAILURE", 504: "RECOVERY_ON_TIMER_EXPIRE", 600: "USER_BUSY",
    604: "NO_ROUTE_DESTINATION", 606: "INCOMPATIBLE_DESTINATION",
}  # fmt: skip
