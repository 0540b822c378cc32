"""Contacts that ask the same way share a `Path`: its stages, each with the agents who count there, those free
among them, and the lines of who waits. So an agent who becomes free looks at lines, never through them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.acd.precedence import Line
from ivr.acd.requirements import Asked

if TYPE_CHECKING:
    from ivr.acd.pools import Pool
    from ivr.acd.waiting import Queue

NOBODY = 1 << 30  # the lowest tier of a stage where nobody is present: all tiers are asked


class Stage:
    """What is asked from one moment of waiting to the next, and who fits."""

    def __init__(self, path: Path, number: int, asked: Asked, lasts: float | None) -> None:
        self.path = path
        self.number = number
        self.asked = asked
        self.lasts = lasts
        """Seconds until the next stage; None: there is none."""
        self.pool: Pool
        self.members: set[str] = set()
        """Ids of the agents who fit."""
        self.mixes: dict[tuple[str, ...], int] = {}
        """Agents present, by the groups that they are in."""
        self.overlaps: dict[Stage, float] = {}
        self.tiers: tuple[int, ...] = ()
        """The levels of the tiers that have an agent here, ascending."""
        self.lines: dict[int, Line] = {}
        """Who waits, by the level of tier that their wait has reached."""
        self.joining: dict[int, Line] = {}
        """Who rings somewhere, and would ring at one more agent."""
        self.here: dict[str, Any] = {}
        """All contacts at this stage, offered or not, alone or not."""
        self.present: dict[int, int] = {}
        """By level: agents signed in and not on break."""
        self.lowest = NOBODY
        self.adds = 0
        """Agents present whom the stage before does not have."""

    def line(self, level: int, joining: bool = False) -> Line:
        """The line of those whose wait has reached a level: sorted by (points, moment, number, contact)."""
        lines = self.joining if joining else self.lines
        line = lines.get(level)
        if line is None:
            line = lines[level] = []
        return line

    def empty(self) -> bool:
        """Nobody is found here whom the stage before had not, while a later one finds somebody: no time is
        spent on it."""
        return self.adds == 0 and any(later.adds for later in self.path.stages[self.number + 1 :])

    def count(self, level: int, mix: tuple[str, ...], more: int) -> None:
        """An agent of a tier's level, and of a mix of groups, has come (1) or gone (-1)."""
        self.mixes[mix] = self.mixes.get(mix, 0) + more
        self.present[level] = left = self.present.get(level, 0) + more
        if left == 0:
            del self.present[level]
        self.lowest = min(self.present, default=NOBODY)


class Path:
    """One way of asking: a group, a channel, what the contacts themselves require, and the steps of both."""

    def __init__(self, key: Any, queue: Queue, channel: str) -> None:
        self.key = key
        self.queue = queue
        self.channel = channel
        self.stages: list[Stage] = []
        self.signed = 0
        """Agents signed in, on break or not, each as often as there are stages that have them."""

    def groups(self) -> tuple[str, ...]:
        """The groups whose agents it comes to, now or later."""
        return self.stages[-1].asked.groups

    def waits(self) -> bool:
        """Whether any contact is on it."""
        return any(stage.here for stage in self.stages)
