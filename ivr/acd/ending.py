"""The end of a contact's time in the queue: told once, in one disposition."""

from __future__ import annotations

from ivr.acd.actions import ContactEnded
from ivr.acd.floor import Floor
from ivr.acd.waiting import Waiting


def end(floor: Floor, waiting: Waiting, disposition: str, agent: str = "", reason: str = "") -> None:
    """A contact without offers leaves the queue for good."""
    part(floor, waiting)
    floor.waiting.pop(waiting.id, None)
    floor.loose.pop(waiting.id, None)
    floor.late.pop(waiting.id, None)
    floor.deadlines.put(waiting, None)
    queue = waiting.queue
    queue.ended[disposition] = queue.ended.get(disposition, 0) + 1
    floor.actions.append(
        ContactEnded(
            waiting.id,
            queue.group.id,
            disposition,
            max(0.0, floor.now - waiting.contact.arrived),
            agent,
            reason,
        )
    )


def part(floor: Floor, waiting: Waiting) -> None:
    """Out of its group's queue."""
    floor.unline(waiting)
    floor.stranded.pop(waiting.id, None)
    waiting.queue.waiting.pop(waiting.id, None)
    waiting.queue.offered.pop(waiting.id, None)
    if waiting.stage is not None:
        waiting.stage.here.pop(waiting.id, None)
