"""The doctor's line to FreeSWITCH: the worker's own connection, for somebody who asks once and leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ivr.errors import CommandTimeout
from ivr.esl.commands import ApiCall, Argument
from ivr.esl.connection import Connection
from ivr.esl.wire import Event
from ivr.settings import Switch

EVENTS: Final = ("CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP_COMPLETE", "PLAYBACK_START", "RECORD_START")
SNAPSHOT_SECONDS: Final = 10.0
"""For what the connection asks about the calls there are, before it is up."""

_LOOK = 0.02
_SLOW = f"FreeSWITCH did not list its calls within {SNAPSHOT_SECONDS:g} s"


class Line:
    """One connection with the configured settings. Needs gevent's patches."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._told: dict[str, Callable[[Event], None]] = {}
        self._connection = Connection(
            switch.host,
            switch.port,
            switch.password.get_secret_value(),
            on_event=self._event,
            on_up=lambda _snapshot, _restarted: None,
            on_down=lambda _reason: None,
            connect_timeout=switch.connect_timeout,
            command_timeout=switch.command_timeout,
            events=EVENTS,
        )

    def open(self) -> None:
        """Connect and log in; the first failure is the answer. Raises SwitchError."""
        until = time.monotonic() + self._switch.connect_timeout + SNAPSHOT_SECONDS
        not_yet = self._connection.failure
        self._connection.start()
        while not self._connection.wait_up(_LOOK):
            late = time.monotonic() >= until
            if late or self._connection.failure is not not_yet:
                self.close()
                raise CommandTimeout(_SLOW) if late else self._connection.failure

    def close(self) -> None:
        self._connection.stop()

    def api(self, call: ApiCall) -> str:
        """What an API command printed. Raises SwitchError."""
        return self._connection.api(call)

    def background(self, call: ApiCall, timeout: float) -> str:
        """The same, in a thread of its own over there, for what takes time. Raises SwitchError."""
        return self._connection.bgapi(call).get(timeout)

    def execute(self, channel: str, application: str, argument: Argument, event_uuid: str) -> None:
        """Run an application on a channel of ours. Raises SwitchError."""
        self._connection.execute(channel, application, argument, event_uuid=event_uuid)

    @contextmanager
    def following(self, channel: str, told: Callable[[Event], None]) -> Iterator[None]:
        """While inside, tell what happens to a channel; `told` must not wait."""
        self._told[channel] = told
        try:
            yield
        finally:
            del self._told[channel]

    def _event(self, event: Event) -> None:
        if told := self._told.get(event.uuid):
            told(event)
