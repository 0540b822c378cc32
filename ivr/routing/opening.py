"""Tells the router when groups open and close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ivr.acd.events import HoursChanged
from ivr.acd.plan.hours import Opening


class Hours:
    """What the router was told of groups' hours; it takes a group of which nothing was said as open.

    Args:
        opening: says which groups are open at a moment.
        tell: takes what changed.
    """

    def __init__(
        self, opening: Callable[[datetime], Opening], tell: Callable[[HoursChanged], object]
    ) -> None:
        self._opening, self._tell = opening, tell
        self._closed: frozenset[str] = frozenset()
        self._until: datetime | None = None
        self._known = False

    def look(self, at: datetime, *, anew: bool = False) -> None:
        """Tell what has changed until `at`; with `anew` how each group stands (after another plan, or when
        the router is a new one that knows nothing).

        Costs nothing between two changes, so it may be called as often as one likes."""
        if self._known and not anew and (self._until is None or at < self._until):
            return
        now = self._opening(at)
        for group in sorted(now.open if anew else self._closed & now.open):
            self._tell(HoursChanged(group, True))
        for group in sorted(now.closed if anew else now.closed - self._closed):
            self._tell(HoursChanged(group, False))
        self._closed, self._until, self._known = now.closed, now.until, True
