"""What a session says and what it is answered: commands leave by one way, replies come in their order.

A command either waits for its reply or is posted: then it never holds up who says it, and only its failure
is told. Several posted together leave in one write, so that FreeSWITCH does them in one go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.lock import BoundedSemaphore

from ivr import log
from ivr.errors import CommandFailed, CommandTimeout, ConnectionLost, SwitchError

_log = log.get(__name__)

MAX_PENDING: Final = 10_000
"""Commands that may wait for their replies, or to be written."""


@dataclass(frozen=True, slots=True)
class Reply:
    """FreeSWITCH's answer: `text` is the Reply-Text of a command, or what an API command printed."""

    text: str
    headers: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return not self.text.startswith(("-ERR", "-USAGE"))

    def checked(self) -> str:
        """The text. Raises CommandFailed when it says that the command failed."""
        if not self.ok:
            raise CommandFailed(f"FreeSWITCH answered {self.text.strip()[:200]!r}")
        return self.text


@dataclass(frozen=True, slots=True)
class Frame:
    """A command made by `commands`, to be posted; `failed` is told when it fails, else the log is."""

    data: bytes
    is_api: bool
    failed: Callable[[SwitchError], None] | None = None


@dataclass(slots=True)
class Counters:
    """What happened so far, over all sessions of a connection."""

    connects: int = 0
    losses: int = 0
    events: int = 0
    dropped: int = 0
    handler_errors: int = 0
    timeouts: int = 0


Outcome = Reply | SwitchError


@dataclass(slots=True)
class _Pending:
    """A command on its way. It keeps its place when nobody waits any more: a late reply finds it."""

    is_api: bool
    deadline: float
    settle: Callable[[Outcome], None]
    posted: bool = False


