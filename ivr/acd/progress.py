"""What a wait brings with it: anyone serves once the preferred agent was waited for, less is asked, higher
tiers are asked, it goes elsewhere, it ends."""

from __future__ import annotations

from ivr.acd.ending import end
from ivr.acd.floor import Floor
from ivr.acd.offering import stand
from ivr.acd.overflow import elsewhere, rules_on
from ivr.acd.seats import EVER
from ivr.acd.waiting import Waiting


def advance(floor: Floor, waiting: Waiting) -> None:
    """Do whatever is due for a contact, and set its next deadline."""
    now = floor.now
    if waiting.call_more is not None and waiting.call_more <= now:
        waiting.owed, waiting.call_more = True, None
        stand(floor, waiting)
        floor.loose[waiting.id] = waiting
    if waiting.alone is not None and not waiting.contact.only:
        seat = floor.seats.get(waiting.contact.preferred)
        if waiting.alone <= now or seat is None or not seat.present:
            waiting.alone = None
            stand(floor, waiting)
            floor.loose[waiting.id] = waiting
    if climb(floor, waiting, now):
        stand(floor, waiting)
        floor.loose[waiting.id] = waiting
    if not waiting.offers and ended_by_time(floor, waiting):
        return
    if not waiting.offers and strand(floor, waiting):
        return
    floor.deadlines.put(waiting, next_deadline(waiting))


def strand(floor: Floor, waiting: Waiting) -> bool:
    """Where nobody is signed in who could serve, a contact goes elsewhere, if anywhere: tried once, and again
    whenever an agent signs in or a group opens. One who asked for just one agent is refused. Whether it
    went."""
    if waiting.contact.only:
        seat = floor.seats.get(waiting.contact.only)
        if seat is not None and seat.signed_in:
            return False
        if not elsewhere(floor, waiting, rules_on(waiting.queue, "no_agent"), "no_agent"):
            end(floor, waiting, "refused", reason="no_agent")
        return True
    if waiting.path is None or waiting.path.signed:
        floor.stranded.pop(waiting.id, None)
        return False
    if waiting.id in floor.stranded:
        return False
    if elsewhere(floor, waiting, rules_on(waiting.queue, "no_agent"), "no_agent"):
        return True
    floor.stranded[waiting.id] = waiting
    return False


def climb(floor: Floor, waiting: Waiting, moment: float) -> bool:
    """On to the stage and the tier that the wait has reached by now; whether that changed anything.

    A stage that is empty costs no time: it is left at `moment`, and those after it come sooner.
    """
    now, stage, reach = floor.now, waiting.stage, waiting.reach
    if stage is None:
        return False
    path, first = stage.path, stage
    while stage.lasts is not None:
        over = waiting.stage_since + stage.lasts
        if stage.empty():
            moment = max(moment, waiting.stage_since) if over > moment else over
        elif over <= now:
            moment = over
        else:
            break
        stage = path.stages[stage.number + 1]
        waiting.stage_since = moment
    if stage is not first:
        first.here.pop(waiting.id, None)
        waiting.stage = stage
        stage.here[waiting.id] = waiting
    waiting.reach = 1
    if len(stage.tiers) > 1:
        step = waiting.queue.group.tier_wait
        for level in stage.tiers:
            if waiting.entered + (level - 1) * step <= now:
                waiting.reach = level
    return stage is not first or waiting.reach != reach


def ended_by_time(floor: Floor, waiting: Waiting) -> bool:
    """Overflow, or the end, of a contact that waited too long and rings nowhere."""
    now = floor.now
    if waiting.tried < len(waiting.queue.overflows):
        rules = waiting.queue.overflows[waiting.tried :]
        due = [rule for rule in rules if waiting.entered + rule.limit <= now]
        waiting.tried += len(due)
        if elsewhere(floor, waiting, due, "wait"):
            return True
    if waiting.ends <= now:
        end(floor, waiting, "timed_out")
        return True
    return False


def next_deadline(waiting: Waiting) -> float | None:
    """When something is due for it next."""
    at = EVER if waiting.alone is None else waiting.alone
    stage = waiting.stage
    if stage is not None:
        if stage.lasts is not None:
            at = min(at, waiting.stage_since + stage.lasts)
        if len(stage.tiers) > 1:
            step = waiting.queue.group.tier_wait
            higher = next((level for level in stage.tiers if level > waiting.reach), None)
            at = at if higher is None else min(at, waiting.entered + (higher - 1) * step)
    if waiting.call_more is not None:
        at = min(at, waiting.call_more)
    if not waiting.offers:
        overflows = waiting.queue.overflows
        if waiting.tried < len(overflows):
            at = min(at, waiting.entered + overflows[waiting.tried].limit)
        at = min(at, waiting.ends)
    return None if at == EVER else at
