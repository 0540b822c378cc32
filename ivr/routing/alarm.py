"""Wakes somebody at a moment that may be set anew at any time."""

from __future__ import annotations

from collections.abc import Callable

import gevent
from gevent.event import Event

from ivr.log import get

log = get(__name__)

LONGEST = 60.0
"""Seconds between two looks at the clock, which others may have set."""


class Alarm:
    """Calls `ring` when its moment has come, in a greenlet of its own.

    Args:
        clock: the same seconds as the moments'.
    """

    def __init__(self, clock: Callable[[], float], ring: Callable[[], object]) -> None:
        self._clock, self._ring = clock, ring
        self._at: float | None = None
        self._sooner = Event()
        self._watch: gevent.Greenlet[[], None] | None = None

    def set(self, at: float | None) -> None:
        """Ring at that moment, and not at the one before; None: not at all."""
        if at == self._at:
            return
        sooner = at is not None and (self._at is None or at < self._at)
        self._at = at
        if sooner:
            if self._watch is None:
                self._watch = gevent.spawn(self._run)
            self._sooner.set()

    def stop(self) -> None:
        """Never ring again."""
        self._at = None
        if self._watch is not None:
            self._watch.kill(block=False)
            self._watch = None

    def _run(self) -> None:
        while True:
            at = self._at
            left = LONGEST if at is None else min(LONGEST, at - self._clock())
            if at is not None and left <= 0:
                self._at = None
                try:
                    self._ring()
                except Exception:
                    log.exception("alarm failed")
                    gevent.sleep(1)
                gevent.sleep(0)
                continue
            self._sooner.clear()
            self._sooner.wait(left)
