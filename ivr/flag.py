"""gevent's Event without a trap in it.

Whoever waits for an Event that has just been set, and whose waiters have not been told yet, joins them,
without a time-out. When the last of those gives up in that moment (its own time-out, or it is killed), gevent
forgets to tell anybody, and the one who joined waits for ever (`AbstractLinkable.unlink`, gevent 26.9).
"""

from __future__ import annotations

import gevent.event


class Flag(gevent.event.Event):
    """Something that has happened, or has not yet; many may wait for it."""

    def wait(self, timeout: float | None = None) -> bool:  # type: ignore[override]  # gevent has two of it
        """Wait until it is set; False after `timeout` seconds. Returns at once when it is set."""
        return self.is_set() or bool(super().wait(timeout))
