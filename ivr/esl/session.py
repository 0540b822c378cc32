"""One login on FreeSWITCH's event socket, from connecting to its end.

greenswitch's InboundESL, of which the table of handlers and the manner of use are kept and everything is
replaced that freezes, hangs or believes: connecting (IPv6, time-outs), sending (whole commands, one writer),
reading (our parser) and the matching of replies, which FreeSWITCH sends in the order of the commands.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Flag
from gevent.lock import BoundedSemaphore
from gevent.monkey import get_original
from greenswitch.esl import InboundESL

from ivr import log
from ivr.errors import CommandTimeout, ConnectionLost, LoginRefused, SwitchError
from ivr.esl import commands
from ivr.esl.wire import Event, Message, Parser

_log = log.get(__name__)
_getaddrinfo = get_original("socket", "getaddrinfo")

MAX_PENDING: Final = 10_000
"""Commands that may wait for their replies."""

EVENTS_PER_TURN: Final = 100
SECONDS_PER_TURN: Final = 0.005
"""What may be handled before the other greenlets get their turn."""


@dataclass(frozen=True, slots=True)
class Reply:
    """FreeSWITCH's answer: `text` is the Reply-Text of a command, or what an API command printed."""

    text: str
    headers: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return not self.text.startswith(("-ERR", "-USAGE"))


@dataclass(slots=True)
class Counters:
    """What happened so far, over all sessions of a connection."""

    connects: int = 0
    losses: int = 0
    events: int = 0
    dropped: int = 0
    handler_errors: int = 0
    timeouts: int = 0


@dataclass(slots=True)
class _Pending:
    """A command on its way. It keeps its place when its caller gives up, so that the late reply finds it."""

    is_api: bool
    deadline: float
    result: AsyncResult[Reply] = field(default_factory=AsyncResult)


