"""Which agents count for what is asked: worked out once for each way of asking, kept while it is in use."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

from ivr.acd import names
from ivr.acd.model import Agent, Contact, Group, Plan, Step
from ivr.acd.pools import ComparedPool, Pool, SortedPool
from ivr.acd.requirements import asked
from ivr.acd.stages import Path, Stage
from ivr.acd.strategies import TABLE, choosing, longest_idle

if TYPE_CHECKING:
    from ivr.acd.floor import Floor
    from ivr.acd.seats import Seat
    from ivr.acd.waiting import Queue, Waiting

Choose = Callable[["list[Seat]", "Waiting", float], "Seat"]

MOST = 2000
"""Ways of asking from which on those that nobody waits on are forgotten."""


class People:
    """The plan's agents by group and by skill, and the paths made of them."""

    def __init__(self, plan: Plan, seats: Mapping[str, Seat]) -> None:
        self._groups: dict[str, set[str]] = {each: set() for each in plan.groups}
        self._skills: dict[tuple[str, int], frozenset[str]] = {}
        self._seats = seats
        self._matching: dict[str, frozenset[str]] = {}
        self._paths: dict[Hashable, Path] = {}
        self._limit = MOST
        for agent in plan.agents.values():
            for group in agent.tiers:
                self._groups.setdefault(group, set()).add(agent.id)

    def of(self, group: str) -> set[str]:
        """Ids of the agents of a group."""
        return self._groups.get(group, set())

    def paths(self) -> list[Path]:
        """All that are kept."""
        return list(self._paths.values())

    def path(self, floor: Floor, queue: Queue, contact: Contact) -> Path:
        """The path of contacts that ask as this one does."""
        key: Hashable = (
            (queue.group.id, contact.channel)
            if not contact.require and not contact.relax
            else (queue.group.id, contact.channel, _skills(contact.require), _steps(contact.relax))
        )
        path = self._paths.get(key)
        if path is None:
            if len(self._paths) >= self._limit:
                self._forget()
            path = self._paths[key] = self._made(floor, key, queue, contact)
        return path

    def _forget(self) -> None:
        """Drop paths that nobody waits on."""
        for key, path in list(self._paths.items()):
            if not path.waits():
                del self._paths[key]
                path.queue.paths.pop(key, None)
                for stage in path.stages:
                    for id in stage.members:
                        self._seats[id].stages.pop(stage, None)
        self._limit = max(MOST, 2 * len(self._paths))

    def _made(self, floor: Floor, key: Hashable, queue: Queue, contact: Contact) -> Path:
        group = queue.group
        path = Path(key, queue, contact.channel)
        steps = asked(group, contact)
        before: set[str] = set()
        for number, step in enumerate(steps):
            following = steps[number + 1].after if number + 1 < len(steps) else None
            lasts = None if following is None else following - step.after
            stage = Stage(path, number, step.require, lasts)
            stage.pool = _pool(floor, group, steps[0].require)
            path.stages.append(stage)
            members = self._members(group, contact.channel, step.require, step.groups)
            tiers = set()
            for id in sorted(members):
                seat = self._seats[id]
                tier = tier_of(seat.agent, step.groups)
                tiers.add(tier[0])
                seat.stages[stage] = (*tier, id not in before)
                self._count(stage, seat)
            stage.members = frozenset(members)
            stage.tiers = tuple(sorted(tiers))
            before = members
        queue.paths[key] = path
        return path

    def _count(self, stage: Stage, seat: Seat) -> None:
        level, position, adds = seat.stages[stage]
        if seat.signed_in and stage.path.channel in seat.channels:
            stage.path.signed += 1
            if not seat.on_break:
                stage.count(level, seat.mix, 1)
                stage.adds += adds
                if stage.path.channel in seat.open:
                    stage.pool.push(seat, level, position)

    def _members(
        self, group: Group, channel: str, require: Mapping[str, int], groups: tuple[str, ...]
    ) -> set[str]:
        members = set().union(*(self.of(each) for each in groups))
        for skill, level in require.items():
            members &= self._skilled(skill, level)
        members = {id for id in members if self._seats[id].capacity(channel) > 0}
        if group.match is not None:
            match = group.match
            members = {id for id in members if match(names.of_agent(self._seats[id].agent, groups, group.id))}
        return members

    def _skilled(self, skill: str, level: int) -> frozenset[str]:
        found = self._skills.get((skill, level))
        if found is None:
            found = self._skills[skill, level] = frozenset(
                id for id, seat in self._seats.items() if seat.agent.skills.get(skill, 0) >= level
            )
        return found


def tier_of(agent: Agent, groups: tuple[str, ...]) -> tuple[int, int]:
    """Level and position of an agent: in the contact's own group, else the first in any other group."""
    own = agent.tiers.get(groups[0])
    if own is not None:
        return (own.level, own.position)
    return min((tier.level, tier.position) for group in groups if (tier := agent.tiers.get(group)))


def _pool(floor: Floor, group: Group, first: Mapping[str, int]) -> Pool:
    """The free agents of a stage, by the group's strategy."""
    if group.rank is None and group.strategy in TABLE:
        key = TABLE[group.strategy].key
        return SortedPool(lambda seat: key(seat, group, first))
    choose = _by_rank(group.rank, floor) if group.rank is not None else _by_strategy(group, floor)

    def chosen(seats: list[Seat], waiting: Waiting, now: float) -> Seat:
        try:
            return choose(seats, waiting, now)
        except Exception as error:  # somebody's own code: it must not cost a caller their agent
            what = "rank" if group.rank is not None else f"strategy {group.strategy}"
            floor.troubles[group.id] = f"the {what} of {group.id} failed: {type(error).__name__}: {error}"
            return min(seats, key=lambda seat: longest_idle(seat, group, first))

    return ComparedPool(chosen)


def _by_strategy(group: Group, floor: Floor) -> Choose:
    def choose(seats: list[Seat], waiting: Waiting, now: float) -> Seat:
        strategy = choosing(group.strategy)
        return floor.seats[strategy.choose(seats, waiting.contact, group, now, floor.chance).id]

    return choose


def _by_rank(rank: Callable[[Mapping[str, Any]], float], floor: Floor) -> Choose:
    def choose(seats: list[Seat], waiting: Waiting, now: float) -> Seat:
        ranks = [rank(names.Facts(seat, waiting, floor)) for seat in seats]
        highest = max(ranks)
        equals = [seat for seat, rank in zip(seats, ranks, strict=True) if rank == highest]
        return min(equals or seats, key=lambda seat: (longest_idle(seat, waiting.queue.group, {}), seat.id))

    return choose


def _skills(require: Mapping[str, int]) -> Hashable:
    return tuple(sorted(require.items()))


def _steps(steps: tuple[Step, ...]) -> Hashable:
    return tuple((step.after, _skills(step.require), step.groups) for step in steps)
