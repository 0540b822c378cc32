"""How long a wait will be, as far as that can honestly be said.

With n agents busy all the time and handling times of mean h, agents become free at a rate of n ÷ h; the wait
of the k-th in line is the time of k such moments: a gamma distribution of shape k. What is told is its range
from the 10 % to the 90 % quantile, by the approximation of Wilson and Hilferty (1931): with z = 1.2816,
quantile ≈ k × (1 − 1/9k ± z √(1/9k))³. Agents shared with other groups count by the part of those waiting for
them that wait here; contacts ahead whom other agents serve as well count by the part of agents in common."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

from ivr.acd.floor import Floor
from ivr.acd.model import Contact
from ivr.acd.stages import Stage
from ivr.acd.waiting import Queue, Waiting

Z = 1.2816
"""The 90 % quantile of the standard normal distribution."""
RISE = 1.1
"""An estimate that rose by less is told as it was before."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An honest expectation of a wait, seconds: between `low` and `high`. `why` says what made it rise since
    it was told last (`overtaken`, `fewer_agents`, `longer_talks`), empty otherwise."""

    low: float
    high: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an estimate rests on: completions to wait for, agents who count, mean handling time."""

    completions: float
    agents: float
    handling: float

    @property
    def mean(self) -> float:
        """The expected wait, seconds."""
        return self.completions * self.handling / self.agents

    def quantile(self, z: float) -> float:
        """The wait that is not exceeded with the probability of `z` in the normal distribution."""
        ninth = 1.0 / (9.0 * self.completions)
        return self.mean * max(0.0, 1.0 - ninth + z * math.sqrt(ninth)) ** 3


@dataclass(frozen=True, slots=True)
class Told:
    """What a contact was told of its wait: at first, and last."""

    first_at: float
    first: Estimate
    last: Estimate
    basis: Basis


def estimate(floor: Floor, contact: str, now: float) -> Estimate | None:
    """How long a contact will wait from `now` on. What it was told before is taken into account: an estimate
    rises only with a reason."""
    waiting = floor.waiting.get(contact)
    basis = basis_of(floor, waiting) if waiting is not None else None
    if waiting is None or basis is None:
        return None
    fresh = Estimate(basis.quantile(-Z), basis.quantile(Z))
    before: Told | None = waiting.told
    if before is None:
        waiting.told = Told(now, fresh, fresh, basis)
        return fresh
    if fresh.high <= before.last.high * RISE:
        high = min(fresh.high, before.last.high)
        fresh = Estimate(min(fresh.low, high), high)
    else:
        fresh = Estimate(fresh.low, fresh.high, _cause(before.basis, basis))
    waiting.told = Told(before.first_at, before.first, fresh, basis)
    return fresh


def _cause(before: Basis, after: Basis) -> str:
    """What made it rise most."""
    return max(
        (after.completions / before.completions, "overtaken"),
        (before.agents / after.agents, "fewer_agents"),
        (after.handling / before.handling, "longer_talks"),
    )[1]


def expected(floor: Floor, waiting: Waiting) -> float | None:
    """The mean wait of a contact, seconds; None when that cannot be said."""
    basis = basis_of(floor, waiting)
    return None if basis is None else basis.mean


def expected_wait(floor: Floor, group: str, now: float) -> float | None:
    """The mean wait of somebody who came to a group now and asked for nothing special."""
    queue = floor.queues.get(group)
    if queue is None:
        return None
    waiting = Waiting(Contact("", group, now), queue, floor.count + 1)
    waiting.path = floor.people.path(floor, queue, waiting.contact)
    waiting.stage = waiting.path.stages[0]
    free = waiting.stage.pool.lowest()
    if free is not None and free <= max(1, waiting.stage.lowest):
        return 0.0
    return expected(floor, waiting)


def basis_of(floor: Floor, waiting: Waiting) -> Basis | None:
    """What can be known of a wait; None when too little: nobody is there, or no handling times were seen."""
    queue, stage = waiting.queue, waiting.stage
    handling = floor.handling.mean(queue.group.id, waiting.path.key if waiting.path else None)
    if handling is None or handling <= 0.0:
        return None
    if stage is None:
        seat = floor.seats.get(waiting.contact.only)
        if seat is None or not seat.present:
            return None
        return Basis(1.0 + bisect_left(seat.line, waiting.entry), 1.0, handling)
    agents = shared(floor, queue, stage)
    if agents <= 0.0:
        return None
    ahead = 0.0
    for path in queue.paths.values():
        for other in path.stages:
            for line in other.lines.values():
                if line:
                    ahead += bisect_left(line, waiting.entry) * overlap(stage, other)
    apart = sum(1 for each in queue.apart() if each.entry < waiting.entry)
    return Basis(1.0 + ahead + apart, agents, handling)


def shared(floor: Floor, queue: Queue, stage: Stage) -> float:
    """Agents who are there for a stage, those of several groups in part."""
    own = max(1, len(queue.waiting))
    found = 0.0
    for groups, agents in stage.mixes.items():
        others = sum(
            len(floor.queues[each].waiting)
            for each in groups
            if each != queue.group.id and each in floor.queues
        )
        found += agents * own / (own + others)
    return found


def overlap(mine: Stage, other: Stage) -> float:
    """The part of another stage's agents who count for this one as well."""
    part = mine.overlaps.get(other)
    if part is None:
        common = len(mine.members & other.members)
        part = mine.overlaps[other] = common / len(other.members) if other.members else 0.0
    return part
