"""What a simulation counts, batch by batch: contacts in the batch in which they came, agents' time by the
clock.

Batches are long stretches of one run, or whole days; figures of different batches are as good as independent,
which is what intervals are made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ivr.acd.actions import AgentChanged
from ivr.acd.kpis import SHORT, Counts
from ivr.acd.simulator.crowd import Customer

_KINDS = {"available": 0, "busy": 1, "wrap_up": 1}


@dataclass(slots=True)
class Batch:
    """What was counted in one stretch of time; `open` contacts of it have not met their fate yet."""

    groups: dict[str, Counts]
    agents: dict[str, Counts]
    open: int = 0

    def total(self) -> Counts:
        """All groups and agents together."""
        whole = Counts()
        for group in self.groups.values():
            whole += group
        for agent in self.agents.values():
            whole.busy += agent.busy
            whole.available += agent.available
        return whole


@dataclass(slots=True)
class _Clock:
    """Where an agent's time goes at the moment: 0 available, 1 at work, None: neither."""

    kind: int | None = None
    since: float = 0.0
    spent: list[float] = field(default_factory=lambda: [0.0, 0.0])


class Tally:
    """All counters of one run.

    Args:
        targets: seconds of each group's service level.
        agents: all there are.
    """

    def __init__(self, targets: Mapping[str, float], agents: Iterable[str]) -> None:
        self._targets = targets
        self._clocks = {agent: _Clock() for agent in agents}
        self.batches: list[Batch] = []

    def begin(self, now: float) -> None:
        """A new batch: whoever comes from now on counts in it."""
        self.settle(now)
        self.batches.append(
            Batch({group: Counts() for group in self._targets}, {agent: Counts() for agent in self._clocks})
        )

    def settle(self, now: float) -> None:
        """Write agents' time up to now into the batch that is running."""
        agents = self.batches[-1].agents if self.batches else {}
        for name, clock in self._clocks.items():
            if clock.kind is not None:
                clock.spent[clock.kind] += now - clock.since
            clock.since = now
            if name in agents:
                agents[name].available += clock.spent[0]
                agents[name].busy += clock.spent[1]
            clock.spent = [0.0, 0.0]

    def came(self, customer: Customer, *, blocked: bool) -> None:
        """Somebody wants in."""
        if not self.batches:
            return
        customer.batch = len(self.batches) - 1
        counts = self.batches[-1].groups[customer.load.group]
        counts.offered += 1
        if blocked:
            counts.blocked += 1
        else:
            self.batches[-1].open += 1

    def ended(self, customer: Customer, disposition: str, agent: str, waited: float) -> None:
        """Somebody's time in the queue is over."""
        if customer.batch < 0:
            return
        batch = self.batches[customer.batch]
        batch.open -= 1
        group = customer.load.group
        counts, target = batch.groups[group], self._targets[group]
        counts.queued += 1
        counts.wait += waited
        counts.at_once += customer.at_once
        if disposition == "answered":
            counts.answered += 1
            counts.wait_answered += waited
            counts.answered_within += waited <= target
            counts.talk += customer.talk
            counts.wrap_up += customer.wrap_up
            batch.agents[agent].answered += 1
            batch.agents[agent].talk += customer.talk
            batch.agents[agent].wrap_up += customer.wrap_up
        elif disposition == "abandoned":
            counts.abandoned += 1
            counts.abandoned_within += waited <= target
            counts.abandoned_short += waited <= SHORT
        else:
            counts.elsewhere += 1

    def agent(self, change: AgentChanged, now: float) -> None:
        """An agent's state is another one from now on."""
        clock = self._clocks[change.agent]
        if clock.kind is not None:
            clock.spent[clock.kind] += now - clock.since
        clock.kind, clock.since = _KINDS.get(change.state), now
