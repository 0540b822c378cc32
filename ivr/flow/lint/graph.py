"""Who leads to whom: nodes nobody comes to, what runs after a hangup, menus behind menus."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ivr.errors import Finding
from ivr.flow.lint.source import View
from ivr.flow.types import Target

MOST_MENUS = 3  # on the way to anything; further down callers have forgotten what they came for


def check(view: View) -> Iterator[Finding]:
    """F216, F219, F303."""
    flow = view.flow
    whole = flow.first in flow.nodes and not any(
        isinstance(part.value, Target) and part.value.kind == "node" and part.value.name not in flow.nodes
        for part in view.parts
    )  # else nobody knows who is reached, once those targets are mended
    for name, node in flow.nodes.items():
        if whole and name not in view.reached and name not in view.after_hangup:
            message = f'nobody ever comes to "{name}"'
            hint = "let a `next`, an option or an outcome lead to it, or take it out"
            yield view.finding(("nodes", name), "F219", message, hint, "warning", key=True)
        if name in view.after_hangup and node.needs_caller():
            way = " → ".join(view.after_hangup[name])
            by, hint = _by(view, name)
            message = f'"{name}" needs the caller, who has left ({way}{by})'
            yield view.finding(("nodes", name), "F216", message, hint, key=True)
    yield from _deep(view)


def _by(view: View, name: str) -> tuple[str, str]:
    """By which outcome a node is come to after the hangup, and the way out."""
    flow = view.flow
    hint = "after the hangup there is only set, branch, operation and the like"
    before = next((other for other in view.after_hangup if name in view.leads_to[other]), "")
    if not before:
        return "", hint
    node = flow.nodes[before]
    own = [part.path[2:] for part in view.parts_of(before) if _leads(part.value, name)]
    for path in own:
        if path[0] != "outcomes":
            return "", hint
    outcomes = {*node.ways(view.flows), "error", *filter(node.knows_outcome, flow.defaults.outcomes)}
    named = [str(path[1]) for path in own] or [
        outcome for outcome in sorted(outcomes) if _leads(flow.target(node, outcome), name)
    ]
    by = f', by "{named[0]}"' if named else ""
    if own or not named:
        return by, hint
    return f"{by} of `defaults`", f'add `outcomes: {{{named[0]}: end}}` to "{before}"'


def _leads(value: object, name: str) -> bool:
    return isinstance(value, Target) and value.kind == "node" and value.name == name


def _deep(view: View) -> Iterator[Finding]:
    """Menus that come as the fourth on the shortest way; those behind them are not told again."""
    for name, trail in _trails(view).items():
        if view.flow.nodes[name].takes_always and len(trail) == MOST_MENUS + 1:
            message = f'"{name}" is the fourth menu in a row ({" → ".join(trail)})'
            hint = "callers give up on the way; offer it further up, or leave one of these menus out"
            yield view.finding(("nodes", name), "F303", message, hint, "warning", key=True)


def _trails(view: View) -> dict[str, tuple[str, ...]]:
    """The menus on the way to each node, itself included, where they are fewest; `always` is no way."""
    flow = view.flow
    trails: dict[str, tuple[str, ...]] = {}
    todo = deque[tuple[str, tuple[str, ...]]]([(flow.first, ())])
    while todo:
        name, before = todo.popleft()
        if name in trails or name not in flow.nodes:
            continue
        menu = flow.nodes[name].takes_always
        trails[name] = (*before, name) if menu else before
        for other in _own_ways(view, name):
            if flow.nodes[other].takes_always:
                todo.append((other, trails[name]))
            else:
                todo.appendleft((other, trails[name]))
    return trails


def _own_ways(view: View, name: str) -> Iterator[str]:
    if not view.flow.nodes[name].takes_always:
        yield from view.leads_to[name]
        return
    for part in view.parts_of(name):
        if isinstance(part.value, Target) and part.value.name in view.flow.nodes:
            yield part.value.name
