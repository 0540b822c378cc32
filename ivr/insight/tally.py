"""Journeys counted as they come: one pass, a fixed cost a step, nothing kept that grows with the calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.flow.model import Flow
from ivr.insight import entries
from ivr.insight.canary import Tally
from ivr.insight.menus import Choices
from ivr.insight.shape import At, Place, places
from ivr.insight.spread import Spread
from ivr.store.traces import Stop, Trace

GAP = 2.0
"""Seconds between leaving a node and entering the next in which nobody can have been driving the call."""
HANGUP = "hangup"
"""The outcome of a visit that the caller ended by leaving."""
_PLAIN = frozenset({"next", "error", "exhausted", HANGUP, ""})
_NOWHERE = Place()


@dataclass(slots=True)
class AtNode:
    """What happened at one node. `wrong` counts entries that were not taken, `denied` those that the caller
    took back when they were read out; `again` the visits in which any of that, or silence, came first."""

    type: str
    place: Place
    calls: int = 0
    never_left: int = 0
    noinput: int = 0
    wrong: int = 0
    denied: int = 0
    again: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: Spread = field(default_factory=Spread)
    into: Spread = field(default_factory=Spread)
    """Seconds into the node when callers gave up."""
    last: str = ""
    """The call that was here last."""

    @property
    def visits(self) -> int:
        return self.never_left + len(self.seconds)


@dataclass(slots=True)
class Arrived:
    """Callers who came to one end or goal; after how many keys and seconds, where that is known."""

    calls: int = 0
    presses: Spread = field(default_factory=Spread)
    seconds: Spread = field(default_factory=Spread)

    def add(self, presses: int, seconds: float) -> None:
        """Count one, with the way behind it."""
        self.calls += 1
        self.presses.add(presses)
        self.seconds.add(seconds)


@dataclass(slots=True)
class Menus:
    """The menus of some calls; `deeper`: from an option of one straight to an option of the next, the seconds
    that the next took."""

    choices: dict[At, Choices] = field(default_factory=dict)
    deeper: dict[tuple[At, str, At, str], Spread] = field(default_factory=dict)


class Count:
    """Everything that is counted of a flow's calls.

    Args:
        flows: the flows as they are now, by name: the one the calls came in by, and those it leads to.
        version: of the flow they came in by, as it is now; how long callers listened is counted apart for
            calls of another one, in which prompts may have been others.
    """

    def __init__(self, flows: Mapping[str, Flow], version: str = "") -> None:
        self.tally = Tally()
        self.nodes: dict[At, AtNode] = {}
        self.ways: dict[tuple[str, At], Arrived] = {}
        """By kind and place: a goal, which is of no flow, or the node where the call ended."""
        self.own, self.others = Menus(), Menus()
        """What was chosen in calls of this version, and of others."""
        self.versions: Counter[str] = Counter()
        self.without_steps = self.without_beginning = self.adopted = 0
        self._version = version
        self._places = places(flows)

    def take(self, trace: Trace) -> None:
        """Count one call."""
        self.tally.add(trace.end, trace.goals, trace.seconds)
        self.versions[trace.version] += 1
        if not trace.stops:
            self.without_steps += 1
            return
        if trace.stops[0].visit != 1:
            self.without_beginning += 1
        self._walk(trace)

    def _walk(self, trace: Trace) -> None:
        """Follow a call from node to node, until the caller has gone. All that happens at every step is
        written out here: a report of a million steps waits for it."""
        menus = self.own if trace.version == self._version else self.others
        call, end, nodes = trace.call, trace.end, self.nodes
        goals = list(trace.goals)
        presses, left, adopted = 0, None, False
        returns: list[tuple[str, str]] = []  # flows that wait for a subflow, with the goal that its return is
        before: tuple[At, str] | None = None  # the menu and option that led here
        last = person = None
        for stop in trace.stops:
            _, flow, name, kind, came, seconds, outcome, heard, detail = stop
            at = (flow, name)
            node = nodes.get(at)
            if node is None:
                node = nodes[at] = AtNode(kind, self._places.get(at, _NOWHERE))
            place = node.place
            if place.after:
                continue
            if returns and returns[-1][0] == flow:
                self._goal(returns.pop()[1], goals, presses, came)
            if left is not None and came - left > GAP:
                adopted = True
            if node.last != call:
                node.last = call
                node.calls += 1
            if kind == "transfer":
                person = (at, presses, came)
            if seconds is None:
                node.never_left += 1
                left, last = None, (at, presses, trace.seconds or came)
                before = None
                continue
            left = came + seconds
            node.seconds.add(seconds)
            node.outcomes[outcome] += 1
            if heard:
                presses += 1 if len(heard) == 1 and heard != "?" else self._heard(node, heard)
            before = self._menu(trace, stop, at, place, menus, before) if kind == "menu" else None
            last = (at, presses, left)
            if place.goal in goals:
                if kind == "subflow":
                    returns.append((flow, place.goal))
                elif outcome in place.keys or (outcome == "next" and not detail.get("barged_in")):
                    self._goal(place.goal, goals, presses, left)
            if outcome == HANGUP:
                if end == "abandoned":
                    node.into.add(seconds)
                break
        self.adopted += adopted
        for goal in goals:  # reached, but nobody can say where: at a node that has no goal any more
            self._arrived("goal", ("", goal)).calls += 1
        if end and last is not None:
            at, presses, seconds = person if end == "transfer" and person else last
            self._arrived(end, at).add(presses, seconds)

    def _heard(self, node: AtNode, heard: str) -> int:
        """Count what a caller entered in a visit; the keys that were pressed."""
        presses, silent, wrong, denied = entries.read(heard, node.place.confirm)
        node.noinput += silent
        node.wrong += wrong
        node.denied += denied
        if silent or wrong or denied:
            node.again += 1
        return presses

    def _menu(
        self,
        trace: Trace,
        stop: Stop,
        at: At,
        place: Place,
        menus: Menus,
        before: tuple[At, str] | None,
    ) -> tuple[At, str] | None:
        """Count a choice; the menu and the option, where one was chosen."""
        choices = menus.choices.get(at)
        if choices is None:
            choices = menus.choices[at] = Choices()
        choices.callers[trace.language] += 1
        key = stop.outcome
        if (key in _PLAIN) if place is _NOWHERE else key not in place.keys:
            return None
        choices.chosen[key] += 1
        if stop.seconds is not None:
            if stop.input == key:
                spread = choices.first.get((trace.language, key))
                if spread is None:
                    spread = choices.first[trace.language, key] = Spread()
                spread.add(stop.seconds)
            if before is not None:
                way = (*before, at, key)
                if way not in menus.deeper:
                    menus.deeper[way] = Spread()
                menus.deeper[way].add(stop.seconds)
        return at, key

    def _goal(self, goal: str, goals: list[str], presses: int, seconds: float) -> None:
        if goal in goals:
            goals.remove(goal)
            self._arrived("goal", ("", goal)).add(presses, seconds)

    def _arrived(self, kind: str, place: At) -> Arrived:
        if (kind, place) not in self.ways:
            self.ways[kind, place] = Arrived()
        return self.ways[kind, place]
