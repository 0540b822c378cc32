"""What comes due, and when. A heap in which what was put off or done with is passed over when it comes up, so
that changing a deadline costs no search."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any, Protocol

SLACK = 64  # entries that may be stale before the heap is made anew


class Timed(Protocol):
    """Anything with one deadline; `due` belongs to `Deadlines`."""

    due: tuple[float, int, Any] | None


class Deadlines:
    """One deadline each for any number of things."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timed]] = []
        self._live = 0
        self._count = 0

    def put(self, thing: Timed, at: float | None) -> None:
        """`thing` is due `at` that moment, and no longer at another; None: not at all."""
        before = thing.due
        if before is not None:
            if before[0] == at:
                return
            self._live -= 1
        if at is None:
            thing.due = None
            return
        self._live += 1
        self._count += 1
        thing.due = entry = (at, self._count, thing)
        heappush(self._heap, entry)
        if len(self._heap) > 2 * self._live + SLACK:
            self._heap = [each for each in self._heap if each[2].due is each]
            heapify(self._heap)

    def next(self) -> float | None:
        """When the first of them is due."""
        heap = self._heap
        while heap and heap[0][2].due is not heap[0]:
            heappop(heap)
        return heap[0][0] if heap else None

    def pop(self, now: float) -> Timed | None:
        """The first that is due by `now`, which then has no deadline; None when nothing is."""
        at = self.next()
        if at is None or at > now:
            return None
        thing = heappop(self._heap)[2]
        thing.due = None
        self._live -= 1
        return thing
