"""Virtual agents: people with an extension, who are called by the switch and call it.

    agent = Agent(switch, "1001", Extension(after=2, talks=20))
    agent.dial("*91").press("1#")           # signs in, if that is what *91 does
    call = agent.wait_call(10)              # rung, and answered
    call.press("*7"); agent.behave(behaviour="busy")

What the telephone does by itself is an `Extension`, and may be changed at any time; whoever is told to
`no_answer` can still be made to answer, by the call itself.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.flag import Flag
from ivr.switch.extensions import Extension

if TYPE_CHECKING:
    from ivr.switch.callers import Caller
    from ivr.switch.switch import Switch

_MAX_CALLS = 1000


class Agent:
    """One agent at one extension.

    Attributes:
        calls: those that came to them, the newest last; answered or not.

    Raises:
        ValueError: see `Extension`.
    """

    def __init__(self, switch: Switch, extension: str, behaviour: Extension | None = None) -> None:
        self.extension = extension
        self.calls: deque[Caller] = deque(maxlen=_MAX_CALLS)
        self._switch = switch
        self._rang = Flag()
        self._count = 0
        switch.extensions[extension] = replace(behaviour or Extension(), rings=self._ring)

    def behave(self, **changes: Any) -> None:
        """Change what the telephone does, from the next call on: `behave(behaviour="busy")`.

        Raises:
            ValueError, TypeError: see `Extension`.
        """
        self._switch.extensions[self.extension] = replace(self._switch.extensions[self.extension], **changes)

    def dial(self, number: str) -> Caller:
        """Call a number of the switch from this extension."""
        return self._switch.dial(number, ani=self.extension)

    @property
    def call(self) -> Caller | None:
        """The newest call that goes on; None when there is none."""
        return next((call for call in reversed(self.calls) if not call.ended), None)

    @property
    def rung(self) -> int:
        """How often they were called."""
        return self._count

    def wait_ring(self, timeout: float, *, after: int = 0) -> Caller | None:
        """Wait until they were called more than `after` times; the newest call. None: not in time."""
        deadline = time.monotonic() + timeout
        while self._count <= after:
            self._rang.clear()
            left = deadline - time.monotonic()
            if left <= 0 or not self._rang.wait(left):
                return None
        return self.calls[-1]

    def wait_call(self, timeout: float, *, after: int = 0) -> Caller | None:
        """The same, until that call is answered, too."""
        deadline = time.monotonic() + timeout
        call = self.wait_ring(timeout, after=after)
        return call if call and call.wait_answer(max(0.0, deadline - time.monotonic())) else None

    def _ring(self, call: Caller) -> None:
        self._count += 1
        self.calls.append(call)
        self._rang.set()
