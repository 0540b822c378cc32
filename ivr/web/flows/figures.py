"""What journeys tell of flows, as the admin shows it: today's calls in the list, and traffic on a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from ivr.flow.model import LoadedFlow
from ivr.insight.report import Report, report
from ivr.insight.tally import Count
from ivr.settings import Settings
from ivr.store import ends, journeys
from ivr.store.database import Store
from ivr.versions.kept import published

LOST: Final = "lost"
FRESH: Final = timedelta(seconds=10)
"""For which the day's figures are not counted again."""
MOST_CALLS: Final = 200_000
"""Journeys that are read for one picture or report."""


@dataclass(frozen=True, slots=True)
class Day:
    """A flow's calls of a day. `contained`: of those whose end was seen, the share that were helped with
    nobody spoken with; None: there are none yet."""

    calls: int = 0
    contained: float | None = None


class Today:
    """The figures of the day so far, by flow. It begins at midnight by the machine's clock."""

    def __init__(self, settings: Settings) -> None:
        self._kept: tuple[datetime | None, Mapping[str, Day]] = (None, {})

    def ask(self, store: Store, now: datetime) -> Mapping[str, Day]:
        """The figures, as old as `FRESH` at most. Raises StoreError."""
        asked, days = self._kept
        if asked is None or not timedelta() <= now - asked < FRESH:
            midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
            days = day(ends.since(store, midnight))
            self._kept = now, days
        return days


def day(rows: Iterable[ends.End]) -> dict[str, Day]:
    """The figures of some calls, by flow."""
    calls: dict[str, int] = {}
    seen: dict[str, int] = {}
    helped: dict[str, int] = {}
    for row in rows:
        calls[row.flow] = calls.get(row.flow, 0) + row.calls
        if row.end and row.end != LOST:
            seen[row.flow] = seen.get(row.flow, 0) + row.calls
            if row.goal and row.end != "transfer":
                helped[row.flow] = helped.get(row.flow, 0) + row.calls
    return {
        flow: Day(count, helped.get(flow, 0) / seen[flow] if seen.get(flow) else None)
        for flow, count in calls.items()
    }


@dataclass(frozen=True, slots=True)
class Traffic:
    """Where the callers of a flow went, in the flow itself.

    Attributes:
        calls: that came in by it.
        nodes: visits by node and outcome; the outcome is empty for those that are there still.
        gave_up: callers who hung up at a node with nothing reached.
        cut: whether there were more calls than are read.
    """

    calls: int
    nodes: Mapping[str, Mapping[str, int]]
    gave_up: Mapping[str, int]
    cut: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Which calls: those that began from `since` on and before `until` (aware), and with `version`, if it is
    given (its first signs will do)."""

    since: datetime
    until: datetime
    version: str = ""


Drafts = Callable[[], Mapping[str, LoadedFlow]]
"""The flows of the files, asked for where none is published."""


def traffic(store: Store, flow: str, window: Window, drafts: Drafts) -> Traffic:
    """Count the ways of callers. Raises StoreError, FlowError."""
    flows = published(store, flow, window.version) or drafts()
    models = {name: loaded.flow for name, loaded in flows.items()}
    count = Count(models, flows[flow].version if flow in flows else "")
    traces = journeys.traces(store, flow, window.since, window.until, version=window.version)
    calls = 0
    for trace in islice(traces, MOST_CALLS):
        count.take(trace)
        calls += 1
    mine = {node: one for (of, node), one in count.nodes.items() if of == flow}
    return Traffic(
        calls,
        {
            name: {**dict(one.outcomes.most_common()), **({"": one.never_left} if one.never_left else {})}
            for name, one in mine.items()
        },
        {name: len(one.into) for name, one in mine.items() if len(one.into)},
        calls == MOST_CALLS,
    )


def told(store: Store, flow: str, window: Window, drafts: Drafts) -> Report:
    """The whole report of a flow. Raises StoreError, FlowError."""
    flows = published(store, flow, window.version) or drafts()
    since = max(window.since, journeys.oldest(store) or window.since)
    traces = journeys.traces(store, flow, since, window.until, version=window.version)
    current = flows[flow].version if flow in flows else ""
    models = {name: loaded.flow for name, loaded in flows.items()}
    few = islice(traces, MOST_CALLS)
    return report(few, models, flow, since, window.until, current=current, version=window.version)
