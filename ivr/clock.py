"""Time as something that is handed in, so that flows can be tested on a virtual clock.

Durations are seconds of a monotonic clock; stamps are aware UTC datetimes.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the time is, twice: for measuring and for writing down."""

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """A clock that moves only when it is told to.

    Args:
        start: an aware datetime; the first `now()`.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = (start or datetime(2026, 1, 1, tzinfo=UTC)).astimezone(UTC)
        self._elapsed = 0.0

    def monotonic(self) -> float:
        return self._elapsed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def advance(self, seconds: float) -> None:
        """Let time pass; `seconds` is not negative."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._elapsed += seconds
