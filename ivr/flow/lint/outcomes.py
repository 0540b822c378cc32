"""Does every way out of a node lead somewhere, and does it have the ways that are named?"""

from __future__ import annotations

from collections.abc import Iterator

from ivr.errors import Finding
from ivr.flow.checks import Path
from ivr.flow.expressions import Expression
from ivr.flow.lint.source import View
from ivr.flow.model import Node
from ivr.flow.template import Template
from ivr.registry import did_you_mean


def check(view: View) -> Iterator[Finding]:
    """F205, F206, F224."""
    flow = view.flow
    for name, node in flow.nodes.items():
        yield from _node(view, name, node)
    for outcome in flow.defaults.outcomes:
        if not any(node.knows_outcome(outcome) for node in flow.nodes.values()):
            known = sorted({way for node in flow.nodes.values() for way in node.ways(view.flows)} | {"error"})
            path: Path = ("defaults", "outcomes", outcome)
            message = f'no node here ends with "{outcome}"'
            yield view.finding(path, "F206", message, did_you_mean(outcome, known), "warning", key=True)
    yield from _failures(view)


def _node(view: View, name: str, node: Node) -> Iterator[Finding]:
    path: Path = ("nodes", name)
    for outcome in node.outcomes:
        if not node.knows_outcome(outcome):
            hint = did_you_mean(outcome, ["error", *node.ways(view.flows)])
            message = f'"{name}" never ends with "{outcome}"'
            yield view.finding((*path, "outcomes", outcome), "F206", message, hint, key=True)
    if node.needs_next() and node.next is None:
        message = f'"{name}" does not say what comes next'
        yield view.finding(path, "F205", message, "add `next:`, or `next: end`", key=True)
    for outcome in node.ways(view.flows):
        if view.flow.target(node, outcome) is None:
            hint = f"add `outcomes: {{{outcome}: …}}` to it or to `defaults`"
            when = node.own_outcomes.get(outcome, "").split(";")[0].rstrip(".")
            about = f" ({when[:1].lower()}{when[1:]})" if when else ""
            message = f'"{name}" may end with "{outcome}"{about}, which leads nowhere'
            yield view.finding(path, "F205", message, hint, key=True)


def _failures(view: View) -> Iterator[Finding]:
    """One warning a flow: where a value is wrong at call time, such a call would simply end."""
    for name, node in view.flow.nodes.items():
        if not node.final and view.flow.target(node, "error") is None and _computes(view, name):
            message = f'"{name}" reckons with values, which may fail, and such a call would end there'
            hint = "add `outcomes: {error: …}` to `defaults`"
            yield view.finding(("nodes", name), "F224", message, hint, "warning", key=True)
            return


def _computes(view: View, name: str) -> bool:
    """Whether a node has expressions outside its prompts (in those, they cost a sentence only)."""
    return any(
        isinstance(part.value, Expression) or (isinstance(part.value, Template) and not part.value.is_static)
        for part in view.parts_of(name)
        if not view.is_spoken(part)
    )
