"""Talks: how they end, go on with somebody else, and are found again by a worker that takes over."""

from __future__ import annotations

from ivr.acd.events import ServiceEnded, ServiceMoved, ServiceRestored
from ivr.acd.floor import Floor
from ivr.acd.model import VOICE, Agent
from ivr.acd.offering import serve
from ivr.acd.seats import Seat, Service
from ivr.acd.staffing import begin_wrap_up, release


def ended(floor: Floor, event: ServiceEnded) -> None:
    """An agent is done with a contact."""
    service = floor.services.get(event.contact)
    if service is not None and service.seat.id == event.agent:
        finish(floor, service)


def moved(floor: Floor, event: ServiceMoved) -> None:
    """A contact goes on with another agent, who was consulted."""
    service, to = floor.services.get(event.contact), floor.seats.get(event.to)
    if service is None or to is None or service.seat.id != event.agent or to is service.seat:
        return
    contact, wrap_up, skills = service.contact, service.wrap_up, service.skills
    finish(floor, service)
    if contact.channel == VOICE and to.occupied:
        to.occupied = False
        to.take(VOICE, -1)
    release(floor, to)
    serve(floor, contact, to, floor.now, wrap_up, skills)


def restored(floor: Floor, event: ServiceRestored) -> None:
    """A talk was found. An agent of whom nothing was told before is there; one whom the plan no longer has
    is there until it ends."""
    contact = event.contact
    if contact.id in floor.services or contact.id in floor.waiting:
        return
    seat = floor.seats.get(event.agent)
    if seat is None:
        seat = floor.seats[event.agent] = Seat(Agent(event.agent), floor.now)
        seat.planned = False
    elif not seat.signed_in and not seat.known:
        seat.signed_in = True
        floor.come(seat)
    if contact.channel == VOICE and seat.occupied:
        seat.occupied = False
        seat.take(VOICE, -1)
    queue = floor.queue(contact.group)
    serve(floor, contact, seat, event.since, queue.group.wrap_up if queue else 0.0)


def finish(floor: Floor, service: Service) -> None:
    """A talk is over, and wrap-up begins."""
    contact, seat = service.contact, service.seat
    del floor.services[contact.id]
    del seat.serving[contact.id]
    seat.take(contact.channel, -1)
    talk = max(0.0, floor.now - service.since)
    seat.tallies.talk += talk
    begin_wrap_up(floor, seat, service.wrap_up, talk, contact.group, service.skills)
    floor.touch(seat)
    if not seat.planned and not seat.serving:
        floor.retired[seat.id] = seat
