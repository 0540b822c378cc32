"""Who served a customer last, by customer and group. Bounded: the longest unseen are forgotten first."""

from __future__ import annotations

from collections import OrderedDict

MOST = 200_000


class LastAgents:
    """The memory. It lives as long as the router; `ivr.acd.events.Remembered` brings back what a directory
    kept. A contact that names its `preferred` agent itself is not looked up."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    def keep(self, customer: str, group: str, agent: str, at: float) -> None:
        """An agent served a customer. Nothing is kept of a customer without a key (a withheld number)."""
        if not customer:
            return
        key = (customer, group)
        before = self._kept.get(key)
        if before is not None and before[1] > at:
            return
        self._kept[key] = (agent, at)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def last(self, customer: str, group: str) -> tuple[str, float] | None:
        """The agent and the moment."""
        return self._kept.get((customer, group)) if customer else None
