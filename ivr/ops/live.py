"""The calls as they are at this moment, and every step of theirs for whoever watches.

A reader has a queue of bounded length; one that does not keep up is let go, as memory and the hub are the
calls'. A line is made once for all readers, and not at all while nobody reads.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Container, Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from gevent.queue import Empty, Full, Queue

from ivr.clock import Clock
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

MAX_READERS = 16
MAX_LINES = 1000
"""Lines that may wait for one reader."""
BEAT = 2.0
"""Seconds after which a reader hears how many calls there are, even if nothing happens: so that it knows we
live."""
MINUTE = timedelta(minutes=1)
INPUT_SHOWN = 40
MAX_STARTS = 100_000
FIELDS = (
    "id", "flow", "ani", "dnis", "language", "started", "node", "type", "visit", "entered", "input",
    "direction",
)  # fmt: skip
RINGS = "ringing"
"""The `type` of a call that is being made, which has no node yet."""
_encode = json.JSONEncoder(ensure_ascii=False).encode


Entry = dict[str, Any]
"""A call under way, ready for JSON: `FIELDS`, of which `visit` counts its nodes, `entered` is when it came to
this one, `input` what the caller did last, and `direction` is `out` of one that was ordered, else empty."""


class Reader:
    """One who watches. Iterate over its lines; they end when it was too slow."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._lines: Queue[bytes] = Queue(MAX_LINES)
        self.slow = False

    def give(self, line: bytes) -> None:
        """A line for it, unless too many wait."""
        try:
            self._lines.put_nowait(line)
        except Full:
            self.slow = True

    def __iter__(self) -> Iterator[bytes]:
        with self._board.reading(self):
            yield self._board.line("snapshot", **self._board.snapshot())
            told = self._board.clock.monotonic()
            while not self.slow:
                try:
                    yield self._lines.get(timeout=BEAT)
                    silent = False
                except Empty:
                    silent = True
                if silent or self._board.clock.monotonic() - told >= BEAT:
                    yield self._board.line("beat", totals=self._board.totals())
                    told = self._board.clock.monotonic()


class Board:
    """Follows the journeys of a worker's calls."""

    def __init__(self, clock: Clock) -> None:
        self.dropped = 0
        """Readers that were too slow."""
        self.clock = clock
        self._calls: dict[str, Entry] = {}
        self._ends: Counter[str] = Counter()
        self._starts: deque[datetime] = deque(maxlen=MAX_STARTS)
        self._readers: set[Reader] = set()

    @property
    def readers(self) -> int:
        return len(self._readers)

    @property
    def full(self) -> bool:
        """Whether there is no room for another reader."""
        return len(self._readers) >= MAX_READERS

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
                self._tell("left", entry, outcome=event.outcome)
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

    def line(self, event: str, **content: Any) -> bytes:
        """A line of the stream: JSON, with the time here, so that a reader need not share our clock."""
        text = _encode({"event": event, "at": self.clock.now().isoformat(), **content})
        return text.encode("utf-8", "replace") + b"\n"

    def reading(self, reader: Reader) -> Reading:
        """While it is entered, `reader` is told of every step."""
        return Reading(self._readers, reader)

    def _entry(self, call: str, flow: str, at: datetime) -> Entry:
        """A call's entry; what is not known of one that was taken over stays empty."""
        entry = self._calls.get(call)
        if entry is None:
            entry = self._calls[call] = dict.fromkeys(FIELDS, "")
            entry.update(id=call, flow=flow, started=at.isoformat(), entered=at.isoformat(), visit=0)
        return entry

    def _tell(self, event: str, entry: Entry, **more: str) -> None:
        if not self._readers:
            return
        line = self.line(event, call=entry, **more)
        for reader in list(self._readers):
            reader.give(line)
            if reader.slow:
                self._readers.discard(reader)
                self.dropped += 1


class Reading:
    """A reader's time at the board."""

    def __init__(self, readers: set[Reader], reader: Reader) -> None:
        self._readers, self._reader = readers, reader

    def __enter__(self) -> None:
        self._readers.add(self._reader)

    def __exit__(self, *_: object) -> None:
        self._readers.discard(self._reader)
