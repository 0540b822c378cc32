"""Offers: leases of an agent's attention. Each ends: by connecting, by failing, by being withdrawn, or by
itself when its time is up, which counts as not answered."""

from __future__ import annotations

from bisect import insort

from ivr.acd.actions import Offer, Withdraw
from ivr.acd.ending import end
from ivr.acd.floor import Floor
from ivr.acd.model import Contact
from ivr.acd.precedence import Line
from ivr.acd.seats import Ringing, Seat, Service
from ivr.acd.waiting import Waiting

NO_ANSWER = "no_answer"
SHORTEST = 1.0  # seconds that an offer lasts at least, so that none is made for ever in one moment


def stand(floor: Floor, waiting: Waiting) -> None:
    """Put a contact into the line where it belongs now; into none while it rings somewhere and that is
    enough."""
    floor.unline(waiting)
    line: Line | None = None
    if waiting.offers:
        how = waiting.queue.rings
        if (
            waiting.accepted is None
            and waiting.alone is None
            and waiting.stage is not None
            and (how == "all" or (how == "more" and waiting.owed))
        ):
            line = waiting.stage.line(waiting.reach, joining=True)
    elif waiting.alone is not None:
        seat = floor.seats.get(waiting.contact.only or waiting.contact.preferred)
        if seat is not None:
            line = seat.line
            waiting.queue.alone[waiting.id] = waiting
    elif waiting.stage is not None:
        line = waiting.stage.line(waiting.reach)
    if line is not None:
        insort(line, waiting.entry)
        waiting.line = line


def offer(floor: Floor, waiting: Waiting, seat: Seat) -> None:
    """Ring an agent for a contact."""
    group, now = waiting.queue.group, floor.now
    ringing = Ringing(f"{int(now)}-{floor.next_count()}", waiting, seat, now, now + max(group.ring, SHORTEST))
    floor.offers[ringing.id] = waiting.offers[ringing.id] = seat.offer = ringing
    floor.deadlines.put(ringing, ringing.expires)
    waiting.queue.offered[waiting.id] = waiting
    waiting.queue.turn += 1
    seat.turns[group.id] = waiting.queue.turn
    seat.tallies.offers += 1
    waiting.owed = False
    waiting.call_more = now + group.progressive if waiting.queue.rings == "more" else None
    floor.touch(seat)
    floor.late[waiting.id] = waiting
    dial = seat.dial or seat.agent.dial
    floor.actions.append(Offer(ringing.id, waiting.contact, seat.id, ringing.expires, dial))


def accept(floor: Floor, ringing: Ringing) -> None:
    """An agent took it: it no longer expires, and all others stop ringing."""
    waiting = ringing.waiting
    if ringing.accepted or waiting.accepted is not None:
        return
    ringing.accepted = True
    waiting.accepted = ringing
    floor.deadlines.put(ringing, None)
    for other in list(waiting.offers.values()):
        if other is not ringing:
            withdraw(floor, other, "lost")
    stand(floor, waiting)


def connect(floor: Floor, ringing: Ringing) -> None:
    """Agent and customer talk."""
    accept(floor, ringing)
    waiting, seat, now = ringing.waiting, ringing.seat, floor.now
    queue = waiting.queue
    release(floor, ringing)
    queue.answered += 1
    queue.answered_in_target += now - waiting.entered <= queue.group.target
    seat.tallies.misses = 0
    seat.tallies.calls += 1
    skills = waiting.path.key if waiting.path else None
    measure(waiting, now)
    end(floor, waiting, "answered", agent=seat.id)
    serve(floor, waiting.contact, seat, now, queue.group.wrap_up, skills)
    floor.memory.keep(waiting.contact.customer, queue.group.id, seat.id, now)


def measure(waiting: Waiting, now: float) -> None:
    """How far what was told first of a wait was from the truth."""
    told = waiting.told
    if told is not None:
        kept, waited = waiting.queue.estimates, now - told.first_at
        kept.told += 1
        kept.in_range += told.first.low <= waited <= told.first.high
        kept.error += abs(waited - (told.first.low + told.first.high) / 2.0)


def serve(
    floor: Floor, contact: Contact, seat: Seat, since: float, wrap_up: float, skills: object = None
) -> None:
    """An agent has a contact from `since` on."""
    service = Service(contact, seat, since, wrap_up, skills)
    floor.services[contact.id] = seat.serving[contact.id] = service
    seat.take(contact.channel, 1)
    floor.touch(seat)


def release(floor: Floor, ringing: Ringing) -> None:
    """An offer is over; the agent is free of it."""
    waiting, seat = ringing.waiting, ringing.seat
    floor.offers.pop(ringing.id, None)
    waiting.offers.pop(ringing.id, None)
    floor.deadlines.put(ringing, None)
    if seat.offer is ringing:
        seat.offer = None
    if waiting.accepted is ringing:
        waiting.accepted = None
    if not waiting.offers:
        waiting.queue.offered.pop(waiting.id, None)
    if not seat.planned:
        floor.retired[seat.id] = seat
    floor.touch(seat)


def withdraw(floor: Floor, ringing: Ringing, why: str) -> None:
    """Stop ringing at one agent, who is not to blame."""
    release(floor, ringing)
    floor.actions.append(Withdraw(ringing.id, ringing.waiting.id, ringing.seat.id, why))


def fail(floor: Floor, ringing: Ringing, why: str) -> None:
    """It came to nothing: the agent is left alone for a while, the contact goes back to its place."""
    release(floor, ringing)
    seat, group, tallies = ringing.seat, ringing.waiting.queue.group, ringing.seat.tallies
    if why == NO_ANSWER:
        tallies.no_answer += 1
        tallies.misses += 1
    elif why == "rejected":
        tallies.rejected += 1
    elif why == "unregistered":
        tallies.unregistered += 1
    elif why == "busy":
        tallies.busy += 1
    else:
        tallies.failed += 1
    delay = {
        NO_ANSWER: group.no_answer_delay,
        "rejected": group.reject_delay,
        "unregistered": group.unregistered_delay,
    }.get(why, group.busy_delay)
    if seat.signed_in and delay > 0:
        seat.resting, seat.rest_why = floor.now + delay, why
        floor.wake(seat)
    if why == NO_ANSWER and 0 < group.max_no_answer <= tallies.misses and seat.present:
        floor.leave_off(seat, NO_ANSWER)
    back(floor, ringing.waiting)


def back(floor: Floor, waiting: Waiting) -> None:
    """To its place in line, unless it rings elsewhere."""
    if not waiting.offers:
        waiting.owed, waiting.call_more = False, None
    stand(floor, waiting)
    floor.late[waiting.id] = floor.loose[waiting.id] = waiting


def expire(floor: Floor, ringing: Ringing) -> None:
    """Its time is up."""
    floor.actions.append(Withdraw(ringing.id, ringing.waiting.id, ringing.seat.id, "expired"))
    fail(floor, ringing, NO_ANSWER)
