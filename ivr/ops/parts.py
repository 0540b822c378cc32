"""What is asked of a worker's parts: for its health, and for the metrics that they count themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ivr import __version__, log
from ivr.esl.sounds import Reel
from ivr.ops.greenlets import Greenlets
from ivr.ops.health import STALE, Check, Question
from ivr.ops.live import Board
from ivr.ops.pulse import Pulse
from ivr.runtime.journey import Journey
from ivr.runtime.worker import Worker
from ivr.speech.voice import Voice
from ivr.store.writer import Writer

STATES = ("ok", "behind", "down", "losing")
"""How the store may be; see `ivr.store.health`."""
GAUGES = {"pending": "Records of calls in memory.", "backlog": "Records of calls in the spool."}


@dataclass(frozen=True, eq=False)
class Parts(Collector):
    """The parts of a worker that are looked after."""

    worker: Worker
    journey: Journey
    voice: Voice
    writer: Writer
    board: Board
    pulse: Pulse
    greenlets: Greenlets = field(default_factory=Greenlets)

    # Health -------------------------------------------------------------------------------------------

    def alive(self) -> list[tuple[str, Question]]:
        """Questions about what a restart would mend."""
        return [
            ("hub", self._hub),
            ("worker", lambda: _living(self.worker.alive)),
            ("connection", lambda: _living(self.worker.connection.alive)),
            ("writer", lambda: _living(self.writer.alive)),
        ]

    def ready(self) -> list[tuple[str, Question]]:
        """Questions about whether a call would be served."""
        return [
            ("freeswitch", self._freeswitch),
            ("owner", self._owner),
            ("flows", self._flows),
            ("store", self._store),
            ("draining", self._draining),
        ]

    def _hub(self) -> Check:
        age = self.pulse.age
        return Check(age < STALE, "" if age < STALE else f"it did not turn for {age:.1f} s")

    def _freeswitch(self) -> Check:
        connection = self.worker.connection
        return Check(connection.up, "" if connection.up else str(connection.failure))

    def _owner(self) -> Check:
        mine = self.worker.claim.mine
        return Check(
            mine, "" if mine else "the calls of this FreeSWITCH are not claimed, or another worker's"
        )

    def _flows(self) -> Check:
        count = len(self.worker.library.flows)
        return Check(count > 0, f"{count} flow{'' if count == 1 else 's'}" if count else "no flow is loaded")

    def _store(self) -> Check:
        health = self.writer.health()
        words = "" if health.state == "ok" else f"{health.state}: {health.last_error}"
        return Check(health.state == "ok", words, degraded=health.state in ("behind", "down"))

    def _draining(self) -> Check:
        return Check(not self.worker.draining, "it takes no new calls" if self.worker.draining else "")

    # Metrics ------------------------------------------------------------------------------------------

    def describe(self) -> Iterable[Metric]:
        """Nothing: these names are nobody else's."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield _labelled("build_info", "The version that runs.", "version", {__version__: 1})
        yield GaugeMetricFamily("ivory_calls_active", "Calls under way.", len(self.worker.calls))
        yield GaugeMetricFamily("ivory_greenlets", "Greenlets that somebody holds.", len(self.greenlets))
        yield GaugeMetricFamily("ivory_draining", "1 while no new calls are taken.", self.worker.draining)
        yield GaugeMetricFamily("ivory_flows_loaded", "Flows that can serve.", len(self.worker.library.flows))
        yield from self._esl()
        yield from self._records()
        yield _labelled(
            "sounds_missing",
            "Sounds callers should have heard and did not.",
            "kind",
            {"speech": 0, "audio": 0, **Reel.failures},
            counter=True,
        )
        yield _labelled(
            "speech_failures",
            "Failures of speech engines.",
            "engine",
            dict(self.voice.failures.count),
            counter=True,
        )
        progress = self.voice.progress
        left = progress.total - progress.done - progress.failed
        yield GaugeMetricFamily("ivory_speech_ahead", "Sentences still to be rendered ahead.", left)
        yield CounterMetricFamily(
            "ivory_listener_failures", "Failures of those who follow calls.", self.journey.failures
        )
        yield CounterMetricFamily(
            "ivory_log_dropped", "Lines of the log that were dropped, as nobody read them.", log.dropped()
        )
        yield GaugeMetricFamily("ivory_watchers", "Readers of the live view.", self.board.readers)
        yield CounterMetricFamily(
            "ivory_watchers_dropped", "Readers of the live view that were too slow.", self.board.dropped
        )

    def _esl(self) -> Iterator[Metric]:
        connection = self.worker.connection
        yield GaugeMetricFamily("ivory_esl_up", "1 while FreeSWITCH's event socket is there.", connection.up)
        for each in fields(connection.counters):
            words = f"{each.name.replace('_', ' ').capitalize()} of the event socket."
            yield CounterMetricFamily(
                f"ivory_esl_{each.name}", words, getattr(connection.counters, each.name)
            )

    def _records(self) -> Iterator[Metric]:
        health = self.writer.health()
        yield _labelled(
            "store_state",
            "1 for how the store is.",
            "state",
            {state: int(state == health.state) for state in STATES},
        )
        yield GaugeMetricFamily(
            "ivory_store_oldest_seconds", "Age of the oldest record in memory.", health.oldest
        )
        for name, value in asdict(health).items():
            if name in GAUGES:
                yield GaugeMetricFamily(f"ivory_store_{name}", GAUGES[name], value)
            elif isinstance(value, int):
                yield CounterMetricFamily(f"ivory_store_{name}", f"Records of calls {name}.", value)


def _living(alive: bool) -> Check:
    return Check(alive, "" if alive else "what ran there has ended")


def _labelled(name: str, words: str, label: str, values: dict[str, int], *, counter: bool = False) -> Metric:
    kind = CounterMetricFamily if counter else GaugeMetricFamily
    family = kind(f"ivory_{name}", words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
