"""Simulating until the figures are tight enough: one plan, or several that meet the same customers.

A steady scenario is one long run cut into batches, which grow until they no longer lean on each other; a day
with a beginning and an end is played as often as it takes. Either way it stops when the intervals are narrow
enough or a bound is reached, and says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from ivr.acd.kpis import KPIS, Counts, Kpi
from ivr.acd.model import Plan
from ivr.acd.router import Router
from ivr.acd.simulator.engine import Centre, RouterMaker
from ivr.acd.simulator.scenario import Scenario
from ivr.acd.simulator.statistics import CONFIDENCE, Interval, ratio, ratio_difference
from ivr.acd.simulator.tally import Batch

FEW = 20
"""Batches from which on intervals are believed."""
MANY = 2 * FEW
"""Batches at which two and two become one."""
WATCHED = ("service_level", "asa", "abandonment")
LEAST = {"share": 0.2, "s": 5.0}
"""A figure below this is asked to be as precise as this one would be: 1 % of abandoned callers need not be
known to a thousandth."""
_CONTACTS = 250.0
_HANDLINGS = 5.0
_BEHIND = 30
_LAST = 86_400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop.

    Args:
        precision: half-widths relative to the figures, of the `WATCHED` ones of each group.
        contacts: a bound on how many are simulated, for each plan.
        seed: whose customers come.
    """

    precision: float = 0.1
    contacts: int = 100_000
    seed: int = 1
    confidence: float = CONFIDENCE


@dataclass
class Study:
    """What came out: for each plan its batches, which belong together in pairs.

    `ended` is `precise`, `bound`, or `unstable`: the queue only grows, and its figures mean nothing.
    """

    plans: tuple[Plan, ...]
    scenario: Scenario
    limits: Limits
    batches: tuple[list[Batch], ...]
    ended: str = "bound"
    contacts: int = 0
    events: int = 0
    groups: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = tuple(dict.fromkeys(load.group for load in self.scenario.loads))

    def figure(self, kpi: Kpi, group: str = "", plan: int = 0) -> Interval:
        """A figure of one group, or of all; of one of the plans."""
        return ratio(*self._sides(kpi, group, plan), self.limits.confidence)

    def difference(self, kpi: Kpi, group: str = "") -> Interval:
        """The second plan's figure minus the first's, customer by customer the same."""
        old, new = self._sides(kpi, group, 0), self._sides(kpi, group, 1)
        return ratio_difference(old, new, self.limits.confidence)

    def agent(self, name: str, plan: int = 0) -> tuple[Interval, float]:
        """An agent's occupancy, and how many contacts they answered for each hour of the study."""
        counts = [batch.agents[name] for batch in self.batches[plan]]
        kpi = KPIS["occupancy"]
        busy = ratio([kpi.above(each) for each in counts], [kpi.below(each) for each in counts])
        hours = sum(each.busy + each.available for each in counts) / 3600
        return busy, sum(each.answered for each in counts) / hours if hours else 0.0

    def counts(self, group: str = "", plan: int = 0) -> Counts:
        """Everything that was counted."""
        whole = Counts()
        for each in self._each(group, plan):
            whole += each
        return whole

    def precise(self) -> bool:
        """Whether all that is watched is known well enough, from batches that stand for themselves."""
        batches = len(self.batches[0])
        if batches < FEW:
            return False
        for plan in range(len(self.plans)):
            for group in self.groups:
                for name in WATCHED:
                    kpi = KPIS[name]
                    found = self.figure(kpi, group, plan)
                    if not found.half <= self.limits.precision * max(found.value, LEAST[kpi.unit]):
                        return False
                    if self.scenario.length is None and not _apart(*self._sides(kpi, group, plan)):
                        return False
        return True

    def _sides(self, kpi: Kpi, group: str, plan: int) -> tuple[list[float], list[float]]:
        counts = self._each(group, plan)
        return [kpi.above(each) for each in counts], [kpi.below(each) for each in counts]

    def _each(self, group: str, plan: int) -> list[Counts]:
        return [batch.groups[group] if group else batch.total() for batch in self.batches[plan]]


