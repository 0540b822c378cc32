"""Streams of lines for whoever watches: first all there is, then each change.

A reader has a queue of bounded length; one that does not keep up is told so and let go, as memory and the hub
are the calls'. A line is made once for all readers, and not at all while nobody reads.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from gevent.queue import Empty, Full, Queue

from ivr.clock import Clock

MAX_READERS = 16
MAX_LINES = 1000
"""Lines that may wait for one reader."""
BEAT = 2.0
"""Seconds after which a reader hears how much there is, even if nothing happens: so that it knows we live."""
SLOW = f"{MAX_LINES} lines were not read; begin anew"
"""What a reader is told that is let go."""
_encode = json.JSONEncoder(ensure_ascii=False).encode


class Stream(ABC):
    """What is told to readers.

    Attributes:
        dropped: readers that were too slow.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.dropped = 0
        self._readers: set[Reader] = set()

    @abstractmethod
    def opening(self) -> Iterator[bytes]:
        """All there is, as the first line, in as many pieces as are good for the hub."""

    @abstractmethod
    def beat(self) -> bytes:
        """What is said when nothing else was for a while."""

    @property
    def readers(self) -> int:
        return len(self._readers)

    @property
    def full(self) -> bool:
        """Whether there is no room for another reader."""
        return len(self._readers) >= MAX_READERS

    def line(self, event: str, **content: Any) -> bytes:
        """A line of the stream: JSON, with the time here, so that a reader need not share our clock."""
        return self.head(event, **content) + b"\n"

    def head(self, event: str, **content: Any) -> bytes:
        """The same without its end."""
        text = _encode({"event": event, "at": self.clock.now().isoformat(), **content})
        return text.encode("utf-8", "replace")

    def tell(self, event: str, **content: Any) -> None:
        """Tell all readers; never waits."""
        if not self._readers:
            return
        line = self.line(event, **content)
        for reader in list(self._readers):
            reader.give(line)
            if reader.over:
                self._readers.discard(reader)
                self.dropped += 1

    def end(self, why: str) -> None:
        """What readers know is no longer true: each is told so, and let go."""
        for reader in list(self._readers):
            reader.end(why)
        self._readers.clear()

    def reading(self, reader: Reader) -> Reading:
        """While it is entered, `reader` is told of every step."""
        return Reading(self._readers, reader)


class Reader:
    """One who watches. Iterate over its lines; they end when it was too slow, or has to begin anew: the last
    one, `dropped`, says why."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._lines: Queue[bytes] = Queue(MAX_LINES)
        self.over = ""

    def give(self, line: bytes) -> None:
        """A line for it, unless too many wait."""
        try:
            self._lines.put_nowait(line)
        except Full:
            self.end(SLOW)

    def end(self, why: str) -> None:
        """It is told nothing more."""
        self.over = self.over or why

    def __iter__(self) -> Iterator[bytes]:
        stream = self._stream
        with stream.reading(self):
            yield from stream.opening()
            told = stream.clock.monotonic()
            while not self.over:
                try:
                    yield self._lines.get(timeout=BEAT)
                    silent = False
                except Empty:
                    silent = True
                if not self.over and (silent or stream.clock.monotonic() - told >= BEAT):
                    yield stream.beat()
                    told = stream.clock.monotonic()
            yield stream.line("dropped", why=self.over)


class Reading:
    """A reader's time at a stream."""

    def __init__(self, readers: set[Reader], reader: Reader) -> None:
        self._readers, self._reader = readers, reader

    def __enter__(self) -> None:
        self._readers.add(self._reader)

    def __exit__(self, *_: object) -> None:
        self._readers.discard(self._reader)
