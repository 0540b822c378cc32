"""When customers come: at a steady rate, at a rate that changes over the day, or exactly as they did.

Random arrivals come from one stream of unit-rate gaps that the rate only stretches, so that two
configurations, or two loads, meet the same busy minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from typing import Protocol

from ivr.acd.simulator.distributions import Draws
from ivr.errors import IvoryError

_BLOCK = 1024
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*/\s*(s|m|min|h|d)")
_PER = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


class Arrivals(Protocol):
    """Seconds since the beginning at which somebody comes, in order."""

    def times(self, draws: Draws) -> Iterator[float]: ...

    def expected(self, start: float, end: float) -> float:
        """How many come between two moments on average."""
        ...


@dataclass(frozen=True, slots=True)
class Steady:
    """A Poisson process: `rate` per second, for ever."""

    rate: float

    def times(self, draws: Draws) -> Iterator[float]:
        if not self.rate:
            return
        for at in _unit(draws):
            yield at / self.rate

    def expected(self, start: float, end: float) -> float:
        return self.rate * (end - start)


@dataclass(frozen=True, slots=True)
class Changing:
    """A Poisson process whose rate changes: `steps` are (from when on, per second), the first from 0 on.

    By inversion of the cumulated rate (Çinlar, "Introduction to Stochastic Processes" (1975), section 4.7).
    """

    steps: tuple[tuple[float, float], ...]

    def times(self, draws: Draws) -> Iterator[float]:
        units, done = _unit(draws), 0.0
        unit = next(units)
        for (start, rate), (end, _) in pairwise([*self.steps, (inf, 0.0)]):
            if not rate:
                continue
            while (at := start + (unit - done) / rate) < end:
                yield at
                unit = next(units)
            done += rate * (end - start)

    def expected(self, start: float, end: float) -> float:
        return sum(
            rate * max(0.0, min(end, until) - max(start, since))
            for (since, rate), (until, _) in pairwise([*self.steps, (inf, 0.0)])
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """Exactly as they came, in seconds since the beginning."""

    moments: tuple[float, ...]

    def times(self, draws: Draws) -> Iterator[float]:
        return iter(self.moments)

    def expected(self, start: float, end: float) -> float:
        return float(sum(start <= at < end for at in self.moments))


def rate(text: str) -> float:
    """Contacts per second, as they are written: `3.3/m`, `200/h`. Raises IvoryError."""
    written = _RATE.fullmatch(text.strip().lower())
    if not written:
        raise IvoryError(f'"{text}" is not a rate', hint="write 200/h or 3.3/m")
    return float(written[1]) / _PER[written[2]]


def profile(rates: Sequence[tuple[float, float]]) -> Arrivals:
    """Arrivals of (from when on, per second); one of them: steady. Raises IvoryError when they are not in
    order, or none ever comes."""
    if not rates or any(b[0] <= a[0] for a, b in pairwise(rates)) or rates[0][0] < 0:
        raise IvoryError("the rates' times have to rise, from 0 on", hint="0s: 2/m, 1h: 4/m")
    if not all(isfinite(each) and each >= 0 for _, each in rates) or not any(each for _, each in rates):
        raise IvoryError("with these rates nobody ever comes")
    steps = rates if rates[0][0] == 0 else [(0.0, 0.0), *rates]
    return Steady(steps[0][1]) if len(steps) == 1 else Changing(tuple(steps))


def _unit(draws: Draws) -> Iterator[float]:
    """A Poisson process of rate 1."""
    at = 0.0
    while True:
        for gap in draws.standard_exponential(_BLOCK).tolist():
            at += gap
            yield at
