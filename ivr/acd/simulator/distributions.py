"""How long things take: handling times, patience, answer delays, as distributions that are drawn in advance.

The k-th customer's draw depends on the seed and on k alone, and a distribution of the same shape with another
mean only stretches it. So two configurations meet the same customers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt
from typing import Protocol

import numpy as np
from pydantic import TypeAdapter

from ivr.errors import IvoryError
from ivr.flow.types import Duration

Draws = np.random.Generator
_SPAN: TypeAdapter[float] = TypeAdapter(Duration)
_WRITTEN = re.compile(r"([a-z]+)\s*\(([^()]*)\)")
_HINT = "write 3m (exponential), fixed(3m), lognormal(3m, 0.8), gamma(3m, 0.5), uniform(1m, 5m) or never"


class Distribution(Protocol):
    """Spans of time in seconds; infinity: never."""

    @property
    def mean(self) -> float: ...

    def draw(self, draws: Draws, count: int) -> np.ndarray:
        """So many of them, of which the k-th depends on the generator's state and k alone."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    seconds: float

    @property
    def mean(self) -> float:
        return self.seconds

    def draw(self, draws: Draws, count: int) -> np.ndarray:
        return np.full(count, self.seconds)


NEVER = Fixed(inf)
NOTHING = Fixed(0.0)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory: what Erlang's formulas suppose."""

    mean: float

    def draw(self, draws: Draws, count: int) -> np.ndarray:
        return draws.standard_exponential(count) * self.mean


@dataclass(frozen=True, slots=True)
class Lognormal:
    """What handling times look like in real centres (Brown et al., JASA 100 (2005)). `cv` is the standard
    deviation ÷ the mean."""

    mean: float
    cv: float

    def draw(self, draws: Draws, count: int) -> np.ndarray:
        variance = log(1 + self.cv**2)
        middle = self.mean * exp(-variance / 2)
        return np.asarray(middle * np.exp(sqrt(variance) * draws.standard_normal(count)))


@dataclass(frozen=True, slots=True)
class Gamma:
    """Anything between nearly fixed (`cv` near 0) and wider than exponential (above 1)."""

    mean: float
    cv: float

    def draw(self, draws: Draws, count: int) -> np.ndarray:
        shape = 1 / self.cv**2
        return draws.standard_gamma(shape, count) * (self.mean / shape)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between two bounds alike."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    def draw(self, draws: Draws, count: int) -> np.ndarray:
        return np.asarray(self.low + (self.high - self.low) * draws.random(count))


@dataclass(frozen=True, slots=True)
class Empirical:
    """What was observed: each value with its weight. A weight may be infinity's: those who never."""

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        return float(np.average(self.values, weights=self.weights or None))

    def draw(self, draws: Draws, count: int) -> np.ndarray:
        order = np.argsort(self.values)
        weights = np.asarray(self.weights or np.ones(len(self.values)), dtype=float)[order]
        upto = np.cumsum(weights)
        found = np.searchsorted(upto, draws.random(count) * upto[-1], side="right")
        sizes = np.asarray(self.values, dtype=float)[order]
        return np.asarray(sizes[np.minimum(found, len(order) - 1)])

    def beyond(self, least: float, draws: Draws) -> float:
        """One of those that are longer than `least`; infinity where none was."""
        longer = [
            (each, weight) for each, weight in zip(self.values, self.weights, strict=True) if each > least
        ]
        total = sum(weight for _, weight in longer)
        if not total:
            return inf
        left = float(draws.random()) * total
        for value, weight in longer:
            left -= weight
            if left < 0:
                return value
        return longer[-1][0]


_FORMS: dict[str, tuple[int, Callable[..., Distribution]]] = {
    "exponential": (1, Exponential),
    "fixed": (1, Fixed),
    "lognormal": (2, Lognormal),
    "gamma": (2, Gamma),
    "uniform": (2, Uniform),
}


def parse(text: str) -> Distribution:
    """A distribution as it is written: `3m` is exponential with this mean, `lognormal(3m, 0.8)` has a
    coefficient of variation; `0s` is no time at all. Raises IvoryError."""
    text = text.strip().lower()
    if text == "never":
        return NEVER
    if text in ("0", "0s"):
        return NOTHING
    written = _WRITTEN.fullmatch(text)
    name, inner = written.groups() if written else ("exponential", text)
    count, form = _FORMS.get(name, (0, Fixed))
    parts = [part.strip() for part in inner.split(",")]
    if len(parts) != count:
        raise IvoryError(f'"{text}" is not a distribution', hint=_HINT)
    spans = parts if name == "uniform" else parts[:1]
    numbers = [seconds(part) for part in spans]
    for part in parts[len(spans) :]:
        try:
            numbers.append(float(part))
        except ValueError:
            raise IvoryError(f'"{part}" in "{text}" is not a number', hint=_HINT) from None
    zero = name not in ("fixed", "uniform") and 0 in numbers
    if zero or not all(isfinite(number) and number >= 0 for number in numbers):
        raise IvoryError(f'"{text}" is not possible: everything in it has to be above zero', hint=_HINT)
    if name == "uniform" and numbers[0] > numbers[1]:
        raise IvoryError(f'"{text}" ends before it begins', hint="the shorter one comes first")
    return form(*numbers)


def seconds(text: str) -> float:
    """A span as it is written (`90s`, `1m30s`, or nothing but a 0). Raises IvoryError."""
    if text.strip() == "0":
        return 0.0
    try:
        return float(_SPAN.validate_python(text))
    except ValueError as error:
        raise IvoryError(f'"{text}" is not a duration', hint="write 20s, 3m or 1m30s") from error
