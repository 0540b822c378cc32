"""How a receiver does: whether it may be posted to now, and by how many at once. Pure: time comes in.

A few failures in a row, of whatever events, mean that the receiver is down. Then it is left alone, longer and
longer up to ten seconds, and tried with a single event; the first that it takes opens it to all again.
"""

from __future__ import annotations

from dataclasses import dataclass

TRIP = 5
"""Failures in a row after which a receiver is taken to be down."""
FIRST, LONGEST = 1.0, 10.0
"""Seconds for which it is left alone: doubled from the first to the last."""


@dataclass(slots=True)
class Health:
    """One receiver's. Moments are of a monotonic clock, in seconds."""

    failures: int = 0
    pause: float = 0.0
    until: float = 0.0

    @property
    def down(self) -> bool:
        """Whether it is left alone, or tried with a single event."""
        return self.pause > 0

    def room(self, now: float, under_way: int, most: int) -> int:
        """How many more posts may begin now."""
        if now < self.until:
            return 0
        return max(0, (1 if self.down else most) - under_way)

    def well(self) -> bool:
        """It took an event, or refused one in its right mind; whether it was down before."""
        before, self.failures, self.pause, self.until = self.down, 0, 0.0, 0.0
        return before

    def unwell(self, now: float, chance: float, after: float = 0.0) -> bool:
        """It failed, and asks to be left alone for `after` seconds; whether that brings it down."""
        before = self.down
        self.failures += 1
        if now < self.until:  # it was under way when another failed
            return False
        if self.failures >= TRIP or before:
            self.pause = min(LONGEST, self.pause * 2 or FIRST)
            self.until = max(self.until, now + self.pause * (0.8 + 0.4 * chance))
        if after:
            self.pause = self.pause or FIRST
            self.until = max(self.until, now + after)
        return self.down and not before
