"""The free agents of a stage in the order of their group's strategy: a sort key of the table, a rank of the
plan, or somebody's own code, which must not cost a caller their agent when it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ivr.acd import names
from ivr.acd.model import Group
from ivr.acd.pools import ComparedPool, Pool, SortedPool
from ivr.acd.strategies import TABLE, choosing, longest_idle

if TYPE_CHECKING:
    from ivr.acd.floor import Floor
    from ivr.acd.seats import Seat
    from ivr.acd.waiting import Waiting

Choose = Callable[["list[Seat]", "Waiting", float], "Seat"]


def pool(floor: Floor, group: Group, first: Mapping[str, int]) -> Pool:
    """The free agents of a stage, by the group's strategy."""
    if group.rank is None and group.strategy in TABLE:
        key = TABLE[group.strategy].key
        return SortedPool(lambda seat: key(seat, group, first))
    choose = _by_rank(group.rank, floor) if group.rank is not None else _by_strategy(group, floor)

    def chosen(seats: list[Seat], waiting: Waiting, now: float) -> Seat:
        try:
            return choose(seats, waiting, now)
        except Exception as error:  # somebody's own code: it must not cost a caller their agent
            what = "rank" if group.rank is not None else f"strategy {group.strategy}"
            floor.troubles[group.id] = f"the {what} of {group.id} failed: {type(error).__name__}: {error}"
            return min(seats, key=lambda seat: longest_idle(seat, group, first))

    return ComparedPool(chosen)


def _by_strategy(group: Group, floor: Floor) -> Choose:
    def choose(seats: list[Seat], waiting: Waiting, now: float) -> Seat:
        strategy = choosing(group.strategy)
        return floor.seats[strategy.choose(seats, waiting.contact, group, now, floor.chance).id]

    return choose


def _by_rank(rank: Callable[[Mapping[str, Any]], float], floor: Floor) -> Choose:
    def choose(seats: list[Seat], waiting: Waiting, now: float) -> Seat:
        ranks = [rank(names.Facts(seat, waiting, floor)) for seat in seats]
        highest = max(ranks)
        equals = [seat for seat, rank in zip(seats, ranks, strict=True) if rank == highest]
        return min(equals or seats, key=lambda seat: (longest_idle(seat, waiting.queue.group, {}), seat.id))

    return choose
