"""What stands in a drawing: a card for each node, and the names of ways, on links and at the foot of cards.

Everything is measured here, so that the layout knows sizes and the writer only writes.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from ivr.drawing import text
from ivr.drawing.legend import Legend, some
from ivr.flow.graph import Anywhere, Edge, GraphNode
from ivr.flow.types import Target

WIDTH = 196.0  # pixels
EDGE = 11.0  # inner margin
ICON = 16.0
NAME, TYPE, WORDS, CHIP = 13.0, 10.5, 11.5, 10.5  # sizes of letters
LINE = 15.5
WAYS, WAYS_LINE = 20.0, 14.0  # the strip of ways from anywhere; each more line of it
CHIP_LINE = 17.0
EXIT_LINE = 18.0
CHIP_GAP = 4.0
ARROW = 18.0
CHIP_ROOM = 130.0
GIST_LINES = 2


@dataclass(frozen=True, slots=True)
class Chip:
    """One name on a way: `key` in a keycap, then words."""

    edge: Edge
    key: str
    words: str
    width: float


@dataclass(frozen=True, slots=True)
class Label:
    """All that stands on one link, in lines."""

    lines: tuple[tuple[Chip, ...], ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Exit:
    """Ways out of a node that are not drawn as a line: out of the flow, back, or far across the picture.

    Attributes:
        lines: their names; the target stands behind the last.
        kind: `jump` to a node of the flow, `missing` where there is none of that name, else the target's.
        words: the target, as far as there is room.
    """

    edges: tuple[Edge, ...]
    lines: tuple[tuple[Chip, ...], ...]
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """A node as it is drawn.

    Attributes:
        name, type, gist, goal, flows: as far as there is room.
        ways: in lines, keys and outcomes of `anywhere` that lead here.
        beside: whether the type stands beside the name, else below.
    """

    node: GraphNode
    name: str
    type: str
    beside: bool
    gist: tuple[str, ...]
    goal: str
    ways: tuple[str, ...]
    flows: str
    exits: tuple[Exit, ...]
    start: bool
    width: float
    height: float


def card(
    node: GraphNode,
    ways: Sequence[Anywhere],
    leaving: Sequence[Edge],
    nodes: Container[str],
    legend: Legend,
    *,
    start: bool,
) -> Card:
    """The card of a node.

    Args:
        ways: those from anywhere to it.
        leaving: its edges that are not drawn as lines.
        nodes: the names of all nodes.
    """
    room = WIDTH - 2 * EDGE
    name_room = room - ICON - 7
    kind = text.fit(node.type, 90, TYPE)
    beside = text.width(node.name, NAME, bold=True) + text.width(kind, TYPE) + 8 <= name_room
    gist = () if node.gist in node.flows else tuple(text.wrap(node.gist, room, WORDS, GIST_LINES))
    goal = text.fit(node.goal, room - 18, WORDS, bold=True)
    flows = text.fit(", ".join(node.flows), room - 18, WORDS)
    said = _ways(ways, room - 14, legend)
    exits = tuple(_exits(leaving, nodes, room, legend))
    lines = len(gist) + bool(goal) + bool(flows) + (not beside)
    height = 32.0 + LINE * lines + (5 if lines else 0) + (WAYS + WAYS_LINE * (len(said) - 1) if said else 0)
    height += EXIT_LINE * sum(len(leave.lines) for leave in exits) + 5 if exits else 0
    return Card(
        node,
        text.fit(node.name, name_room, NAME, bold=True),
        kind,
        beside,
        gist,
        goal,
        said,
        flows,
        exits,
        start,
        WIDTH,
        height,
    )


def _ways(ways: Sequence[Anywhere], room: float, legend: Legend) -> tuple[str, ...]:
    """What brings callers here from anywhere, each in words that need no legend."""
    keys = " ".join(way.outcome for way in ways if way.kind == "always")
    ends = " · ".join(way.outcome for way in ways if way.kind == "default")
    said = []
    for names, where in ((keys, legend.any_menu), (ends, legend.anywhere)):
        if names:
            said.append(text.fit(names, room - text.width(where, CHIP), CHIP) + where)
    together = " · ".join(said)
    return (together,) if said and text.width(together, CHIP) <= room else tuple(said)


def _exits(leaving: Sequence[Edge], nodes: Container[str], room: float, legend: Legend) -> Iterator[Exit]:
    """One for each target."""
    targets: dict[Target, list[Edge]] = {}
    for edge in leaving:
        targets.setdefault(edge.target, []).append(edge)
    for target, edges in targets.items():
        kind, words = _leads(target, edges[0].source, nodes, legend)
        chips = [chip for edge in edges if (chip := _chip(edge, room * 0.6, alone=len(edges) == 1))]
        lines = _in_lines(chips, room)
        wanted = min(text.width(words, WORDS) + ARROW, room * 0.45)
        if lines and _long(lines[-1]) + wanted > room:
            lines.append([])
        left = room - (_long(lines[-1]) if lines else 0) - ARROW
        yield Exit(tuple(edges), tuple(map(tuple, lines or [[]])), kind, text.fit(words, left, WORDS))


def _in_lines(chips: Sequence[Chip], room: float) -> list[list[Chip]]:
    """Chips side by side as far as there is room."""
    lines: list[list[Chip]] = []
    for chip in chips:
        if lines and _long(lines[-1]) + chip.width <= room:
            lines[-1].append(chip)
        else:
            lines.append([chip])
    return lines


def _long(chips: Sequence[Chip]) -> float:
    """How much of a line chips take, with the space behind."""
    return sum(chip.width + CHIP_GAP for chip in chips)


def _leads(target: Target, source: str, nodes: Container[str], legend: Legend) -> tuple[str, str]:
    """Kind and words of a target that no line leads to."""
    if target.kind == "node":
        if target.name == source:
            return "repeat", legend.exits["repeat"]
        return ("jump" if target.name in nodes else "missing"), target.name
    if target.kind == "flow":
        return "flow", target.name
    return target.kind, f"{legend.exits[target.kind]} {target.value}".strip()


def label(edges: Sequence[Edge]) -> Label:
    """What stands on a link that all these edges share: choices a line each, outcomes side by side."""
    chips = [chip for edge in edges if (chip := _chip(edge, CHIP_ROOM, alone=len(edges) == 1))]
    lines = [[chip] for chip in chips if chip.words and chip.key]
    lines += _in_lines([chip for chip in chips if not (chip.words and chip.key)], CHIP_ROOM)
    wide = max((_long(line) - CHIP_GAP for line in lines), default=0.0)
    return Label(tuple(map(tuple, lines)), wide, CHIP_LINE * len(lines))


def _chip(edge: Edge, room: float, *, alone: bool) -> Chip | None:
    if edge.kind == "next" and alone:
        return None
    if edge.kind == "choice":
        key = text.fit(edge.outcome, 60, CHIP, bold=True)
        words = text.fit(edge.label, room - 30, CHIP)
        return Chip(edge, key, words, cap(key) + (text.width(words, CHIP) + 9 if words else 0))
    words = text.fit(edge.label or edge.outcome, room - 8, CHIP)
    return Chip(edge, "", words, text.width(words, CHIP) + 8)


def cap(key: str) -> float:
    """How wide a keycap is."""
    return max(text.width(key, CHIP, bold=True) + 8, 16.0)


def way(one: Anywhere, legend: Legend) -> Chip:
    """A way from anywhere, with how many nodes it is true of."""
    count = some(legend.menus if one.kind == "always" else legend.nodes, len(one.sources))
    edge = Edge("", one.outcome, count, "choice" if one.kind == "always" else "failure", one.target, one.line)
    if one.kind == "default":
        edge = replace(edge, label=f"{one.outcome} {count}")
    chip = _chip(edge, 300, alone=False)
    assert chip is not None  # noqa: S101 only a lone `next` has none
    return chip
