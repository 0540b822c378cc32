"""How long somebody was on hold in a talk, counted so that a worker's death does not begin it anew."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

KEPT: Final = "ivr_held_for"
"""Of an agent's leg: seconds of holds that are over and, while the other one is on hold, since when."""


@dataclass(slots=True)
class OnHold:
    """The holds of one talk: `seconds` of those that are over; `since` (in seconds since the epoch) is when
    the present one began."""

    seconds: float = 0.0
    since: float | None = None

    def turn(self, held: bool, now: float) -> None:
        """The other one hears music from now on, or no longer; said twice, it counts once."""
        if held and self.since is None:
            self.since = now
        elif not held and self.since is not None:
            self.seconds, self.since = self.total(now), None

    def total(self, now: float) -> float:
        """Seconds on hold until now."""
        return self.seconds + (max(0.0, now - self.since) if self.since is not None else 0.0)

    def kept(self) -> str:
        """For a channel variable; empty when nobody was on hold."""
        if self.since is not None:
            return f"{self.seconds:.3f}:{self.since:.3f}"
        return f"{self.seconds:.3f}" if self.seconds else ""

    def restore(self, text: str) -> None:
        """Go on counting from what `kept` gave, if nothing was counted yet; anything else is passed over."""
        if self.seconds or self.since is not None:
            return
        seconds, _, since = text.partition(":")
        with suppress(ValueError):
            self.seconds, self.since = float(seconds), float(since) if since else None
