"""What is counted of queues and agents, under the names Prometheus knows it by; read when somebody asks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ivr.acd.actions import Action, ContactEnded, Withdraw
from ivr.acd.events import Event as News
from ivr.acd.events import OfferConnected, OfferFailed
from ivr.acd.model import STATES
from ivr.log import get
from ivr.routing.desk import Desk

log = get(__name__)

CHECKED = 60.0
"""Seconds between two looks at what must always hold: it goes through everybody."""


class Figures(Collector):
    """The figures of a desk."""

    def __init__(self, desk: Desk, now: Callable[[], float] = time.monotonic) -> None:
        self._desk, self._now = desk, now
        self._ended: Counter[tuple[str, str]] = Counter()
        self._offers: Counter[str] = Counter()
        self._violations = 0
        self._checked = float("-inf")
        desk.listeners.append(self._decided)
        desk.news.append(self._happened)

    def _decided(self, action: Action) -> None:
        if isinstance(action, ContactEnded):
            self._ended[action.group, action.disposition] += 1
        elif isinstance(action, Withdraw):
            self._offers[action.why] += 1

    def _happened(self, news: News) -> None:
        if isinstance(news, OfferConnected):
            self._offers["connected"] += 1
        elif isinstance(news, OfferFailed):
            self._offers[news.why] += 1

    def collect(self) -> Iterable[Metric]:
        desk = self._desk
        waiting = GaugeMetricFamily(
            "ivory_queue_waiting", "Contacts that wait, by skill group.", labels=["group"]
        )
        for group in sorted(desk.groups):
            waiting.add_metric([group], desk.router.waiting(group))
        yield waiting
        agents = GaugeMetricFamily("ivory_agents", "Agents, by state.", labels=["state"])
        states = Counter(each.state for each in desk.states.values())
        for state in STATES:
            agents.add_metric([state], states[state])
        yield agents
        yield GaugeMetricFamily("ivory_talks", "Callers who talk with agents.", value=len(desk.talks))
        ended = CounterMetricFamily(
            "ivory_contacts", "Contacts whose waiting ended, by how.", labels=["group", "disposition"]
        )
        for (group, disposition), count in sorted(self._ended.items()):
            ended.add_metric([group, disposition], count)
        yield ended
        offers = CounterMetricFamily(
            "ivory_offers", "Offers to agents, by what came of them.", labels=["result"]
        )
        for result, count in sorted(self._offers.items()):
            offers.add_metric([result], count)
        yield offers
        yield CounterMetricFamily(
            "ivory_router_violations", "Things that must always hold, and were found not to.", self._looked()
        )

    def _looked(self) -> int:
        """Violations found so far; each is logged."""
        if self._now() - self._checked >= CHECKED:
            self._checked = self._now()
            for violation in self._desk.router.check():
                self._violations += 1
                log.error("the router is not as it must be", what=violation)
        return self._violations
