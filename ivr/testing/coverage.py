"""What of a flow its tests have seen: its nodes, and the ways out of them.

A way out is a node with one of its outcomes: `next`, each option and case, each key of `always` at each menu,
each outcome that the node or the flow's defaults lead somewhere. Ways that no caller can make happen, such as
`interrupted`, which needs a worker that dies, do not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import FlowError, Place
from ivr.flow import yaml
from ivr.flow.checks import Path as OptionPath
from ivr.flow.graph import Graph, graph
from ivr.flow.lint.source import Source, View
from ivr.flow.model import Flow, LoadedFlow, Node
from ivr.testing.played import Step


@dataclass(frozen=True, slots=True)
class Way:
    """A node (`outcome` is empty) or a way out of it, and the line where it stands."""

    node: str
    outcome: str
    place: Place

    def __str__(self) -> str:
        return f"{self.node}={self.outcome}" if self.outcome else self.node


@dataclass(frozen=True)
class Coverage:
    """One flow's nodes and ways, and those that were reached."""

    flow: str
    ways: tuple[Way, ...]
    reached: frozenset[tuple[str, str]]

    @property
    def nodes(self) -> tuple[int, int]:
        """How many nodes were reached, and how many there are."""
        return self._count(lambda way: not way.outcome)

    @property
    def edges(self) -> tuple[int, int]:
        """How many ways out were reached, and how many there are."""
        return self._count(lambda way: bool(way.outcome))

    @property
    def percent(self) -> float:
        """The share of ways out that were reached, 0 to 100."""
        reached, all_ = self.edges
        return 100.0 * reached / all_ if all_ else 100.0

    @property
    def missed(self) -> tuple[Way, ...]:
        """What was not reached, in the order of the file; of a node that was not, only the node."""
        nodes = {way.node for way in self.ways if not way.outcome and (way.node, "") not in self.reached}
        return tuple(
            way
            for way in sorted(self.ways, key=lambda way: (way.place.line, way.place.column))
            if (way.node, way.outcome) not in self.reached and not (way.outcome and way.node in nodes)
        )

    def _count(self, kind: Callable[[Way], bool]) -> tuple[int, int]:
        ways = [way for way in self.ways if kind(way)]
        return sum((way.node, way.outcome) in self.reached for way in ways), len(ways)


def coverage(loaded: LoadedFlow, flows: Mapping[str, LoadedFlow], steps: Iterable[Step]) -> Coverage:
    """What `steps`, the visits of all calls, have reached of a flow."""
    flow = loaded.flow
    line = lines(loaded)
    models = {name: each.flow for name, each in flows.items()}
    ways = {(name, ""): Way(name, "", Place(loaded.file, line(("nodes", name)))) for name in flow.nodes}
    for node, outcome, where in _ways(flow, graph(flow, models, line=line), models):
        number = where or ways[node, ""].place.line
        ways.setdefault((node, outcome), Way(node, outcome, Place(loaded.file, number)))
    reached: set[tuple[str, str]] = set()
    for step in steps:
        if step.flow == flow.id:
            reached.add((step.node, ""))
            reached.update(_way(step, ways))
    return Coverage(flow.id, tuple(ways.values()), frozenset(reached & ways.keys()))


def _way(step: Step, ways: Mapping[tuple[str, str], Way]) -> list[tuple[str, str]]:
    """The way a visit took: by its outcome, by its kind (`404` is a `4xx`), or as any other error."""
    outcome = step.outcome
    family = f"{outcome[0]}xx" if len(outcome) == 3 and outcome.isdigit() else outcome
    names = (outcome, family, "error") if outcome != "hangup" else ()
    return [(step.node, name) for name in names if (step.node, name) in ways][:1]


def _ways(flow: Flow, drawn: Graph, models: Mapping[str, Flow]) -> Iterator[tuple[str, str, int]]:
    """Each way out: its node, its outcome, and its line; 0 for one that the flow gives to many nodes."""
    for edge in drawn.edges:
        node = flow.nodes[edge.source]
        if not node.final and _possible(node, edge.outcome):
            yield edge.source, edge.outcome, edge.line
    for way in drawn.anywhere:
        for name in way.sources:
            node = flow.nodes[name]
            counts = way.kind == "always" or way.outcome in node.ways(models) or _asks(node, way.outcome)
            if counts and _possible(node, way.outcome):
                yield name, way.outcome, 0


def _asks(node: Node, outcome: str) -> bool:
    """Whether `error` is something that happens to a node in use, and not a mistake in the flow."""
    return outcome == "error" and "interrupted" in node.own_outcomes


def _possible(node: Node, outcome: str) -> bool:
    """Whether a caller can make it happen: no worker dies in a test, and only a review can be exhausted."""
    unreviewed = outcome == "exhausted" and getattr(node, "review", node) is None
    return outcome != "interrupted" and not unreviewed


def lines(loaded: LoadedFlow) -> Callable[[OptionPath], int]:
    """Finds the lines of a flow's options, if its file is still the one that was loaded; else all are 1."""
    try:
        raw = Path(loaded.file).read_bytes()
        if not hashlib.sha256(raw).hexdigest().startswith(loaded.version):
            return lambda _path: 1
        view = View(Source(loaded, yaml.parse(raw, loaded.file)), {}, lambda _file: True)
    except (OSError, FlowError):
        return lambda _path: 1
    return lambda path: view.finding(path, "", "", key=True).place.line
