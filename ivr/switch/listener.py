"""One client of the event socket: its commands in, replies and events out (inbound mode of mod_event_socket).

Replies go out at once; events wait in a bounded queue and are held back while a command runs, as one thread
per connection would have it. A client that loses more than 500 events in a row is thrown out.
"""

from __future__ import annotations

import contextlib
from collections import deque
from typing import TYPE_CHECKING

import gevent
from gevent import socket
from gevent.lock import BoundedSemaphore

from ivr import log
from ivr.flag import Flag
from ivr.switch import protocol
from ivr.switch.events import Event
from ivr.switch.text import to_bytes
from ivr.switch.wire import CommandReader, RefusedError

if TYPE_CHECKING:
    from ivr.switch.switch import Switch

_log = log.get(__name__)

MAX_QUEUED = 100_000
_MAX_LOST = 500
_AUTH_SECONDS = 25.0
_GOODBYE_SECONDS = 1.0
_LONGEST_WAIT = 60.0
_BATCH_BYTES = 256 * 1024
_GOODBYE = b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
_NOTICE = b"Content-Type: text/disconnect-notice\nContent-Length: %d\n\n%s" % (len(_GOODBYE), _GOODBYE)


class Listener:
    """A connection, from `auth/request` to the disconnect notice."""

    def __init__(self, switch: Switch, client: socket.socket) -> None:
        self.switch = switch
        self.authed = False
        self.running = True
        self.format = "plain"
        self.listening = False
        self.names: set[str] = set()
        self.subclasses: set[str] = set()
        self.filters: list[tuple[str, str]] = []
        self._socket = client
        self._io = BoundedSemaphore(1)
        self._queue: deque[bytes] = deque()
        self._queued = Flag()
        self._lost = 0

    # The connection -----------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve the client until either side has enough."""
        self.switch.bus.listeners.append(self)
        writer = gevent.spawn(self._write_events)
        try:
            self._serve()
            gevent.with_timeout(_GOODBYE_SECONDS, self._say_goodbye, timeout_value=None)
        except OSError:
            _log.debug("an event socket connection broke")
        finally:
            self.switch.bus.listeners.remove(self)
            writer.kill(block=False)
            self._socket.close()

    def _serve(self) -> None:
        self._socket.sendall(b"Content-Type: auth/request\n\n")
        reader = CommandReader(self._socket)
        try:
            # Only the first command must come in time; that is how mod_event_socket has it.
            message = gevent.with_timeout(_AUTH_SECONDS, reader.read, timeout_value=None)
            while message:
                with self._io:
                    self._socket.sendall(protocol.answer(self, message))
                message = reader.read() if self.running else None
        except RefusedError as refusal:
            _log.warning("an event socket client was cut off", reason=str(refusal))

    def _say_goodbye(self) -> None:
        with self._io:
            self._socket.sendall(_NOTICE)

    def drop(self) -> None:
        """Break the connection without a word."""
        self.running = False
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    # Events -------------------------------------------------------------------------------------------

    def wants(self, name: str, subclass: str) -> bool:
        """Whether this client asked for such events."""
        if not self.listening:
            return False
        if "ALL" in self.names:
            return True
        return name in self.names and (name != "CUSTOM" or not subclass or subclass in self.subclasses)

    def take(self, event: Event) -> None:
        """Queue an event, in the client's format, unless its filters are against it."""
        if self.filters and not protocol.passes(self.filters, event):
            return
        if len(self._queue) >= MAX_QUEUED:
            self._lost += 1
            if self._lost > _MAX_LOST:
                _log.error("an event socket client reads too slowly", lost=self._lost)
                self.drop()
            return
        self._lost = 0
        data = event.json if self.format == "json" else event.plain
        head = f"Content-Length: {len(data)}\nContent-Type: text/event-{self.format}\n\n"
        self._queue.append(to_bytes(head) + data)
        self._queued.set()

    def forget_events(self) -> None:
        """Drop what is queued."""
        self._queue.clear()

    def _write_events(self) -> None:
        while self.running:
            self._queued.wait(_LONGEST_WAIT)
            self.switch.events_flow.wait(_LONGEST_WAIT)
            self._queued.clear()
            while self._queue and self.switch.events_flow.is_set():
                with self._io:
                    batch = bytearray()
                    while self._queue and len(batch) < _BATCH_BYTES:
                        batch += self._queue.popleft()
                    try:
                        self._socket.sendall(bytes(batch))
                    except OSError:
                        return
