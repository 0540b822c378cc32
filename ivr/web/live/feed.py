"""The one reader of a worker's streams, whoever many browsers look; and each browser's stream made of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import gevent
from gevent.event import Event

from ivr.control_client import Control
from ivr.errors import IvoryError
from ivr.log import get
from ivr.settings import Settings
from ivr.web.live.picture import Picture

log = get(__name__)

STREAMS: Final = 200
"""Browsers that may look at once."""
OF_ONE: Final = 12
"""Of them, those of one person: as many tabs as anybody has."""
BEAT: Final = 10.0
"""Seconds after which a browser hears that we live, if nothing else happened."""
AT_ONCE: Final = 0.02
"""Seconds in which what happens counts as one: a change is seldom alone."""
GATHERED: Final = 0.3
"""Seconds between two messages at least, so that a rush is a few messages. The first one comes at once."""
AGAIN: Final = 1.0
"""Seconds until a worker that went is looked for again."""
IDLE: Final = 30.0
"""Seconds for which the worker is read on when nobody looks any more."""
READY: Final = 3.0
"""Seconds a first look waits for the worker's first word."""
BY: Final = "web"


class Feed:
    """Follows a worker while somebody looks. A part of the site.

    Attributes:
        picture: how everything is, as far as was heard.
        changes: how often a stream brought something that changed it: `calls`, `centre`.
    """

    def __init__(self, settings: Settings) -> None:
        self.picture = Picture()
        self.changes: Counter[str] = Counter()
        self._control = Control(settings.acd.control, BY)
        self._news, self._first = Event(), {"calls": Event(), "centre": Event()}
        self._lookers: dict[str, int] = {}
        self._readers: list[gevent.Greenlet[..., None]] = []
        self._idle: gevent.Greenlet[..., None] | None = None
        self._hearers: set[Callable[[dict[str, Any]], None]] = set()

    # For browsers -------------------------------------------------------------------------------------

    def look(self) -> dict[str, Any]:
        """How everything is now; begins to follow the worker if nobody did."""
        self._follow()
        self._wait()
        self._let_go()
        return self.picture.whole()

    def stream(self, who: str) -> Stream:
        """A browser's stream. Raises IvoryError: too many look already."""
        if sum(self._lookers.values()) >= STREAMS or self._lookers.get(who, 0) >= OF_ONE:
            raise IvoryError("too many pages look on already", hint="close some; the others go on")
        self._lookers[who] = self._lookers.get(who, 0) + 1
        self._follow()
        return Stream(self, who)

    @contextmanager
    def hear(self, who: str, told: Callable[[dict[str, Any]], None]) -> Iterator[None]:
        """Be told each line of the worker's stream of calls meanwhile; `told` must not wait."""
        self._lookers[who] = self._lookers.get(who, 0) + 1
        self._hearers.add(told)
        self._follow()
        try:
            yield
        finally:
            self._hearers.discard(told)
            self.leave(who)

    def leave(self, who: str) -> None:
        """A browser has gone."""
        left = self._lookers.get(who, 0) - 1
        if left > 0:
            self._lookers[who] = left
        else:
            self._lookers.pop(who, None)
        self._let_go()

    def stop(self) -> None:
        """Follow nobody any more."""
        readers, self._readers = self._readers, []
        gevent.killall(readers, block=False)
        for first in self._first.values():
            first.clear()

    def news(self, seconds: float) -> bool:
        """Wait for a change; whether there was one."""
        return self._news.wait(seconds)

    # The worker ---------------------------------------------------------------------------------------

    def _follow(self) -> None:
        if self._idle is not None:
            self._idle.kill(block=False)
            self._idle = None
        if self._readers:
            return
        self.picture = Picture()
        streams: tuple[tuple[str, str, Callable[[dict[str, Any]], None]], ...] = (
            ("calls", "/calls/stream", self.picture.calls),
            ("centre", "/acd/stream", self.picture.centre),
        )
        self._readers = [gevent.spawn(self._read, *stream) for stream in streams]

    def _read(self, what: str, path: str, take: Callable[[dict[str, Any]], None]) -> None:
        picture = self.picture
        while True:
            why = "it ended; its successor is on its way"
            try:
                for line in self._control.lines(path):
                    if line.get("event") == "dropped":
                        break
                    turn = picture.turn
                    take(line)
                    self.changes[what] += picture.turn != turn
                    if what == "calls":
                        for told in list(self._hearers):
                            told(line)
                    picture.trouble(what, "")
                    self._tell(what)
                    if line.get("event") == "snapshot":
                        gevent.sleep(0)
            except IvoryError as error:
                why = error.message
            except Exception:
                log.exception("the worker is not understood", path=path)
                why = "it is not understood; see the log"
            picture.trouble(what, why)
            self._tell(what)
            gevent.sleep(AGAIN)

    def _tell(self, what: str) -> None:
        self._first[what].set()
        news, self._news = self._news, Event()
        news.set()

    def _wait(self) -> None:
        """Until both streams have said something, or it takes too long."""
        gevent.wait(list(self._first.values()), READY)

    def _let_go(self) -> None:
        if not self._lookers and self._readers and self._idle is None:
            self._idle = gevent.spawn_later(IDLE, self._stop_if_idle)

    def _stop_if_idle(self) -> None:
        self._idle = None
        if not self._lookers:
            self.stop()


class Stream:
    """What one browser is told: first everything, then what changes; `ping` when nothing does."""

    def __init__(self, feed: Feed, who: str) -> None:
        self._feed = feed
        self._leave: Callable[[], None] | None = partial(feed.leave, who)

    def __iter__(self) -> Iterator[str]:
        feed = self._feed
        try:
            feed._wait()
            picture, seen = feed.picture, feed.picture.turn
            yield event("snapshot", picture.whole())
            told = time.monotonic()
            while True:
                if feed.picture is picture and picture.turn == seen:
                    if not feed.news(BEAT):
                        yield event("ping", {})
                    continue
                gevent.sleep(max(AT_ONCE, told + GATHERED - time.monotonic()))
                told = time.monotonic()
                changed = feed.picture.since(seen) if feed.picture is picture else None
                picture, seen = feed.picture, feed.picture.turn
                yield event("snapshot", picture.whole()) if changed is None else event("change", changed)
        finally:
            self.close()

    def close(self) -> None:
        """The browser has gone, whether it ever read or not."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()


def event(name: str, data: dict[str, Any]) -> str:
    """An event as `text/event-stream` has it."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
