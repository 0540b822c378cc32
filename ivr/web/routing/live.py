"""How groups, agents and waiting contacts are, as the worker tells; asked once for all who look."""

from __future__ import annotations

import time
from typing import Any, Final

from gevent.lock import BoundedSemaphore

from ivr.errors import IvoryError
from ivr.settings import Settings
from ivr.web.accounts.who import Who
from ivr.web.site import Site

FRESH: Final = 0.5
"""Seconds for which an answer serves everybody: twenty screens are no more work for the worker than one."""
EMPTY: Final[dict[str, Any]] = {"now": 0.0, "turn": 0, "groups": {}, "agents": {}, "contacts": {}}


class Live:
    """What was told last; a part of the site."""

    def __init__(self, settings: Settings) -> None:
        self._asking, self._at, self._told = BoundedSemaphore(), float("-inf"), EMPTY

    def status(self, site: Site, who: Who) -> dict[str, Any]:
        """Groups, agents and contacts. Raises NoWorker, IvoryError."""
        with self._asking:
            if time.monotonic() - self._at > FRESH:
                self._told = site.control(who.by).give("acd.status")
                self._at = time.monotonic()
            return self._told

    def forget(self) -> None:
        """Something was ordered: the next one to look asks anew."""
        self._at = float("-inf")


def status(site: Site, who: Who) -> dict[str, Any]:
    """Groups, agents and contacts. Raises NoWorker, IvoryError."""
    return site.part(Live).status(site, who)


def perhaps(site: Site, who: Who) -> tuple[dict[str, Any], str]:
    """The same for a page, which is there without a worker, too: then nothing, and why."""
    try:
        return status(site, who), ""
    except IvoryError as error:
        return EMPTY, error.message
