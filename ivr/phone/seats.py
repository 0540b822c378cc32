"""Who has a telephone in a browser now: so many lines and no more, one for each agent, and an agent's call is
kept a while when the browser is gone, as it may only be loading its page anew.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import gevent

from ivr.errors import PhoneError
from ivr.log import get
from ivr.phone.bridge import Bridge, Hello, Role, Words
from ivr.phone.line import Account
from ivr.phone.opening import Opener
from ivr.phone.outbox import Outbox

log = get(__name__)

EACH: Final = 4
"""Lines that one user may have at the same time."""

TAKEN: Final = "this telephone is in use in another window"
ENDS: Final = "the web process ends"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has proved who they are.

    Args:
        id: the user; an agent has one telephone.
        account: with which the switch knows them.
        dials: whether they may dial a number.
        words: says in their language what could not be done.
    """

    id: str
    role: Role
    account: Account
    dials: Callable[[str], bool]
    words: Words = field(default=str, repr=False)


@dataclass(slots=True, eq=False)
class Seat:
    """A line that is taken: by whom, and which browser has it now (None: none has)."""

    visitor: Visitor
    bridge: Bridge
    token: str
    outbox: Outbox | None = None
    timer: gevent.Greenlet[..., None] | None = field(default=None, repr=False)


class Seats:
    """All of them, in one process.

    Args:
        open_line: opens a line.
        limit: how many there may be.
        grace: seconds an agent's call is kept without a browser.
    """

    def __init__(self, open_line: Opener, limit: int, grace: float) -> None:
        self._open, self._limit, self._grace = open_line, limit, grace
        self._seats: list[Seat] = []
        self._stopped = False

    def __len__(self) -> int:
        return len(self._seats)

    def enter(self, visitor: Visitor, hello: Hello, outbox: Outbox) -> Seat:
        """A browser has come: to a line of its own, or back to the one it had.

        Raises:
            PhoneError: all are taken, this one is in use elsewhere, or the switch cannot be reached.
        """
        if self._stopped:
            raise PhoneError(ENDS, hint="come again in a moment")
        seat = self._kept(visitor, hello)
        if seat is None:
            seat = self._new(visitor)
        elif seat.outbox is not None:
            seat.outbox.close("this telephone is used in another window now")
        if seat.timer is not None:
            seat.timer.kill(block=False)
            seat.timer = None
        seat.outbox, seat.token = outbox, secrets.token_urlsafe(16)
        seat.bridge.attach(outbox.put, seat.token, self._grace, visitor.words)
        return seat

    def leave(self, seat: Seat, outbox: Outbox) -> None:
        """A browser is gone, or was sent away. A caller's call ends, an agent's is kept for a while."""
        if seat.outbox is not outbox:
            return  # another one has the line now
        seat.outbox = None
        seat.bridge.detach()
        if seat.visitor.role is Role.AGENT and seat.bridge.busy and self._grace > 0:
            seat.timer = gevent.spawn_later(self._grace, self._give_up, seat)
        else:
            self._give_up(seat)

    def stop(self) -> None:
        """Let go of all lines, and give out no more."""
        self._stopped = True
        for seat in list(self._seats):
            if seat.outbox is not None:
                seat.outbox.close(ENDS)
            self._give_up(seat)

    def _kept(self, visitor: Visitor, hello: Hello) -> Seat | None:
        """The line an agent has already."""
        if visitor.role is not Role.AGENT:
            return None
        seats = (each for each in self._seats if each.visitor.role is Role.AGENT)
        seat = next((each for each in seats if each.visitor.id == visitor.id), None)
        if seat is None or seat.bridge.over:
            return None
        known = secrets.compare_digest(hello.resume.encode(), seat.token.encode())
        if seat.outbox is not None and not known and not hello.take:
            raise PhoneError(TAKEN, hint="close it there, or take it over here")
        return seat

    def _new(self, visitor: Visitor) -> Seat:
        own = sum(1 for each in self._seats if each.visitor.id == visitor.id)
        if len(self._seats) >= self._limit or own >= EACH:
            raise PhoneError("all telephones are in use", hint="phone.lines says how many there may be")
        bridge = Bridge(visitor.role, visitor.dials, time.monotonic)
        seat = Seat(visitor, bridge, "")
        self._seats.append(seat)  # counted while the switch is asked
        try:
            bridge.sit(self._open(visitor.account, lambda told: self._told(seat, told)))
        except BaseException:
            self._seats.remove(seat)
            raise
        return seat

    def _told(self, seat: Seat, told: object) -> None:
        seat.bridge.told(told)  # type: ignore[arg-type] # what lines tell
        if seat.bridge.over:
            self._gone(seat)

    def _gone(self, seat: Seat) -> None:
        """The line is."""
        if seat in self._seats:
            self._seats.remove(seat)
        if seat.timer is not None:
            seat.timer.kill(block=False)
        if seat.outbox is not None:
            seat.outbox.close("the line is gone")

    def _give_up(self, seat: Seat) -> None:
        seat.timer = None
        seat.bridge.line.close()
        self._gone(seat)
