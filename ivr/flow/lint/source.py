"""One flow as lint looks at it: what it is, where everything in it stands, and what is around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ivr.errors import Finding
from ivr.flow import yaml
from ivr.flow.checks import Around, Path, Problem
from ivr.flow.model import Flow, LoadedFlow, Node, Part, walk
from ivr.flow.prompts import PromptModel, RepromptModel
from ivr.flow.types import pressed


@dataclass(frozen=True)
class Source:
    """A loaded flow with the document that knows its places."""

    loaded: LoadedFlow
    document: yaml.Document


@dataclass(frozen=True)
class View:
    """What a check may look at: a flow, all flows by name, and whether a sound file exists."""

    source: Source
    flows: Mapping[str, Flow]
    has_sound: Callable[[str], bool]

    @property
    def flow(self) -> Flow:
        return self.source.loaded.flow

    @property
    def around(self) -> Around:
        return Around(self.flow, self.flows)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every expression, text, prompt and target of the flow."""
        return tuple(walk(self.flow))

    def parts_of(self, name: str) -> Iterator[Part]:
        """Those of one node."""
        return iter(self._by_node.get(name, ()))

    @cached_property
    def _by_node(self) -> dict[str, list[Part]]:
        nodes: dict[str, list[Part]] = {}
        for part in self.parts:
            if part.path[0] == "nodes":
                nodes.setdefault(str(part.path[1]), []).append(part)
        return nodes

    @cached_property
    def _prompts(self) -> frozenset[Path]:
        return frozenset(
            part.path for part in self.parts if isinstance(part.value, PromptModel | RepromptModel)
        )

    def is_spoken(self, part: Part) -> bool:
        """Whether a part stands within a prompt."""
        return any(part.path[:length] in self._prompts for length in range(len(part.path) + 1))

    def owner(self, part: Part) -> Node | None:
        """The node a part belongs to; None for the flow's own."""
        return self.flow.nodes[str(part.path[1])] if part.path[0] == "nodes" else None

    def finding(
        self,
        path: Path,
        code: str,
        message: str,
        hint: str = "",
        severity: str = "error",
        *,
        key: bool = False,
    ) -> Finding:
        """A finding about the option at `path`, or about what is there of it; with `key`, about its key."""
        document = self.source.document
        return Finding(document.place(_written(document.data, path), key=key), code, message, hint, severity)

    def of(self, prefix: Path, problem: Problem) -> Finding:
        """A node's own problem as a finding; `prefix` leads to the node."""
        path = (*prefix, *problem.path)
        return self.finding(
            path, problem.code, problem.message, problem.hint, problem.severity, key=problem.key
        )


def _written(data: Any, path: Path) -> Path:
    """The part of a path that stands in the file: a model has more levels where the designer used a short
    form, and other names for the telephone's keys."""
    written: list[str | int] = []
    for step in path:
        if isinstance(data, dict):
            name = step if step in data else next((key for key in data if pressed(key) == step), None)
            if name is None:
                break
            data = data[name]
            written.append(name)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
            written.append(step)
        else:
            break
    return tuple(written)
