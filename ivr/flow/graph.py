"""A flow as nodes and edges: who leads to whom, under what name, and from which line of the file.

It is what drawings show, what a difference between two versions speaks of, and what coverage counts. It asks
only what every node has in common, so a node type from elsewhere is understood as well as a built-in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from ivr import i18n
from ivr.call import KEYS
from ivr.flow.checks import Path
from ivr.flow.gist import gist
from ivr.flow.model import Flow, Node, walk
from ivr.flow.types import Target

Kind = Literal["next", "choice", "case", "outcome", "failure"]
"""What makes a caller take an edge: nothing else, a key or words, a condition, how a node ended, or that it
ended badly."""

Part = Literal["call", "hangup", "unreached"]
"""Where a node belongs: to the call, only to what runs after the caller left, or nobody comes to it."""

Lines = Callable[[Path], int]
"""The line of the file (from 1) where the option at a path stands."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node.

    Attributes:
        gist: the first words it says, in the graph's language, or what else it is about.
        final: the flow ends here.
        flows: other flows it runs and comes back from.
    """

    name: str
    type: str
    gist: str
    goal: str
    part: Part
    final: bool
    flows: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of a node.

    Attributes:
        outcome: its name, as journeys have it: `1`, `case 2`, `open`, `404`, `next`.
        label: what people call it: words for a key, the condition of a case; empty where `outcome` says all.
    """

    source: str
    outcome: str
    label: str
    kind: Kind
    target: Target
    line: int


@dataclass(frozen=True, slots=True)
class Anywhere:
    """A way that many nodes share: a key of `always`, or an outcome of `defaults.outcomes`.

    Attributes:
        sources: the nodes it is true of, those that name a way of their own left out.
    """

    outcome: str
    kind: Literal["always", "default"]
    target: Target
    sources: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Graph:
    """A flow's graph; nodes and edges are in the order of the file."""

    flow: str
    title: str
    language: str
    start: str
    on_hangup: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]
    anywhere: tuple[Anywhere, ...]


def graph(flow: Flow, flows: Mapping[str, Flow], language: str = "", line: Lines = lambda _path: 1) -> Graph:
    """The graph of a flow.

    Args:
        flow: any that could be loaded; targets that do not exist are kept as they are written.
        flows: all there are, by name: what a subflow may return.
        language: of prompts and labels; the flow's first when empty.
        line: where things stand.
    """
    language = language or flow.languages[0]
    edges = [edge for name, node in flow.nodes.items() for edge in _edges(name, node, language, line)]
    anywhere = [*_always(flow, line), *_defaults(flow, flows, line)]
    leads = _leads(edges, anywhere)
    called = _reach(leads, flow.first)
    after = _reach(leads, flow.on_hangup or "") - called
    nodes = [
        GraphNode(
            name,
            node.type,
            gist(node, flow, language),
            node.goal or "",
            "call" if name in called else "hangup" if name in after else "unreached",
            node.final,
            node.subflows(),
            line(("nodes", name)),
        )
        for name, node in flow.nodes.items()
    ]
    return Graph(
        flow.id,
        _in(flow.title, language),
        language,
        flow.first,
        flow.on_hangup or "",
        tuple(nodes),
        tuple(edges),
        tuple(anywhere),
    )


def _edges(name: str, node: Node, language: str, line: Lines) -> Iterator[Edge]:
    """The ways a node names itself: its own options first, then `next`, then its outcomes."""
    last = {"next": 1, "outcomes": 2}
    targets = [(part.path, part.value) for part in walk(node) if isinstance(part.value, Target)]
    for path, target in sorted(targets, key=lambda one: last.get(str(one[0][0]), 0)):
        outcome, label, kind = _meaning(node, path, language)
        yield Edge(name, outcome, label, kind, target, line(("nodes", name, *path)))