class Exchange:
    """The commands of one session and their replies.

    Args:
        line: the socket to write to; raises ConnectionLost when the session has ended.
        close: ends the session, which calls `fail`.
        tell: calls a `failed` with its error, and lets nothing it raises through.
    """

    def __init__(
        self,
        line: Callable[[], socket.socket],
        close: Callable[[SwitchError], None],
        tell: Callable[[Callable[[SwitchError], None], SwitchError], None],
        *,
        command_timeout: float,
        counters: Counters,
        clock: Callable[[], float],
    ) -> None:
        self._line, self._close, self._tell = line, close, tell
        self._command_timeout = command_timeout
        self._counters = counters
        self._clock = clock
        self._pending: deque[_Pending] = deque()
        self._queued: list[_Pending] = []
        self._queued_data = bytearray()
        self._leaving = False
        self._writer = BoundedSemaphore(1)
        self.written = clock()
        """When something was written last."""

    # Out ------------------------------------------------------------------------------------------

    def ask(self, data: bytes, timeout: float, *, is_api: bool) -> Reply:
        """Send a command and wait for its reply, good or bad.

        Raises:
            ConnectionLost: the session has ended, or ends before the reply.
            CommandTimeout: no reply within `timeout` seconds; it will be thrown away when it comes.
            SwitchError: `MAX_PENDING` commands wait already.
        """
        result: AsyncResult[Reply] = AsyncResult()
        pending = _Pending(is_api, self._clock() + timeout, partial(_set, result))
        if not self._writer.acquire(timeout=timeout):
            self._counters.timeouts += 1
            raise CommandTimeout(f"FreeSWITCH took no command within {timeout:g} s")
        try:
            sock = self._line()
            self._make_room(1)
            data = self._take_queue() + data
            self._pending.append(pending)
            self._send_all(sock, data)
        finally:
            self._let_go()
        reply = result.wait(max(0.0, pending.deadline - self._clock()))
        if reply is not None:
            return reply
        if result.exception is not None:
            raise result.exception
        self._counters.timeouts += 1
        raise CommandTimeout(f"FreeSWITCH did not answer within {timeout:g} s")

    def post(self, frames: Sequence[Frame]) -> None:
        """Send commands and return at once. They leave at the end of this turn of the hub, in one write with
        all others that were posted meanwhile, and before anything that is written later.

        Raises:
            ConnectionLost: the session has ended; nothing was sent and no `failed` will be called.
            SwitchError: `MAX_PENDING` commands wait already; likewise.
        """
        self._line()
        self._make_room(len(frames))
        due = self._clock() + self._command_timeout
        self._queued += [
            _Pending(each.is_api, due, partial(self._posted, each), posted=True) for each in frames
        ]
        for frame in frames:
            self._queued_data += frame.data
        if not self._leaving:
            self._leaving = True
            gevent.get_hub().loop.run_callback(self._leave)

    def _leave(self) -> None:
        """Write what was posted in this turn; on the hub, so it must not wait."""
        self._leaving = False
        if not self._queued or not self._writer.acquire(blocking=False):
            return  # or whoever writes now sees to it
        rest = b""
        try:
            sock = self._line()
            data = self._take_queue()
            rest = data[self._send_some(sock, data) :]
        except SwitchError as error:  # the session has ended, and with it every command
            _log.debug("commands_not_written", error=str(error))
        finally:
            self._let_go(rest)

    def _take_queue(self) -> bytes:
        """What was posted and has not left, now among the commands that wait for replies."""
        data = bytes(self._queued_data)
        self._pending.extend(self._queued)
        self._forget_queue()
        return data

    def wake(self, sock: socket.socket, after: float) -> None:
        """Write a bare newline, which FreeSWITCH passes over but looks at its events for; not when something
        was written in the last `after` seconds, as that woke it too.

        It never falls inside a command, and is left out while the socket takes nothing; an error is left for
        the next who reads or writes.
        """
        if self._clock() - self.written >= after and self._writer.acquire(blocking=False):
            with suppress(OSError):  # whoever reads or writes next meets it too, and need not be on the hub
                sock.send(b"\n", 0, 0.0)  # type: ignore[call-arg]  # gevent's own: a time-out of 0 s
                self.written = self._clock()
            self._let_go()

    def _make_room(self, count: int) -> None:
        if len(self._pending) + len(self._queued) + count > MAX_PENDING:
            raise SwitchError(f"{MAX_PENDING} commands wait for FreeSWITCH already")

    def _send_all(self, sock: socket.socket, data: bytes) -> None:
        rest = data[self._send_some(sock, data) :]
        if not rest:
            return
        try:
            sock.sendall(rest)
            self.written = self._clock()
        except OSError as error:
            raise self._unwritable(error) from None
        except BaseException:  # half a command may be on its way, and nothing can follow it
            self._close(ConnectionLost("a command was given up while it was being written"))
            raise

    def _send_some(self, sock: socket.socket, data: bytes) -> int:
        """Bytes that left without waiting."""
        try:
            sent = sock.send(data, 0, 0.0)  # type: ignore[call-arg]  # gevent's own: a time-out of 0 s
        except BlockingIOError:
            return 0
        except OSError as error:
            raise self._unwritable(error) from None
        self.written = self._clock()
        return sent

    def _unwritable(self, error: OSError) -> SwitchError:
        failure = ConnectionLost(f"the event socket cannot be written: {error}")
        self._close(failure)
        return failure

    def _let_go(self, rest: bytes = b"") -> None:
        """Let the next one write, but first what is left of this command and what was queued meanwhile."""
        if rest or self._queued:
            gevent.spawn(self._drain, rest)
        else:
            self._writer.release()

    def _drain(self, data: bytes) -> None:
        try:
            while data or self._queued:
                data += self._take_queue()
                self._send_all(self._line(), data)
                data = b""
        except SwitchError as error:  # the session has ended, and with it every command
            _log.debug("commands_not_written", error=str(error))
        finally:
            self._writer.release()

    # In -------------------------------------------------------------------------------------------

    def answer(self, reply: Reply, *, is_api: bool) -> None:
        """Hand a reply to the oldest command; a reply that cannot be its ends the session."""
        # FreeSWITCH answers an API command by a command/reply only to say that it may not be run.
        pending = self._pending[0] if self._pending else None
        if pending is None or (pending.is_api != is_api and (is_api or reply.ok)):
            self._close(ConnectionLost("FreeSWITCH's replies do not match what it was asked"))
            return
        self._pending.popleft().settle(reply)

    def expire(self) -> None:
        """Tell of posted commands whose time is over; to be called now and then."""
        now = self._clock()
        for pending in (*self._pending, *self._queued):
            if pending.posted and pending.deadline <= now:
                pending.posted, settle = False, pending.settle
                pending.settle = _throw_away
                self._counters.timeouts += 1
                settle(CommandTimeout(f"FreeSWITCH did not answer within {self._command_timeout:g} s"))

    def fail(self, error: Callable[[], SwitchError]) -> None:
        """Fail all commands, as the session has ended."""
        left = [*self._pending, *self._queued]
        self._pending.clear()
        self._forget_queue()
        for pending in left:
            pending.settle(error())

    def _forget_queue(self) -> None:
        self._queued, self._queued_data = [], bytearray()

    @property
    def overdue(self) -> float:
        """Seconds for which the oldest command's reply is late; negative when none is."""
        return self._clock() - self._pending[0].deadline if self._pending else float("-inf")

    @property
    def patience(self) -> float:
        """Seconds until the last of the waiting commands is due."""
        return max((pending.deadline for pending in self._pending), default=0.0) - self._clock()

    def _posted(self, frame: Frame, outcome: Outcome) -> None:
        try:
            if isinstance(outcome, SwitchError):
                raise outcome
            outcome.checked()
        except SwitchError as error:
            if frame.failed is not None:
                self._tell(frame.failed, error)
            else:
                _log.debug("posted_command_failed", command=_first_words(frame.data), error=str(error))


def _set(result: AsyncResult[Reply], outcome: Outcome) -> None:
    if isinstance(outcome, Reply):
        result.set(outcome)
    else:
        result.set_exception(outcome)


def _throw_away(_: Outcome) -> None:
    """The reply of a command that was given up."""


def _first_words(data: bytes) -> str:
    """What a command was, without what it carried."""
    return " ".join(data.partition(b"\n")[0].decode("utf-8", "replace").split()[:3])
