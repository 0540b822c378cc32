"""What the worker tells about itself over HTTP, in Prometheus' text format."""

from __future__ import annotations

import math
import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Self

_LINE = re.compile(r"^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)")
_LE = re.compile(r'le="([^"]+)"')


@dataclass(frozen=True)
class Metrics:
    """One reading: sums over all labels by name, and histograms' buckets by name and upper bound."""

    values: dict[str, float] = field(default_factory=dict)
    buckets: dict[str, dict[float, float]] = field(default_factory=dict)

    @classmethod
    def read(cls, address: str) -> Self:
        """Ask host:port; empty when nobody answers there."""
        try:
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
                return cls.parse(answer.read().decode())
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return cls()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text format; comments and what is not understood are passed over."""
        found = cls()
        for line in text.splitlines():
            if not (parts := _LINE.match(line)):
                continue
            name, labels, value = parts[1], parts[2] or "", float(parts[3])
            if name.endswith("_bucket") and (bound := _LE.search(labels)):
                holder = found.buckets.setdefault(name.removesuffix("_bucket"), {})
                upper = float(bound[1])
                holder[upper] = holder.get(upper, 0.0) + value
            else:
                found.values[name] = found.values.get(name, 0.0) + value
        return found

    def since(self, earlier: Metrics, name: str, share: float) -> float:
        """The `share` quantile of histogram `name` since an earlier reading; NaN when nothing was observed.

        Interpolated within its bucket, as Prometheus' `histogram_quantile` does."""
        before = earlier.buckets.get(name, {})
        counts = sorted((le, count - before.get(le, 0.0)) for le, count in self.buckets.get(name, {}).items())
        if not counts or counts[-1][1] <= 0:
            return math.nan
        wanted = share * counts[-1][1]
        below, lower = 0.0, 0.0
        for upper, count in counts:
            if count >= wanted:
                if math.isinf(upper) or count == below:
                    return lower
                return lower + (upper - lower) * (wanted - below) / (count - below)
            below, lower = count, upper
        return lower
