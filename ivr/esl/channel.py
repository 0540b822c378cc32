"""One channel on the switch, commanded over an event socket that may go and come back.

A command waits for the socket rather than fail, as the call is in no danger meanwhile: the switch keeps it.
What happened reaches the flow on one queue.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

import gevent
from gevent.queue import Queue

from ivr.call import Event
from ivr.errors import CallEnded, CommandFailed, ConnectionLost, IvoryError, SwitchError
from ivr.esl import commands
from ivr.esl.commands import ApiCall, Argument
from ivr.log import get

log = get(__name__)

RECONNECT_PATIENCE = 60.0  # seconds a call waits for the event socket to come back


class Job(Protocol):
    """An API command that runs in the background."""

    def get(self, timeout: float) -> str:
        """What it printed. Raises SwitchError."""


class Link(Protocol):
    """What a call needs of the connection."""

    def execute(
        self, channel: str, application: str, argument: Argument | None = None, *, event_uuid: str
    ) -> Any:
        """Queue an application on a channel. Raises SwitchError."""

    def api(self, call: ApiCall) -> str:
        """Run an API command. Raises SwitchError."""

    def bgapi(self, call: ApiCall) -> Job:
        """Start an API command in the background. Raises SwitchError."""

    def post(self, *calls: ApiCall, failed: Callable[[SwitchError], None] | None = None) -> None:
        """Send API commands in one write, without waiting for what comes of them. Raises SwitchError."""

    def post_execute(
        self,
        channel: str,
        application: str,
        argument: Argument | None = None,
        *,
        event_uuid: str,
        failed: Callable[[SwitchError], None] | None = None,
        before: Sequence[ApiCall] = (),
    ) -> None:
        """As `execute`, without waiting, and with API commands before it. Raises SwitchError."""

    def wait_up(self, timeout: float | None = None) -> bool:
        """Wait until FreeSWITCH is there; False when it took too long."""


class Channel:
    """A channel by its UUID; `events` is what its flow is told, None at the end.

    The queue is bounded by what is put there: keys by who puts them, the rest by what was asked for.
    """

    def __init__(self, link: Link, channel: str) -> None:
        self.id = channel
        self._link = link
        self._events: Queue[Event | None] = Queue()
        self._ended = ""

    def _put(self, event: Event | None) -> None:
        self._events.put_nowait(event)

    def _alive(self) -> None:
        if self._ended:
            raise CallEnded(self._ended)

    def _end(self, cause: str, *, raising: bool) -> None:
        """The channel is no more, or no longer ours; said once."""
        if not self._ended:
            self._ended = cause
            self._gone()
            self._put(None)
        if raising:
            raise CallEnded(self._ended)

    def _gone(self) -> None:
        """Drop what only made sense while it lived."""

    # Commands -----------------------------------------------------------------------------------------

    def _execute(self, application: str) -> None:
        self._insist(lambda: self._link.execute(self.id, application, None, event_uuid=str(uuid.uuid4())))

    def _api(self, call: ApiCall) -> None:
        self._insist(lambda: self._link.api(call))

    def _post(self, *calls: ApiCall) -> None:
        try:
            self._link.post(*calls)
        except IvoryError as error:
            log.debug("not sent", call=self.id, error=str(error))

    def _insist(self, command: Callable[[], Any]) -> None:
        """Give a command, waiting for the event socket if it is away. The call itself is not in danger: the
        switch keeps it."""
        try:
            while not self._given(command):
                self._alive()
        except CommandFailed as error:
            self._refused(error)

    def _refused(self, error: CommandFailed) -> NoReturn:
        if "No such channel" in error.message or "invalid session" in error.message:
            self._end("NORMAL_CLEARING", raising=True)
        raise error

    def _given(self, command: Callable[[], Any]) -> bool:
        """Whether a command could be given; if not, the event socket was away and is back."""
        try:
            command()
        except ConnectionLost:
            if not self._link.wait_up(RECONNECT_PATIENCE):
                raise
            return False
        return True

    def _lives(self, channel: str) -> bool:
        return self._link.api(commands.api("uuid_exists", channel)).strip() == "true"

    def _spawn(self, work: Callable[..., None], *arguments: Any) -> None:
        gevent.spawn(self._quietly, work, *arguments)

    def _quietly(self, work: Callable[..., None], *arguments: Any) -> bool:
        try:
            work(*arguments)
        except CallEnded:
            log.debug("call ended first", call=self.id, work=work.__name__)
        except IvoryError as error:
            log.warning("call command failed", call=self.id, work=work.__name__, error=str(error))
            return False
        except Exception:
            log.exception("call command failed", call=self.id, work=work.__name__)
            return False
        return True
