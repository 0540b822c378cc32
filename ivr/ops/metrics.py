"""What is counted while calls go on, under the names Prometheus knows it by.

Everything here runs on the calls' own hub, so it is cheap: a few microseconds a step. What others count
anyway is read when somebody asks (`readings`). No label ever holds what a caller said or dialled.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from ivr.esl.quality import Quality, quality_of
from ivr.esl.wire import Event
from ivr.ops.bounded import Bounded
from ivr.runtime.journey import CallFinished, CallStarted, JourneyEvent, NodeLeft
from ivr.runtime.worker import MARK

STAYS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
LENGTHS = (1, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1200, 3600)
LAGS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3)
DELAYS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
WAITS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
ANSWERS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
MARKS = (1, 2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.3, 4.4, 4.49, 5)
JITTERS = (0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5)
LOSSES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1)

SAMPLED = 8
"""Of so many events from FreeSWITCH, the delay of one is measured."""
FEW, MANY = 200, 2000
"""Series at most, of histograms and of counters."""


class Metrics:
    """The metrics of one worker, in a registry of their own."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series each, which nobody reads
        self.registry = CollectorRegistry()
        self._now = now
        self._events = 0

        self._started = self._counter("calls_started", "Calls that began a flow.", "flow")
        self._ended = self._counter("calls", "Calls that ended, by how they ended for the caller.", "end")
        self._call = self._histograms("call_seconds", "Length of calls, by how they ended.", LENGTHS, "end")
        self._node = self._histograms("node_seconds", "Time callers spent at a node.", STAYS, "flow", "type")
        self._outcomes = self._counter(
            "node_outcomes", "Outcomes by which nodes were left.", "flow", "node", "outcome"
        )
        self._lag = self._histogram(
            "hub_lag_seconds", "Time by which the event loop came late to what was due.", LAGS
        )
        self._delay = self._histogram(
            "esl_event_delay_seconds",
            f"Age of FreeSWITCH's events on arrival (1 of {SAMPLED}); holds the difference of two clocks.",
            DELAYS,
        )
        self._mos = self._histogram("rtp_mos", "FreeSWITCH's estimate of how well callers are heard.", MARKS)
        self._jitter = self._histogram(
            "rtp_jitter_seconds", "Largest deviation of the spacing of callers' packets.", JITTERS
        )
        self._loss = self._histogram("rtp_loss_ratio", "Share of callers' packets that were lost.", LOSSES)
        self._silent = self._count(
            "rtp_silent_calls", "Calls of which no audio ever came, although there was a way for it."
        )
        self._hits = self._count("prompt_cache_hits", "Sentences calls wanted that were there already.")
        self._misses = self._count("prompt_cache_misses", "Sentences calls wanted that had to be made.")
        self._speech = self._histogram(
            "speech_wait_seconds", "Silence in calls while a sentence that was not there was made.", WAITS
        )
        self._http = self._histograms(
            "http_operation_seconds",
            "Time of flows' requests to other systems, retries included.",
            ANSWERS,
            "service",
            "result",
        )

    # What is told -------------------------------------------------------------------------------------

    def told(self, event: JourneyEvent) -> None:
        """A journey's listener."""
        match event:
            case CallStarted():
                self._started.at(event.flow).inc()
            case NodeLeft():
                stay = (event.at - event.entered).total_seconds()
                self._node.at(event.flow, event.type).observe(max(0.0, stay))
                self._outcomes.at(event.flow, event.node, _kind(event)).inc()
            case CallFinished():
                self._ended.at(event.end).inc()
                self._call.at(event.end).observe(max(0.0, (event.at - event.started).total_seconds()))

    def tap(self, handle: Callable[[Event], None]) -> Callable[[Event], None]:
        """`handle`, with a look at each event after it was handled."""

        def take(event: Event) -> None:
            handle(event)
            self.event(event)

        return take

    def event(self, event: Event) -> None:
        """One event from FreeSWITCH."""
        self._events += 1
        if self._events % SAMPLED == 0:
            sent = event.get("Event-Date-Timestamp")
            if sent.isdigit():
                self._delay.observe(max(0.0, self._now() - int(sent) / 1e6))
        if event.name == "CHANNEL_HANGUP_COMPLETE" and event.variable(MARK):
            quality = quality_of(event)
            if quality is not None:
                self.heard(quality)

    def heard(self, quality: Quality) -> None:
        """How well a caller was heard."""
        if quality.judged:
            self._mos.observe(quality.mos)
            self._jitter.observe(quality.jitter_ms / 1000)
            self._loss.observe(quality.loss_percent / 100)
        elif not quality.packets:
            self._silent.inc()

    def lagged(self, seconds: float) -> None:
        """The hub came late."""
        self._lag.observe(seconds)

    def spoken(self, *, ready: bool) -> None:
        """A call wanted a sentence."""
        (self._hits if ready else self._misses).inc()

    def waited(self, seconds: float) -> None:
        """A call waited for a sentence."""
        self._speech.observe(seconds)

    def fetched(self, service: str, result: str, seconds: float) -> None:
        """A flow asked another system; `service` is its name in the settings."""
        self._http.at(service, result).observe(seconds)

    # Making them --------------------------------------------------------------------------------------

    def _count(self, name: str, words: str) -> Counter:
        return Counter(f"ivory_{name}", words, registry=self.registry)

    def _counter(self, name: str, words: str, *labels: str) -> Bounded[Counter]:
        return Bounded(Counter(f"ivory_{name}", words, labels, registry=None), labels, MANY, self.registry)

    def _histogram(self, name: str, words: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"ivory_{name}", words, buckets=buckets, registry=self.registry)

    def _histograms(
        self, name: str, words: str, buckets: tuple[float, ...], *labels: str
    ) -> Bounded[Histogram]:
        metric = Histogram(f"ivory_{name}", words, labels, buckets=buckets, registry=None)
        return Bounded(metric, labels, FEW, self.registry)


def _kind(event: NodeLeft) -> str:
    """An outcome's name; HTTP statuses by their class, as another system chooses them."""
    if event.type == "operation" and len(event.outcome) == 3 and event.outcome.isdigit():
        return f"{event.outcome[0]}xx"
    return event.outcome
