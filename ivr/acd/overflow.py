"""Going elsewhere, and being let in: what a group does with contacts it cannot or will not keep.

The place in time is kept, and no circle takes a contact round: a group it has been in is not entered again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivr.acd.actions import Moved, Send
from ivr.acd.ending import end, part
from ivr.acd.floor import Floor
from ivr.acd.model import Overflow
from ivr.acd.waiting import Queue, Waiting


def elsewhere(floor: Floor, waiting: Waiting, rules: Sequence[Overflow], why: str) -> bool:
    """The first destination that takes a contact gets it; False when none does."""
    for rule in rules:
        if rule.to.kind == "group":
            queue = floor.queues.get(rule.to.name)
            if queue is None or not takes(floor, queue, waiting, why):
                continue
            move(floor, waiting, queue, why)
            return True
        if waiting.contact.callback:
            continue  # nobody is on the line who could be sent
        floor.actions.append(Send(waiting.id, rule.to, why))
        end(floor, waiting, "overflowed")
        return True
    return False


def takes(floor: Floor, queue: Queue, waiting: Waiting, why: str) -> bool:
    """Whether a group would keep a contact, or knows itself where to send it on."""
    group = queue.group
    if queue is waiting.queue or group.id in waiting.contact.passed:
        return False
    own = {rule.on for rule in group.overflow}
    if group.id in floor.closed and "closed" not in own:
        return False
    if group.max_size is not None and len(queue.waiting) >= group.max_size and "size" not in own:
        return False
    if why != "no_agent" or "no_agent" in own:
        return True
    return floor.people.path(floor, queue, waiting.contact).signed > 0


def move(floor: Floor, waiting: Waiting, queue: Queue, why: str) -> None:
    """Into another group's queue."""
    part(floor, waiting)
    passed = (*waiting.contact.passed, waiting.queue.group.id)
    waiting.contact = replace(waiting.contact, group=queue.group.id, entered=floor.now, passed=passed)
    waiting.alone = None
    waiting.enter(queue, floor.now)
    floor.actions.append(Moved(waiting.id, queue.group.id, why))
    floor.entering[waiting.id] = waiting


def rules_on(queue: Queue, reason: str) -> list[Overflow]:
    """A group's overflows for a reason, in their order."""
    return [rule for rule in queue.group.overflow if rule.on == reason]
