"""Agents come, go, pause, wrap up: what each event about an agent changes of them."""

from __future__ import annotations

from ivr.acd.events import (
    AgentBreak,
    AgentOccupied,
    AgentReady,
    AgentRestored,
    AgentSignedIn,
    AgentSignedOut,
    WrapUpDone,
    WrapUpExtended,
)
from ivr.acd.floor import Floor
from ivr.acd.model import VOICE
from ivr.acd.offering import back, withdraw
from ivr.acd.seats import EVER, Seat
from ivr.acd.tallies import SHIFT_GAP, Tallies


def sign_in(floor: Floor, event: AgentSignedIn) -> None:
    """There, for these channels. Signing in again changes channels, telephone and state."""
    seat = floor.seats.get(event.agent)
    if seat is None or not seat.planned:
        return
    tallies, now = seat.tallies, floor.now
    if not seat.signed_in and (tallies.left == 0.0 or now - tallies.left >= SHIFT_GAP):
        tallies.new_day(now)
    floor.go(seat)
    seat.known = True
    seat.signed_in, seat.on_break = True, False
    tallies.misses = 0
    seat.channels, seat.dial = event.channels, event.dial
    if event.state == "on_break":
        seat.pause(event.reason)
    floor.come(seat)
    floor.touch(seat)
    floor.left[seat.id] = seat
    floor.try_again()


def sign_out(floor: Floor, event: AgentSignedOut) -> None:
    """Gone, or gone when the talk is over."""
    seat = floor.seats.get(event.agent)
    if seat is not None and seat.signed_in:
        leave(floor, seat)


def leave(floor: Floor, seat: Seat, why: str = "agent") -> None:
    """An agent has gone. An offer that was accepted is let go on, as a talk is."""
    floor.go(seat)
    seat.signed_in, seat.on_break = False, False
    seat.resting = None
    seat.tallies.left = floor.now
    end_wrap_up(floor, seat)
    floor.wake(seat)
    release(floor, seat, why)
    floor.touch(seat)
    floor.left[seat.id] = seat


def release(floor: Floor, seat: Seat, why: str = "agent") -> None:
    """An offer that was not accepted goes to somebody else."""
    ringing = seat.offer
    if ringing is not None and not ringing.accepted:
        withdraw(floor, ringing, why)
        back(floor, ringing.waiting)


def ready(floor: Floor, event: AgentReady) -> None:
    """Takes contacts again, or will after the talk."""
    seat = floor.seats.get(event.agent)
    if seat is None or not seat.signed_in:
        return
    end_wrap_up(floor, seat)
    if seat.on_break:
        floor.go(seat)
        seat.on_break = False
        seat.tallies.misses = 0
        floor.come(seat)
    floor.wake(seat)
    floor.touch(seat)


def wrap_up_done(floor: Floor, event: WrapUpDone) -> None:
    """Done with the notes."""
    seat = floor.seats.get(event.agent)
    if seat is not None and seat.signed_in:
        end_wrap_up(floor, seat)
        floor.wake(seat)


def pause(floor: Floor, event: AgentBreak) -> None:
    """Takes no more contacts. Wrap-up is over with it; a talk goes on."""
    seat = floor.seats.get(event.agent)
    if seat is None or not seat.signed_in:
        return
    end_wrap_up(floor, seat)
    floor.wake(seat)
    floor.leave_off(seat, event.reason)
    release(floor, seat)


def extend(floor: Floor, event: WrapUpExtended) -> None:
    """More time for wrap-up, now or after the talk that goes on."""
    seat = floor.seats.get(event.agent)
    if seat is None or not seat.signed_in:
        return
    more = event.seconds
    if seat.wrapping is not None:
        seat.wrapping = EVER if more is None else seat.wrapping + more
    elif seat.serving:
        seat.wrap_more = None if more is None or seat.wrap_more is None else seat.wrap_more + more
    floor.wake(seat)
    floor.touch(seat)


def occupied(floor: Floor, event: AgentOccupied) -> None:
    """In a talk of their own, or no longer."""
    seat = floor.seats.get(event.agent)
    if seat is None or seat.occupied == event.occupied:
        return
    seat.occupied = event.occupied
    seat.take(VOICE, 1 if event.occupied else -1)
    if event.occupied:
        release(floor, seat)
    floor.touch(seat)


def restored(floor: Floor, event: AgentRestored) -> None:
    """As a worker before kept them. Offers and talks are not theirs to remember: reserved and busy ones are
    available until their talk is told."""
    seat = floor.seats.get(event.agent)
    if seat is None or not seat.planned:
        return
    floor.go(seat)
    seat.known = True
    seat.tallies = Tallies.of(event.tallies)
    seat.channels, seat.dial = event.channels, event.dial
    seat.signed_in = "logged_out" not in (event.state, event.then)
    seat.on_break = False
    seat.wrapping = None
    if "on_break" in (event.state, event.then):
        seat.pause(event.reason)
    if event.state == "wrap_up":
        seat.wrapping = EVER if event.until is None else event.until
        seat.wrapping_since = event.since
        seat.wrapping_talk = -1.0
    seat.was_busy = seat.was_free = False
    if seat.tallies.idle_since == 0.0:
        seat.tallies.idle_since = floor.now
    elif event.state in ("available", "reserved"):
        seat.tallies.idle_kept = max(0.0, floor.now - seat.tallies.idle_since)
    seat.since = event.since
    until = event.until if event.state == "wrap_up" else None
    seat.told = (event.state, seat.reason, until, (), event.channels, event.dial, event.then)
    floor.come(seat)
    floor.wake(seat)
    floor.touch(seat)
    floor.left[seat.id] = seat


def begin_wrap_up(floor: Floor, seat: Seat, seconds: float, talk: float, group: str, skills: object) -> None:
    """After a contact; at once over where no time is given for it."""
    more, seat.wrap_more = seat.wrap_more, 0.0
    until = EVER if more is None else floor.now + seconds + more
    seat.wrapping_since, seat.wrapping_talk, seat.wrapping_skills = floor.now, talk, (group, skills)
    before = seat.wrapping
    seat.wrapping = until if before is None else max(until, before)
    if seat.wrapping <= floor.now or not seat.signed_in:
        end_wrap_up(floor, seat)
    floor.wake(seat)


def end_wrap_up(floor: Floor, seat: Seat) -> None:
    """Done: the contact's handling is known whole."""
    if seat.wrapping is None:
        return
    seat.wrapping = None
    wrap = max(0.0, floor.now - seat.wrapping_since)
    seat.tallies.wrap += wrap
    if seat.wrapping_talk >= 0.0:
        group, skills = seat.wrapping_skills
        floor.handling.add(group, skills, seat.wrapping_talk + wrap)
    floor.touch(seat)


def come_due(floor: Floor, seat: Seat) -> None:
    """Wrap-up is over, or an agent was left alone long enough."""
    if seat.wrapping is not None and seat.wrapping <= floor.now:
        end_wrap_up(floor, seat)
    if seat.resting is not None and seat.resting <= floor.now:
        seat.resting = None
    floor.wake(seat)
    floor.touch(seat)
