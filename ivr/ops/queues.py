"""What is counted of skill groups and agents, under the names Prometheus knows it by.

Labels are the plan's groups and words of our own, nothing of a contact; groups beyond `GROUPS` are counted
together, and so are those that the plan does not have. What the router knows anyway is read when somebody
asks, a few groups at a time.
"""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ivr.acd.actions import Action, AgentChanged, ContactEnded, Offer, Withdraw
from ivr.acd.events import Event, OfferConnected, OfferFailed
from ivr.acd.model import STATES, Plan
from ivr.acd.router import Router
from ivr.ops.bounded import OTHER, Bounded

GROUPS: Final = 500
"""Groups that have series of their own."""
MOST: Final = 16 * (GROUPS + 1)
"""Series of a counter: there are eleven results of offers, and eight dispositions."""
PORTION: Final = 20
"""Groups that are looked at at once, and hundreds of agents."""
WAITED: Final = (1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800)
LATENCIES: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Counted(Protocol):
    """As much of the desk as is counted."""

    news: list[Callable[[Event], None]]
    listeners: list[Callable[[Action], None]]
    asked: list[Callable[[Offer], None]]
    anew: list[Callable[[], object]]
    states: dict[str, AgentChanged]
    router: Router

    @property
    def talks(self) -> Sized: ...

    def now(self) -> float: ...


class Recorder(Protocol):
    """Who records talks: `started`, `done`, `failed`; and what went wrong, by kind."""

    totals: Tally[str]
    problems: Tally[str]


class Directory(Protocol):
    """Who looks customers up."""

    failed: int


class Inspection(Protocol):
    """Who looks whether the router is as it must be."""

    found: int
    looks: int


