"""The order in which a menu's options should be said.

**The model.** Who does not know a menu listens until their option has been said, then presses. With options
said in the order 1 … k, option i taking tᵢ seconds and waited for by nᵢ callers, all callers together listen
Σᵢ nᵢ · (t₁ + … + tᵢ).

**The best order** is by nᵢ / tᵢ, the largest first: W. E. Smith, "Various optimizers for single-stage
production", Naval Research Logistics Quarterly 3 (1956), whose jobs are our options. Proof: let b follow a
directly. Exchanging them delays a's callers by t_b and brings b's callers forward by t_a; nobody else hears
another thing earlier or later. That saves n_b·t_a − n_a·t_b, which is above zero just when
n_b/t_b > n_a/t_a. An order in which some neighbours stand the wrong way round is therefore not the best, and
all orders in which none do differ by exchanges of equals, which save nothing.

**Chance.** Callers are a sample. Neighbours are exchanged only where that saving is above zero beyond
chance, so what is advised today is not unsaid tomorrow. With N callers in all, n_b·t_a − n_a·t_b is a sum
over callers of t_a, −t_b or 0, whose variance is n_b·t_a² + n_a·t_b² − (n_b·t_a − n_a·t_b)²/N.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

from ivr.insight.intervals import NOTHING, Estimate, Z


@dataclass(frozen=True, slots=True)
class Said:
    """An option as it is said: its key, the seconds that takes, and how many callers wait for it. `fixed`: it
    keeps its place."""

    key: str
    seconds: float
    waited: float
    fixed: bool = False


def best(said: Sequence[Said], callers: float) -> list[Said]:
    """The order that saves time beyond chance, with each fixed part where it was.

    Options between two fixed ones are ordered among themselves: as long as they stay there, whatever comes
    behind them is heard at the same moment in each of their orders.

    Args:
        callers: those who were asked, including all who wait for nothing here.
    """
    order: list[Said] = []
    run: list[Said] = []
    for each in (*said, None):
        if each is None or each.fixed:
            order += _settled(run, callers)
            run = []
        if each is not None:
            (order if each.fixed else run).append(each)
    return order


def _settled(run: list[Said], callers: float) -> list[Said]:
    """`run` with neighbours exchanged until no exchange saves time beyond chance. It ends: each exchange
    makes all callers together listen less, and there are only so many orders."""
    order = list(run)
    pairs = comb(len(order), 2)
    moved = pairs > 0
    while moved:
        moved = False
        for at in range(len(order) - 1):
            if _surely_better(order[at], order[at + 1], callers, pairs):
                order[at : at + 2] = order[at + 1], order[at]
                moved = True
    return order


def _surely_better(first: Said, second: Said, callers: float, pairs: int) -> bool:
    """Whether saying `second` first saves time, at 97.5 % over all `pairs` looked at (Bonferroni)."""
    saved = second.waited * first.seconds - first.waited * second.seconds
    if saved <= 0:
        return False
    variance = second.waited * first.seconds**2 + first.waited * second.seconds**2 - saved**2 / callers
    return saved > NormalDist().inv_cdf(1 - 0.025 / pairs) * sqrt(max(variance, 0.0))


def earlier(before: Sequence[Said], after: Sequence[Said]) -> Mapping[str, float]:
    """By how many seconds each option has been said earlier in the order `after`; later: below zero."""
    old, new = _ends(before), _ends(after)
    return {key: old[key] - new[key] for key in old}


def saving(before: Sequence[Said], after: Sequence[Said], callers: float) -> Estimate:
    """Seconds that a caller is saved on average by the order `after`, over all `callers`."""
    if not callers:
        return NOTHING
    gain = earlier(before, after)
    mean = sum(each.waited * gain[each.key] for each in before) / callers
    square = sum(each.waited * gain[each.key] ** 2 for each in before) / callers
    half = Z * sqrt(max(square - mean * mean, 0.0) / callers)
    return Estimate(mean, mean - half, mean + half)


def _ends(order: Sequence[Said]) -> dict[str, float]:
    at, ends = 0.0, {}
    for each in order:
        at += each.seconds
        ends[each.key] = at
    return ends
