"""What a worker knows of who wants to hear what: asked again every few seconds, on the database's own thread.

Before the first answer everything counts as wanted: an event too many is forgotten by whoever makes the
posts, one too few is lost. While the database is away, what was known before holds.
"""

from __future__ import annotations

from collections.abc import Callable

import gevent

from ivr.errors import StoreError
from ivr.log import get
from ivr.store.webhooks.endpoints import subscriptions
from ivr.webhooks.herald import Keeper
from ivr.webhooks.types import wanted

log = get(__name__)

EVERY = 2.0
"""Seconds after which a new endpoint is known of."""


class Subscriptions:
    """Who wants to hear what. Asked by `wanted`, which costs a look into a table."""

    def __init__(self, keeper: Keeper, pause: Callable[[float], object] = gevent.sleep) -> None:
        self._keeper, self._pause = keeper, pause
        self._patterns: frozenset[str] | None = None
        self._known: dict[str, bool] = {}
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        """Begin to ask."""
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """Ask no more."""
        if self._greenlet is not None:
            self._greenlet.kill(block=False)

    def wanted(self, kind: str) -> bool:
        """Whether anybody may want to hear of a type."""
        if self._patterns is None:
            return True
        if (known := self._known.get(kind)) is None:
            known = self._known[kind] = wanted(kind, self._patterns)
        return known

    def look(self) -> None:
        """Ask once."""
        try:
            patterns = self._keeper.ask(subscriptions)
        except StoreError as error:
            log.debug("subscriptions not read", error=str(error))
            return
        if patterns != self._patterns:
            self._patterns, self._known = patterns, {}

    def _run(self) -> None:
        while True:
            self.look()
            self._pause(EVERY)
