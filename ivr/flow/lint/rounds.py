"""Circles that no caller can leave: those that surely never end, and those that only others can end.

A circle that asks the caller is a menu, and one that counts its rounds is a retry; both are right. What is
told here runs on without either, until the call is ended for having visited too many nodes.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

from ivr.errors import Finding
from ivr.flow import scope
from ivr.flow.checks import Path
from ivr.flow.expressions import Expression
from ivr.flow.lint.circles import circles, knots
from ivr.flow.lint.source import View
from ivr.flow.model import Node
from ivr.flow.types import Target

Roads = Mapping[str, list[str]]

OUT = ""  # what is no node that goes on by itself: a menu, the end, another flow

_UNASKED = {
    *("exhausted", "timeout", "too_short", "busy", "no_answer", "refused", "failed"),
    *("full", "closed", "no_agent", "interrupted"),
}
"""Outcomes that come without the caller's doing: after them, nobody has been asked."""

_CHANGES = re.compile(r"\bcall\s*(?:\[|\.\s*(?:attempt|language)\b)")
_ATTEMPT = re.compile(r"\bcall\s*\.\s*attempt\b")


def check(view: View) -> Iterator[Finding]:
    """F217, F229."""
    silent = _silent(view)
    again = _failing(view, silent)
    for path, name in again.items():
        yield _repeated(view, name, path, "F229", "and fails again", "warning")
    roads = {**silent, **_unasked(view)}
    round_and_round = list(knots(roads))
    if not round_and_round:
        return
    told: set[str] = set()
    for circle, why in [*_trapped(silent), *_frozen(view, silent)]:
        if told.isdisjoint(circle):
            told.update(circle)
            if path := _repeat(view, circle, silent):
                again[path] = circle[0]
                yield _repeated(view, circle[0], path, "F217", "for ever", "error")
                continue
            hint = "put a menu or a hangup into it"
            yield _finding(view, circle, "F217", f"{' → '.join(circle)} never ends{why}", hint, "error")
    for knot in round_and_round:
        if told.isdisjoint(knot) and not _counts(view, knot):
            circle = _circle(roads, knot)
            if path := _repeat(view, circle, silent):
                if again.setdefault(path, circle[0]) == circle[0]:  # of `defaults` it is told once
                    how = "and nothing counts the rounds"
                    yield _repeated(view, circle[0], path, "F229", how, "warning")
                continue
            shown = " → ".join(circle)
            if any("exhausted" in view.flow.nodes[name].own_outcomes for name in circle):
                message = f"{shown} goes round for ever with a caller who says nothing"
                hint = "let `exhausted` lead out of it: to a person, or to the end"
            else:
                message = f"{shown} may go round for ever: no caller is asked, and nothing counts the rounds"
                hint = "count them in a variable with `set`, and let a `branch` lead out after a few"
            yield _finding(view, circle, "F229", message, hint, "warning")


def _failing(view: View, silent: Roads) -> dict[Path, str]:
    """Where `repeat` stands that does a node again when it fails, with the node, or the first of them: the
    same values make it fail again."""
    places: dict[Path, str] = {}
    for name in silent:
        node = view.flow.nodes[name]
        target = view.flow.target(node, "error")
        if target is not None and target.kind == "repeat" and not node.own_outcomes and view.computes(name):
            own: Path = ("nodes", name, "outcomes", "error")
            places.setdefault(own if "error" in node.outcomes else ("defaults", "outcomes", "error"), name)
    return places


def _repeat(view: View, circle: list[str], silent: Roads) -> Path:
    """Where `repeat` stands that makes this circle of one node that asks nobody; empty: it is none such."""
    if circle[0] != circle[1] or circle[0] not in silent:
        return ()
    paths = [
        part.path for part in view.parts if isinstance(part.value, Target) and part.value.kind == "repeat"
    ]
    own = [path for path in paths if path[:2] == ("nodes", circle[0])]
    return next(iter([*own, *(path for path in paths if path[:2] == ("defaults", "outcomes"))]), ())


def _repeated(view: View, name: str, path: Path, code: str, how: str, severity: str) -> Finding:
    """About `repeat` where nobody is asked."""
    message = f'`repeat` is "{name}" once more, {how}: nobody is asked there'
    menu = _asked_before(view, name)
    hint = f"write `{menu}`, where callers are asked" if menu else "name the menu that asks callers again"
    return view.finding(path, code, message, hint, severity)


def _asked_before(view: View, name: str) -> str:
    """The nearest node on the way to this one that asks callers; empty: there is none."""
    before: dict[str, list[str]] = {}
    for other, roads in view.leads_to.items():
        for road in roads:
            before.setdefault(road, []).append(other)
    todo, seen = deque([name]), {name}
    while todo:
        for other in before.get(todo.popleft(), ()):
            if view.flow.nodes[other].comes_back:
                return other
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return ""


