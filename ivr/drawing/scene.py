"""The whole picture as geometry: the call, what runs after the hangup, and nodes that nobody comes to.

Ways that many nodes share (`always`, `defaults.outcomes`) would hide everything else as lines; they are said
once, and marked on the cards they lead to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.drawing import cards, ways
from ivr.drawing.cards import Card, Chip, Label
from ivr.drawing.layered.layout import Layout, layout
from ivr.drawing.layered.tiers import Link
from ivr.drawing.legend import Legend, legend
from ivr.errors import IvoryError
from ivr.flow.graph import Anywhere, Edge, Graph, Part

MOST_NODES = 600
_KEYS = "1234567890*#ABCD"


@dataclass(frozen=True, slots=True)
class Line:
    """A link of the drawing: every edge between the same two, and what is written on it."""

    edges: tuple[Edge, ...]
    label: Label
    failure: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the picture. `layout.boxes` are those of `items`, `layout.routes` those of `lines`."""

    heading: str
    items: tuple[Card, ...]
    lines: tuple[Line, ...]
    layout: Layout


@dataclass(frozen=True, slots=True)
class Note:
    """Ways from anywhere that lead to the same target, in words."""

    chips: tuple[Chip, ...]
    kind: str
    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Panels from the top down, and the ways from anywhere in words."""

    graph: Graph
    legend: Legend
    panels: tuple[Panel, ...]
    notes: tuple[Note, ...]


def scene(graph: Graph, reads: str = "") -> Scene:
    """Everything measured and laid out, in words for somebody who reads this language.

    Raises IvoryError for a flow too large to be looked at.
    """
    said = legend(reads)
    if len(graph.nodes) > MOST_NODES:
        hint = "split it into several flows (type: subflow), or take --format json or mermaid"
        raise IvoryError(
            f"{graph.flow} has {len(graph.nodes)} nodes; at most {MOST_NODES} are drawn", hint=hint
        )
    shared, single = _anywhere(graph)
    edges = [*graph.edges, *single]
    parts: list[Part] = ["call", "hangup", "unreached"]
    panels = [panel for part in parts if (panel := _panel(graph, part, edges, shared, said))]
    return Scene(graph, said, tuple(panels), tuple(_notes(shared, said)))


def _anywhere(graph: Graph) -> tuple[list[Anywhere], list[Edge]]:
    """The ways that are folded, and those of one node alone, which are edges like all others."""
    shared, single = [], []
    for way in graph.anywhere:
        if way.kind == "default" and len(way.sources) == 1:
            single.append(Edge(way.sources[0], way.outcome, "", "failure", way.target, way.line))
        elif way.sources:
            shared.append(way)
    return shared, single


def _panel(graph: Graph, part: Part, edges: list[Edge], shared: list[Anywhere], said: Legend) -> Panel | None:
    nodes = [node for node in graph.nodes if node.part == part]
    if not nodes:
        return None
    number = {node.name: index for index, node in enumerate(nodes)}
    root = number.get(graph.on_hangup if part == "hangup" else graph.start, 0)
    names = {node.name for node in graph.nodes}
    entering: dict[str, list[Anywhere]] = {}
    for way in shared:
        if way.target.kind == "node":
            entering.setdefault(way.target.name, []).append(way)
    grouped: dict[tuple[int, int], list[Edge]] = {}
    leaving: dict[str, list[Edge]] = {name: [] for name in number}
    for edge in sorted((edge for edge in edges if edge.source in number), key=_reading):
        target = edge.target
        if target.kind == "node" and target.name in number and target.name != edge.source:
            grouped.setdefault((number[edge.source], number[target.name]), []).append(edge)
        else:
            leaving[edge.source].append(edge)
    for choose in (ways.leaps, ways.crowd):
        for ends in choose(_bare(grouped), len(nodes), root):
            for edge in grouped.pop(ends):
                leaving[edge.source].append(edge)
    for last in (False, False, True):
        items = tuple(
            cards.card(
                node,
                entering.get(node.name, ()),
                sorted(leaving[node.name], key=_reading),
                names,
                said,
                start=number[node.name] == root and part != "unreached",
            )
            for node in nodes
        )
        lines = tuple(_line(each) for each in grouped.values())
        links = [_link(*ends, line) for ends, line in zip(grouped, lines, strict=True)]
        laid = layout([(item.width, item.height) for item in items], links, root)
        far = [] if last else ways.far(links, len(items), root, laid)
        if not far:
            break
        for ends in far:
            for edge in grouped.pop(ends):
                leaving[edge.source].append(edge)
    return Panel(said.parts[part], items, lines, laid)


def _bare(grouped: dict[tuple[int, int], list[Edge]]) -> list[Link]:
    """Links without their names."""
    return [
        Link(*ends, light=all(edge.kind == "failure" for edge in edges)) for ends, edges in grouped.items()
    ]


def _line(edges: list[Edge]) -> Line:
    return Line(tuple(edges), cards.label(edges), all(edge.kind == "failure" for edge in edges))


def _link(source: int, target: int, line: Line) -> Link:
    ordered = any(edge.kind == "choice" for edge in line.edges)
    return Link(source, target, line.label.width, line.label.height, ordered=ordered, light=line.failure)


def _reading(edge: Edge) -> tuple[int, tuple[int, ...]]:
    """Choices in the order of the telephone's keys, then everything else as it is written."""
    if edge.kind == "choice":
        return 0, tuple(_KEYS.find(key) for key in edge.outcome)
    return 1, ()


def _notes(shared: list[Anywhere], said: Legend) -> Iterator[Note]:
    targets: dict[str, list[Anywhere]] = {}
    for way in shared:
        targets.setdefault(str(way.target), []).append(way)
    for words, several in targets.items():
        first = several[0]
        yield Note(tuple(cards.way(one, said) for one in several), first.target.kind, words, first.line)
