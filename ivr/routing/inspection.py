"""Looks now and then whether the router is as it must be: a minute's rest, then everybody, a few at a time.

What is found is no caller's fault and no reason to stop: it is counted, logged, and to be reported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import gevent

from ivr.log import get

log = get(__name__)

EVERY: Final = 60.0
"""Seconds between two looks."""
SPELL: Final = 0.005
BREATH: Final = 0.01
"""Seconds it looks at once, and between two such spells."""
SHOWN: Final = 10
"""Findings of a look that are logged."""


class Inspected(Protocol):
    """The router, as much of it as is looked at."""

    def inspect(self) -> Iterator[list[str]]: ...


class Inspection:
    """Inspects a router.

    Attributes:
        found: what did not hold, since the start.
        looks: how often it has looked at everybody.
        longest: seconds the longest look kept calls waiting at a time.

    Args:
        router: the one of now; None while there is nothing to look at.
    """

    def __init__(self, router: Callable[[], Inspected | None]) -> None:
        self.found = self.looks = 0
        self.longest = 0.0
        self._router = router
        self._greenlet: gevent.Greenlet[..., None] | None = None

    def start(self, every: float = EVERY) -> None:
        """Look from now on."""
        self._greenlet = gevent.spawn(self._run, every)

    def stop(self) -> None:
        """Look no more."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def look(self) -> list[str]:
        """Look at everybody once; returns what does not hold, in words. Calls have their turn meanwhile."""
        router = self._router()
        if router is None:
            return []
        wrong: list[str] = []
        began = time.monotonic()
        for findings in router.inspect():
            wrong += findings
            now = time.monotonic()
            if now - began > SPELL:
                self.longest = max(self.longest, now - began)
                gevent.sleep(BREATH)
                began = time.monotonic()
        self.looks += 1
        self.found += len(wrong)
        for words in wrong[:SHOWN]:
            log.error("the router is not as it must be", what=words)
        if len(wrong) > SHOWN:
            log.error("the router is not as it must be", more=len(wrong) - SHOWN)
        return wrong

    def _run(self, every: float) -> None:
        while True:
            gevent.sleep(every)
            try:
                self.look()
            except Exception:
                log.exception("the router was not inspected")