class Session(InboundESL):  # type: ignore[misc]  # greenswitch has no types
    """One login; it ends once, for a `reason`, and is not used again.

    `register_handle(name, handler)` is greenswitch's: the handlers of an event's name are called (of a CUSTOM
    event's subclass), or else those of `*`. They run on the reading greenlet and must not wait.

    Args:
        host: a name or an address; all addresses of a name are tried, IPv6 and IPv4.
        connect_timeout: seconds for connecting and logging in together.
        command_timeout: seconds a reply may take, unless the command says otherwise.
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        connect_timeout: float = 5.0,
        command_timeout: float = 5.0,
        counters: Counters | None = None,
    ) -> None:
        super().__init__(host, port, password, timeout=connect_timeout)
        self.command_timeout = command_timeout
        self.counters = counters or Counters()
        self.closed = Flag()
        self.reason: SwitchError = ConnectionLost("not connected yet")
        self.heard = 0.0
        self.sock: socket.socket | None = None
        self._pending: deque[_Pending] = deque()
        self._writer = BoundedSemaphore(1)
        self._reader: gevent.Greenlet[[], None] | None = None
        self._handling: object = None

    # Beginning and end ----------------------------------------------------------------------------

    def connect(self) -> None:
        """Connect and log in.

        Raises:
            LoginRefused: wrong password, or this address is not on FreeSWITCH's access list.
            ConnectionLost: nobody is there, or no event socket, or it took too long.
        """
        timer = gevent.Timeout(self.timeout)
        try:
            with timer:
                self.sock = self._dial()
                self.connected = True
                self.start_event_handlers()
                self._auth_request_event.wait()
                self.authenticate()
        except gevent.Timeout as timeout:
            self.close(ConnectionLost(f"{self._where} did not let us in within {self.timeout:g} s"))
            if timeout is not timer:
                raise
            raise self.reason from None
        except SwitchError as error:
            self.close(error)
            raise
        except BaseException:
            self.close(ConnectionLost("the login was given up"))
            raise

    def authenticate(self) -> None:
        """Send the password."""
        if not self.send(commands.auth(self.password)).ok:
            raise LoginRefused(
                f"FreeSWITCH at {self._where} refused the password",
                hint="set switch.password to the one in its event_socket.conf.xml",
            )

    def start_event_handlers(self) -> None:
        """Start reading."""
        self.heard = time.monotonic()
        self._reader = gevent.spawn(self.receive_events)
        self._reader.link_exception(self._reader_died)

    def close(self, reason: SwitchError) -> None:
        """End the session; every command that waits fails at once. Does nothing the second time."""
        if self.closed.is_set():
            return
        self.reason = reason
        self.connected = False
        self.closed.set()
        self._auth_request_event.set()
        while self._pending:
            self._pending.popleft().result.set_exception(self._lost())
        if self.sock is not None:
            self.sock.close()
        if self._reader is not None and self._reader is not gevent.getcurrent():
            self._reader.kill(block=False)

    def stop(self) -> None:
        """greenswitch's name for ending it."""
        self.close(ConnectionLost("the connection was closed here"))

    @property
    def _where(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def _lost(self) -> SwitchError:
        return type(self.reason)(self.reason.message, hint=self.reason.hint)

    def _dial(self) -> socket.socket:
        failure: OSError | None = None
        try:
            found = _addresses(self.host, self.port)
        except OSError as error:
            found, failure = [], error
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self.timeout / len(found))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(self.command_timeout)
            except BaseException as error:
                sock.close()
                if not isinstance(error, OSError):
                    raise
                failure = error
            else:
                return sock
        raise ConnectionLost(
            f"no event socket at {self._where}: {failure}",
            hint="is FreeSWITCH running? see switch.host, switch.port",
        )

    # Sending --------------------------------------------------------------------------------------

    def send(self, data: bytes, timeout: float | None = None, *, is_api: bool = False) -> Reply:
        """Send a command made by `commands` and wait for its reply, good or bad.

        Raises:
            ConnectionLost: the session has ended, or ends before the reply.
            CommandTimeout: no reply within `timeout` seconds; it will be thrown away when it comes.
            SwitchError: `MAX_PENDING` commands wait already.
        """
        if self._handling is gevent.getcurrent():
            raise RuntimeError(
                "an event handler cannot wait for a reply: it holds up the greenlet that reads it"
            )
        timeout = self.command_timeout if timeout is None else timeout
        pending = _Pending(is_api, time.monotonic() + timeout)
        self._write(data, pending, timeout)
        reply = pending.result.wait(max(0.0, pending.deadline - time.monotonic()))
        if reply is not None:
            return reply
        if pending.result.exception is not None:
            raise pending.result.exception
        self.counters.timeouts += 1
        raise CommandTimeout(f"FreeSWITCH did not answer within {timeout:g} s")

    def _write(self, data: bytes, pending: _Pending, timeout: float) -> None:
        """The one way out: bytes of two commands never mix, and replies are expected in the order of writing.

        (A bare newline between two commands, which makes FreeSWITCH flush its events, would go out here too.)
        """
        if not self._writer.acquire(timeout=timeout):
            self.counters.timeouts += 1
            raise CommandTimeout(f"FreeSWITCH took no command within {timeout:g} s")
        try:
            if self.sock is None or self.closed.is_set():
                raise self._lost()
            if len(self._pending) >= MAX_PENDING:
                raise SwitchError(f"{MAX_PENDING} commands wait for FreeSWITCH already")
            self._pending.append(pending)
            try:
                self.sock.sendall(data)
            except OSError as error:
                self.close(ConnectionLost(f"the event socket cannot be written: {error}"))
                raise self._lost() from None
            except BaseException:  # half a command may be on its way, and nothing can follow it
                self.close(ConnectionLost("a command was given up while it was being written"))
                raise
        finally:
            self._writer.release()

    @property
    def overdue(self) -> float:
        """Seconds for which the oldest command's reply is late; negative when none is."""
        return time.monotonic() - self._pending[0].deadline if self._pending else float("-inf")

    @property
    def patience(self) -> float:
        """Seconds until the last of the waiting commands is due."""
        return max((pending.deadline for pending in self._pending), default=0.0) - time.monotonic()

    # Reading --------------------------------------------------------------------------------------

    def receive_events(self) -> None:
        """Read until the end. Whatever FreeSWITCH or another may send, the session ends rather than hangs."""
        parser, dropped = Parser(), 0
        turn, handled = time.monotonic(), 0
        try:
            while self.sock is not None and not self.closed.is_set():
                asked = time.monotonic()
                data = self._receive(self.sock)
                self.heard = time.monotonic()
                if self.heard - asked > SECONDS_PER_TURN:  # the others had their turn while we waited
                    turn, handled = self.heard, 0
                if not data:
                    where = " in the middle of a message" if parser.pending else ""
                    raise ConnectionLost(f"FreeSWITCH closed the connection{where}")
                messages = parser.feed(data)
                self.counters.dropped += parser.dropped - dropped
                dropped = parser.dropped
                for message in messages:
                    if self.closed.is_set():
                        return
                    self.handle_event(message)
                    handled += 1
                    if handled >= EVENTS_PER_TURN or time.monotonic() - turn > SECONDS_PER_TURN:
                        gevent.sleep(0)
                        turn, handled = time.monotonic(), 0
        except SwitchError as error:
            self.close(error)
        except OSError as error:
            self.close(ConnectionLost(f"the event socket cannot be read: {error}"))

    @staticmethod
    def _receive(sock: socket.socket) -> bytes:
        while True:
            try:
                return sock.recv(1 << 16)
            except TimeoutError:
                continue  # the time-out is for sending; silence is the watcher's business

    def handle_event(self, message: Message) -> None:
        """One message: an event to its handlers, a reply to its command."""
        match message.content_type:
            case "text/event-plain":
                if message.event is not None:
                    self._dispatch(message.event)
            case "api/response":
                self._answer(Reply(message.body.decode("utf-8", "replace"), message.headers), is_api=True)
            case "command/reply":
                self._answer(Reply(message.headers.get("Reply-Text", ""), message.headers), is_api=False)
            case "auth/request":
                self._auth_request_event.set()
            case "text/disconnect-notice":
                self.close(ConnectionLost("FreeSWITCH ended the connection"))
            case "text/rude-rejection":
                self.close(
                    LoginRefused(
                        f"FreeSWITCH at {self._where} does not take connections from this address",
                        hint="see apply-inbound-acl in its event_socket.conf.xml",
                    )
                )
            case _:  # a log line, or something newer than this: nobody asked for it
                self.counters.dropped += 1

    def _answer(self, reply: Reply, *, is_api: bool) -> None:
        # FreeSWITCH answers an API command by a command/reply only to say that it may not be run.
        pending = self._pending[0] if self._pending else None
        if pending is None or (pending.is_api != is_api and (is_api or reply.ok)):
            self.close(ConnectionLost("FreeSWITCH's replies do not match what it was asked"))
            return
        self._pending.popleft().result.set(reply)

    def _dispatch(self, event: Event) -> None:
        self.counters.events += 1
        name = event.name
        handlers = self.event_handlers.get(event.get("Event-Subclass") if name == "CUSTOM" else name)
        for handler in handlers or self.event_handlers.get("*", ()):
            self.deliver(handler, event)

    def deliver(self, handler: Callable[[Event], None], event: Event) -> None:
        """Call a handler; what it raises is logged and counted, and never stops the reading."""
        self._handling = gevent.getcurrent()
        try:
            handler(event)
        except Exception:
            self.counters.handler_errors += 1
            _log.exception("event_handler_failed", event_name=event.name, call=event.uuid)
        finally:
            self._handling = None

    def _reader_died(self, reader: gevent.Greenlet[[], None]) -> None:
        _log.critical("esl_reader_died", error=repr(reader.exception))
        self.close(ConnectionLost(f"the reader failed: {reader.exception!r}"))


def _addresses(host: str, port: int) -> list[tuple[Any, ...]]:
    """As `getaddrinfo`. An address is read here: look-ups of names share few threads, and while those of
    other systems hang there would be no way back to FreeSWITCH."""
    try:
        return list(_getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    except OSError:
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
