"""The simulated centre: events in the order of time, the real router deciding, virtual agents and customers
doing what the router says.

Nothing here knows a rule of routing. What the router offers is rung; who answers talks as long as was drawn;
who loses patience leaves. So a simulation says what the router would do, bugs included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import Any

from ivr.acd.actions import AgentChanged, ContactEnded, Offer, Withdraw
from ivr.acd.events import (
    AgentBreak,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    ContactArrived,
    ContactLeft,
    Event,
    OfferAccepted,
    OfferConnected,
    ServiceEnded,
    Tick,
    WrapUpDone,
)
from ivr.acd.model import Contact, Plan
from ivr.acd.router import Router
from ivr.acd.simulator.crowd import Crowd, Customer
from ivr.acd.simulator.scenario import Scenario
from ivr.acd.simulator.tally import Tally
from ivr.errors import IvoryError

_DRAWN = 86_400.0
"""Seconds of wrap-up that stand in the plan where the scenario draws any: agents are done before."""

RouterMaker = Callable[[Plan, int], Router]


class Centre:
    """One run of a plan under a scenario.

    Args:
        seed: of everything that is left to chance; one seed and scenario, the same customers.
        router: makes the router, so that a test may plant a bug.
    """

    def __init__(
        self, plan: Plan, scenario: Scenario, seed: tuple[int, ...] = (1,), router: RouterMaker = Router
    ) -> None:
        for load in scenario.loads:
            if load.group not in plan.groups:
                known = ", ".join(sorted(plan.groups))
                raise IvoryError(f'there is no group "{load.group}" in the plan', hint=f"it has {known}")
        self._wrap_ups = {name: group.wrap_up for name, group in plan.groups.items()}
        self._draws = any(load.wrap_up is not None for load in scenario.loads)
        groups = plan.groups
        if self._draws:  # in all groups: contacts overflow from one into another
            groups = {name: replace(group, wrap_up=_DRAWN) for name, group in groups.items()}
        self.plan, self._scenario = replace(plan, groups=groups), scenario
        self._router = router(self.plan, seed[0])
        self.tally = Tally({name: group.target for name, group in groups.items()}, plan.agents)
        self.now, self.events, self._present = scenario.begins, 0, 0
        self._heap: list[tuple[float, int, Callable[..., None], Any]] = []
        self._order = count()
        self._customers: dict[str, Customer] = {}
        self._offers: dict[str, tuple[Customer, str]] = {}
        self._talking: dict[str, int] = dict.fromkeys(plan.agents, 0)
        self._rooms = {name: sum(agent.capacity.values()) for name, agent in plan.agents.items()}
        self._crowds = [Crowd(scenario, number, seed) for number in range(len(scenario.loads))]
        self._coming = [iter(crowd) for crowd in self._crowds]
        self._sign_in()
        for number in range(len(scenario.loads)):
            self._next(number)

    @property
    def waiting(self) -> int:
        """Contacts in the queue, or being rung for."""
        return len(self._customers)

    def run(self, until: float) -> None:
        """Let time pass, to this many seconds since the beginning; what happens right then is yet to come."""
        end, heap = self._scenario.begins + until, self._heap
        while True:
            due = self._router.due()
            first = heap[0][0] if heap else inf
            if due is not None and due < first:
                if due >= end:
                    break
                self.now = max(self.now, due)
                self._tell(Tick())
            elif first >= end:
                break
            else:
                self.now, _, happen, what = heappop(heap)
                happen(what)
        self.now = end

    def batch(self) -> None:
        """Count what comes from now on in a batch of its own."""
        self.tally.begin(self.now)

    def close(self) -> None:
        """Nobody comes any more; who is there is served, or leaves."""
        self._coming = [iter(()) for _ in self._coming]
        self._heap = [each for each in self._heap if each[2] != self._comes]
        heapify(self._heap)

    def strand(self) -> None:
        """Whoever still waits waits in vain, and is counted so."""
        for customer in self._customers.values():
            self.tally.ended(customer, "stranded", "", self.now - customer.arrived)
        self._customers.clear()

    # What happens ----------------------------------------------------------------------------------------

    def _at(self, moment: float, happen: Callable[..., None], what: Any) -> None:
        heappush(self._heap, (moment, next(self._order), happen, what))

    def _next(self, number: int) -> None:
        """The next customer of a load is on the way."""
        customer = next(self._coming[number], None)
        if customer is not None:
            customer.arrived += self._scenario.begins
            self._at(customer.arrived, self._comes, (customer, number))

    def _comes(self, what: tuple[Customer, int]) -> None:
        customer, number = what
        self._next(number)
        lines = self._scenario.lines
        blocked = lines is not None and self._present >= lines
        self.tally.came(customer, blocked=blocked)
        if blocked:
            return
        self._present += 1
        self._customers[customer.id] = customer
        load = customer.load
        contact = Contact(
            customer.id, load.group, customer.arrived, load.channel, priority=load.priority,
            require=load.require,
        )  # fmt: skip
        self._tell(ContactArrived(contact))
        if customer.patience < inf and customer.id in self._customers:
            self._at(customer.arrived + customer.patience, self._gives_up, customer.id)

    def _gives_up(self, contact: str) -> None:
        if contact in self._customers:
            self._tell(ContactLeft(contact, "abandoned"))

    def _answers(self, offer: str) -> None:
        if offer in self._offers:
            self._tell(OfferAccepted(offer))
            self._tell(OfferConnected(offer))

    def _hangs_up(self, what: tuple[Customer, str]) -> None:
        customer, agent = what
        self._present -= 1
        self._talking[agent] -= 1
        self._tell(ServiceEnded(agent, customer.id))
        if self._draws:
            self._at(self.now + customer.wrap_up, self._is_done, agent)

    def _is_done(self, agent: str) -> None:
        self._tell(WrapUpDone(agent))

    def _sign_in(self) -> None:
        begins, channels = self._scenario.begins, frozenset(load.channel for load in self._scenario.loads)
        for name in self.plan.agents:
            arrives = AgentSignedIn(name, channels)
            shifts = self._scenario.shifts.get(name)
            if shifts is None:
                self._tell(arrives)
            for shift in shifts or ():
                self._at(begins + shift.start, self._tell, arrives)
                self._at(begins + shift.end, self._tell, AgentSignedOut(name))
                for start, end in shift.breaks:
                    self._at(begins + start, self._tell, AgentBreak(name, "break"))
                    self._at(begins + end, self._tell, AgentReady(name))

    # What the router says --------------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        self.events += 1
        now = self.now
        for action in self._router.handle(event, now):
            kind = type(action)
            if kind is AgentChanged:
                self.tally.agent(action, now)  # type: ignore[arg-type]
            elif kind is Offer:
                self._rings(action)  # type: ignore[arg-type]
            elif kind is ContactEnded:
                self._ended(action)  # type: ignore[arg-type]
            elif kind is Withdraw:
                self._offers.pop(action.offer, None)  # type: ignore[union-attr]

    def _rings(self, offer: Offer) -> None:
        customer, now = self._customers[offer.contact.id], self.now
        self._offers[offer.id] = (customer, offer.agent)
        customer.offers += 1
        if customer.offers > 1:
            number = int(customer.id.partition("-")[0])
            delay, luck = self._crowds[number].again(customer)
        else:
            delay, luck = customer.delay, customer.luck
            customer.at_once = now == customer.arrived
        if luck >= self._scenario.missing:
            self._at(now + delay, self._answers, offer.id)

    def _ended(self, end: ContactEnded) -> None:
        customer = self._customers.pop(end.contact)
        if customer.load.wrap_up is None:
            customer.wrap_up = self._wrap_ups[end.group]
        self.tally.ended(customer, end.disposition, end.agent, self.now - customer.arrived)
        if end.disposition != "answered":
            self._present -= 1
            return
        self._talking[end.agent] += 1
        if self._talking[end.agent] > self._rooms[end.agent]:
            raise IvoryError(f"the router gave {end.agent} more than they can take, at {self.now:.3f} s")
        self._at(self.now + customer.talk, self._hangs_up, (customer, end.agent))
