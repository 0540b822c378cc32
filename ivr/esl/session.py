"""One login on FreeSWITCH's event socket, from connecting to its end.

greenswitch's InboundESL, of which the table of handlers and the manner of use are kept and everything is
replaced that freezes, hangs or believes: connecting (IPv6, time-outs), sending (whole commands, one writer),
reading (our parser) and the matching of replies, which FreeSWITCH sends in the order of the commands.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import gevent
from gevent import socket
from gevent.monkey import get_original
from greenswitch.esl import InboundESL

from ivr import log
from ivr.errors import ConnectionLost, LoginRefused, SwitchError
from ivr.esl import commands
from ivr.esl.exchange import Counters, Exchange, Frame, Reply
from ivr.esl.wake import Waker
from ivr.esl.wire import Event, Message, Parser
from ivr.flag import Flag

_log = log.get(__name__)
_UPTIME: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_getaddrinfo = get_original("socket", "getaddrinfo")

EVENTS_PER_TURN: Final = 100
SECONDS_PER_TURN: Final = 0.005
"""What may be handled before the other greenlets get their turn."""

TICK: Final = 0.25
STANDSTILL: Final = 2.5
"""Seconds between two ticks of a session, and without one after which this process stood still: stopped,
swapped out, its machine paused. Others may have taken it for dead then."""


def uptime() -> float:
    """Seconds that also pass while the machine is suspended, where the system counts them."""
    return time.clock_gettime(_UPTIME)


class Session(InboundESL):  # type: ignore[misc]  # greenswitch has no types
    """One login; it ends once, for a `reason`, and is not used again.

    `register_handle(name, handler)` is greenswitch's: the handlers of an event's name are called (of a CUSTOM
    event's subclass), or else those of `*`. They run on the reading greenlet and must not wait.

    Args:
        host: a name or an address; all addresses of a name are tried, IPv6 and IPv4.
        connect_timeout: seconds for connecting and logging in together.
        command_timeout: seconds a reply may take, unless the command says otherwise.
        clock: seconds, for replies' time-outs and to notice that this process stood still.
        wake: seconds between the newlines that make FreeSWITCH look at its events; 0: none.
        awaiting: whether some call is driven; else FreeSWITCH is woken less often. It must not wait.
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
        clock: Callable[[], float] = uptime,
        wake: float = 0.0,
        awaiting: Callable[[], object] = lambda: True,
    ) -> None:
        super().__init__(host, port, password, timeout=connect_timeout)
        self.command_timeout = command_timeout
        self.counters = counters or Counters()
        self.closed = Flag()
        self.reason: SwitchError = ConnectionLost("not connected yet")
        self._heard = 0.0
        self.sock: socket.socket | None = None
        self._clock = clock
        self._ticked = clock()
        self._exchange = Exchange(
            self._line,
            self.close,
            self._tell,
            command_timeout=command_timeout,
            counters=self.counters,
            clock=clock,
        )
        self._reader: gevent.Greenlet[[], None] | None = None
        self._ticker: gevent.Greenlet[[], None] | None = None
        self._wake, self._awaiting = wake, awaiting
        self._waker: Waker | None = None
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
                if self._wake and not self.closed.is_set():
                    self._waker = Waker(self._wake, self._awaiting, self._wake_up)
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
        self._heard = self._ticked = self._clock()
        self._ticker = gevent.spawn(self._tick)
        self._ticker.link_exception(self._greenlet_died)
        self._reader = gevent.spawn(self.receive_events)
        self._reader.link_exception(self._greenlet_died)

    def close(self, reason: SwitchError) -> None:
        """End the session; every command that waits fails at once. Does nothing the second time."""
        if self.closed.is_set():
            return
        self.reason = reason
        self.connected = False
        self.closed.set()
        if self._waker is not None:
            self._waker.stop()
        self._auth_request_event.set()
        self._exchange.fail(self._lost)
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
            SwitchError: too many commands wait already.
        """
        if self._handling is gevent.getcurrent():
            raise RuntimeError(
                "an event handler cannot wait for a reply: it holds up the greenlet that reads it"
            )
        return self._exchange.ask(data, self.command_timeout if timeout is None else timeout, is_api=is_api)

    def post(self, *frames: Frame) -> None:
        """Send commands in one write without waiting for their replies; a handler may.

        Raises:
            ConnectionLost: the session has ended. No `failed` will be called, as nothing was sent.
            SwitchError: too many commands wait already.
        """
        self._exchange.post(frames)

    @property
    def overdue(self) -> float:
        """Seconds for which the oldest command's reply is late; negative when none is."""
        return self._exchange.overdue

    @property
    def patience(self) -> float:
        """Seconds until the last of the waiting commands is due."""
        return self._exchange.patience

    @property
    def silence(self) -> float:
        """Seconds since something was heard."""
        return self._clock() - self._heard

    def _line(self) -> socket.socket:
        """The socket, for whoever is about to write."""
        self._check_standstill(self._clock())
        if self.sock is None or self.closed.is_set():
            raise self._lost()
        return self.sock

    # Time -----------------------------------------------------------------------------------------

    def _wake_up(self) -> None:
        if self.sock is not None:
            self._exchange.wake(self.sock, self._wake / 2)

    def _tick(self) -> None:
        while not self.closed.wait(TICK):
            now = self._clock()
            self._check_standstill(now)
            self._ticked = now
            self._exchange.expire()

    def _check_standstill(self, now: float) -> None:
        """End the session when this process did not run for a while: what it would do now is of another time,
        and others may drive the calls by now. A new session begins with what is true."""
        stood = now - self._ticked
        if stood > STANDSTILL and self._ticker is not None:
            self.close(ConnectionLost(f"this process stood still for {stood:.1f} s"))

    # Reading --------------------------------------------------------------------------------------

    def receive_events(self) -> None:
        """Read until the end. Whatever FreeSWITCH or another may send, the session ends rather than hangs."""
        parser, dropped, clock = Parser(), 0, self._clock
        turn, handled = clock(), 0
        try:
            while self.sock is not None and not self.closed.is_set():
                asked = clock()
                data = self._receive(self.sock)
                self._heard = now = clock()
                if now - asked > SECONDS_PER_TURN:  # the others had their turn while we waited
                    turn, handled = now, 0
                if not data:
                    where = " in the middle of a message" if parser.pending else ""
                    raise ConnectionLost(f"FreeSWITCH closed the connection{where}")
                messages = parser.feed(data)
                self.counters.dropped += parser.dropped - dropped
                dropped = parser.dropped
                for message in messages:
                    now = clock()
                    if handled >= EVENTS_PER_TURN or now - turn > SECONDS_PER_TURN:
                        gevent.sleep(0)
                        turn = now = clock()
                        handled = 0
                    self._check_standstill(now)
                    if self.closed.is_set():
                        return
                    self.handle_event(message)
                    handled += 1
                if self._waker is not None and not self.closed.is_set():
                    self._waker.look()
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
                text = message.body.decode("utf-8", "replace")
                self._exchange.answer(Reply(text, message.headers), is_api=True)
            case "command/reply":
                text = message.headers.get("Reply-Text", "")
                self._exchange.answer(Reply(text, message.headers), is_api=False)
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

    def _dispatch(self, event: Event) -> None:
        self.counters.events += 1
        name = event.name
        handlers = self.event_handlers.get(event.get("Event-Subclass") if name == "CUSTOM" else name)
        for handler in handlers or self.event_handlers.get("*", ()):
            self.deliver(handler, event)

    def deliver(self, handler: Callable[[Event], None], event: Event) -> None:
        """Call a handler; what it raises is logged and counted, and never stops the reading."""
        before, self._handling = self._handling, gevent.getcurrent()
        try:
            handler(event)
        except Exception:
            self.counters.handler_errors += 1
            _log.exception("event_handler_failed", event_name=event.name, call=event.uuid)
        finally:
            self._handling = before

    def _tell(self, failed: Callable[[SwitchError], None], error: SwitchError) -> None:
        before, self._handling = self._handling, gevent.getcurrent()
        try:
            failed(error)
        except Exception:
            self.counters.handler_errors += 1
            _log.exception("failure_handler_failed", error=str(error))
        finally:
            self._handling = before

    def _greenlet_died(self, dead: gevent.Greenlet[[], None]) -> None:
        _log.critical("session_greenlet_died", error=repr(dead.exception))
        self.close(ConnectionLost(f"the session failed: {dead.exception!r}"))


def _addresses(host: str, port: int) -> list[tuple[Any, ...]]:
    """As `getaddrinfo`. An address is read here: look-ups of names share few threads, and while those of
    other systems hang there would be no way back to FreeSWITCH."""
    try:
        return list(_getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    except OSError:
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
