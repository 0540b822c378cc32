"""Makes FreeSWITCH say at once what happened.

Its event socket sleeps for up to 20 ms between two looks at its queue, and a new event does not wake it, but
what we write does. So a bare newline, which it passes over, goes out every few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import gevent

IDLE: Final = 2
"""How many times longer the intervals are while nobody is driven: each costs a little of both sides."""


class Waker:
    """Calls `wake` every so many seconds while `awaiting()`, less often else; on the hub itself: neither may
    wait. A turn that comes late is not made up for."""

    def __init__(self, every: float, awaiting: Callable[[], object], wake: Callable[[], None]) -> None:
        self._awaiting, self._wake = awaiting, wake
        loop = gevent.get_hub().loop
        self._timers = [loop.timer(time, time, ref=False) for time in (every * IDLE, every)]
        self._pace: bool | None = None
        self.look()

    def look(self) -> None:
        """Take the pace that is right now; costs next to nothing and may be called after every event."""
        pace = bool(self._awaiting())
        if pace != self._pace:
            self._timers[not pace].stop()
            self._timers[pace].start(self._beat)
            self._pace = pace

    def stop(self) -> None:
        """For good: it is not to be used again."""
        for timer in self._timers:
            timer.stop()
            timer.close()

    def _beat(self) -> None:
        self.look()
        self._wake()
