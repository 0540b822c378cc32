"""What callers type in confidence: where it would be heard, or written down by somebody.

A value stays confidential under another name: when `set` copies it, and when a subflow takes it or gives it
back. What is reckoned from it is not, nor are the last digits of a long number, by which callers know a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ivr.errors import Finding
from ivr.flow.expressions import Expression
from ivr.flow.lint.source import View
from ivr.flow.model import Flow, Node, Part
from ivr.flow.template import Template

LONG = 10  # digits from which on four of them tell nothing


def check(view: View) -> Iterator[Finding]:
    """F222."""
    long = {
        variable
        for node in view.flow.nodes.values()
        if getattr(node, "sensitive", False) and node.digits.bounds[0] >= LONG  # type: ignore[attr-defined]
        for _, variable in assigned(node)
    }
    for part in view.parts if view.secret else ():
        node = view.owner(part)
        how = ""
        if any(part.path[2:][: len(path)] == path for path in (node.exposes if node else ())):
            how, hint = "written to logs", "send it in the `json` body"
        elif view.is_spoken(part):
            how, hint = "spoken aloud", "say something else: that it was understood, or its last digits"
        for name in sorted(_told(part, long) & view.secret) if how else ():
            message = f'"{name}" is confidential and would be {how} here'
            yield view.finding(part.path, "F222", message, hint)


def secrets(flows: Mapping[str, Flow]) -> Mapping[str, frozenset[str]]:
    """For each flow the variables that hold something confidential."""
    found = {name: set(_asked(flow)) for name, flow in flows.items() if flow.asks_in_confidence}
    todo = list(found)
    while todo:
        name = todo.pop()
        flow = flows[name]
        for other, variable in [step for node in flow.nodes.values() for step in _copies(name, node, found)]:
            if other in flows and variable not in found.setdefault(other, set()):
                found[other].add(variable)
                # Whoever runs that flow takes values back from it.
                todo += [other, *(one for one in flows if _runs(flows[one], other))]
        for target in flow.targets:
            taken = flows[target.name].inputs if target.kind == "flow" and target.name in flows else ()
            new = {*taken} & found[name] - found.get(target.name, set())
            if new:
                found.setdefault(target.name, set()).update(new)
                todo.append(target.name)
    return {name: frozenset(variables) for name, variables in found.items()}


def _asked(flow: Flow) -> Iterator[str]:
    for node in flow.nodes.values():
        if getattr(node, "sensitive", False):
            yield from (variable for _, variable in assigned(node))


def _copies(flow: str, node: Node, found: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Flow and variable that a node makes hold what is confidential already."""
    secret = found.get(flow, set())
    for option in node.assigns:
        given = getattr(node, option)
        for variable, source in given.items() if isinstance(given, Mapping) else ():
            if (isinstance(source, Expression) and source.source in secret) or any(
                source in found.get(other, ()) for other in node.subflows()
            ):
                yield flow, variable
    inputs = getattr(node, "with_", {}) if node.subflows() else {}
    for variable, source in inputs.items():
        if source.source in secret:
            yield from ((other, variable) for other in node.subflows())


def _runs(flow: Flow, other: str) -> bool:
    return any(other in node.subflows() for node in flow.nodes.values())


def assigned(node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    """The variables a node sets, with the option that says so."""
    for option in node.assigns:
        given = getattr(node, option)
        if isinstance(given, str):
            yield (option,), given
        else:
            yield from (((option, name), name) for name in given or ())


def _told(part: Part, long: set[str]) -> set[str]:
    """The names whose values a text or expression gives away."""
    pieces = part.value.parts if isinstance(part.value, Template) else (part.value,)
    told: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Expression):
            told |= {name for name in piece.names if name not in long or not _ends_only(piece, name)}
    return told


def _ends_only(expression: Expression, name: str) -> bool:
    """Whether `name` stands there only as `name | last(4)`, or fewer."""
    last = rf"\b{name}\s*\|\s*last\(\s*[1-4]\s*\)|\blast\(\s*{name}\s*,\s*[1-4]\s*\)"
    return re.search(rf"\b{name}\b", re.sub(last, "", expression.source)) is None
