"""Two versions of a flow side by side: is the new one better, worse, or can nobody say yet?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ivr.insight.intervals import Estimate, median, median_difference, share_difference, wilson
from ivr.insight.spread import Spread

LOST = "lost"
SHARES = ("contained", "abandoned", "transfer", "failed", "lost")
"""The shares that are told of calls: contained (a goal reached, nobody spoken with), and the ends of
`ivr.store.records.CallRecord.end` by their names."""


class Ended(NamedTuple):
    """A call as it counts for figures.

    Args:
        end: as `CallRecord.end` has it; empty: it is under way, and counts only as that.
        goals: those it reached.
        seconds: from its start to its end; None: not known.
    """

    end: str
    goals: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of some calls.

    `calls` counts those that ended, `under_way` those that did not; `lost` is a share of `calls`, every other
    share one of those whose end somebody saw (`seen`).
    """

    calls: int = 0
    under_way: int = 0
    contained: int = 0
    abandoned: int = 0
    transfer: int = 0
    failed: int = 0
    lost: int = 0
    seconds: Spread = field(default_factory=Spread, repr=False)

    @property
    def seen(self) -> int:
        """Calls whose end is known."""
        return self.calls - self.lost

    def of(self, name: str) -> tuple[int, int]:
        """A share of `SHARES` as (hits, of)."""
        return getattr(self, name), self.calls if name == LOST else self.seen

    def share(self, name: str) -> Estimate:
        """A share of `SHARES`, 0 to 1."""
        return wilson(*self.of(name))


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both: `change` is new minus old, with its bounds; shares are 0 to 1, times seconds."""

    name: str
    old: float | None
    new: float | None
    change: Estimate


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions' figures, and how far apart they are."""

    old_calls: int
    new_calls: int
    shares: tuple[Difference, ...]
    """In the order of `SHARES`."""
    seconds: Difference
    """Of the median seconds of a call."""


class Tally:
    """Figures in the making."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(("calls", "under_way", *SHARES), 0)
        self._seconds = Spread()

    def add(self, end: str, goals: tuple[str, ...], seconds: float | None) -> None:
        """Count one call; arguments are those of `Ended`."""
        counts = self._counts
        if not end:
            counts["under_way"] += 1
            return
        counts["calls"] += 1
        if end == LOST:
            counts[LOST] += 1
            return  # neither what it reached nor how long it took was seen to the end
        if end in counts:
            counts[end] += 1
        if goals and end != "transfer":
            counts["contained"] += 1
        if seconds is not None:
            self._seconds.add(seconds)

    def figures(self) -> Figures:
        """What it all comes to."""
        return Figures(**self._counts, seconds=self._seconds)


def figures(calls: Iterable[Ended]) -> Figures:
    """Count calls."""
    tally = Tally()
    for end, goals, seconds in calls:
        tally.add(end, goals, seconds)
    return tally.figures()


def compare(old: Figures, new: Figures) -> Comparison:
    """How `new` differs from `old`, with 95 % intervals: Newcombe's for shares, Price and Bonett's for the
    median. A difference whose interval holds zero may be chance."""
    shares = tuple(
        Difference(
            name, old.share(name).value, new.share(name).value, share_difference(old.of(name), new.of(name))
        )
        for name in SHARES
    )
    seconds = Difference(
        "seconds", median(old.seconds), median(new.seconds), median_difference(old.seconds, new.seconds)
    )
    return Comparison(old.calls, new.calls, shares, seconds)
