"""What must always hold, looked for in the state itself: for tests after every event, and in production now
and then, where each finding is counted and told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from ivr.acd.floor import Floor
from ivr.acd.matching import turn_of
from ivr.acd.model import VOICE
from ivr.acd.precedence import Entry, Line
from ivr.acd.seats import Ringing, Seat
from ivr.acd.waiting import Waiting


def violations(floor: Floor) -> Iterator[list[str]]:
    """Every invariant that does not hold, in words: what is found of one agent, offer or contact after the
    other, mostly nothing. Events may happen between two of them; each is looked at as it is by then."""
    for seat in list(floor.seats.values()):
        if floor.seats.get(seat.id) is seat:
            yield _agent(floor, seat)
    for offer in list(floor.offers.values()):
        if floor.offers.get(offer.id) is offer:
            yield _offer(floor, offer)
    for waiting in list(floor.waiting.values()):
        if floor.waiting.get(waiting.id) is waiting:
            yield _contact(floor, waiting)


def _agent(floor: Floor, seat: Seat) -> list[str]:
    found = []
    voices = [each for each in seat.serving.values() if each.contact.channel == VOICE]
    if len(voices) > 1:
        found.append(f"{seat.id} has {len(voices)} voice contacts")
    if seat.offer is not None and voices and seat.offer.waiting.contact.channel == VOICE:
        found.append(f"{seat.id} is rung while talking")
    if seat.offer is not None and seat.offer.id not in floor.offers:
        found.append(f"{seat.id} is held by an offer that is over")
    for id, service in seat.serving.items():
        if floor.services.get(id) is not service:
            found.append(f"{seat.id} serves {id}, which is known to nobody else")
    if seat.wrapping is None and seat.resting is None and seat.due is not None:
        found.append(f"{seat.id} has a deadline for nothing")
    return found


def _offer(floor: Floor, offer: Ringing) -> list[str]:
    found = []
    if offer.seat.offer is not offer:
        found.append(f"offer {offer.id} is unknown to {offer.seat.id}")
    if offer.waiting.offers.get(offer.id) is not offer or offer.waiting.id not in floor.waiting:
        found.append(f"offer {offer.id} is of a contact that does not wait")
    if not offer.accepted and offer.due is None:
        found.append(f"offer {offer.id} never ends")
    if offer.due is not None and offer.due[0] < floor.now and not floor.held:
        found.append(f"offer {offer.id} is out after its time")
    return found


def _contact(floor: Floor, waiting: Waiting) -> list[str]:
    found, line = [], waiting.line
    if waiting.id in floor.services:
        found.append(f"{waiting.id} waits and is served")
    if waiting.queue.waiting.get(waiting.id) is not waiting:
        found.append(f"{waiting.id} is not in the queue of {waiting.queue.group.id}")
    if not waiting.offers and line is None and not floor.held:
        found.append(f"{waiting.id} stands in no line")
    if line is not None and not _stands(line, waiting.entry):
        found.append(f"{waiting.id} is not in its line")
    if not floor.held and turn_of(floor, waiting) is not None:
        found.append(f"{waiting.id} waits although somebody is free for it")
    return found


def _stands(line: Line, entry: Entry) -> bool:
    at = bisect_left(line, entry)
    return at < len(line) and line[at] == entry
