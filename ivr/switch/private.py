"""Commands sent to one channel by `sendmsg`, and how they nest: a channel's inbox.

An application that waits looks in here on every turn, so a second `execute` runs inside the first, unless
the running one came with `event-lock`: then it waits its turn. (switch_ivr_parse_event,
switch_core_session_dequeue_private_event.)
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.switch import causes
from ivr.switch.events import Pairs
from ivr.switch.execute import execute
from ivr.switch.text import number, true

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

_MAX_STACK = 16
_MAX_QUEUED = 2000
_LOOP_MIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Message:
    """A command with its headers as they were sent, the command line first, and its body."""

    headers: Pairs
    body: str = ""

    def get(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return next((value for header, value in self.headers if header.lower() == name), None)


def broadcast(application: str, argument: str, loops: int = 1) -> Message:
    """The command that switch_ivr_broadcast gives: it waits its turn, and others wait for it.

    Args:
        loops: how often; -1: for ever.
    """
    headers = [
        ("call-command", "execute"),
        ("execute-app-name", application),
        ("execute-app-arg", argument),
        ("event-lock", "true"),
        ("lead-frames", "5"),
    ]
    return Message([*headers, ("loops", str(loops))] if loops != 1 else headers)


class PrivateCommands:
    """The inbox of one channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queue: deque[Message] = deque()
        self._locks = 0
        self._depth = 0
        self.broadcasting = False
        self._stop_broadcast = False
        self.hung_up = False

    def put(self, message: Message) -> bool:
        """Queue a command; False when the inbox is full."""
        if len(self._queue) >= _MAX_QUEUED:
            return False
        self._queue.append(message)
        self._channel.wake()
        return True

    def flush(self) -> None:
        """Forget what has not begun; nobody is told."""
        self._queue.clear()

    def stop(self, *, everything: bool = False) -> None:
        """`uuid_break`: stop what is running; with `everything` drop what waits, too."""
        if everything:
            self.flush()
        if self.broadcasting:
            self._stop_broadcast = True
            self._channel.break_flag = 1
        else:
            self._channel.break_flag = 2 if everything else 1
        self._channel.wake()

    def stop_broadcast(self) -> None:
        """Stop what was sent to be played, and its repetitions."""
        if self.broadcasting:
            self._stop_broadcast = True
            self._channel.break_flag = 1
            self._channel.wake()

    def take_all(self, *, suspends: bool = False) -> bool:
        """Run what waits, nested in the caller, until the inbox is empty, locked, or something was
        broken off; whether anything ran.

        Args:
            suspends: this is a talk, in which nobody hears anybody meanwhile.
        """
        if not self._queue or self._locks or self._depth >= _MAX_STACK:
            return False
        self._channel.suspended = suspends
        # Without media the park loop takes the first command itself; no PRIVATE_COMMAND event tells of it.
        announce = self._depth > 0 or not self._channel.parked or self._channel.media_ready
        self._depth += 1
        try:
            while self._queue and not self._locks:
                message = self._queue.popleft()
                broken = self._run(message)
                if announce:
                    self._channel.fire(
                        "PRIVATE_COMMAND", variables=False, body=message.body, before=message.headers
                    )
                announce = True
                if broken:
                    break
        finally:
            self._depth -= 1
            self._channel.suspended = False
        return True

    def _run(self, message: Message) -> bool:
        command = (message.get("call-command") or "").strip()
        locked = true(message.get("event-lock"))
        self._locks += locked
        try:
            if command == "execute":
                self._execute(message)
            elif command == "hangup":
                self.hung_up = True
                self._channel.hangup(causes.from_text(message.get("hangup-cause")))
        finally:
            self._locks -= locked
        return bool(self._channel.break_flag)

    def _execute(self, message: Message) -> None:
        channel = self._channel
        application = message.get("execute-app-name")
        if not application:
            return
        argument = message.get("execute-app-arg")
        if not argument and (message.get("content-type") or "").lower() == "text/plain":
            argument = message.body
        loops = number(message.get("loops"), 1)

        self._stop_broadcast = False
        inner = channel.bridged_to is None
        if not self.broadcasting:
            self.broadcasting, inner = True, False
        turn = 0
        while turn < loops or loops < 0:
            turn += 1
            began = time.monotonic()
            channel.variables.set("current_loop", str(turn))
            channel.variables.set("total_loops", str(loops))
            if not execute(channel, application, argument, message.get("event-uuid")):
                break
            quick = time.monotonic() - began < _LOOP_MIN_SECONDS
            if not channel.ready or self._stop_broadcast or quick:
                break
        channel.variables.set("current_loop", None)
        channel.variables.set("total_loops", None)
        if not inner:
            self.broadcasting = False
        if self._stop_broadcast:
            self.broadcasting = False
            channel.break_flag = 1
