"""What must always hold, looked for in the state itself: for tests after every event, and in production now
and then, where each finding is counted and told."""

from __future__ import annotations

from ivr.acd.floor import Floor
from ivr.acd.matching import turn_of
from ivr.acd.model import VOICE


def violations(floor: Floor) -> list[str]:
    """Every invariant that does not hold, in words; it looks at each agent, offer and contact once."""
    return [*_agents(floor), *_offers(floor), *_contacts(floor)]


def _agents(floor: Floor) -> list[str]:
    found = []
    for seat in floor.seats.values():
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


def _offers(floor: Floor) -> list[str]:
    found = []
    for offer in floor.offers.values():
        if offer.seat.offer is not offer:
            found.append(f"offer {offer.id} is unknown to {offer.seat.id}")
        if offer.waiting.offers.get(offer.id) is not offer or offer.waiting.id not in floor.waiting:
            found.append(f"offer {offer.id} is of a contact that does not wait")
        if not offer.accepted and offer.due is None:
            found.append(f"offer {offer.id} never ends")
        if offer.due is not None and offer.due[0] < floor.now and not floor.held:
            found.append(f"offer {offer.id} is out after its time")
    return found


def _contacts(floor: Floor) -> list[str]:
    found = []
    for waiting in floor.waiting.values():
        if waiting.id in floor.services:
            found.append(f"{waiting.id} waits and is served")
        if waiting.queue.waiting.get(waiting.id) is not waiting:
            found.append(f"{waiting.id} is not in the queue of {waiting.queue.group.id}")
        if not waiting.offers and waiting.line is None and not floor.held:
            found.append(f"{waiting.id} stands in no line")
        if waiting.line is not None and waiting.entry not in waiting.line:
            found.append(f"{waiting.id} is not in its line")
        if not floor.held and turn_of(floor, waiting) is not None:
            found.append(f"{waiting.id} waits although somebody is free for it")
    return found
