"""A WebSocket for sound: nothing is packed, nothing is sent by halves, nothing large comes in.

simple-websocket packs each message where a browser offers that, which costs more than 20 ms of sound are
worth, and sends without looking how much of a message the system took.
"""

from __future__ import annotations

from contextlib import suppress
from socket import SHUT_RDWR, SHUT_WR
from typing import Any, Final

import simple_websocket

from ivr.voip.messages import FRAME, MAX_MESSAGE

MAX: Final = max(MAX_MESSAGE, 10 * FRAME)
"""Bytes of a message."""
UNREAD: Final = 200
"""Messages that may wait here to be read; a browser that floods us is let go."""

LAST_WORDS: Final = 1.0
"""Seconds in which a browser says goodbye after us."""


class _Whole:
    """A socket that sends all it is given."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def send(self, data: bytes) -> int:
        self._socket.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        data: bytes = self._socket.recv(size)
        return data

    def finish(self) -> None:
        """Send nothing more."""
        with suppress(OSError):
            self._socket.shutdown(SHUT_WR)

    def close(self) -> None:
        """End the connection, whoever else holds it: the web server takes what still comes for a request."""
        with suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)
        self._socket.close()


class WebSocket(simple_websocket.Server):  # type: ignore[misc] # it has no types
    """One browser's. See `ivr.phone.serving.Socket`."""

    def handshake(self) -> None:
        self.sock: Any = _Whole(self.sock)
        self.environ: dict[str, Any] = {**self.environ}
        self.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        super().handshake()

    def _handle_events(self) -> bool:
        goes_on: bool = super()._handle_events()
        return goes_on and len(self.input_buffer) <= UNREAD

    def end(self) -> None:
        """End the connection: a browser waits for that, once goodbyes are said (RFC 6455, section 7.1.1)."""
        self.sock.finish()
        # What is not read when a connection ends would cut off what we said last.
        self.thread.join(LAST_WORDS)
        self.sock.close()


def accept(environ: dict[str, Any]) -> WebSocket:
    """Take a browser's connection over, from its request (WSGI).

    Raises:
        RuntimeError: it is no request for a WebSocket, or the server is not gevent's.
    """
    return WebSocket(environ, max_message_size=MAX)
