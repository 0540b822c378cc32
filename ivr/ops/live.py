"""The calls as they are at this moment, and every step of theirs for whoever watches.

It follows the journeys that calls tell, so it asks nobody and costs a call next to nothing.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from ivr.clock import Clock
from ivr.ops.stream import Stream
from ivr.runtime.journey import (
    CallDialled,
    CallFinished,
    CallStarted,
    CallUnreached,
    JourneyEvent,
    NodeEntered,
    NodeLeft,
)
from ivr.store.records.calls import OUT, UNREACHED

MINUTE = timedelta(minutes=1)
INPUT_SHOWN = 40
MAX_STARTS = 100_000
FIELDS = (
    "id", "flow", "ani", "dnis", "language", "started", "node", "type", "visit", "entered", "input",
    "direction",
)  # fmt: skip
RINGS = "ringing"
"""The `type` of a call that is being made, which has no node yet."""

Entry = dict[str, Any]
"""A call under way, ready for JSON: `FIELDS`, of which `visit` counts its nodes, `entered` is when it came to
this one, `input` what the caller did last, and `direction` is `out` of one that was ordered, else empty."""


class Board(Stream):
    """Follows the journeys of a worker's calls."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._calls: dict[str, Entry] = {}
        self._ends: Counter[str] = Counter()
        self._starts: deque[datetime] = deque(maxlen=MAX_STARTS)

    def told(self, event: JourneyEvent) -> None:
        """A journey's listener."""
        match event:
            case CallDialled():
                entry = self._entry(event.call, event.flow, event.at)
                entry.update(
                    ani=event.ani, dnis=event.dnis, language=event.language, type=RINGS, direction=OUT
                )
                self._tell("dialled", entry)
            case CallUnreached():
                self._ends[UNREACHED] += 1
                self._tell(
                    "finished", self._entry(event.call, "", event.started), end=UNREACHED, cause=event.cause
                )
                del self._calls[event.call]
            case CallStarted():
                self._starts.append(self.clock.now())
                entry = self._entry(event.call, event.flow, event.at)
                entry.update(ani=event.ani, dnis=event.dnis, language=event.language)
                self._tell("started", entry)
            case NodeEntered():
                entry = self._entry(event.call, event.flow, event.at)
                entry["flow"], entry["node"], entry["type"] = event.flow, event.node, event.type
                entry["visit"], entry["entered"] = event.visit, event.at.isoformat()
                entry["language"] = event.language or entry["language"]
                self._tell("entered", entry)
            case NodeLeft():
                entry = self._entry(event.call, event.flow, event.entered)
                if event.input:
                    entry["input"] = event.input[-INPUT_SHOWN:]
                self._tell("left", entry, outcome=event.outcome, input=event.input)
            case CallFinished():
                self._ends[event.end] += 1
                entry = self._entry(event.call, "", event.started)
                entry["language"] = event.language
                self._tell("finished", entry, end=event.end, cause=event.cause)
                del self._calls[event.call]

    def prune(self, there: Container[str]) -> None:
        """Forget calls that are not among those `there`: their ends were never told."""
        gone = [call for call, at in self._calls.items() if call not in there and at["type"] != RINGS]
        for call in gone:
            del self._calls[call]

    def snapshot(self) -> dict[str, Any]:
        """All calls, longest first, and the totals."""
        calls = sorted(self._calls.values(), key=itemgetter("started"))
        return {"calls": calls, "totals": self.totals()}

    def totals(self) -> dict[str, Any]:
        """Calls now, in the last minute, and how calls ended since the worker began."""
        now = self.clock.now()
        while self._starts and now - self._starts[0] > MINUTE:
            self._starts.popleft()
        return {"active": len(self._calls), "last_minute": len(self._starts), "ends": dict(self._ends)}

    def opening(self) -> Iterator[bytes]:
        yield self.line("snapshot", **self.snapshot())

    def beat(self) -> bytes:
        return self.line("beat", totals=self.totals())

    def _entry(self, call: str, flow: str, at: datetime) -> Entry:
        """A call's entry; what is not known of one that was taken over stays empty."""
        entry = self._calls.get(call)
        if entry is None:
            entry = self._calls[call] = dict.fromkeys(FIELDS, "")
            entry.update(id=call, flow=flow, started=at.isoformat(), entered=at.isoformat(), visit=0)
        return entry

    def _tell(self, event: str, entry: Entry, **more: str) -> None:
        self.tell(event, call=entry, **more)
