"""What a contact's wait brings by itself, and when: less is asked, more agents count, it goes elsewhere, it
ends. Foretold from what is known now, and nothing is changed by it: who looks disturbs nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ivr.acd.explain import hindered
from ivr.acd.floor import Floor
from ivr.acd.matching import allowed
from ivr.acd.model import Overflow
from ivr.acd.names import of_agent
from ivr.acd.overflow import takes
from ivr.acd.requirements import Asked, asked, unmet
from ivr.acd.seats import EVER, Seat
from ivr.acd.waiting import Queue, Waiting

NAMED = 5
"""Agents that are named of each; there may be thousands."""
FREE = "free"


@dataclass(frozen=True, slots=True)
class Coming:
    """What happens `after` so many seconds from now unless somebody answers before. `kind`: `anyone` (beside
    the preferred agent), `relax`, `tier`, `overflow` or `end`; `words` say it. `agents`: how those are now
    who would be reached by it and are signed in, by id, the free first, `NAMED` at most; `more` counts the
    rest. None where it is not agents of the router's who are reached."""

    after: float
    kind: str
    words: str
    agents: dict[str, str] | None = None
    more: int = 0


def coming(floor: Floor, contact: str, now: float) -> list[Coming]:
    """All that comes, the soonest first, up to where it leaves its group. Nothing for who is served."""
    waiting = floor.waiting.get(contact)
    if waiting is None or waiting.accepted is not None:
        return []
    found = [*_anyone(floor, waiting, now), *_steps(floor, waiting, now), *_tiers(floor, waiting, now)]
    leaves = _leaves(floor, waiting, now)
    last = leaves[-1].after if leaves else EVER
    found = [each for each in found if each.after < last]
    return sorted([*found, *leaves], key=lambda each: each.after)


def _anyone(floor: Floor, waiting: Waiting, now: float) -> Iterator[Coming]:
    """The agent who is waited for is waited for no more."""
    stage = waiting.stage
    if waiting.alone is not None and waiting.alone != EVER and stage is not None:
        tier = allowed(waiting)
        others = {id for id in stage.members if floor.seats[id].stages[stage][0] <= tier}
        others.discard(waiting.contact.preferred)
        yield _reached(floor, waiting, now, waiting.alone, "anyone", "anyone who fits may serve", others)


def _steps(floor: Floor, waiting: Waiting, now: float) -> Iterator[Coming]:
    """Less is asked, or agents of more groups count. A step that finds nobody costs no time."""
    stage = waiting.stage
    if stage is None:
        return
    steps, at = asked(waiting.queue.group, waiting.contact), waiting.stage_since
    while stage.lasts is not None:
        at = max(at, now) if stage.empty() else at + stage.lasts
        later = stage.path.stages[stage.number + 1]
        words = _eased(steps[stage.number], steps[later.number])
        yield _reached(floor, waiting, now, at, "relax", words, later.members - stage.members)
        stage = later


def _eased(before: Asked, after: Asked) -> str:
    words = [f"agents of {group} count as well" for group in after.groups if group not in before.groups]
    for skill in {**before.require, **after.require}:
        level, was = after.require.get(skill, 0), before.require.get(skill, 0)
        if level == 0 < was:
            words.append(f"{skill} is not asked for any more")
        elif level < was:
            words.append(f"{skill} {level} is enough")
        elif level > was:
            words.append(f"{skill} {level} is asked for")
    return ", ".join(words) or "the same is asked again"


def _tiers(floor: Floor, waiting: Waiting, now: float) -> Iterator[Coming]:
    """Agents of a higher tier are asked, too."""
    stage = waiting.stage
    for level in stage.tiers if stage is not None else ():
        if stage is not None and level > allowed(waiting):
            at = waiting.entered + (level - 1) * waiting.queue.group.tier_wait
            members = {id for id in stage.members if floor.seats[id].stages[stage][0] == level}
            yield _reached(floor, waiting, now, at, "tier", f"tier {level} is asked", members)


def _leaves(floor: Floor, waiting: Waiting, now: float) -> list[Coming]:
    """Overflows by time that would be tried, up to the first that takes it; else the end of its wait."""
    found: list[Coming] = []
    for rule in waiting.queue.overflows[waiting.tried :]:
        at = waiting.entered + rule.limit
        if at > waiting.ends:
            break
        if rule.to.kind != "group":
            if waiting.contact.callback:
                continue
            return [*found, Coming(at - now, "overflow", f"goes to {rule.to.kind} {rule.to.name}")]
        queue = floor.queues.get(rule.to.name)
        if queue is None or not takes(floor, queue, waiting, "wait"):
            found.append(Coming(max(0.0, at - now), "overflow", _not_taken(floor, rule, queue, waiting)))
            continue
        fit = _fitting(floor, waiting, queue)
        return [*found, _reached(floor, waiting, now, at, "overflow", f"overflows to {rule.to.name}", fit)]
    if waiting.ends == EVER:
        return found
    return [*found, Coming(max(0.0, waiting.ends - now), "end", "has waited as long as it may")]


def _not_taken(floor: Floor, rule: Overflow, queue: Queue | None, waiting: Waiting) -> str:
    name = rule.to.name
    if queue is None:
        return f"would overflow to {name}, which is not there"
    if queue is waiting.queue or name in waiting.contact.passed:
        return f"would overflow to {name}, where it was already"
    if name in floor.closed:
        return f"would overflow to {name}, which is closed"
    return f"would overflow to {name}, which is full"


def _fitting(floor: Floor, waiting: Waiting, queue: Queue) -> Iterator[str]:
    """Agents of another group who have what it asks for at first."""
    group, contact = queue.group, waiting.contact
    step = asked(group, contact)[0]
    for id in floor.people.of(group.id):
        seat = floor.seats.get(id)
        if seat is None or seat.capacity(contact.channel) <= 0 or unmet(seat.agent, step.require):
            continue
        if group.match is None or group.match(of_agent(seat.agent, step.groups, group.id)):
            yield id


def _reached(
    floor: Floor, waiting: Waiting, now: float, at: float, kind: str, words: str, agents: Iterable[str]
) -> Coming:
    """What comes at a moment, with those whom it reaches."""
    excluded: Collection[str] = waiting.contact.excluded
    seats = [floor.seats[id] for id in agents if id not in excluded and floor.seats[id].signed_in]
    free = waiting.contact.channel
    seats.sort(key=lambda seat: (free not in seat.open, not seat.present, seat.id))
    told = {seat.id: _how(floor, waiting, seat, now) for seat in seats[:NAMED]}
    return Coming(max(0.0, at - now), kind, words, told, len(seats) - len(told))


def _how(floor: Floor, waiting: Waiting, seat: Seat, now: float) -> str:
    """How an agent is now; what only the contact's own wait has in the way is what comes."""
    if waiting.contact.channel in seat.open:
        return FREE
    return hindered(floor, waiting, seat, now) or FREE
