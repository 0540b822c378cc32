"""How sure figures of a few calls are: 95 % intervals for shares, for medians, and for their differences.

All in closed form, so that the same calls always give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

from ivr.insight.spread import Spread

Z = NormalDist().inv_cdf(0.975)
"""Standard deviations on either side that 95 % of a normal distribution lie within."""
EXACT = 500
"""Values up to which the binomial tail is summed; beyond, its normal approximation is the same to 0.1 %."""
FEW = 5
"""Values from which on an interval of a median is given."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the bounds that it lies within, in 95 of 100 cases. None: nothing to tell it from."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def clear(self) -> bool:
        """Whether it is not zero, as far as can be known."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    def scaled(self, factor: float, plus: float = 0.0) -> Estimate:
        """The figure times `factor` (above zero), and `plus` a constant; its bounds likewise."""
        value, low, high = (
            None if each is None else each * factor + plus for each in (self.value, self.low, self.high)
        )
        return Estimate(value, low, high)


NOTHING = Estimate(None, None, None)


def wilson(hits: int, of: int) -> Estimate:
    """The share `hits / of` with Wilson's score interval (1927), which holds for small samples and for shares
    near 0 and 1, too."""
    if not of:
        return NOTHING
    share, zz = hits / of, Z * Z
    middle = (share + zz / (2 * of)) / (1 + zz / of)
    half = Z / (1 + zz / of) * sqrt(share * (1 - share) / of + zz / (4 * of * of))
    low, high = middle - half, middle + half
    return Estimate(share, low if hits else 0.0, high if hits < of else 1.0)


def share_difference(old: tuple[int, int], new: tuple[int, int]) -> Estimate:
    """The second share minus the first, each given as (hits, of), with Newcombe's hybrid score interval
    (Statistics in Medicine 17, 1998, method 10): built of both Wilson intervals."""
    one, two = wilson(*old), wilson(*new)
    if one.value is None or two.value is None:
        return NOTHING
    assert one.low is not None and one.high is not None and two.low is not None and two.high is not None  # noqa: PT018, S101
    difference = two.value - one.value
    down = sqrt((two.value - two.low) ** 2 + (one.high - one.value) ** 2)
    up = sqrt((two.high - two.value) ** 2 + (one.value - one.low) ** 2)
    return Estimate(difference, difference - down, difference + up)


def median_difference(old: Spread, new: Spread) -> Estimate:
    """The second median minus the first. The interval is Price and Bonett's (Journal of Statistical
    Computation and Simulation 72, 2002), which supposes nothing of how the values are spread: each median's
    standard error is read off two order statistics about √n ranks from the middle, whose coverage is
    binomial."""
    before, after = median(old), median(new)
    if before is None or after is None:
        return NOTHING
    if min(len(old), len(new)) < FEW:
        return Estimate(after - before, None, None)
    half = Z * sqrt(_median_error(old) ** 2 + _median_error(new) ** 2)
    return Estimate(after - before, after - before - half, after - before + half)


def median(values: Spread) -> float | None:
    """The middle value, or the mean of the two that are; None: there are none."""
    count = len(values)
    return sum(values.ranks((count - 1) // 2, count // 2)) / 2 if count else None


def _median_error(values: Spread) -> float:
    """Price and Bonett's standard error of a median."""
    count = len(values)
    rank = max(1, round((count + 1) / 2 - sqrt(count)))
    low, high = values.ranks(rank - 1, count - rank)
    return (high - low) / (2 * _deviations(count, rank))


def _deviations(count: int, rank: int) -> float:
    """How many standard deviations the order statistics `rank` from either end are apart from the median:
    the normal quantile of P(fewer than `rank` of `count` values lie below it)."""
    if count <= EXACT:
        tail = sum(comb(count, hits) for hits in range(rank)) / 2**count
        return -NormalDist().inv_cdf(tail)
    return (count / 2 - rank + 0.5) / (sqrt(count) / 2)
