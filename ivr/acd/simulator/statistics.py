"""How sure the figures of a simulation are: intervals from independent or batched observations.

A simulation that prints a figure without its interval invites belief in noise; one that stops after a fixed
run is either wasteful or wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, inf, isnan, nan, pi, sin, sqrt
from statistics import NormalDist

import numpy as np

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, and how far the truth may lie to either side of it. `nan` and infinity: nothing is known."""

    value: float
    half: float

    @property
    def low(self) -> float:
        return self.value - self.half

    @property
    def high(self) -> float:
        return self.value + self.half

    @property
    def clear(self) -> bool:
        """Whether it is not zero, as far as can be known."""
        return not isnan(self.value) and abs(self.value) > self.half

    def holds(self, truth: float, rounded: float = 0.0) -> bool:
        """Whether `truth`, known to ± `rounded`, lies within."""
        return abs(self.value - truth) <= self.half + rounded


UNKNOWN = Interval(nan, inf)


def mean(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The mean of independent observations, by Student's t."""
    if len(values) < 2:
        return Interval(float(values[0]), inf) if values else UNKNOWN
    return _interval(np.asarray(values, dtype=float), len(values) - 1, confidence)


def ratio(above: Sequence[float], below: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Σ above ÷ Σ below over independent batches, by the delta method: the variance is that of above − ratio
    × below (Law, "Simulation Modeling and Analysis", section 9.5.3)."""
    total = sum(below)
    if not total:
        return UNKNOWN
    value = sum(above) / total
    if len(below) < 2:
        return Interval(value, inf)
    off = np.asarray(above, dtype=float) - value * np.asarray(below, dtype=float)
    spread = _interval(off, len(below) - 1, confidence).half
    return Interval(value, spread * len(below) / total)


def ratio_difference(
    old: tuple[Sequence[float], Sequence[float]],
    new: tuple[Sequence[float], Sequence[float]],
    confidence: float = CONFIDENCE,
) -> Interval:
    """The second ratio minus the first, of batches that belong together in pairs: what both have in common,
    such as a busy hour, cancels out."""
    one, two = ratio(*old), ratio(*new)
    if isnan(one.value) or isnan(two.value):
        return UNKNOWN
    value, count = two.value - one.value, len(old[0])
    if count < 2:
        return Interval(value, inf)
    off = _residues(new, two.value) - _residues(old, one.value)
    return Interval(value, _interval(off, count - 1, confidence).half)


def controlled(
    values: Sequence[float], controls: Sequence[Sequence[float]], confidence: float = CONFIDENCE
) -> Interval:
    """The mean of independent observations, with what is known beforehand taken into account.

    A control is something else that was observed with each value, and whose true mean is zero: arrivals minus
    those expected, for instance. What of the values' spread a linear regression explains by it is taken off.
    Exact for normal values (Lavenberg and Welch, Management Science 27 (1981)): the half-width is that of the
    regression's constant, with a degree of freedom less for each control.

    Args:
        controls: for each value, all its controls.
    """
    observed = np.asarray(values, dtype=float)
    known = np.asarray(controls, dtype=float)
    design = np.column_stack([np.ones(len(observed)), known])
    free = len(observed) - design.shape[1]
    if free < 1:
        return UNKNOWN
    inverse = np.linalg.inv(design.T @ design)
    found = inverse @ design.T @ observed
    residue = observed - design @ found
    error = sqrt(float(residue @ residue) / free * float(inverse[0, 0]))
    return Interval(float(found[0]), student(1 - (1 - confidence) / 2, free) * error)


def each_of(family: float, count: int) -> float:
    """The confidence each of `count` intervals needs so that all of them hold together with confidence
    `family`: Šidák's correction, which supposes that they are independent and is on the safe side for
    intervals of this kind when they are not (Šidák, JASA 62 (1967))."""
    return float(family ** (1 / count))


def student(probability: float, free: int) -> float:
    """The quantile of Student's t, to 1e-10, for `free` degrees of freedom.

    The distribution function is the finite sum of Abramowitz and Stegun, 26.7.3 and 26.7.4; it is inverted by
    bisection. Beyond 400 degrees the expansion 26.7.5 is as exact.
    """
    if probability < 0.5:
        return -student(1 - probability, free)
    if free > 400:
        z = NormalDist().inv_cdf(probability)
        return z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    low, high = 0.0, 1.0
    while _student_below(high, free) < probability and high < 1e12:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_below(middle, free) < probability else (low, middle)
    return (low + high) / 2


def _student_below(t: float, free: int) -> float:
    """P(T ≤ t), for t ≥ 0."""
    angle = atan(t / sqrt(free))
    squared = cos(angle) ** 2
    odd = free % 2
    term = cos(angle) if odd else 1.0
    total = term if free > 1 else 0.0
    for k in range(2 + odd, free - 1, 2):
        term *= squared * (k - 1) / k
        total += term
    between = (angle + sin(angle) * total) * 2 / pi if odd else sin(angle) * total
    return 0.5 + between / 2


def _interval(values: np.ndarray, free: int, confidence: float) -> Interval:
    error = float(values.std(ddof=1)) / sqrt(len(values))
    return Interval(float(values.mean()), student(1 - (1 - confidence) / 2, free) * error)


def _residues(pair: tuple[Sequence[float], Sequence[float]], value: float) -> np.ndarray:
    above, below = (np.asarray(each, dtype=float) for each in pair)
    return np.asarray((above - value * below) / below.mean())
