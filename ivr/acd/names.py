"""What a group's `match` and `rank` see: one agent, and for `rank` one contact beside, by the names that
`ivr.acd.plan.scope` explains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ivr.acd.model import Agent, Tier

if TYPE_CHECKING:
    from ivr.acd.floor import Floor
    from ivr.acd.seats import Seat
    from ivr.acd.waiting import Waiting

NO_TIER = Tier()


def of_agent(agent: Agent, groups: tuple[str, ...], group: str) -> Mapping[str, Any]:
    """What does not change of an agent while the plan stands: all that `match` can see."""
    tier = next((agent.tiers[each] for each in groups if each in agent.tiers), NO_TIER)
    return {
        "agent": agent.id,
        "grade": agent.grade,
        "skills": agent.skills,
        "tier": tier.level,
        "position": tier.position,
        "group": group,
    }


class Facts(Mapping[str, Any]):
    """An agent and a contact, as `rank` sees them: each name is worked out when it is asked for."""

    __slots__ = ("_at",)

    def __init__(self, seat: Seat, waiting: Waiting, floor: Floor) -> None:
        self._at = (seat, waiting, floor)

    def __getitem__(self, name: str) -> Any:
        return BOTH[name](*self._at)

    def __iter__(self) -> Iterator[str]:
        return iter(BOTH)

    def __len__(self) -> int:
        return len(BOTH)


def _tier(seat: Seat, waiting: Waiting, floor: Floor) -> Tier:
    return seat.agent.tiers.get(waiting.queue.group.id, NO_TIER)


def _last(seat: Seat, waiting: Waiting, floor: Floor) -> bool:
    contact = waiting.contact
    last = floor.memory.last(contact.customer, waiting.queue.group.id)
    return seat.id == contact.preferred or (last is not None and last[0] == seat.id)


BOTH: Mapping[str, Callable[[Seat, Waiting, Floor], Any]] = {
    "agent": lambda seat, waiting, floor: seat.id,
    "grade": lambda seat, waiting, floor: seat.agent.grade,
    "skills": lambda seat, waiting, floor: seat.agent.skills,
    "tier": lambda seat, waiting, floor: _tier(seat, waiting, floor).level,
    "position": lambda seat, waiting, floor: _tier(seat, waiting, floor).position,
    "calls_today": lambda seat, waiting, floor: seat.tallies.calls,
    "talk_today": lambda seat, waiting, floor: seat.tallies.talk,
    "idle": lambda seat, waiting, floor: (
        max(0.0, floor.now - seat.tallies.idle_since) if seat.was_free else 0.0
    ),
    "occupancy": lambda seat, waiting, floor: seat.tallies.occupancy_at(floor.now, seat.was_busy),
    "no_answers": lambda seat, waiting, floor: seat.tallies.misses,
    "priority": lambda seat, waiting, floor: waiting.contact.priority,
    "waited": lambda seat, waiting, floor: max(0.0, floor.now - waiting.contact.arrived),
    "channel": lambda seat, waiting, floor: waiting.contact.channel,
    "customer": lambda seat, waiting, floor: waiting.contact.customer,
    "group": lambda seat, waiting, floor: waiting.queue.group.id,
    "last_agent": _last,
}
"""What each name is."""