def _silent(view: View) -> dict[str, list[str]]:
    """The nodes that wait for nobody, and where they lead; a failure that hardly ever comes is no way."""
    return {
        name: [_next(name, target, view) for target in _targets(view, name, node)] or [OUT]
        for name, node in view.flow.nodes.items()
        if not node.listens and not node.final
    }


def _targets(view: View, name: str, node: Node) -> Iterator[Target]:
    for part in view.parts_of(name):
        if isinstance(part.value, Target) and (node.own_outcomes or part.path[2] != "outcomes"):
            yield part.value
    if node.own_outcomes:
        for outcome in sorted({*node.ways(view.flows), "error", *view.flow.defaults.outcomes}):
            if node.knows_outcome(outcome) and (target := view.flow.target(node, outcome)):
                yield target


def _is_plain(node: Node, roads: list[str]) -> bool:
    """Whether where it leads is known beforehand: it always leads on, or expressions alone decide."""
    return node.steady or (not node.own_outcomes and len(set(roads)) == 1)


def _next(name: str, target: Target, view: View) -> str:
    if target.kind == "repeat":
        return name
    node = view.flow.nodes.get(target.name) if target.kind == "node" else None
    return target.name if node is not None and not node.final else OUT


def _trapped(silent: Roads) -> Iterator[tuple[list[str], str]]:
    """Circles from where every way leads on within them, or into another such circle."""
    trap = {name: [*roads] for name, roads in silent.items()}
    while leaving := [name for name, roads in trap.items() if any(road not in trap for road in roads)]:
        for name in leaving:
            del trap[name]
    for circle in circles(trap):
        yield circle, ""


def _frozen(view: View, silent: Roads) -> Iterator[tuple[list[str], str]]:
    """Circles around one decision that comes out the same every time: nothing in them changes its values."""
    nodes = view.flow.nodes
    plain = {name: roads for name, roads in silent.items() if _is_plain(nodes[name], roads)}
    for knot in knots(plain):
        circle = _circle(plain, knot)
        deciding = [name for name in circle[1:] if len(set(plain[name])) > 1]
        changed = {variable for name in knot for variable in _assigned(nodes[name])}
        expressions = [each for name in deciding for each in _expressions(view, name)]
        if len(deciding) == 1 and not any(_may_change(each, changed) for each in expressions):
            yield circle, f' once it goes round: nothing in it changes what "{deciding[0]}" decides by'


def _may_change(expression: Expression, changed: set[str]) -> bool:
    return bool(
        expression.names & {*changed, "now"}
        or expression.functions & scope.FUNCTIONS.keys()
        or _CHANGES.search(expression.source)
    )


def _unasked(view: View) -> dict[str, list[str]]:
    """The nodes that listen, with where they lead when nobody answers."""
    return {
        name: [
            _next(name, target, view)
            for outcome in node.ways(view.flows)
            if _comes_unasked(node, outcome) and (target := view.flow.target(node, outcome))
        ]
        for name, node in view.flow.nodes.items()
        if node.listens
    }


def _comes_unasked(node: Node, outcome: str) -> bool:
    # A recording's tries are used up by callers who record it anew; silence is `too_short`, or kept.
    recorded = outcome == "exhausted" and "too_short" in node.own_outcomes
    return outcome in _UNASKED and not recorded


def _counts(view: View, knot: set[str]) -> bool:
    """Whether a decision in the circle looks at what the circle itself changes, or at the attempt."""
    nodes = view.flow.nodes
    counted = {each for name in knot if not nodes[name].lasts() for each in _assigned(nodes[name])}
    expressions = [each for name in knot if nodes[name].steady for each in _expressions(view, name)]
    return any(each.names & counted or _ATTEMPT.search(each.source) for each in expressions)


def _circle(roads: Roads, knot: set[str]) -> list[str]:
    """One way round, beginning with the node that stands first."""
    within = {name: [road for road in roads[name] if road in knot] for name in roads if name in knot}
    return next(circles(within))


def _assigned(node: Node) -> Iterator[str]:
    for option in node.assigns:
        given = getattr(node, option)
        yield from [given] if isinstance(given, str) else given or ()


def _expressions(view: View, name: str) -> Iterator[Expression]:
    yield from (part.value for part in view.parts_of(name) if isinstance(part.value, Expression))


def _finding(view: View, circle: list[str], code: str, message: str, hint: str, severity: str) -> Finding:
    return view.finding(("nodes", circle[0]), code, message, hint, severity, key=True)
