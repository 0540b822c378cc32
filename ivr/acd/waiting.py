"""Who waits, and the queue of each group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from ivr.acd.model import Contact, Group, Overflow
from ivr.acd.precedence import Entry, Line, Place, place
from ivr.acd.seats import EVER, Ringing
from ivr.acd.stages import Path, Stage
from ivr.acd.strategies import rings


@dataclass(slots=True)
class Estimates:
    """How well waits were foretold: contacts that were told one and then answered, how many of them within
    the range they were told first, and the sum of differences to its middle, seconds."""

    told: int = 0
    in_range: int = 0
    error: float = 0.0


class Queue:
    """A group at work. What counts since the start: `answered` and the others are told in a snapshot."""

    def __init__(self, group: Group) -> None:
        self.adopt(group)
        self.waiting: dict[str, Waiting] = {}
        """All who wait, offered or not, in the order of their coming."""
        self.offered: dict[str, Waiting] = {}
        """Those among them for whom somebody rings."""
        self.alone: dict[str, Waiting] = {}
        """Those who wait for one agent."""
        self.estimates = Estimates()
        self.turn = 0
        """Of `round_robin`: how many offers were made."""
        self.answered = 0
        self.answered_in_target = 0
        self.ended: dict[str, int] = {}

    def adopt(self, group: Group) -> None:
        """Go by the group as the plan has it from now on."""
        self.group = group
        self.rings = rings(group)
        self.overflows = sorted((rule for rule in group.overflow if rule.on == "wait"), key=_limit)
        """Overflows by time, the soonest first."""
        self.paths: dict[Any, Path] = {}

    def forget_overlaps(self) -> None:
        """Agents have come or gone: which stages have them in common must be counted anew."""
        for path in self.paths.values():
            for stage in path.stages:
                stage.overlaps.clear()

    def apart(self) -> Iterator[Waiting]:
        """All who wait, but in no line of the group's own."""
        return chain(self.offered.values(), self.alone.values())


class Waiting:
    """A contact that waits."""

    def __init__(self, contact: Contact, queue: Queue, number: int) -> None:
        self.contact = contact
        self.number = number
        """The order of telling, which decides among equals."""
        self.enter(queue, contact.arrived if contact.entered is None else contact.entered)
        self.offers: dict[str, Ringing] = {}
        self.accepted: Ringing | None = None
        self.alone: float | None = None
        """Until when only the preferred agent is waited for; `EVER` for `only`; None: anyone serves."""
        self.line: Line | None = None
        self.owed = False
        """`ring_progressively`: one more agent was due, and nobody was free."""
        self.call_more: float | None = None
        self.told: Any = None
        """What was last told of its wait."""
        self.due: tuple[float, int, Any] | None = None

    def enter(self, queue: Queue, entered: float) -> None:
        """Come to a group's queue, in which its promises count from `entered`."""
        self.queue = queue
        self.entered = entered
        self.path: Path | None = None
        self.stage: Stage | None = None
        """None for one who asks for one agent only."""
        self.stage_since = entered
        self.reach = 1
        group, contact = queue.group, self.contact
        ends = [EVER]
        if group.max_wait is not None and not contact.callback:
            ends.append(entered + group.max_wait)
        if contact.max_wait is not None:
            ends.append(contact.arrived + contact.max_wait)
        self.ends = min(ends)
        """When the wait ends at the latest: by the group, whose limit is for those who hold a line, or by the
        contact itself, from its arrival on."""
        self.tried = 0
        """Overflows by time that have been tried."""
        self.stand()

    def prefer(self, agent: str, wait: float) -> None:
        """Wait for an agent whom the contact did not name itself."""
        self.contact = replace(self.contact, preferred=agent, prefer_for=wait)

    def stand(self) -> None:
        """Take the place that the contact and the group's order give."""
        self.place: Place = place(self.contact, self.queue.group, self.number)
        self.entry: Entry = (*self.place, self)

    @property
    def id(self) -> str:
        """The contact's id."""
        return self.contact.id


def _limit(rule: Overflow) -> float:
    return rule.limit
