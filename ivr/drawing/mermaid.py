"""A graph as Mermaid text, which wikis and code hosts draw themselves.

Names get a prefix, since Mermaid has words of its own (`end`, `default`, `style`), and every text is quoted
with its signs as entities, so that nothing a designer writes can be read as Mermaid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from wcwidth import iter_graphemes

from ivr.drawing import text
from ivr.drawing.legend import ENGLISH
from ivr.drawing.look import FAMILIES, LIGHT, family
from ivr.flow.graph import Anywhere, Edge, Graph, GraphNode
from ivr.flow.types import Target

MOST = 60  # characters of a text
_SHAPES = {
    "ask": ("([", "])"),
    "say": ("(", ")"),
    "decide": ("{{", "}}"),
    "do": ("[[", "]]"),
    "people": ("[/", "/]"),
    "end": ("[/", "\\]"),
    "other": ("[", "]"),
}


def mermaid(graph: Graph) -> str:
    """The flow as a Mermaid flowchart."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    title = text.clean(graph.title or graph.flow)[:MOST]
    yield from ("---", f"title: {json.dumps(title, ensure_ascii=False)}", "---", "flowchart TD")
    for part in ("call", "hangup", "unreached"):
        nodes = [node for node in graph.nodes if node.part == part]
        if nodes and ENGLISH.parts[part]:
            yield f"  subgraph part_{part}[{_quoted(ENGLISH.parts[part])}]"
        for node in nodes:
            yield f"    {_node(node)}"
        if nodes and ENGLISH.parts[part]:
            yield "  end"
    names = {node.name for node in graph.nodes}
    exits: dict[tuple[str, Target], str] = {}
    drawn: dict[tuple[str, str], list[Edge]] = {}
    for edge in graph.edges:
        drawn.setdefault((f"n_{edge.source}", _end(edge.source, edge.target, names, exits)), []).append(edge)
    for way in graph.anywhere:
        if way.sources:
            source = "any_menu" if way.kind == "always" else "any_node"
            drawn.setdefault((source, _end(source, way.target, names, exits)), []).append(_as_edge(way))
    for kind in ("always", "default"):
        if any(way.kind == kind and way.sources for way in graph.anywhere):
            menu = kind == "always"
            yield f"    {'any_menu' if menu else 'any_node'}>{_quoted('any menu' if menu else 'any node')}]"
    for (_, target), name in exits.items():
        yield f"    {name}([{_quoted(str(target))}])"
    for (source, end), edges in drawn.items():
        yield f"    {source} {_arrow(edges)} {end}"
    for look in (*FAMILIES, "other"):
        members = [f"n_{node.name}" for node in graph.nodes if family(node.type) == look]
        if members:
            colours = f"fill:{LIGHT[f'{look}-tint']},stroke:{LIGHT[look]},color:{LIGHT['ink']}"
            yield f"  classDef ivr_{look} {colours}"
            yield f"  class {','.join(members)} ivr_{look}"


def _node(node: GraphNode) -> str:
    opening, closing = _SHAPES[family(node.type)]
    said = [node.name, *([node.gist] if node.gist else []), *([f"⚑ {node.goal}"] if node.goal else [])]
    return f"n_{node.name}{opening}{_quoted(*said)}{closing}"


def _end(source: str, target: Target, names: set[str], exits: dict[tuple[str, Target], str]) -> str:
    """What a way ends with: a node, or a sign of its own for each source."""
    if target.kind == "node" and target.name in names:
        return f"n_{target.name}"
    return exits.setdefault((source, target), f"x_{len(exits)}")


def _arrow(edges: list[Edge]) -> str:
    line = "-.->" if all(edge.kind == "failure" for edge in edges) else "-->"
    said = [_said(edge) for edge in edges if edge.kind != "next" or len(edges) > 1]
    return f"{line}|{_quoted(*said)}|" if said else line


def _said(edge: Edge) -> str:
    if edge.kind == "choice":
        return f"{edge.outcome} {edge.label}".strip()
    return edge.label or edge.outcome


def _as_edge(way: Anywhere) -> Edge:
    return Edge("", way.outcome, "", "choice" if way.kind == "always" else "failure", way.target, way.line)


def _quoted(*lines: str) -> str:
    """Lines of text in quotes, with every sign that Mermaid or HTML knows as an entity; never empty, which
    Mermaid cannot read."""
    shown = [_escaped(_shortened(text.clean(line[: 10 * MOST]))) for line in lines]
    return f'"{"<br/>".join(filter(None, shown)) or "·"}"'


def _shortened(line: str) -> str:
    signs = list(iter_graphemes(line))
    return "".join(signs[: MOST - 1]) + "…" if len(signs) > MOST else line


def _escaped(line: str) -> str:
    return re.sub(r"[^\w\s.,:;!?=+/\u0080-\U0010ffff-]", lambda sign: f"#{ord(sign[0])};", line)
