"""What of a flow matters to its figures, looked up by flow and node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.flow.model import Flow, walk
from ivr.flow.types import Target
from ivr.insight.menus import options

At = tuple[str, str]
"""A node: its flow and its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """One node. `keys`: what may be chosen there. `confirm`: the keys for yes and no, and the tries at that
    question. `after`: only visited when the caller has left."""

    goal: str = ""
    keys: frozenset[str] = frozenset()
    confirm: tuple[str, str, int] | None = None
    after: bool = False


def places(flows: Mapping[str, Flow]) -> dict[At, Place]:
    """All nodes of the flows."""
    found = {}
    for name, flow in flows.items():
        after = _after(flow)
        for label, node in flow.nodes.items():
            confirm = getattr(node, "confirm", None)
            tries = getattr(node, "tries", None) or flow.defaults.tries
            found[name, label] = Place(
                node.goal or "",
                frozenset(options(node)) | (frozenset(flow.always) if node.takes_always else frozenset()),
                (confirm.yes, confirm.no, tries) if confirm else None,
                label in after,
            )
    return found


def _after(flow: Flow) -> set[str]:
    """The nodes that only run after the caller has left."""
    if flow.on_hangup is None:
        return set()
    everywhere = [part.value for part in walk(flow.defaults)] + list(flow.always.values())
    return _reached(flow, [flow.on_hangup]) - _reached(flow, [flow.first, *_names(everywhere)])


def _reached(flow: Flow, start: Iterable[str]) -> set[str]:
    todo, seen = list(start), set[str]()
    while todo:
        if (name := todo.pop()) not in seen and name in flow.nodes:
            seen.add(name)
            todo += _names(part.value for part in walk(flow.nodes[name]))
    return seen


def _names(values: Iterable[object]) -> list[str]:
    return [value.name for value in values if isinstance(value, Target) and value.kind == "node"]
