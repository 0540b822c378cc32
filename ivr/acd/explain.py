"""Why an agent is, or is not, the one for a contact, in words that an agent or a supervisor would use."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.acd.floor import Floor
from ivr.acd.matching import allowed
from ivr.acd.model import VOICE
from ivr.acd.names import of_agent
from ivr.acd.precedence import across
from ivr.acd.requirements import asked, unmet
from ivr.acd.seats import EVER, Seat
from ivr.acd.waiting import Waiting

FIRST = {"chosen": 0, "eligible": 1, "not now": 2, "not eligible": 3}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why one agent is or is not the one for a contact: `chosen`, `eligible`, `not now` (but later, perhaps),
    or `not eligible`, and the `reason` in words (`wrap-up, 4 s left`, `english 2 < 3`, `at capacity`). `rank`
    is the place among the eligible."""

    agent: str
    verdict: str
    reason: str
    rank: int | None = None


def explain(floor: Floor, contact: str, now: float) -> list[Verdict]:
    """All agents of the contact's groups, the best first."""
    service = floor.services.get(contact)
    if service is not None:
        return [Verdict(service.seat.id, "chosen", f"serves it since {_seconds(now - service.since)}", 1)]
    waiting = floor.waiting.get(contact)
    if waiting is None:
        return []
    verdicts = [verdict(floor, waiting, seat, now) for seat in _candidates(floor, waiting)]
    verdicts.sort(key=lambda each: (FIRST[each.verdict], each.agent))
    ranked, rank = [], 0
    for each in verdicts:
        if each.verdict in ("chosen", "eligible"):
            rank += 1
            each = Verdict(each.agent, each.verdict, each.reason, rank)
        ranked.append(each)
    return ranked


def verdict(floor: Floor, waiting: Waiting, seat: Seat, now: float) -> Verdict:
    """One agent's case."""
    for ringing in waiting.offers.values():
        if ringing.seat is seat:
            if ringing.accepted:
                return Verdict(seat.id, "chosen", "accepted, is being connected")
            return Verdict(seat.id, "chosen", f"rings, {_seconds(ringing.expires - now)} left")
    unfit = lacks(floor, waiting, seat)
    if unfit:
        return Verdict(seat.id, "not eligible", unfit)
    later = hindered(floor, waiting, seat, now)
    if later:
        return Verdict(seat.id, "not now", later)
    return Verdict(seat.id, "eligible", "free" if not waiting.offers else "free, another agent rings")


def lacks(floor: Floor, waiting: Waiting, seat: Seat) -> str:
    """What keeps an agent from a contact as things are asked now; empty when nothing."""
    contact, stage = waiting.contact, waiting.stage
    if seat.id in contact.excluded:
        return "excluded from this contact"
    if contact.only:
        return "" if contact.only == seat.id else f"asked for {contact.only} only"
    if seat.capacity(contact.channel) <= 0:
        return f"takes no {contact.channel}"
    if stage is None or stage in seat.stages:
        return ""
    steps = asked(waiting.queue.group, contact)
    now = steps[stage.number]
    if not any(group in seat.agent.tiers for group in now.groups):
        return f"not in {', '.join(now.groups)}"
    missing = unmet(seat.agent, now.require)
    if not missing:
        match = waiting.queue.group.match
        fits = match is None or match(of_agent(seat.agent, now.groups, waiting.queue.group.id))
        return "" if fits else "does not fit what the group's match asks"
    for later in waiting.stage.path.stages[stage.number + 1 :] if waiting.stage else []:
        if later in seat.stages:
            return f"{missing}, asked less from {_seconds(steps[later.number].after)} on"
    return missing


def hindered(floor: Floor, waiting: Waiting, seat: Seat, now: float) -> str:
    """What keeps an agent from a contact for the moment; empty when nothing."""
    contact = waiting.contact
    if not seat.signed_in:
        return f"{_before(seat)}logged out"
    if contact.channel not in seat.channels:
        return f"not signed in for {contact.channel}"
    if seat.on_break:
        return f"{_before(seat)}on break{f': {seat.reason}' if seat.reason else ''}"
    if seat.offer is not None:
        return _rings_for(floor, waiting, seat.offer.waiting)
    if seat.wrapping is not None:
        return "wrap-up" if seat.wrapping == EVER else f"wrap-up, {_seconds(seat.wrapping - now)} left"
    if seat.resting is not None:
        return f"left alone after {seat.rest_why.replace('_', ' ')}, {_seconds(seat.resting - now)} left"
    if not seat.room(contact.channel):
        talking = seat.occupied or seat.load.get(VOICE, 0)
        return "talking" if talking and contact.channel == VOICE else "at capacity"
    if waiting.alone is not None and seat.id != (contact.only or contact.preferred):
        return f"{contact.preferred} is waited for, {_seconds(waiting.alone - now)} left"
    stage = waiting.stage
    if waiting.alone is None and stage is not None and stage in seat.stages:
        level = seat.stages[stage][0]
        if level > allowed(waiting):
            at = waiting.entered + (level - 1) * waiting.queue.group.tier_wait
            return f"tier {level}, asked in {_seconds(at - now)}"
    return ""


def _before(seat: Seat) -> str:
    """What an agent does yet, who asked to go: `talking, then `."""
    doing = {"busy": "talking", "reserved": "rings", "wrap_up": "wrap-up"}.get(seat.state(), "")
    return f"{doing}, then " if doing else ""


def _rings_for(floor: Floor, waiting: Waiting, other: Waiting) -> str:
    mine = across(waiting.place, waiting.queue.group, floor.now)
    theirs = across(other.place, other.queue.group, floor.now)
    if theirs < mine:
        why = "higher priority" if theirs[0] < mine[0] else "longer wait"
        if other.contact.arrived > waiting.contact.arrived and theirs[0] == mine[0]:
            why = "its wait counts more"
        return f"overtaken by {other.id} ({why})"
    return f"rings for {other.id}"


def _candidates(floor: Floor, waiting: Waiting) -> list[Seat]:
    contact = waiting.contact
    names: set[str] = {contact.only, contact.preferred} - {""}
    if not contact.only:
        for step in asked(waiting.queue.group, contact):
            for group in step.groups:
                names |= floor.people.of(group)
    return [floor.seats[name] for name in sorted(names) if name in floor.seats]


def _seconds(seconds: float) -> str:
    return f"{max(0, round(seconds))} s"
