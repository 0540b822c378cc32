"""An agent's counters, by which the strategies are fair. They count time worked, and stand still on breaks
and while signed out, so that nobody comes to the front or the back of a line by pausing.

Recent occupancy fades by half in every `HALF_LIFE` of time worked. While an agent is free it falls by the
same factor for everybody, so that the order among free agents never changes by time alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

HALF_LIFE = 1800.0
SHIFT_GAP = 4 * 3600.0
"""After so many seconds signed out a new working day begins: what is counted by day starts at nought."""


@dataclass(slots=True)
class Tallies:
    """Counters of one agent. Counts and seconds are of the working day, `misses` of those in a row."""

    calls: int = 0
    talk: float = 0.0
    wrap: float = 0.0
    offers: int = 0
    no_answer: int = 0
    rejected: int = 0
    busy: int = 0
    unregistered: int = 0
    failed: int = 0
    misses: int = 0
    idle_since: float = 0.0
    """While available: the moment since when they were, less the time spent on breaks."""
    idle_kept: float = 0.0
    """While not available: seconds that they had been idle, which go on counting afterwards."""
    occupancy: float = 0.0
    at: float = 0.0
    """When `occupancy` was worked out last."""
    left: float = 0.0
    """When they signed out last; 0: never."""

    def work(self, now: float, busy: bool) -> None:
        """Bring `occupancy` up to `now`, after time spent busy or free."""
        self.occupancy = self.occupancy_at(now, busy)
        self.at = now

    def occupancy_at(self, now: float, busy: bool) -> float:
        """`occupancy` as it is at `now`, 0 to 1."""
        kept = 2.0 ** ((self.at - now) / HALF_LIFE) if now > self.at else 1.0
        return 1.0 - (1.0 - self.occupancy) * kept if busy else self.occupancy * kept

    def rank_free(self) -> float:
        """Orders free agents by occupancy at any one moment: log2 of it, carried back to the epoch."""
        return math.log2(self.occupancy) + self.at / HALF_LIFE if self.occupancy > 0.0 else -math.inf

    def rank_busy(self) -> float:
        """The same for agents who serve somebody, and could serve more."""
        free = 1.0 - self.occupancy
        return -math.log2(free) - self.at / HALF_LIFE if free > 0.0 else math.inf

    def new_day(self, now: float) -> None:
        """Begin a working day."""
        fresh = Tallies(idle_since=now, at=now)
        for name in NAMES:
            setattr(self, name, getattr(fresh, name))

    def as_mapping(self) -> dict[str, float]:
        """By name, for whoever keeps them."""
        return {name: getattr(self, name) for name in NAMES}

    @classmethod
    def of(cls, kept: Mapping[str, float]) -> Tallies:
        """What `as_mapping` gave; unknown names are passed over."""
        known = cls()
        for name in NAMES:
            if name in kept:
                setattr(known, name, type(getattr(known, name))(kept[name]))
        return known


NAMES = tuple(each.name for each in fields(Tallies))
