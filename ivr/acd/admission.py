"""Coming to a group: let in, sent elsewhere, or refused."""

from __future__ import annotations

from ivr.acd.actions import ContactEnded
from ivr.acd.ending import end
from ivr.acd.estimates import expected
from ivr.acd.floor import Floor
from ivr.acd.matching import best_for
from ivr.acd.model import Contact
from ivr.acd.offering import stand
from ivr.acd.overflow import elsewhere, rules_on
from ivr.acd.progress import climb, strand
from ivr.acd.seats import EVER
from ivr.acd.waiting import Waiting

REMEMBERED = 30 * 86400.0
"""Seconds for which the strategy `last_agent` remembers, where the group does not say."""


def arrive(floor: Floor, contact: Contact) -> None:
    """Somebody asks for a group or an agent. Who was there before a worker took over is not refused."""
    if contact.id in floor.waiting or contact.id in floor.services:
        return
    queue = floor.queue(contact.group)
    if queue is None:
        waited = max(0.0, floor.now - contact.arrived)
        floor.actions.append(ContactEnded(contact.id, contact.group, "refused", waited, reason="closed"))
        return
    waiting = Waiting(contact, queue, floor.next_count())
    floor.waiting[contact.id] = waiting
    enter(floor, waiting, checked=not floor.held)


def enter(floor: Floor, waiting: Waiting, checked: bool = True) -> None:
    """Take a place in a group's queue, if the group takes the contact (`checked`)."""
    place(floor, waiting)
    if checked and not admit(floor, waiting):
        return
    waiting.queue.waiting[waiting.id] = waiting
    stand(floor, waiting)
    floor.loose[waiting.id] = floor.late[waiting.id] = waiting


def place(floor: Floor, waiting: Waiting) -> None:
    """Find out what is asked, and how far the wait (that of one who is told of late) has brought it."""
    contact = waiting.contact
    if contact.only:
        waiting.alone = EVER
        return
    waiting.path = floor.people.path(floor, waiting.queue, contact)
    waiting.stage = waiting.path.stages[0]
    waiting.stage.here[waiting.id] = waiting
    climb(floor, waiting, waiting.entered)
    prefer(floor, waiting)


def prefer(floor: Floor, waiting: Waiting) -> None:
    """Wait for the preferred agent, who is the customer's last one where none is named."""
    contact, group = waiting.contact, waiting.queue.group
    agent, wait = contact.preferred, contact.prefer_for
    within = group.last_agent_within
    if within is None and group.strategy == "last_agent":
        within = REMEMBERED
    if not agent and within is not None:
        last = floor.memory.last(contact.customer, group.id)
        if last is None or floor.now - last[1] > within:
            return
        agent, wait = last[0], group.last_agent_wait
        waiting.prefer(agent, wait)
    seat = floor.seats.get(agent)
    if (
        seat is not None
        and seat.present
        and contact.channel in seat.channels
        and agent not in contact.excluded
        and contact.arrived + wait > floor.now
        and waiting.path is not None
        and any(stage in seat.stages for stage in waiting.path.stages)
    ):
        waiting.alone = contact.arrived + wait


def admit(floor: Floor, waiting: Waiting) -> bool:
    """Whether a group lets a contact in; else it has been sent elsewhere, or refused."""
    contact, queue = waiting.contact, waiting.queue
    if contact.only:
        return not strand(floor, waiting)
    if queue.group.id in floor.closed:
        if not elsewhere(floor, waiting, rules_on(queue, "closed"), "closed"):
            end(floor, waiting, "refused", reason="closed")
        return False
    floor.settle()
    if best_for(floor, waiting) is not None:
        return True
    if not contact.callback and too_many(floor, waiting):
        return False
    if strand(floor, waiting):
        return False
    rules = [] if contact.callback else rules_on(queue, "estimate")
    if rules:
        wait = expected(floor, waiting)
        rules = [rule for rule in rules if wait is not None and wait > rule.limit]
        return not elsewhere(floor, waiting, rules, "estimate")
    return True


def too_many(floor: Floor, waiting: Waiting) -> bool:
    """Whether a full queue sends a contact away."""
    queue, size = waiting.queue, waiting.queue.group.max_size
    here = len(queue.waiting)
    rules = [rule for rule in rules_on(queue, "size") if here >= (rule.limit or size or 0)]
    if elsewhere(floor, waiting, rules, "size"):
        return True
    if size is not None and here >= size:
        end(floor, waiting, "refused", reason="full")
        return True
    return False
