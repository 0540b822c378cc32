"""Metrics with labels whose number is bounded, however many names flows and other systems come up with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

OTHER = "other"
PORTION = 20
"""Series that are read at once; the next ones when the calls had their turn."""

Metric = TypeVar("Metric", Counter, Histogram)


class Bounded(Collector, Generic[Metric]):
    """The series of a metric, found by their labels' values.

    Args:
        metric: one that is in no registry; this goes into `registry` in its place.
        most: series; what comes on top is counted under `other`, as memory and scrapes are finite.
    """

    def __init__(
        self, metric: Metric, labels: tuple[str, ...], most: int, registry: CollectorRegistry
    ) -> None:
        self._metric: Metric = metric
        self._labels, self._most = labels, most
        self._series: dict[tuple[str, ...], Metric] = {}
        registry.register(self)

    def at(self, *values: str) -> Metric:
        """The series with these labels. The library finds it, too, but takes four times as long."""
        series = self._series.get(values)
        if series is None:
            if len(self._series) >= self._most:
                values = (OTHER,) * len(values)
            series = self._series[values] = self._metric.labels(*values)
        return series

    def describe(self) -> Iterable[Family]:
        return self._metric.describe()

    def collect(self) -> Iterator[Family]:
        """The metric in portions, each a family of the same name."""
        all_of_them = iter(list(self._series.items()))
        (family,) = self._metric.describe()
        while portion := list(islice(all_of_them, PORTION)):
            part = Family(family.name, family.documentation, family.type)
            for values, series in portion:
                names = dict(zip(self._labels, values, strict=True))
                for sample in (sample for each in series.collect() for sample in each.samples):
                    part.add_sample(sample.name, {**names, **sample.labels}, sample.value)
            yield part
