"""Who leads to whom: nodes nobody comes to, circles that never listen, and what runs after a hangup."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.errors import Finding
from ivr.flow.lint.circles import circles
from ivr.flow.lint.source import View
from ivr.flow.model import Node
from ivr.flow.types import Target

MOST_SHOWN = 6  # nodes of a way that a message names


def check(view: View) -> Iterator[Finding]:
    """F216, F217, F219."""
    flow = view.flow
    edges = {name: list(_next(view, name, node)) for name, node in flow.nodes.items()}
    after = _reach(edges, flow.on_hangup or "")
    reached = {*_reach(edges, flow.first), *after}
    for name in flow.nodes:
        if name not in reached and flow.first in flow.nodes:
            message = f'nobody ever comes to "{name}"'
            yield view.finding(
                ("nodes", name), "F219", message, "lead to it, or take it out", "warning", key=True
            )
        if name in after and flow.nodes[name].needs_caller():
            message = f'"{name}" needs the caller, who has left ({" → ".join(after[name])})'
            hint = "after the hangup there is only set, branch, operation and the like"
            yield view.finding(("nodes", name), "F216", message, hint, key=True)
    silent = {name: _silent_next(name, node) for name, node in flow.nodes.items()}
    for circle in circles({name: [next_] for name, next_ in silent.items() if next_ in silent}):
        message = f"{' → '.join(circle)} never ends"
        hint = "put a menu or a hangup into it"
        yield view.finding(("nodes", circle[0]), "F217", message, hint, key=True)


def _next(view: View, name: str, node: Node) -> Iterator[str]:
    """The nodes a node may lead to."""
    targets = [part.value for part in view.parts_of(name) if isinstance(part.value, Target)]
    outcomes = {*node.ways(view.flows), "error", *filter(node.knows_outcome, view.flow.defaults.outcomes)}
    targets += [target for outcome in sorted(outcomes) if (target := view.flow.target(node, outcome))]
    if node.takes_always:
        targets += view.flow.always.values()
    for target in targets:
        if target.kind == "node" and target.name in view.flow.nodes:
            yield target.name


def _reach(edges: dict[str, list[str]], root: str) -> dict[str, list[str]]:
    """The nodes that are reached from `root`, each with a way to it."""
    reached: dict[str, list[str]] = {root: [root]} if root in edges else {}
    todo = list(reached)
    while todo:
        name = todo.pop()
        for other in edges[name]:
            if other not in reached:
                reached[other] = [*reached[name], other] if len(reached[name]) < MOST_SHOWN else reached[name]
                todo.append(other)
    return reached


def _silent_next(name: str, node: Node) -> str:
    """Where a node always leads without waiting for anybody; empty when it may go elsewhere."""
    if node.listens or node.final or not node.needs_next() or node.own_outcomes or node.next is None:
        return ""
    return name if node.next.kind == "repeat" else node.next.name if node.next.kind == "node" else ""
