"""A graph as plain data, for programs: `ivr flow graph --format json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ivr.flow.graph import Graph


def data(graph: Graph) -> dict[str, Any]:
    """The graph as JSON has it; targets as a flow writes them (`main`, `end`, `flow:other`), and the name of
    the node they lead to, if it is one."""
    found = asdict(graph)
    names = {node.name for node in graph.nodes}
    for kind, targets in (
        ("edges", [edge.target for edge in graph.edges]),
        ("anywhere", [way.target for way in graph.anywhere]),
    ):
        for row, target in zip(found[kind], targets, strict=True):
            row["target"] = str(target)
            row["node"] = target.name if target.kind == "node" and target.name in names else None
    return found
