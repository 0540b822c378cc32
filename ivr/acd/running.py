"""After an event: whatever is due, or follows from it, is done before anything is decided; then it is
decided."""

from __future__ import annotations

from ivr.acd import offering, progress, staffing
from ivr.acd.admission import enter
from ivr.acd.floor import Floor
from ivr.acd.matching import decide
from ivr.acd.seats import Ringing, Seat
from ivr.acd.stages import Path
from ivr.acd.waiting import Waiting


def run(floor: Floor) -> None:
    """Until nothing is left to do at this moment."""
    while True:
        follow(floor)
        if not floor.loose and not floor.freed and not floor.moved:
            break
        decide(floor)
    for seat in floor.retired.values():
        if not seat.planned and not seat.serving and seat.offer is None:
            floor.seats.pop(seat.id, None)
    floor.retired.clear()


def follow(floor: Floor) -> None:
    """Deadlines, and what follows from agents coming and going."""
    while True:
        let_in(floor)
        while (thing := floor.deadlines.pop(floor.now)) is not None:
            come_due(floor, thing)
            let_in(floor)
        while floor.left:
            left_alone(floor, floor.left.pop(next(iter(floor.left))))
        if floor.restless:
            paths = list(floor.restless)
            floor.restless.clear()
            reconsider(floor, paths)
        while floor.late:
            waiting = floor.late.pop(next(iter(floor.late)))
            if waiting.id in floor.waiting:
                progress.advance(floor, waiting)
                let_in(floor)
        if not floor.left and not floor.restless:
            return


def let_in(floor: Floor) -> None:
    """Whoever overflowed comes to the other group at once."""
    while floor.entering:
        enter(floor, floor.entering.pop(next(iter(floor.entering))))


def come_due(floor: Floor, thing: object) -> None:
    """A deadline has come."""
    if isinstance(thing, Ringing):
        offering.expire(floor, thing)
    elif isinstance(thing, Seat):
        staffing.come_due(floor, thing)
    elif isinstance(thing, Waiting):
        progress.advance(floor, thing)


def left_alone(floor: Floor, seat: Seat) -> None:
    """Who waited for just this agent is to be looked at again."""
    for entry in list(seat.line):
        waiting: Waiting = entry[3]
        floor.late[waiting.id] = waiting


def reconsider(floor: Floor, paths: list[Path]) -> None:
    """Agents came or went: stages may be passed at once, or nobody is left who could serve. In the order in
    which the contacts came."""
    concerned = [
        waiting
        for path in paths
        for stage in path.stages
        if not path.signed or stage.empty()
        for waiting in stage.here.values()
    ]
    for waiting in sorted(concerned, key=lambda waiting: waiting.number):
        floor.late[waiting.id] = waiting
