"""What is different between two flows, in the words of those who draw them: nodes, options and ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ivr.flow.model import Flow, walk
from ivr.flow.types import Target, pressed, shortened

_SILENT = {"options", "outcomes", "next", "cases"}
"""Steps of a path that say nothing about a way."""
SHOWN = 80
"""Signs of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Args:
        what: `option` of the flow itself or of a node (`where` is its path), `node`, or `way` from a node.
        old: what was there; empty where there was nothing.
        new: what is there now; empty where there is nothing.
    """

    what: Literal["node", "option", "way"]
    where: str
    old: str = ""
    new: str = ""

    @property
    def sign(self) -> str:
        """`+`, `-` or `~`."""
        return "~" if self.old and self.new else "+" if self.new else "-"


@dataclass(frozen=True)
class Side:
    """A flow to compare: as it is written, and as it is understood."""

    data: Mapping[str, Any]
    flow: Flow


def compare(old: Side, new: Side) -> list[Change]:
    """Every difference: nodes that came, went or were renamed, options, then ways."""
    return [*_nodes(old, new), *_options(old, new), *_ways(old.flow, new.flow)]


def _nodes(old: Side, new: Side) -> Iterator[Change]:
    before, after = old.data["nodes"], new.data["nodes"]
    gone = {name: node for name, node in before.items() if name not in after}
    for name, node in after.items():
        if name not in before:
            same = next((other for other, that in gone.items() if that == node), "")
            gone.pop(same, None)
            yield Change("node", name, f"called {same}" if same else "", node["type"])
    for name, node in gone.items():
        yield Change("node", name, node["type"])


def _options(old: Side, new: Side) -> Iterator[Change]:
    before, after = _flat(old, new), _flat(new, old)
    for path in [*before, *(path for path in after if path not in before)]:
        if before.get(path) != after.get(path):
            where = path[1:] if path[0] == "nodes" else path
            yield Change("option", ".".join(where), before.get(path, ""), after.get(path, ""))


def _flat(side: Side, other: Side) -> dict[tuple[str, ...], str]:
    """The options of the flow, and of the nodes that both have, by path, without those that are ways."""
    ways = {tuple(map(pressed, part.path)) for part in walk(side.flow) if isinstance(part.value, Target)}
    flat: dict[tuple[str, ...], str] = {}
    for path, value in leaves(side.data, ()):
        written = tuple(map(pressed, path))
        if path[0] == "nodes" and path[1] not in other.data["nodes"]:
            continue
        if not ways & {written, (*written, "NEXT")}:
            flat[path] = shortened(text(value), SHOWN)
    return flat


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What is not divided any further in plain data, each with its path."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from leaves(inner, (*path, str(name)))
    elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, str(index)))
    else:
        yield path, value


def text(value: Any) -> str:
    """Plain data in one line, as YAML has it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(text, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {text(inner)}' for name, inner in value.items())}}}"
    return str(value)


def _ways(old: Flow, new: Flow) -> Iterator[Change]:
    before, after = _targets(old), _targets(new)
    for way in [*before, *(way for way in after if way not in before)]:
        if before.get(way) != after.get(way):
            yield Change("way", way, before.get(way, ""), after.get(way, ""))


def _targets(flow: Flow) -> dict[str, str]:
    """Every way that is written down: `main 1` → `account`; the flow's own begin with `any node`."""
    found: dict[str, str] = {}
    for part in walk(flow):
        if not isinstance(part.value, Target):
            continue
        path = list(map(str, part.path))
        own = path[0] == "nodes"
        label = [step for step in path[2 if own else 1 :] if step not in _SILENT] or ["next"]
        found[f"{path[1] if own else 'any node'} {'.'.join(label)}"] = str(part.value)
    return found
