"""Bringing contacts and agents together.

Before each event nobody waits for whom somebody is free; so after it only those need a look whom it touched:
agents who became free, contacts that came, came back, or ask less. Where it touched several, they are served
in one order: of all who could be served, the contact whose free agent is of the lowest tier, then the one
that comes first by its group's order; it gets the agent whom its strategy puts first.
"""

from __future__ import annotations

from heapq import heappop, heappush

from ivr.acd.floor import Floor
from ivr.acd.offering import offer, stand
from ivr.acd.precedence import across
from ivr.acd.seats import Seat
from ivr.acd.waiting import Waiting

Turn = tuple[bool, int, float, float, int]
"""Rings already, level of the tier (0: waits for just this agent), then the place in line across groups."""


def decide(floor: Floor) -> None:
    """Offer whatever can be offered."""
    if one_free(floor):
        return
    floor.settle()
    heap: list[tuple[Turn, int, Waiting, Seat | None, int]] = []

    def consider(turn: Turn | None, waiting: Waiting | None, seat: Seat | None) -> None:
        if turn is not None and waiting is not None:
            heappush(heap, (turn, floor.next_count(), waiting, seat, seat.stamp if seat else 0))

    for waiting in floor.loose.values():
        consider(turn_of(floor, waiting), waiting, None)
    for seat in floor.freed.values():
        consider(*first_for(floor, seat), seat)
    floor.loose.clear()
    floor.freed.clear()
    while heap:
        turn, _, waiting, free, stamp = heappop(heap)
        if free is not None and free.stamp != stamp:
            continue
        if waiting.line is None or waiting.id not in floor.waiting or bool(waiting.offers) != turn[0]:
            if free is not None:
                consider(*first_for(floor, free), free)
            continue
        if free is None and (true := turn_of(floor, waiting)) != turn:
            consider(true, waiting, None)
            continue
        ring(floor, waiting)
        if free is not None and free.stamp == stamp:
            consider(*first_for(floor, free), free)


def one_free(floor: Floor) -> bool:
    """The usual case, done without putting the agent among the free: one became free, and somebody waits for
    whom nobody else is free. Whether it was that."""
    floor.look()
    if floor.loose or len(floor.freed) != 1 or len(floor.unplaced) != 1:
        return False
    (seat,) = floor.freed.values()
    if seat.id not in floor.unplaced:
        return False
    _, waiting = first_for(floor, seat)
    if waiting is not None:
        if waiting.queue.rings != "one":
            return False
        offer(floor, waiting, seat)
        stand(floor, waiting)
        floor.unplaced.clear()
    floor.freed.clear()
    return True


def ring(floor: Floor, waiting: Waiting) -> None:
    """Offer a contact to the agent, or the agents, to be asked first."""
    if waiting.queue.rings == "all" and waiting.alone is None:
        seats = everyone(waiting)
    else:
        seat = best_for(floor, waiting)
        seats = [seat] if seat else []
    for each in seats:
        offer(floor, waiting, each)
    if seats:
        stand(floor, waiting)


def allowed(waiting: Waiting) -> int:
    """The highest tier that may be asked: which its wait has reached, or the lowest that has anybody."""
    stage = waiting.stage
    return waiting.reach if stage is None else max(waiting.reach, stage.lowest)


def turn_of(floor: Floor, waiting: Waiting) -> Turn | None:
    """When a contact's turn is among others; None: nobody is free for it."""
    if waiting.line is None:
        return None
    place = across(waiting.place, waiting.queue.group, floor.now)
    if waiting.alone is not None or waiting.stage is None:
        seat = best_for(floor, waiting)
        return (bool(waiting.offers), 0, *place) if seat else None
    excluded = waiting.contact.excluded
    seat = waiting.stage.pool.best(allowed(waiting), excluded, waiting, floor.now) if excluded else None
    level = seat.stages[waiting.stage][0] if seat else None
    if not excluded:
        level = waiting.stage.pool.lowest()
    if level is None or level > allowed(waiting):
        return None
    return (bool(waiting.offers), level, *place)


def best_for(floor: Floor, waiting: Waiting) -> Seat | None:
    """The agent to ask first; None: nobody who may be asked is free."""
    contact, stage = waiting.contact, waiting.stage
    name = contact.only or contact.preferred
    if name and name not in contact.excluded:
        seat = floor.seats.get(name)
        if seat is not None and contact.channel in seat.open and seat.offer is None and seat.willing():
            if waiting.alone is not None:
                return seat
            if stage in seat.stages and seat.stages[stage][0] <= allowed(waiting):
                return seat
    if waiting.alone is not None or stage is None:
        return None
    return stage.pool.best(allowed(waiting), contact.excluded, waiting, floor.now)


def everyone(waiting: Waiting) -> list[Seat]:
    """All who are free for a contact, the longest idle first."""
    stage = waiting.stage
    if stage is None:
        return []
    free = [
        (seat.stages[stage][0], seat.used, seat.tallies.idle_since, seat.id, seat)
        for seat in stage.pool.free(allowed(waiting))
        if seat.id not in waiting.contact.excluded
    ]
    return [each[-1] for each in sorted(free, key=lambda each: each[:-1])]


def first_for(floor: Floor, seat: Seat) -> tuple[Turn | None, Waiting | None]:
    """The contact that a free agent is to take, and its turn: a look at the head of each line they serve."""
    found: Turn | None = None
    first: Waiting | None = None
    open_to = seat.open
    if not open_to or not seat.willing():
        return None, None
    lines = [(False, 0, seat.line)] if seat.line else []
    for stage, (level, _, _) in seat.stages.items():
        if not stage.here or stage.path.channel not in open_to:
            continue
        lowest = stage.lowest
        for reach, line in stage.lines.items():
            if line and (level <= reach or level <= lowest):
                lines.append((False, level, line))
        for reach, line in stage.joining.items():
            if line and (level <= reach or level <= lowest):
                lines.append((True, level, line))
    for joins, level, line in lines:
        if found is not None and (joins, level) > found[:2]:
            continue
        for entry in line:
            waiting: Waiting = entry[3]
            contact = waiting.contact
            if seat.id in contact.excluded or contact.channel not in open_to:
                continue
            place = waiting.place
            if waiting.queue.group.order == "service_level":
                place = across(place, waiting.queue.group, floor.now)
            turn: Turn = (joins, level, *place)
            if found is None or turn < found:
                found, first = turn, waiting
            break
    return found, first
