"""One browser's WebSocket, from its hello to its end: all that a route has to do once it knows who is there.

    @app.route("/phone/socket", websocket=True)
    def phone():
        serve(accept(request.environ), seats, Visitor(user.id, Role.AGENT, account, dials))

`accept` is that of `ivr.phone.websocket`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Final, Protocol

import gevent
from simple_websocket import ConnectionClosed

from ivr.errors import PhoneError
from ivr.log import get
from ivr.phone.bridge import Bridge, Words, hello, refusal
from ivr.phone.outbox import Outbox
from ivr.phone.seats import ENDS, Seats, Visitor

log = get(__name__)

GREETING: Final = 5.0
"""Seconds until the first message."""
SILENCE: Final = 15.0
"""Seconds without a word or a sound after which a browser is gone; it pings every five."""
PATIENCE: Final = 5.0
"""Seconds in which it must read what it is told."""

REFUSED: Final = 4000
"""The status of a connection that we close; the reason is said with it."""
REASON: Final = 123
"""Bytes of it."""
GOING_AWAY: Final = 1001
"""The status when we end, and another one will be here soon: browsers come back (RFC 6455, section 7.4.1)."""


class Socket(Protocol):
    """A WebSocket, as simple-websocket has it. What is closed raises ConnectionClosed."""

    def receive(self, timeout: float | None = None) -> str | bytes | None:
        """The next message; None: not in time."""

    def send(self, data: str | bytes) -> None:
        """Send one."""

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Close it."""


def serve(
    socket: Socket,
    seats: Seats,
    visitor: Visitor,
    beside: Callable[[Bridge], AbstractContextManager[object]] = lambda _bridge: nullcontext(),
) -> None:
    """Be this browser's telephone for as long as it is there; `beside` is entered meanwhile, and may tell it
    more by its bridge."""
    outbox = Outbox()
    with suppress(ConnectionClosed):
        try:
            seat = seats.enter(visitor, hello(socket.receive(GREETING) or ""), outbox)
        except PhoneError as error:
            _send_away(socket, error, visitor.words)
            return
        writer = gevent.spawn(_write, socket, outbox, visitor.words)
        try:
            with beside(seat.bridge):
                _read(socket, seat.bridge, outbox)
        except PhoneError as error:
            log.warning("a browser's telephone was closed", user=visitor.id, error=error.message)
            outbox.close(error.message)
            writer.join(PATIENCE)
        finally:
            seats.leave(seat, outbox)
            writer.kill()


def _read(socket: Socket, bridge: Bridge, outbox: Outbox) -> None:
    while not outbox.closed:
        frame = socket.receive(SILENCE)
        if frame is None:
            raise PhoneError("nothing was heard of the browser any more")
        if isinstance(frame, str):
            bridge.text(frame)
        else:
            bridge.sound(bytes(frame))


def _write(socket: Socket, outbox: Outbox, words: Words) -> None:
    """Say what there is to say, until that is all; who does not read is left."""
    with suppress(ConnectionClosed, OSError, gevent.Timeout):
        while (frame := outbox.get()) is not None:
            with gevent.Timeout(PATIENCE):
                socket.send(frame)
    with suppress(ConnectionClosed, OSError, gevent.Timeout), gevent.Timeout(PATIENCE):
        status = GOING_AWAY if outbox.closed == ENDS else REFUSED
        socket.close(status, _reason(words(outbox.closed or "the browser does not read")))


def _reason(words: str) -> str:
    """As much as a close frame holds (RFC 6455, section 5.5)."""
    return words.encode()[:REASON].decode(errors="ignore")


def _send_away(socket: Socket, error: PhoneError, words: Words) -> None:
    outbox = Outbox()
    outbox.put(refusal(error, words))
    outbox.close(error.message)
    _write(socket, outbox, words)
