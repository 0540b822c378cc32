"""All the router knows at one moment: agents at work, queues, who waits, what is offered, what comes due.
Here are the state and its indexes; what is to be decided stands in the modules beside."""

from __future__ import annotations

from random import Random

from ivr.acd.actions import Action, AgentChanged
from ivr.acd.deadlines import Deadlines
from ivr.acd.handling import Handling
from ivr.acd.memory import LastAgents
from ivr.acd.model import Group, Plan
from ivr.acd.paths import People
from ivr.acd.precedence import leave
from ivr.acd.seats import EVER, Ringing, Seat, Service
from ivr.acd.stages import Path, Stage
from ivr.acd.waiting import Queue, Waiting


class Floor:
    """The state of a centre."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.now: float = 0.0
        self.chance = Random(seed)  # noqa: S311 - which of equals rings is no secret
        self.held = False
        self.closed: set[str] = set()
        """Groups that are closed, also such as the plan does not have yet."""
        self.count = 0
        self.seats: dict[str, Seat] = {each.id: Seat(each, 0.0) for each in plan.agents.values()}
        self.queues: dict[str, Queue] = {each.id: Queue(each) for each in plan.groups.values()}
        self.nowhere = Queue(Group(""))
        """Where those wait who ask for one agent, and name no group."""
        self.people = People(plan, self.seats)
        self.waiting: dict[str, Waiting] = {}
        self.offers: dict[str, Ringing] = {}
        self.services: dict[str, Service] = {}
        self.deadlines = Deadlines()
        self.memory = LastAgents()
        self.handling = Handling()
        self.troubles: dict[str, str] = {}
        """By group: how its rank or strategy failed last, since the last `check`."""
        self.actions: list[Action] = []
        self.touched: dict[str, Seat] = {}
        """Agents whose state may be another one since it was told last."""
        self.moved: dict[str, Seat] = {}
        """Agents who may stand elsewhere among the free since they were put there last."""
        self.unplaced: dict[str, Seat] = {}
        """Free agents who do not stand among the free yet."""
        self.freed: dict[str, Seat] = {}
        """Free agents for whom somebody may wait."""
        self.loose: dict[str, Waiting] = {}
        """Contacts for whom somebody may be free."""
        self.stranded: dict[str, Waiting] = {}
        """Contacts for whom nobody is signed in, and whom no other group took."""
        self.left: dict[str, Seat] = {}
        """Agents who are no longer there, and for whom somebody may wait alone."""
        self.retired: dict[str, Seat] = {}
        """Agents whom the plan has no longer, and who may be forgotten when they are done."""
        self.entering: dict[str, Waiting] = {}
        """Contacts that overflowed, and must be let in elsewhere."""
        self.late: dict[str, Waiting] = {}
        """Contacts whose next deadline must be set, or has come."""
        self.restless: dict[Path, None] = {}
        """Paths where agents came or went, so that a stage may be passed at once, or nobody is left."""

    def next_count(self) -> int:
        """1, 2, 3, …"""
        self.count += 1
        return self.count

    def queue(self, group: str) -> Queue | None:
        """A group's queue; that of no group for an empty name."""
        return self.queues.get(group) if group else self.nowhere

    # agents

    def touch(self, seat: Seat) -> None:
        """An agent's state may be another one: wherever they stood among the free, they stand no longer."""
        seat.stamp += 1
        self.touched[seat.id] = seat
        self.moved[seat.id] = seat

    def look(self) -> None:
        """Find out who of those that moved is free."""
        while self.moved:
            _, seat = self.moved.popitem()
            self._work(seat)
            seat.open = (
                tuple(sorted(channel for channel in seat.channels if seat.room(channel)))
                if seat.willing()
                else ()
            )
            if seat.open:
                self.freed[seat.id] = self.unplaced[seat.id] = seat
            else:
                self.unplaced.pop(seat.id, None)

    def settle(self) -> None:
        """Put agents who are free among the free."""
        if self.moved:
            self.look()
        while self.unplaced:
            _, seat = self.unplaced.popitem()
            for stage, (level, position, _) in seat.stages.items():
                if stage.path.channel in seat.open:
                    stage.pool.push(seat, level, position)

    def _work(self, seat: Seat) -> None:
        """Keep the counters of time: idle stands still on breaks, occupancy runs on time worked only."""
        busy = bool(seat.serving) or seat.occupied or seat.wrapping is not None
        free = not busy and seat.present
        if busy == seat.was_busy and free == seat.was_free:
            return
        tallies, now = seat.tallies, self.now
        if seat.was_busy or seat.was_free:
            tallies.work(now, seat.was_busy)
        else:
            tallies.at = now
        if seat.was_free and not free:
            tallies.idle_kept = max(0.0, now - tallies.idle_since)
        if seat.was_busy:
            tallies.idle_kept = 0.0
        if busy:
            tallies.idle_kept = 0.0
            tallies.idle_since = now
        elif free and not seat.was_free:
            tallies.idle_since = now - tallies.idle_kept
        seat.was_busy, seat.was_free = busy, free

    def come(self, seat: Seat) -> None:
        """Count an agent in, wherever they may serve. Undone by `go` before anything that counts changes."""
        if not seat.signed_in:
            return
        for stage, (level, _, adds) in seat.stages.items():
            if stage.path.channel in seat.channels:
                stage.path.signed += 1
                if not seat.on_break:
                    stage.count(level, seat.mix, 1)
                    if adds:
                        stage.adds += 1
                        if stage.adds == 1:
                            self.restless[stage.path] = None

    def go(self, seat: Seat) -> None:
        """Count an agent out."""
        if not seat.signed_in:
            return
        for stage, (level, _, adds) in seat.stages.items():
            if stage.path.channel in seat.channels:
                stage.path.signed -= 1
                if stage.path.signed == 0:
                    self.restless[stage.path] = None
                if not seat.on_break:
                    before = stage.lowest
                    stage.count(level, seat.mix, -1)
                    if stage.lowest != before:
                        self.free_all(stage)
                    if adds:
                        stage.adds -= 1
                        if stage.adds == 0:
                            self.restless[stage.path] = None

    def leave_off(self, seat: Seat, reason: str) -> None:
        """An agent goes on break."""
        self.go(seat)
        seat.pause(reason)
        self.come(seat)
        self.touch(seat)
        self.left[seat.id] = seat

    def free_all(self, stage: Stage) -> None:
        """Agents of a higher tier may be asked from now on."""
        for seat in stage.pool.free(stage.lowest):
            self.freed[seat.id] = seat

    def wake(self, seat: Seat) -> None:
        """Set the moment when an agent's wrap-up or rest ends."""
        ends = [each for each in (seat.wrapping, seat.resting) if each is not None and each != EVER]
        self.deadlines.put(seat, min(ends, default=None))

    def tell(self) -> None:
        """Say what has changed of agents."""
        for seat in self.touched.values():
            state = seat.state()
            until = seat.wrapping if state == "wrap_up" and seat.wrapping != EVER else None
            told = (state, seat.reason, until, (*seat.serving,), seat.channels, seat.dial, seat.then())
            if told == seat.told:
                continue
            if state != seat.told[0] or (state == "on_break" and seat.reason != seat.told[1]):
                seat.since = self.now
            seat.told = told
            self.actions.append(
                AgentChanged(
                    seat.id, state, seat.reason, seat.since, until, seat.channels, seat.dial, told[3],
                    seat.tallies.as_mapping(), told[6],
                )
            )  # fmt: skip
        self.touched.clear()

    # contacts

    def try_again(self) -> None:
        """Somebody may now take those for whom there was nobody."""
        self.late.update(self.stranded)
        self.stranded.clear()

    def unline(self, waiting: Waiting) -> None:
        """Out of the line it stands in."""
        if waiting.line is not None:
            leave(waiting.line, waiting.entry)
            waiting.line = None
            waiting.queue.alone.pop(waiting.id, None)