def study(
    plans: Sequence[Plan],
    scenario: Scenario,
    limits: Limits = Limits(),
    router: RouterMaker = Router,
    progress: Callable[[Study], None] | None = None,
) -> Study:
    """Simulate plans side by side until all is precise, or a bound is reached. Raises IvoryError for a
    scenario that names a group which a plan does not have."""
    found = Study(tuple(plans), scenario, limits, tuple([] for _ in plans))
    observe = _days if scenario.length is not None else _stretches
    runs = [observe(plan, scenario, limits.seed, router) for plan in plans]
    for step in zip(*runs, strict=True):
        if None in step:
            found.ended = "unstable"
            break
        for batches, seen in zip(found.batches, step, strict=True):
            if seen is not None:
                batches.append(seen[0])
                found.events += seen[1]
        found.contacts = int(found.counts().offered)
        if scenario.length is None and len(found.batches[0]) == MANY:
            for batches in found.batches:
                batches[:] = _merged(batches)
        if progress:
            progress(found)
        if found.precise():
            found.ended = "precise"
            break
        nobody = not found.contacts and len(found.batches[0]) >= FEW
        if found.contacts >= limits.contacts or nobody:
            break
    if scenario.length is None and any(_growing(batches) for batches in found.batches):
        found.ended = "unstable"
    return found


def _stretches(
    plan: Plan, scenario: Scenario, seed: int, router: RouterMaker
) -> Iterator[tuple[Batch, int] | None]:
    """One long run; the batches are all alike long, and given out once all their contacts met their fate."""
    centre = Centre(plan, scenario, (seed,), router)
    handling = max(load.handling.mean for load in scenario.loads)
    arrivals = sum(load.arrivals.expected(0, 1) for load in scenario.loads)
    length = max(_CONTACTS / arrivals, _HANDLINGS * handling)
    at = scenario.warm_up or 4 * length
    centre.run(at)
    given, events = 0, centre.events
    while True:
        centre.batch()
        at += length
        centre.run(at)
        batches = centre.tally.batches
        while given < len(batches) - 1 and not batches[given].open:
            yield batches[given], centre.events - events
            given, events = given + 1, centre.events
        if len(batches) - given > _BEHIND:
            yield None


def _days(
    plan: Plan, scenario: Scenario, seed: int, router: RouterMaker
) -> Iterator[tuple[Batch, int] | None]:
    """One day after the other, each with customers of its own."""
    number, length = 0, scenario.length or 0.0
    while True:
        centre = Centre(plan, scenario, (seed, number), router)
        centre.run(scenario.warm_up)
        centre.batch()
        centre.run(length)
        centre.tally.settle(centre.now)
        day, end = centre.tally.batches[0], length
        centre.close()
        while day.open and end < length + _LAST:
            end += 600.0
            centre.run(end)
        centre.strand()
        yield day, centre.events
        number += 1


def _merged(batches: Sequence[Batch]) -> list[Batch]:
    """Two and two as one."""
    together = []
    for one, two in zip(batches[::2], batches[1::2], strict=True):
        for mine, other in ((one.groups, two.groups), (one.agents, two.agents)):
            for name, counts in other.items():
                mine[name] += counts
        together.append(one)
    return together


def _growing(batches: Sequence[Batch]) -> bool:
    """Whether some group's queue only gets longer: everybody waits, and for longer and longer, by a slope
    that is five standard errors from nothing."""
    for group in batches[0].groups if len(batches) > 3 else ():
        counts = [batch.groups[group] for batch in batches if batch.groups[group].queued]
        waits = np.array([each.wait / each.queued for each in counts])
        if len(waits) < 4 or sum(each.at_once for each in counts) > 0.001 * sum(
            each.queued for each in counts
        ):
            continue
        moments = np.arange(len(waits)) - (len(waits) - 1) / 2
        slope = float(moments @ waits / (moments @ moments))
        off = waits - waits.mean() - slope * moments
        if slope > 5 * sqrt(float(off @ off) / (len(waits) - 2) / float(moments @ moments)):
            return True
    return False


def _apart(above: Sequence[float], below: Sequence[float]) -> bool:
    """Whether batches are as good as independent: the correlation of neighbours is one that chance explains
    (two standard deviations of 1/√batches)."""
    if not sum(below):
        return True
    off = np.asarray(above) - sum(above) / sum(below) * np.asarray(below)
    spread = float(off @ off)
    return not spread or float(off[1:] @ off[:-1]) / spread <= 2 / sqrt(len(off))
