"""The router: told what happens, it answers with what is to be done. Deterministic: same events, same actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.acd.actions import Action
from ivr.acd.events import Event
from ivr.acd.model import Plan


@dataclass(frozen=True, slots=True)
class Estimate:
    """An honest expectation of a wait, seconds: between `low` and `high`. `why` says what made it rise since
    it was told last (`overtaken`, `fewer_agents`), empty otherwise."""

    low: float
    high: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why one agent is or is not the one for a contact: `chosen`, `eligible`, or what is in the way, in
    words (`wrap-up, 4 s left`, `english 2 < 3`, `at capacity`). `rank` is the place among the eligible."""

    agent: str
    verdict: str
    reason: str
    rank: int | None = None


class Router:
    """All groups, agents and contacts of a centre.

    Args:
        plan: groups and agents to begin with.
        seed: of what is left to chance (strategy `random`), so that a replay decides the same.
    """

    def __init__(self, plan: Plan, seed: int = 0) -> None:
        raise NotImplementedError

    def handle(self, event: Event, now: float) -> list[Action]:
        """Take an event at `now` (never less than before) and decide. Whatever else is due at `now` is done
        as well. What cannot be meant (an unknown agent, an offer that is over) is passed over."""
        raise NotImplementedError

    def due(self) -> float | None:
        """When it wants a Tick at the latest; None: it waits for events only."""
        raise NotImplementedError

    def position(self, contact: str) -> int | None:
        """How many would be served before it, plus one; None when it is not waiting."""
        raise NotImplementedError

    def estimate(self, contact: str, now: float) -> Estimate | None:
        """How long it will wait from now; None when that cannot honestly be said."""
        raise NotImplementedError

    def expected_wait(self, group: str, now: float) -> float | None:
        """Seconds somebody who came to the group now would wait; None when that cannot be said."""
        raise NotImplementedError

    def waiting(self, group: str) -> int:
        """How many wait in the group."""
        raise NotImplementedError

    def available(self, group: str) -> int:
        """How many agents of the group could take a contact at once."""
        raise NotImplementedError

    def explain(self, contact: str, now: float) -> Sequence[Verdict]:
        """Every candidate for a contact, the best first, and why it was or was not chosen."""
        raise NotImplementedError

    def snapshot(self, now: float) -> Mapping[str, Any]:
        """All there is, ready for JSON: groups (waiting, longest, available, answered, ...), agents (state,
        since, reason, contacts), contacts (group, waited, position, offer)."""
        raise NotImplementedError