class QueueMetrics(Collector):
    """The metrics of a desk.

    Args:
        plan: the one in force.
        breathe: called between two portions of what is read; others have their turn.
        clock: seconds, for what takes milliseconds.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        desk: Counted,
        plan: Callable[[], Plan],
        recorder: Recorder,
        directory: Directory,
        inspection: Inspection,
        breathe: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._desk, self._plan, self._breathe, self._clock = desk, plan, breathe, clock
        self._recorder, self._directory, self._inspection = recorder, directory, inspection
        self._offers: dict[str, tuple[str, float]] = {}
        self._happened = 0.0
        self._named: set[str] = set()
        results, ends = ("group", "result"), ("group", "disposition")
        self._results = Bounded(
            Counter(
                "ivory_offers", "Agents asked to take a contact, by what came of it.", results, registry=None
            ),
            results,
            MOST,
            registry,
        )
        self._ended = Bounded(
            Counter("ivory_contacts", "Contacts whose wait ended, by how.", ends, registry=None),
            ends,
            MOST,
            registry,
        )
        answer = Histogram(
            "ivory_answer_seconds",
            "Time contacts waited that were answered.",
            ("group",),
            buckets=WAITED,
            registry=None,
        )
        self._answer = Bounded(answer, ("group",), GROUPS + 1, registry)
        self._latency = Histogram(
            "ivory_offer_latency_seconds",
            "Time from what made an offer possible (an agent free, a contact there) to asking FreeSWITCH.",
            buckets=LATENCIES,
            registry=registry,
        )
        registry.register(self)
        desk.news.append(self.heard)
        desk.listeners.append(self.told)
        desk.asked.append(self.asked)
        desk.anew.append(self._offers.clear)

    # What is told -------------------------------------------------------------------------------------

    def heard(self, news: Event) -> None:
        """The router is about to be told this."""
        self._happened = self._clock()
        if isinstance(news, OfferConnected):
            self._over(news.offer, "connected")
        elif isinstance(news, OfferFailed):
            self._over(news.offer, news.why)

    def told(self, action: Action) -> None:
        """The router has decided this."""
        match action:
            case Offer():
                self._offers[action.id] = self._group(action.contact.group), self._happened
            case Withdraw():
                self._over(action.offer, action.why)
            case ContactEnded():
                group = self._group(action.group)
                self._ended.at(group, action.disposition).inc()
                if action.disposition == "answered":
                    self._answer.at(group).observe(action.waited)

    def asked(self, offer: Offer) -> None:
        """FreeSWITCH was asked to ring an offer's agent."""
        if begun := self._offers.get(offer.id):
            self._latency.observe(self._clock() - begun[1])

    def _over(self, offer: str, result: str) -> None:
        if begun := self._offers.pop(offer, None):
            self._results.at(begun[0], result).inc()

    def _group(self, name: str) -> str:
        """A label: the name of one of the plan's groups, as long as there are not too many."""
        if name in self._named:
            return name
        if name not in self._plan().groups or len(self._named) >= GROUPS:
            return OTHER
        self._named.add(name)
        return name

    # What is read -------------------------------------------------------------------------------------

    def describe(self) -> Iterable[Metric]:
        """Nothing: these names are nobody else's."""
        return []

    def collect(self) -> Iterator[Metric]:
        plan, desk = self._plan(), self._desk
        yield from self._queues(plan)
        yield from self._agents(plan)
        yield GaugeMetricFamily("ivory_talks", "Callers who talk with agents.", len(desk.talks))
        yield GaugeMetricFamily(
            "ivory_plan_turn", "The turn of the routing plan in force; 0: a draft, or none.", plan.turn
        )
        yield _by("ivory_recordings", "Recordings of talks.", "result", self._recorder.totals,
                  ("started", "done", "failed"))  # fmt: skip
        yield _by(
            "ivory_recording_problems", "What went wrong with recordings.", "kind", self._recorder.problems
        )
        yield CounterMetricFamily(
            "ivory_directory_failures", "Look-ups of customers that came to nothing.", self._directory.failed
        )
        yield CounterMetricFamily(
            "ivory_router_violations", "What must always hold and did not.", self._inspection.found
        )
        yield CounterMetricFamily(
            "ivory_router_inspections", "Times the whole router was looked at.", self._inspection.looks
        )

    def _queues(self, plan: Plan) -> Iterator[Metric]:
        """Who waits, in portions: each a family of the same name."""
        router, now = self._desk.router, self._desk.now()
        waiting: dict[tuple[str, ...], float] = {}
        longest: dict[tuple[str, ...], float] = {}
        for number, name in enumerate(list(plan.groups), 1):
            label = (self._group(name),)
            waiting[label] = waiting.get(label, 0) + router.waiting(name)
            longest[label] = max(longest.get(label, 0.0), router.longest(name, now))
            if number % PORTION == 0:
                self._breathe()
        yield _gauge("ivory_queue_waiting", "Contacts that wait.", ("group",), waiting)
        yield _gauge("ivory_queue_longest_wait_seconds", "Time for which the one has waited who came first.",
                     ("group",), longest)  # fmt: skip

    def _agents(self, plan: Plan) -> Iterator[Metric]:
        """Agents of each group, by state; one of several groups counts in each."""
        counts: Tally[tuple[str, ...]] = Tally(
            {(self._group(name), state): 0 for name in plan.groups for state in STATES}
        )
        totals: Tally[tuple[str, ...]] = Tally({(state,): 0 for state in STATES})
        states = self._desk.states
        for number, agent in enumerate(plan.agents.values(), 1):
            known = states.get(agent.id)
            state = known.state if known is not None else "logged_out"
            totals[state,] += 1
            for name in agent.tiers:
                counts[self._group(name), state] += 1
            if number % (100 * PORTION) == 0:
                self._breathe()
        yield _gauge("ivory_agents", "Agents, by state.", ("state",), totals)
        words = "Agents of skill groups, by state; who is in several counts in each."
        yield _gauge("ivory_group_agents", words, ("group", "state"), counts)


def _gauge(name: str, words: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _by(name: str, words: str, label: str, values: Tally[str], names: Iterable[str] = ()) -> Metric:
    family = CounterMetricFamily(name, words, labels=[label])
    for key in dict.fromkeys((*names, *values)):
        family.add_metric([key], values[key])
    return family
