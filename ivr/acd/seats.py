"""Agents at work: what the plan does not say of them, because it changes with every contact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.acd.model import VOICE, Agent, Contact
from ivr.acd.precedence import Line
from ivr.acd.tallies import Tallies

if TYPE_CHECKING:
    from ivr.acd.stages import Stage
    from ivr.acd.waiting import Waiting

EVER = math.inf
SLIVER = 1e-9  # by which a sum of costs may miss its total, as thirds do not add up to 1


@dataclass(slots=True)
class Ringing:
    """An offer that is out: `waiting` is whose."""

    id: str
    waiting: Waiting
    seat: Seat
    since: float
    expires: float
    accepted: bool = False
    due: tuple[float, int, Any] | None = None


@dataclass(slots=True)
class Service:
    """A contact that an agent serves. `skills` names its requirement, for handling times."""

    contact: Contact
    seat: Seat
    since: float
    wrap_up: float
    skills: Any = None


class Seat:
    """One agent.

    At most one offer is out to an agent at a time. `stamp` changes whenever they may stand elsewhere among
    the free: an entry in a pool with another stamp is of the past."""

    def __init__(self, agent: Agent, now: float) -> None:
        self.id = agent.id
        self.agent = agent
        self.mix = tuple(sorted(agent.tiers))
        """The groups the plan has them in."""
        self.planned = True
        self.known = False
        """Whether anything was ever told of their being there or not."""
        self.signed_in = False
        self.channels: frozenset[str] = frozenset({VOICE})
        self.dial = ""
        self.on_break = False
        self._break_reason = ""
        self.wrapping: float | None = None
        """When wrap-up ends; `EVER`: when they say so; None: there is none."""
        self.wrap_more: float | None = 0.0
        """Seconds asked for while the talk goes on, on top of the next wrap-up; None: until they say so."""
        self.wrapping_since = 0.0
        self.wrapping_talk = 0.0
        self.wrapping_skills: Any = None
        self.resting: float | None = None
        """Until when they are left alone after an offer that failed."""
        self.rest_why = ""
        self.occupied = False
        self.offer: Ringing | None = None
        self.serving: dict[str, Service] = {}
        self.load: dict[str, int] = {}
        self.used = 0.0
        self.open: tuple[str, ...] = ()
        """Channels of which one more could be taken at once, as last settled."""
        self.was_busy = False
        self.was_free = False
        self.stamp = 0
        self.stages: dict[Stage, tuple[int, int, bool]] = {}
        """Where they count: level and position of their tier there, and whether the stage before does not
        have them."""
        self.line: Line = []
        """Contacts that wait for just this agent."""
        self.turns: dict[str, int] = {}
        """By group: the turn in which they were asked last."""
        self.tallies: Tallies = Tallies(idle_since=now, at=now)
        self.since = now
        self.told: tuple[Any, ...] = ("logged_out", "", None, (), self.channels, "", "")
        self.due: tuple[float, int, Any] | None = None

    @property
    def present(self) -> bool:
        """Signed in and not on break: worth waiting for."""
        return self.signed_in and not self.on_break

    @property
    def reason(self) -> str:
        """Why they are on break."""
        return self._break_reason if self.on_break else ""

    def pause(self, reason: str) -> None:
        """On break, for a reason."""
        self.on_break, self._break_reason = True, reason

    def capacity(self, channel: str) -> int:
        """How many of a channel at once; of voice never more than one."""
        capacity = self.agent.capacity.get(channel, 0)
        return min(capacity, 1) if channel == VOICE else capacity

    def cost(self, channel: str) -> float:
        """What one of a channel takes of the agent's total."""
        cost = self.agent.costs.get(channel)
        if cost is None:
            return 1.0 if channel == VOICE else 1.0 / max(self.agent.capacity.get(channel, 1), 1)
        return cost

    def room(self, channel: str) -> bool:
        """Whether one more of a channel fits beside what they have."""
        return (
            channel in self.channels
            and self.load.get(channel, 0) < self.capacity(channel)
            and self.used + self.cost(channel) <= self.agent.total + SLIVER
        )

    def take(self, channel: str, more: int) -> None:
        """Count one contact of a channel more (1) or less (-1)."""
        self.load[channel] = self.load.get(channel, 0) + more
        self.used += more * self.cost(channel)
        if not any(self.load.values()):
            self.used = 0.0

    def willing(self) -> bool:
        """Nothing but room is missing for an offer."""
        return (
            self.signed_in
            and not self.on_break
            and self.offer is None
            and self.wrapping is None
            and self.resting is None
        )

    def takes(self, channel: str) -> bool:
        """Whether they could be offered a contact of a channel now."""
        return self.willing() and self.room(channel)

    def then(self) -> str:
        """What they asked for and comes when they are done with what they do; empty: nothing else."""
        if self.state() in ("on_break", "logged_out"):
            return ""
        if not self.signed_in:
            return "logged_out"
        return "on_break" if self.on_break else ""

    def state(self) -> str:
        """One of `ivr.acd.model.STATES`. What they do shows before what they asked for."""
        if self.occupied or self.load.get(VOICE, 0):
            return "busy"
        if self.offer is not None:
            return "reserved"
        if not self.signed_in:
            return "busy" if self.serving else "logged_out"
        if self.wrapping is not None:
            return "wrap_up"
        if self.on_break:
            return "on_break"
        if self.serving and not any(self.room(channel) for channel in self.channels):
            return "busy"
        return "available"
