"""Does every way out of a node lead somewhere, and does it have the ways that are named?"""

from __future__ import annotations

from collections.abc import Iterator

from ivr.errors import Finding
from ivr.flow.checks import Path
from ivr.flow.lint.source import View
from ivr.flow.model import Node
from ivr.registry import did_you_mean

_NO_OUTCOME = "`next` is no outcome, but an option of its own: here nobody takes it"


def check(view: View) -> Iterator[Finding]:
    """F205, F206, F224, F231."""
    flow = view.flow
    for name, node in flow.nodes.items():
        yield from _node(view, name, node)
    for outcome, target in flow.defaults.outcomes.items():
        if outcome == "next":
            message, hint = _NO_OUTCOME, f"write `next: {target}` in each node that leads there"
            yield view.finding(("defaults", "outcomes", "next"), "F231", message, hint, key=True)
        elif not any(node.knows_outcome(outcome) for node in flow.nodes.values()):
            known = sorted({way for node in flow.nodes.values() for way in node.ways(view.flows)} | {"error"})
            path: Path = ("defaults", "outcomes", outcome)
            message = f'no node here ends with "{outcome}"'
            yield view.finding(path, "F206", message, did_you_mean(outcome, known), "warning", key=True)
    yield from _failures(view)


def _node(view: View, name: str, node: Node) -> Iterator[Finding]:
    path: Path = ("nodes", name)
    for outcome, target in node.outcomes.items():
        if outcome == "next":
            hint = "take it out, as the options say where it leads"
            if node.needs_next():
                hint = "take it out: `next` is there" if node.next else f"write `next: {target}` beside it"
            yield view.finding((*path, "outcomes", "next"), "F231", _NO_OUTCOME, hint, key=True)
        elif not node.knows_outcome(outcome):
            hint = did_you_mean(outcome, ["error", *node.ways(view.flows)])
            message = f'"{name}" never ends with "{outcome}"'
            yield view.finding((*path, "outcomes", outcome), "F206", message, hint, key=True)
    if node.needs_next() and node.next is None and "next" not in node.outcomes:
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
        if not node.final and view.flow.target(node, "error") is None and view.computes(name):
            message = f'"{name}" reckons with values, which may fail, and such a call would end there'
            hint = "add `outcomes: {error: …}` to `defaults`"
            yield view.finding(("nodes", name), "F224", message, hint, "warning", key=True)
            return
