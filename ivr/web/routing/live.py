"""How groups, agents and waiting contacts are, as the worker tells; asked once for all who look."""

from __future__ import annotations

import time
from typing import Any, Final

import gevent
from gevent.lock import BoundedSemaphore

from ivr.errors import IvoryError
from ivr.settings import Settings
from ivr.web.accounts.who import Who
from ivr.web.live.feed import Feed
from ivr.web.site import Site

FRESH: Final = 0.5
"""Seconds for which an answer serves everybody, unless the worker's stream told of a change: twenty screens
are no more work for the worker than one."""
REST: Final = 0.1
SHARE: Final = 0.1
"""Seconds between two questions at least, and the share of its time the worker spends on them at most."""
EMPTY: Final[dict[str, Any]] = {"now": 0.0, "turn": 0, "groups": {}, "agents": {}, "contacts": {}}


class Live:
    """What was told last; a part of the site."""

    def __init__(self, settings: Settings) -> None:
        self._asking, self._told, self._changes = BoundedSemaphore(), EMPTY, 0
        self._at = self._next = float("-inf")
        self._orders = 0

    def status(self, site: Site, who: Who) -> dict[str, Any]:
        """Groups, agents and contacts, with every change of which a browser was told. Raises NoWorker,
        IvoryError."""
        changes = site.part(Feed).changes
        with self._asking:
            if time.monotonic() - self._at > FRESH or changes["centre"] != self._changes:
                gevent.sleep(max(0.0, self._next - time.monotonic()))
                self._changes, began, orders = changes["centre"], time.monotonic(), self._orders
                self._told = site.control(who.by).give("acd.status")
                now = time.monotonic()
                if orders == self._orders:  # else it may be from before the last one
                    self._at, self._next = now, now + max(REST, (now - began) / SHARE)
            return self._told

    def forget(self) -> None:
        """Something was ordered: the next one to look asks anew, at once."""
        self._orders += 1
        self._at = self._next = float("-inf")


def status(site: Site, who: Who) -> dict[str, Any]:
    """Groups, agents and contacts. Raises NoWorker, IvoryError."""
    return site.part(Live).status(site, who)


def perhaps(site: Site, who: Who) -> tuple[dict[str, Any], str]:
    """The same for a page, which is there without a worker, too: then nothing, and why."""
    try:
        return status(site, who), ""
    except IvoryError as error:
        return EMPTY, error.message
