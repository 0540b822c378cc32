"""Which agents count for what is asked: worked out once for each way of asking, kept while it is in use."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

from ivr.acd import names
from ivr.acd.choosing import pool
from ivr.acd.model import Agent, Contact, Plan, Step
from ivr.acd.requirements import asked, unmet
from ivr.acd.stages import Path, Stage

if TYPE_CHECKING:
    from ivr.acd.floor import Floor
    from ivr.acd.seats import Seat
    from ivr.acd.waiting import Queue

MOST = 2000
"""Ways of asking from which on those that nobody waits on are forgotten."""


class People:
    """The plan's agents by group and by skill, and the paths made of them."""

    def __init__(self, plan: Plan, seats: Mapping[str, Seat]) -> None:
        self._groups: dict[str, set[str]] = {each: set() for each in plan.groups}
        self._skills: dict[tuple[str, int], set[str]] = {}
        self._seats = seats
        self._paths: dict[Hashable, Path] = {}
        self._reaching: dict[str, dict[Path, None]] = {}
        """By group: the paths that come to its agents, now or later."""
        self._limit = MOST
        for agent in plan.agents.values():
            for group in agent.tiers:
                self._groups.setdefault(group, set()).add(agent.id)

    def of(self, group: str) -> set[str]:
        """Ids of the agents of a group."""
        return self._groups.get(group, set())

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
                self._tidy()
            floor.settle()
            path = self._paths[key] = queue.paths[key] = self._made(floor, key, queue, contact)
        return path

    def add(self, seat: Seat) -> None:
        """An agent of the plan, who is counted in afterwards by `Floor.come`."""
        agent, paths = seat.agent, dict[Path, None]()
        for group in agent.tiers:
            self._groups.setdefault(group, set()).add(agent.id)
            paths |= self._reaching.get(group, {})
        for (skill, level), found in self._skills.items():
            if agent.skills.get(skill, 0) >= level:
                found.add(agent.id)
        for queue in {path.queue for path in paths}:
            queue.forget_overlaps()
        for path in paths:
            before = False
            for stage in path.stages:
                fits = _fits(seat, stage)
                if fits:
                    self._enrol(stage, seat, not before)
                before = fits

    def remove(self, seat: Seat) -> None:
        """An agent who was counted out before, by `Floor.go`."""
        for stage in seat.stages:
            stage.members.discard(seat.id)
        for queue in {stage.path.queue for stage in seat.stages}:
            queue.forget_overlaps()
        seat.stages = {}
        for found in (*self._groups.values(), *self._skills.values()):
            found.discard(seat.id)

    def forget(self, floor: Floor, group: str) -> None:
        """A group will ask for something else: its paths are no more."""
        queue = floor.queues.get(group)
        for path in list(queue.paths.values()) if queue else ():
            self._drop(path)

    def _tidy(self) -> None:
        """Drop paths that nobody waits on."""
        for path in list(self._paths.values()):
            if not path.waits():
                self._drop(path)
        self._limit = max(MOST, 2 * len(self._paths))

    def _drop(self, path: Path) -> None:
        del self._paths[path.key], path.queue.paths[path.key]
        for group in path.groups():
            del self._reaching[group][path]
        for stage in path.stages:
            for id in stage.members:
                self._seats[id].stages.pop(stage, None)
        for other in path.queue.paths.values():
            for stage in other.stages:
                for gone in path.stages:
                    stage.overlaps.pop(gone, None)

    def _made(self, floor: Floor, key: Hashable, queue: Queue, contact: Contact) -> Path:
        path = Path(key, queue, contact.channel)
        steps = asked(queue.group, contact)
        before: set[str] = set()
        for number, step in enumerate(steps):
            following = steps[number + 1].after if number + 1 < len(steps) else None
            lasts = None if following is None else following - step.after
            stage = Stage(path, number, step, lasts)
            stage.pool = pool(floor, queue.group, steps[0].require)
            path.stages.append(stage)
            for id in self._fitting(stage):
                self._enrol(stage, self._seats[id], id not in before)
                self._count(stage, self._seats[id])
            before = stage.members
        for group in path.groups():
            self._reaching.setdefault(group, {})[path] = None
        return path

    def _enrol(self, stage: Stage, seat: Seat, adds: bool) -> None:
        tier = tier_of(seat.agent, stage.asked.groups)
        seat.stages[stage] = (*tier, adds)
        stage.members.add(seat.id)
        if tier[0] not in stage.tiers:
            stage.tiers = tuple(sorted((*stage.tiers, tier[0])))

    def _count(self, stage: Stage, seat: Seat) -> None:
        level, position, adds = seat.stages[stage]
        if seat.signed_in and stage.path.channel in seat.channels:
            stage.path.signed += 1
            if not seat.on_break:
                stage.count(level, seat.mix, 1)
                stage.adds += adds
                if stage.path.channel in seat.open:
                    stage.pool.push(seat, level, position)

    def _fitting(self, stage: Stage) -> list[str]:
        """Ids of all who fit a stage: by sets, as there may be many."""
        found = set().union(*(self.of(each) for each in stage.asked.groups))
        for skill, level in stage.asked.require.items():
            found &= self._skilled(skill, level)
        return sorted(id for id in found if _serves(self._seats[id], stage))

    def _skilled(self, skill: str, level: int) -> set[str]:
        found = self._skills.get((skill, level))
        if found is None:
            found = self._skills[skill, level] = {
                id for id, seat in self._seats.items() if seat.agent.skills.get(skill, 0) >= level
            }
        return found


def _fits(seat: Seat, stage: Stage) -> bool:
    """Whether an agent has what a stage asks."""
    agent, wanted = seat.agent, stage.asked
    return (
        any(each in agent.tiers for each in wanted.groups)
        and not unmet(agent, wanted.require)
        and _serves(seat, stage)
    )


def _serves(seat: Seat, stage: Stage) -> bool:
    """The same of an agent who has the group and the skills."""
    if seat.capacity(stage.path.channel) <= 0:
        return False
    group = stage.path.queue.group
    return group.match is None or group.match(names.of_agent(seat.agent, stage.asked.groups, group.id))


def tier_of(agent: Agent, groups: tuple[str, ...]) -> tuple[int, int]:
    """Level and position of an agent: in the contact's own group, else the first in any other group."""
    own = agent.tiers.get(groups[0])
    if own is not None:
        return (own.level, own.position)
    return min((tier.level, tier.position) for group in groups if (tier := agent.tiers.get(group)))


def _skills(require: Mapping[str, int]) -> Hashable:
    return tuple(sorted(require.items()))


def _steps(steps: tuple[Step, ...]) -> Hashable:
    return tuple((step.after, _skills(step.require), step.groups) for step in steps)
