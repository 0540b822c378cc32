"""All there is at one moment, for people and machines to look at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from ivr.acd.entries import Entries
from ivr.acd.floor import Floor
from ivr.acd.seats import Seat, Service
from ivr.acd.waiting import Queue, Waiting


def position(floor: Floor, contact: str) -> int | None:
    """How many of its group would be served before a contact, plus one."""
    waiting = floor.waiting.get(contact)
    if waiting is None:
        return None
    if waiting.contact.only and waiting.queue is floor.nowhere:
        seat = floor.seats.get(waiting.contact.only)
        return 1 + (bisect_left(seat.line, waiting.entry) if seat else 0)
    queue, before = waiting.queue, 1
    for path in queue.paths.values():
        for stage in path.stages:
            before += sum(bisect_left(line, waiting.entry) for line in stage.lines.values() if line)
    return before + sum(1 for each in queue.apart() if each.entry < waiting.entry)


def available(floor: Floor, group: str) -> int:
    """Agents of a group who could take a contact of some channel at once."""
    return sum(1 for id in floor.people.of(group) if (seat := floor.seats.get(id)) is not None and seat.open)


def longest(queue: Queue, now: float) -> float:
    """Seconds for which the one has waited who came first."""
    first = min((each.contact.arrived for each in queue.waiting.values()), default=now)
    return max(0.0, now - first)


def view(floor: Floor, now: float) -> Mapping[str, Any]:
    """Groups, agents and contacts by id; moments and seconds as numbers. Who is there is settled now, how
    they are when they are looked at."""
    queues = [*floor.queues.values(), floor.nowhere]
    contacts: dict[str, tuple[Waiting, int] | Service] = {
        waiting.id: (waiting, number) for queue in queues for number, waiting in enumerate(_ordered(queue), 1)
    }
    contacts.update({service.contact.id: service for service in floor.services.values()})
    return {
        "now": now,
        "held": floor.held,
        "turn": floor.plan.turn,
        "groups": Entries(dict(floor.queues), lambda queue: _group(floor, queue, now)),
        "agents": Entries(dict(floor.seats), _agent),
        "contacts": Entries(contacts, lambda each: _contact(each, now)),
    }


def snapshot(floor: Floor, now: float) -> Mapping[str, Any]:
    """The same, as it is now."""
    return {
        name: dict(each) if isinstance(each, Entries) else each for name, each in view(floor, now).items()
    }


def _agent(seat: Seat) -> dict[str, Any]:
    return {
        "name": seat.agent.name,
        "state": seat.told[0],
        "reason": seat.told[1],
        "then": seat.told[6],
        "until": seat.told[2],
        "since": seat.since,
        "channels": sorted(seat.channels),
        "dial": seat.dial or seat.agent.dial,
        "contacts": list(seat.serving),
        "groups": sorted(seat.agent.tiers),
        "offer": seat.offer.id if seat.offer else None,
        "expires": seat.offer.expires if seat.offer else None,
        "tallies": seat.tallies.as_mapping(),
    }


def _ordered(queue: Queue) -> list[Waiting]:
    return sorted(queue.waiting.values(), key=lambda waiting: waiting.place)


def _contact(each: tuple[Waiting, int] | Service, now: float) -> dict[str, Any]:
    if isinstance(each, Service):
        return {
            "group": each.contact.group,
            "channel": each.contact.channel,
            "customer": each.contact.customer,
            "agent": each.seat.id,
            "since": each.since,
        }
    waiting, number = each
    contact = waiting.contact
    return {
        "group": contact.group,
        "channel": contact.channel,
        "customer": contact.customer,
        "priority": contact.priority,
        "callback": contact.callback,
        "waited": max(0.0, now - contact.arrived),
        "position": number,
        "stage": waiting.stage.number if waiting.stage else None,
        "waits_for": (contact.only or contact.preferred) if waiting.alone is not None else "",
        "offers": {offer.id: offer.seat.id for offer in waiting.offers.values()},
        "accepted": waiting.accepted.seat.id if waiting.accepted else None,
    }


def _group(floor: Floor, queue: Queue, now: float) -> dict[str, Any]:
    seats = [floor.seats[id] for id in floor.people.of(queue.group.id) if id in floor.seats]
    states: dict[str, int] = {}
    for seat in seats:
        states[seat.told[0]] = states.get(seat.told[0], 0) + 1
    told = queue.estimates
    return {
        "open": queue.group.id not in floor.closed,
        "waiting": len(queue.waiting),
        "offered": len(queue.offered),
        "longest": longest(queue, now),
        "available": sum(1 for seat in seats if seat.open),
        "agents": states,
        "answered": queue.answered,
        "answered_in_target": queue.answered_in_target,
        "ended": dict(queue.ended),
        "handling": floor.handling.mean(queue.group.id, None),
        "estimates": {
            "told": told.told,
            "in_range": told.in_range / told.told if told.told else None,
            "mean_error": told.error / told.told if told.told else None,
        },
    }
