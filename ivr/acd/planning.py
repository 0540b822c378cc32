"""A new plan, while everybody works: agents and queues go on under it, contacts are weighed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ivr.acd.admission import place
from ivr.acd.ending import end, part
from ivr.acd.floor import Floor
from ivr.acd.model import Agent, Contact, Group, Plan
from ivr.acd.offering import stand, withdraw
from ivr.acd.seats import Seat
from ivr.acd.staffing import leave
from ivr.acd.waiting import Queue, Waiting


def change(floor: Floor, plan: Plan) -> None:
    """Everybody, and everyone who waits, goes by the new plan from now on. Only what is different is worked
    out anew, so that one agent's new skill costs what one agent costs."""
    old, floor.plan = floor.plan, plan
    groups = different(old.groups, plan.groups)
    for id in groups:
        floor.people.forget(floor, id)
        regroup(floor, id, plan.groups.get(id))
    seats = [hold(floor, id, plan) for id in different(old.agents, plan.agents)]
    for seat in seats:
        new = plan.agents.get(seat.id)
        if new is not None:
            rehire(floor, seat, new)
        else:
            dismiss(floor, seat)
    waiting = [each for each in floor.waiting.values() if each.contact.group in groups]
    for each in waiting:
        again(floor, each)
    floor.try_again()


def different(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, None]:
    """Names that came, went, or mean something else."""
    return {
        id: None
        for id in {**old, **new}
        if (one := old.get(id)) is not (other := new.get(id)) and one != other
    }


def hold(floor: Floor, id: str, plan: Plan) -> Seat:
    """An agent who is to be another one, counted nowhere for the moment."""
    seat = floor.seats.get(id)
    if seat is None:
        seat = floor.seats[id] = Seat(plan.agents[id], floor.now)
    floor.go(seat)
    floor.people.remove(seat)
    floor.touch(seat)
    floor.left[id] = seat
    return seat


def rehire(floor: Floor, seat: Seat, agent: Agent) -> None:
    """An agent as the plan has them now; what they serve costs what it costs now."""
    seat.agent, seat.planned = agent, True
    seat.mix = tuple(sorted(agent.tiers))
    seat.used = sum(count * seat.cost(channel) for channel, count in seat.load.items())
    floor.people.add(seat)
    floor.come(seat)


def dismiss(floor: Floor, seat: Seat) -> None:
    """An agent whom the plan has no longer: gone, or gone when the talk is over."""
    seat.planned = False
    leave(floor, seat, "plan")
    floor.retired[seat.id] = seat


def regroup(floor: Floor, id: str, group: Group | None) -> None:
    """A group as the plan has it now; its queue goes on."""
    if group is None:
        del floor.queues[id]
    elif id in floor.queues:
        floor.queues[id].adopt(group)
    else:
        floor.queues[id] = Queue(group)


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
    part(floor, waiting)
    queue = floor.queue(waiting.contact.group)
    if queue is None:
        drop(floor, waiting, "plan")
        end(floor, waiting, "refused", reason="closed")
        return
    entered = waiting.entered
    tried = waiting.tried
    waiting.alone, waiting.stage, waiting.path = None, None, None
    waiting.enter(queue, entered)
    waiting.tried = min(tried, len(queue.overflows))
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
