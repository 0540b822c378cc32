"""Many durations as one small thing: how long the middle caller took, and the slowest in ten.

Contact centres are misled by means (one forgotten telephone is an hour), so medians and p90 are what is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FINE = 600.0
"""Seconds up to which a duration is kept to the hundredth; longer ones to the second."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Of `count` durations the median, the 90th percentile and the mean. All zero when there are none."""

    count: int
    median: float
    p90: float
    mean: float


class Spread:
    """Durations (seconds) or counts, kept as a histogram: memory grows with how different they are, not with
    how many. Values are exact to 10 ms, above ten minutes to the second; below zero counts as zero."""

    __slots__ = ("_bins", "_total")

    def __init__(self, values: Iterable[float] = ()) -> None:
        self._bins: dict[int, int] = {}
        self._total = 0.0
        for value in values:
            self.add(value)

    def add(self, value: float) -> None:
        """Take one in."""
        if value < 0:
            value = 0.0
        key = int(value * 100 + 0.5) if value < FINE else int(value + 0.5) * 100
        self._bins[key] = self._bins.get(key, 0) + 1
        self._total += value

    def merge(self, other: Spread) -> None:
        """Take in all of another."""
        for key, count in other._bins.items():
            self._bins[key] = self._bins.get(key, 0) + count
        self._total += other._total

    def below(self, value: float) -> int:
        """How many are below `value`."""
        return sum(count for key, count in self._bins.items() if key / 100 < value)

    def __len__(self) -> int:
        return sum(self._bins.values())

    def at(self, rank: int) -> float:
        """The value that has `rank` values below it, from 0. Raises IndexError beyond the last."""
        return self.ranks(rank)[0]

    def ranks(self, *ranks: int) -> list[float]:
        """The values of several ranks, each as `at` has it."""
        found: dict[int, float] = {}
        wanted = iter(sorted(set(ranks)))
        rank, passed = next(wanted, None), 0
        for key in sorted(self._bins):
            passed += self._bins[key]
            while rank is not None and rank < passed:
                found[rank] = key / 100
                rank = next(wanted, None)
            if rank is None:
                return [found[each] for each in ranks]
        raise IndexError(f"rank {rank} of {passed} values")

    @property
    def mean(self) -> float:
        """The arithmetic mean; 0 when there are none."""
        return self._total / len(self) if self._bins else 0.0

    def summary(self) -> Summary:
        """What is told of it. Percentiles are values that occurred (nearest rank)."""
        count = len(self)
        if not count:
            return Summary(0, 0.0, 0.0, 0.0)
        median, p90 = self.ranks((count - 1) // 2, -(-count * 9 // 10) - 1)
        return Summary(count, median, p90, round(self.mean, 3))
