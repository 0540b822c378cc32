"""Turns with the hub and notes how late each turn came: what a waiting call would have felt."""

from __future__ import annotations

from collections.abc import Callable

import gevent

from ivr.clock import Clock

INTERVAL = 0.05
"""Seconds between turns. A stall that is shorter is seen only now and then, and in part."""


class Pulse:
    """A greenlet that tells `observe` the seconds by which each of its turns was late."""

    def __init__(self, observe: Callable[[float], None], clock: Clock) -> None:
        self._observe, self._clock = observe, clock
        self._turned = clock.monotonic()
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        self._turned = self._clock.monotonic()
        self._greenlet = gevent.spawn(self._beat)

    def stop(self) -> None:
        if self._greenlet is not None:
            self._greenlet.kill(timeout=1)

    @property
    def age(self) -> float:
        """Seconds since its last turn."""
        return self._clock.monotonic() - self._turned

    def turn(self) -> None:
        """One turn, INTERVAL after the last one, or later."""
        now = self._clock.monotonic()
        self._observe(max(0.0, now - self._turned - INTERVAL))
        self._turned = now

    def _beat(self) -> None:
        while True:
            gevent.sleep(INTERVAL)
            self.turn()
