"""The dead-man timers of calls, set anew from time to time.

Each call on the switch has one: if nobody sets it anew it sends the caller to the dialplan's fallback, so
that none is left in silence when no worker lives. FreeSWITCH goes through its whole list of tasks for each
that is added or deleted, so they are set anew as rarely as is safe, and not all at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ivr.esl.commands import ApiCall

EARLIEST, LATEST = 0.35, 0.6
"""Parts of its time after which a timer is set anew: late enough to be rare, early enough that one lost
command does no harm."""


class Guarded(Protocol):
    """A call, as far as it needs a timer."""

    def guard(self, seconds: int) -> Sequence[ApiCall]:
        """The commands that set its timer; none while people talk, as FreeSWITCH has taken it away."""


class Guard:
    """Keeps the timers of all calls of a worker.

    Args:
        post: sends API commands in one write, without waiting. Raises SwitchError.
        seconds: of a timer; 0: there are none.
    """

    def __init__(
        self,
        post: Callable[..., None],
        seconds: int,
        now: Callable[[], float] = time.monotonic,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._post = post
        self.seconds = seconds
        self._now = now
        self._chance = chance
        self._due: dict[str, float] = {}

    def begin(self, uuid: str, *, at_once: bool = False) -> None:
        """Keep the timer of a call; the dialplan has just set it, or it must be set `at_once`."""
        self._due[uuid] = self._now() if at_once else self._next()

    def tend(self, calls: Mapping[str, Guarded]) -> None:
        """Set anew what is due. To be called several times in a timer's time.

        Raises:
            SwitchError: the switch is away; it is tried again the next time.
        """
        if not self.seconds:
            return
        now = self._now()
        for uuid in [uuid for uuid, due in self._due.items() if due <= now]:
            if uuid not in calls:  # it has ended; what is left of its timer finds nobody
                del self._due[uuid]
                continue
            if set_anew := calls[uuid].guard(self.seconds):
                self._post(*set_anew)
            self._due[uuid] = self._next()

    def _next(self) -> float:
        return self._now() + self.seconds * self._chance(EARLIEST, LATEST)
