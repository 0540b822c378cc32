"""A new plan, while everybody works: agents and queues go on under it, contacts are weighed anew."""

from __future__ import annotations

from dataclasses import replace

from ivr.acd.admission import place
from ivr.acd.ending import end, part
from ivr.acd.floor import Floor
from ivr.acd.model import Agent, Contact, Plan
from ivr.acd.offering import stand, withdraw
from ivr.acd.paths import People
from ivr.acd.seats import Seat
from ivr.acd.staffing import leave
from ivr.acd.waiting import Queue, Waiting


def change(floor: Floor, plan: Plan) -> None:
    """Everybody, and everyone who waits, goes by the new plan from now on."""
    floor.plan = plan
    for waiting in floor.waiting.values():
        part(floor, waiting)
    for seat in list(floor.seats.values()):
        seat.stages = {}
        new = plan.agents.get(seat.id)
        if new is not None:
            rehire(seat, new)
        elif seat.planned:
            seat.planned = False
            leave(floor, seat, "plan")
            if not seat.serving and seat.offer is None:
                floor.retired[seat.id] = seat
    for agent in plan.agents.values():
        if agent.id not in floor.seats:
            floor.seats[agent.id] = Seat(agent, floor.now)
    old = floor.queues
    floor.queues = {}
    for group in plan.groups.values():
        queue = floor.queues[group.id] = old.get(group.id) or Queue(group)
        queue.adopt(group)
    floor.nowhere.adopt(floor.nowhere.group)
    floor.people = People(plan, {seat.id: seat for seat in floor.seats.values() if seat.planned})
    floor.restless.clear()
    for waiting in list(floor.waiting.values()):
        again(floor, waiting)
    for seat in floor.seats.values():
        floor.touch(seat)


def rehire(seat: Seat, agent: Agent) -> None:
    """An agent as the plan has them now; what they serve costs what it costs now."""
    seat.agent, seat.planned = agent, True
    seat.mix = tuple(sorted(agent.tiers))
    seat.used = sum(count * seat.cost(channel) for channel, count in seat.load.items())


def replan(floor: Floor, waiting: Waiting, contact: Contact) -> None:
    """A waiting contact asks for something else. Its place in time stays."""
    old = waiting.contact
    part(floor, waiting)
    waiting.contact = replace(contact, arrived=old.arrived, entered=old.entered, passed=old.passed)
    if contact.group != old.group:
        waiting.contact = replace(waiting.contact, entered=floor.now)
        waiting.entered = floor.now
        waiting.tried = 0
    again(floor, waiting)


def again(floor: Floor, waiting: Waiting) -> None:
    """Weigh a contact that waits anew; it keeps its place in time. One whose group is gone is refused."""
    queue = floor.queue(waiting.contact.group)
    if queue is None:
        drop(floor, waiting, "plan")
        end(floor, waiting, "refused", reason="closed")
        return
    entered = waiting.entered
    tried = waiting.tried
    waiting.alone, waiting.stage, waiting.path = None, None, None
    waiting.enter(queue, entered)
    waiting.tried = min(tried, len(queue.group.overflow))
    queue.waiting[waiting.id] = waiting
    if waiting.offers:
        queue.offered[waiting.id] = waiting
    place(floor, waiting)
    stand(floor, waiting)
    floor.loose[waiting.id] = floor.late[waiting.id] = waiting
    if waiting.path is not None:
        floor.restless[waiting.path] = None


def drop(floor: Floor, waiting: Waiting, why: str) -> None:
    """Stop ringing for a contact altogether."""
    for ringing in list(waiting.offers.values()):
        withdraw(floor, ringing, why)
