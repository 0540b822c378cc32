"""Which agent gets a contact: the strategies.

A strategy that is only a sort key is a row of `TABLE`; one with logic of its own is a member of the
entry-point group `ivr.strategies` (`ivr.acd.strategies.base.Strategy`). Whatever the strategy, agents of a
lower tier come first, and of those whom the key finds equal, the one with the lower position, then the id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ivr import registry
from ivr.acd.strategies.base import Strategy

if TYPE_CHECKING:
    from ivr.acd.model import Group
    from ivr.acd.seats import Seat

GROUP = "ivr.strategies"

Key = Callable[["Seat", "Group", Mapping[str, int]], Any]
"""(agent, group, skills asked for at first) → what sorts agents, the first to ask lowest."""


@dataclass(frozen=True, slots=True)
class Row:
    """A strategy that is a sort key. `rings`: at `one` agent at a time, at `all` who are free (who accepts
    first has the contact), or at `more` and more of them."""

    says: str
    key: Key
    rings: str = "one"


def longest_idle(seat: Seat, group: Group, asked: Mapping[str, int]) -> Any:
    """Whoever serves nobody before whoever serves somebody, then the longest wait for work."""
    return (seat.used, seat.tallies.idle_since)


def least_occupied(seat: Seat, group: Group, asked: Mapping[str, int]) -> Any:
    """By what they serve now, then by recent occupancy."""
    tallies = seat.tallies
    return (seat.used, tallies.rank_busy() if seat.was_busy else tallies.rank_free(), tallies.idle_since)


def best_skill(seat: Seat, group: Group, asked: Mapping[str, int]) -> Any:
    """The highest sum of levels in the skills that were asked for at first."""
    skills = seat.agent.skills
    return (-sum([skills.get(skill, 0) for skill in asked]), seat.tallies.idle_since)


def least_skilled(seat: Seat, group: Group, asked: Mapping[str, int]) -> Any:
    """The lowest sum of levels in all skills, so that generalists stay free for what only they can do."""
    return (sum(seat.agent.skills.values()), seat.tallies.idle_since)


TABLE: dict[str, Row] = {
    "longest_idle": Row("who has waited for work longest", longest_idle),
    "round_robin": Row(
        "in turn: who was asked longest ago", lambda seat, group, asked: seat.turns.get(group.id, 0)
    ),
    "fewest_calls": Row(
        "who served the fewest contacts today",
        lambda seat, group, asked: (seat.tallies.calls, seat.tallies.idle_since),
    ),
    "least_talk": Row(
        "who talked the fewest seconds today",
        lambda seat, group, asked: (seat.tallies.talk, seat.tallies.idle_since),
    ),
    "least_occupied": Row("who was busy least of late", least_occupied),
    "top_down": Row("by position within the tier, the first always first", lambda seat, group, asked: 0),
    "best_skill": Row("who is best at what was asked for", best_skill),
    "least_skilled": Row("who can do the least besides", least_skilled),
    "ring_all": Row("everybody at once; who accepts first has it", longest_idle, rings="all"),
    "ring_progressively": Row("one, then one more every few seconds", longest_idle, rings="more"),
    "last_agent": Row("who served this customer last, waited for a while; then longest idle", longest_idle),
}
"""Strategies by name."""


def names() -> list[str]:
    """All strategies there are, built in and added."""
    return sorted({*TABLE, *registry.names(GROUP)})


@cache
def choosing(name: str) -> Strategy:
    """A strategy with logic of its own: one object for all groups. Raises UnknownPlugin."""
    made: Strategy = registry.load(GROUP, name)()
    return made


def rings(group: Group) -> str:
    """At how many agents a group's contact rings: one, all, or more."""
    row = TABLE.get(group.strategy)
    return row.rings if row else "one"
