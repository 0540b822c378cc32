"""Medians, 95th percentiles, and how sure one can be of the difference between two contenders."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 5000


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a percentile of one sample exceeds that of another, with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def percentile(values: list[float], percent: float) -> float:
    """The percentile, interpolated; NaN of nothing."""
    return float(np.percentile(values, percent)) if values else float("nan")


def interval(values: list[float], percent: float, seed: int = 1) -> tuple[float, float]:
    """The 95 % bootstrap interval of a percentile of `values`; NaN of fewer than two."""
    if len(values) < 2:
        return float("nan"), float("nan")
    drawn = _drawn(values, percent, np.random.default_rng(seed))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def share(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927, JASA 22): it holds for shares near 0 too."""
    if not of:
        return float("nan"), float("nan")
    z, p = 1.959964, count / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(ours: list[float], theirs: list[float], percent: float, seed: int = 1) -> Difference:
    """Percentile of `ours` minus that of `theirs`; both samples are drawn again `ROUNDS` times, each on its
    own (Efron and Tibshirani, An Introduction to the Bootstrap, 13.3: the percentile interval)."""
    chance = np.random.default_rng(seed)
    drawn = _drawn(ours, percent, chance) - _drawn(theirs, percent, chance)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Difference(percentile(ours, percent) - percentile(theirs, percent), float(low), float(high))


def _drawn(values: list[float], percent: float, chance: np.random.Generator) -> NDArray[np.float64]:
    sample = np.asarray(values, dtype=np.float64)
    picks = chance.integers(0, len(sample), (ROUNDS, len(sample)))
    found: NDArray[np.float64] = np.percentile(sample[picks], percent, axis=1)
    return found


def slope(at: list[float], values: list[float]) -> float:
    """By how much the values grow per unit of `at`: the least-squares line; 0 for fewer than two."""
    return float(np.polyfit(at, values, 1)[0]) if len(at) > 1 else 0.0
