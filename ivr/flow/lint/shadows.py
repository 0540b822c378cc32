"""Keys that work at every menu, and mean something else at one: callers who learnt them end up elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.errors import Finding
from ivr.flow.asking import shown
from ivr.flow.lint.source import View
from ivr.flow.types import Target


def check(view: View) -> Iterator[Finding]:
    """F304."""
    always = view.flow.always
    for name, node in view.flow.nodes.items() if always else ():
        if not node.takes_always or always.keys().isdisjoint(getattr(node, "options", ())):
            continue
        for part in view.parts_of(name):
            own = part.value
            key = str(part.path[3]) if part.path[2] == "options" and len(part.path) > 3 else ""
            usual = always.get(key)
            if usual and isinstance(own, Target) and not _same(view, name, own, usual):
                message = f"{shown(key)} leads to {own} here, and to {usual} at every other menu"
                hint = "callers learn the keys of `always`; take another one here"
                path = ("nodes", name, "options", key)
                yield view.finding(path, "F304", message, hint, "warning", key=True)


def _same(view: View, menu: str, own: Target, usual: Target) -> bool:
    """Whether a key keeps its meaning: it leads to the same, to a person as well, or says the same again."""
    if (
        own == usual
        or (usual.kind == "repeat" and own.name == menu)
        or (_rings(view, own) and _rings(view, usual))
    ):
        return True
    node = view.flow.nodes.get(own.name)
    return (
        usual.kind == "repeat" and node is not None and not node.listens and menu in view.leads_to[own.name]
    )


def _rings(view: View, target: Target) -> bool:
    """Whether somebody is rung there, before the caller is asked anything."""
    todo, seen = [target.name], set[str]()
    while todo:
        name = todo.pop()
        node = view.flow.nodes.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if "no_answer" in node.own_outcomes:
            return True
        if not node.listens:
            todo += view.leads_to[name]
    return False