def _meaning(node: Node, path: Path, language: str) -> tuple[str, str, Kind]:
    """Outcome, label and kind of the target at `path` of a node."""
    if path[0] == "outcomes":
        outcome = str(path[1])
        return outcome, "", "failure" if _is_failure(node, outcome) else "outcome"
    if len(path) == 1:  # `next: …`, `open: …`, `else: …`, and `flow: …` of a transfer
        return (str(path[0]), "", "case") if path[0] not in ("next", "flow") else ("next", "", "next")
    step = path[-2] if path[-1] == "next" else path[-1]
    holder = _at(node, path[:-1]) if path[-1] == "next" else None
    outcome = f"{str(path[0]).removesuffix('s')} {step + 1}" if isinstance(step, int) else step
    if (
        taken := outcome.removeprefix("offer_")
    ) in node.own_outcomes:  # who takes an offer leaves by its name
        outcome = taken
    words = getattr(holder, "label", "") or _first(getattr(holder, "say", {}), language)
    if condition := getattr(holder, "when", None):
        words = words or getattr(condition, "source", str(condition))
    if (percent := getattr(holder, "percent", None)) is not None:
        words = words or f"{percent:g} %"
    chosen = hasattr(holder, "say") or all(key in KEYS for key in outcome)
    return outcome, _in(words, language), "choice" if chosen else "case"


def _is_failure(node: Node, outcome: str) -> bool:
    """Whether an outcome is a bad end rather than an answer, such as what a subflow returned."""
    return outcome == "error" or outcome in node.own_outcomes or (len(outcome) == 3 and outcome[0] in "345")


def _always(flow: Flow, line: Lines) -> Iterator[Anywhere]:
    for key, target in flow.always.items():
        sources = [
            name
            for name, node in flow.nodes.items()
            if node.takes_always and key not in getattr(node, "options", {})
        ]
        yield Anywhere(key, "always", target, tuple(sources), line(("always", key)))


def _defaults(flow: Flow, flows: Mapping[str, Flow], line: Lines) -> Iterator[Anywhere]:
    """Each default outcome with the nodes that may end so and do not say where it leads."""
    for outcome, target in flow.defaults.outcomes.items():
        sources = [
            name
            for name, node in flow.nodes.items()
            if not node.final
            and outcome not in node.outcomes
            and (outcome == "error" or outcome in node.ways(flows) or _may_end(node, outcome))
        ]
        yield Anywhere(outcome, "default", target, tuple(sources), line(("defaults", "outcomes", outcome)))


def _may_end(node: Node, outcome: str) -> bool:
    """Whether a default such as `404` or `5xx` is for this node, which lists no outcomes of that kind."""
    return len(outcome) == 3 and outcome[0].isdigit() and node.knows_outcome(outcome)


def _leads(edges: list[Edge], anywhere: list[Anywhere]) -> dict[str, set[str]]:
    leads: dict[str, set[str]] = {}
    for edge in edges:
        if edge.target.kind == "node":
            leads.setdefault(edge.source, set()).add(edge.target.name)
    for way in anywhere:
        for source in way.sources if way.target.kind == "node" else ():
            leads.setdefault(source, set()).add(way.target.name)
    return leads


def _reach(leads: Mapping[str, set[str]], root: str) -> set[str]:
    reached, todo = set(), [root]
    while todo:
        if (name := todo.pop()) not in reached:
            reached.add(name)
            todo.extend(leads.get(name, ()))
    return reached


def _at(part: Any, path: Path) -> Any:
    """What stands at a path that `walk` gave."""
    for step in path:
        if isinstance(part, BaseModel):
            fields = type(part).model_fields.items()
            part = getattr(part, next(name for name, field in fields if (field.alias or name) == step))
        else:
            part = part[step]
    return part


def _first(say: Any, language: str) -> str:
    """The first of the words that choose something."""
    phrases = i18n.pick(say, language) if isinstance(say, Mapping) and say else ()
    return str(phrases[0]) if isinstance(phrases, list | tuple) and phrases else ""


def _in(text: str | Mapping[str, str], language: str) -> str:
    return i18n.pick(text, language) if isinstance(text, Mapping) and text else str(text or "")
