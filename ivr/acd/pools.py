"""Free agents of one stage, found without a search.

An agent is put in anew whenever they become free, and is never taken out: an entry whose stamp is not the
agent's is of the past, and is dropped when it comes up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ivr.acd.seats import Seat

SLACK = 32  # entries of the past that are kept before a pool is made anew

Entry = tuple[int, Any, int, str, int, "Seat"]
"""Level of the tier, key of the strategy, position, id, stamp, agent: sorted, the first is the one to ask."""


class Pool(ABC):
    """The free agents of a stage, by tier and strategy."""

    @abstractmethod
    def push(self, seat: Seat, level: int, position: int) -> None:
        """An agent is free."""

    @abstractmethod
    def free(self, level: int) -> Iterator[Seat]:
        """All who are free, of tiers up to `level`, in no order that matters."""

    @abstractmethod
    def lowest(self) -> int | None:
        """The lowest tier that has somebody free."""

    @abstractmethod
    def best(self, level: int, excluded: frozenset[str], waiting: Any, now: float) -> Seat | None:
        """Whom to ask first among those of the lowest tier that has anybody, up to `level`."""


class SortedPool(Pool):
    """For a strategy that is a sort key: a heap."""

    def __init__(self, key: Callable[[Seat], Any]) -> None:
        self._key = key
        self._heap: list[Entry] = []
        self._limit = SLACK

    def push(self, seat: Seat, level: int, position: int) -> None:
        heappush(self._heap, (level, self._key(seat), position, seat.id, seat.stamp, seat))
        if len(self._heap) > self._limit:
            self._heap = [each for each in self._heap if each[4] == each[5].stamp]
            heapify(self._heap)
            self._limit = 2 * len(self._heap) + SLACK

    def free(self, level: int) -> Iterator[Seat]:
        return (each[5] for each in self._heap if each[4] == each[5].stamp and each[0] <= level)

    def _first(self) -> Entry | None:
        heap = self._heap
        while heap:
            entry = heap[0]
            if entry[4] == entry[5].stamp:
                return entry
            heappop(heap)
        return None

    def lowest(self) -> int | None:
        first = self._first()
        return first[0] if first else None

    def best(self, level: int, excluded: frozenset[str], waiting: Any, now: float) -> Seat | None:
        aside: list[Entry] = []
        found: Seat | None = None
        while (first := self._first()) is not None and first[0] <= level:
            if first[3] not in excluded:
                found = first[5]
                break
            aside.append(heappop(self._heap))
        for entry in aside:
            heappush(self._heap, entry)
        return found


class ComparedPool(Pool):
    """For a strategy that must look at everybody when somebody is wanted: `choose` gets those of one tier, in
    the order in which they became free."""

    def __init__(self, choose: Callable[[list[Seat], Any, float], Seat]) -> None:
        self._choose = choose
        self._tiers: dict[int, dict[str, tuple[int, Seat]]] = {}

    def push(self, seat: Seat, level: int, position: int) -> None:
        tier = self._tiers.setdefault(level, {})
        tier.pop(seat.id, None)
        tier[seat.id] = (seat.stamp, seat)

    def _of(self, level: int) -> list[Seat]:
        tier = self._tiers[level]
        free = [seat for stamp, seat in tier.values() if stamp == seat.stamp]
        if len(tier) > 2 * len(free) + SLACK:
            self._tiers[level] = {seat.id: (seat.stamp, seat) for seat in free}
        return free

    def free(self, level: int) -> Iterator[Seat]:
        return (seat for each in sorted(self._tiers) if each <= level for seat in self._of(each))

    def lowest(self) -> int | None:
        for level in sorted(self._tiers):
            if any(stamp == seat.stamp for stamp, seat in self._tiers[level].values()):
                return level
            self._tiers[level].clear()
        return None

    def best(self, level: int, excluded: frozenset[str], waiting: Any, now: float) -> Seat | None:
        for each in sorted(self._tiers):
            if each > level:
                break
            free = self._of(each)
            if excluded:
                free = [seat for seat in free if seat.id not in excluded]
            if free:
                return self._choose(free, waiting, now)
        return None
