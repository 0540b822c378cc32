"""The router: told what happens, it answers with what is to be done. Deterministic: same events, same
actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ivr.acd import admission, offering, planning, serving, staffing
from ivr.acd.actions import Action
from ivr.acd.checks import violations
from ivr.acd.coming import Coming, coming
from ivr.acd.ending import end
from ivr.acd.estimates import Estimate, estimate, expected_wait
from ivr.acd.events import (
    AgentBreak,
    AgentOccupied,
    AgentReady,
    AgentRestored,
    AgentSignedIn,
    AgentSignedOut,
    ContactArrived,
    ContactChanged,
    ContactLeft,
    Event,
    Held,
    HoursChanged,
    OfferAccepted,
    OfferConnected,
    OfferFailed,
    PlanChanged,
    Remembered,
    ServiceEnded,
    ServiceMoved,
    ServiceRestored,
    Tick,
    WrapUpDone,
    WrapUpExtended,
)
from ivr.acd.explain import Verdict, explain
from ivr.acd.floor import Floor
from ivr.acd.model import Plan
from ivr.acd.running import run
from ivr.acd.snapshot import available, longest, position, snapshot, view

__all__ = ["Coming", "Estimate", "Router", "Verdict"]


class Router:
    """All groups, agents and contacts of a centre.

    Args:
        plan: groups and agents to begin with.
        seed: of what is left to chance (strategy `random`), so that a replay decides the same.
    """

    def __init__(self, plan: Plan, seed: int = 0) -> None:
        self._floor = Floor(plan, seed)

    def handle(self, event: Event, now: float) -> list[Action]:
        """Take an event at `now` (never less than before) and decide. Whatever else is due at `now` is done
        as well. What cannot be meant (an unknown agent, an offer that is over) is passed over."""
        floor = self._floor
        floor.now = max(now, floor.now)
        HANDLERS[type(event)](floor, event)
        if not floor.held:
            run(floor)
        floor.settle()
        floor.tell()
        actions, floor.actions = floor.actions, []
        return actions

    def due(self) -> float | None:
        """When it wants a Tick at the latest; None: it waits for events only."""
        return None if self._floor.held else self._floor.deadlines.next()

    def position(self, contact: str) -> int | None:
        """How many would be served before it, plus one; None when it is not waiting."""
        return position(self._floor, contact)

    def estimate(self, contact: str, now: float) -> Estimate | None:
        """How long it will wait from now; None when that cannot honestly be said."""
        return estimate(self._floor, contact, now)

    def expected_wait(self, group: str, now: float) -> float | None:
        """Seconds somebody who came to the group now would wait; None when that cannot be said."""
        return expected_wait(self._floor, group, now)

    def waiting(self, group: str) -> int:
        """How many wait in the group."""
        queue = self._floor.queue(group)
        return len(queue.waiting) if queue else 0

    def available(self, group: str) -> int:
        """How many agents of the group could take a contact at once."""
        return available(self._floor, group)

    def explain(self, contact: str, now: float) -> Sequence[Verdict]:
        """Every candidate for a contact, the best first, and why it was or was not chosen."""
        return explain(self._floor, contact, now)

    def coming(self, contact: str, now: float) -> Sequence[Coming]:
        """What the wait of a contact brings by itself, the soonest first: relaxation, overflow, its end."""
        return coming(self._floor, contact, now)

    def longest(self, group: str, now: float) -> float:
        """Seconds for which the one has waited who has waited longest in the group; 0 when nobody waits."""
        queue = self._floor.queue(group)
        return longest(queue, now) if queue else 0.0

    def snapshot(self, now: float) -> Mapping[str, Any]:
        """All there is, ready for JSON: groups (waiting, longest, available, answered, ...), agents (state,
        since, reason, contacts), contacts (group, waited, position, offer)."""
        return snapshot(self._floor, now)

    def view(self, now: float) -> Mapping[str, Any]:
        """The same for who cannot be kept waiting until all of it is made: each group, agent and contact of
        this moment is looked at when its entry is asked for, as it is by then."""
        return view(self._floor, now)

    def check(self) -> list[str]:
        """What must always hold and does not, and ranks or strategies that failed since the last check (the
        longest idle agent was taken), in words; empty when all is well. Looks at everything once."""
        return [words for found in self.inspect() for words in found]

    def inspect(self) -> Iterator[list[str]]:
        """`check` in small steps, of which each gives what it found; it may be told events between two."""
        troubles = list(self._floor.troubles.values())
        self._floor.troubles.clear()
        yield troubles
        yield from violations(self._floor)


def _plan(floor: Floor, event: PlanChanged) -> None:
    planning.change(floor, event.plan)


def _hours(floor: Floor, event: HoursChanged) -> None:
    (floor.closed.discard if event.open else floor.closed.add)(event.group)
    floor.try_again()


def _arrived(floor: Floor, event: ContactArrived) -> None:
    admission.arrive(floor, event.contact)


def _changed(floor: Floor, event: ContactChanged) -> None:
    waiting = floor.waiting.get(event.contact.id)
    if waiting is not None:
        planning.replan(floor, waiting, event.contact)


def _left(floor: Floor, event: ContactLeft) -> None:
    waiting = floor.waiting.get(event.contact)
    if waiting is not None:
        planning.drop(floor, waiting, "gone")
        end(floor, waiting, event.why)


def _accepted(floor: Floor, event: OfferAccepted) -> None:
    ringing = floor.offers.get(event.offer)
    if ringing is not None:
        offering.accept(floor, ringing)


def _connected(floor: Floor, event: OfferConnected) -> None:
    ringing = floor.offers.get(event.offer)
    if ringing is not None:
        offering.connect(floor, ringing)


def _failed(floor: Floor, event: OfferFailed) -> None:
    ringing = floor.offers.get(event.offer)
    if ringing is not None:
        offering.fail(floor, ringing, event.why)


def _remembered(floor: Floor, event: Remembered) -> None:
    floor.memory.keep(event.customer, event.group, event.agent, event.at)


def _held(floor: Floor, event: Held) -> None:
    floor.held = event.held


def _tick(floor: Floor, event: Tick) -> None:
    """Whatever is due is done after every event."""


HANDLERS: dict[type, Callable[[Floor, Any], None]] = {
    PlanChanged: _plan,
    HoursChanged: _hours,
    ContactArrived: _arrived,
    ContactChanged: _changed,
    ContactLeft: _left,
    AgentSignedIn: staffing.sign_in,
    AgentSignedOut: staffing.sign_out,
    AgentReady: staffing.ready,
    AgentBreak: staffing.pause,
    WrapUpDone: staffing.wrap_up_done,
    WrapUpExtended: staffing.extend,
    AgentOccupied: staffing.occupied,
    OfferAccepted: _accepted,
    OfferConnected: _connected,
    OfferFailed: _failed,
    ServiceEnded: serving.ended,
    ServiceMoved: serving.moved,
    AgentRestored: staffing.restored,
    ServiceRestored: serving.restored,
    Remembered: _remembered,
    Held: _held,
    Tick: _tick,
}
