"""Metrics as text, made in small pieces between which calls have their turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

PIECE = 150
"""Series between two breaths: about half a millisecond's work."""


class _Piece(Collector):
    """Some series of one metric."""

    def __init__(self, metric: Metric, begin: int) -> None:
        self._metric = Metric(metric.name, metric.documentation, metric.type)
        self._metric.samples = metric.samples[begin : begin + PIECE]

    def collect(self) -> Iterable[Metric]:
        return [self._metric]


def render(registry: CollectorRegistry, breathe: Callable[[], None]) -> bytes:
    """Everything in `registry` in Prometheus's text format (0.0.4).

    Args:
        breathe: called after each piece.
    """
    text, before = [], ""
    for metric in registry.collect():
        for begin in range(0, len(metric.samples) or 1, PIECE):
            piece = generate_latest(_Piece(metric, begin))
            # Of a metric that comes in several pieces, HELP and TYPE are told once.
            text.append(piece if metric.name != before else piece.split(b"\n", 2)[2])
            before = metric.name
            breathe()
    return b"".join(text)
