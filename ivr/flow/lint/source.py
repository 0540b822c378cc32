"""One flow as lint looks at it: what it is, where everything in it stands, and what is around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ivr.errors import Finding
from ivr.flow import yaml
from ivr.flow.checks import Around, Path, People, Popular, Problem
from ivr.flow.expressions import Expression
from ivr.flow.model import Flow, LoadedFlow, Node, Part, walk
from ivr.flow.prompts import PromptModel, RepromptModel
from ivr.flow.sayings import Said
from ivr.flow.template import Template
from ivr.flow.types import Target, pressed

if TYPE_CHECKING:
    from ivr.settings import Http

MOST_SHOWN = 6  # nodes of a way that a message names


@dataclass(frozen=True)
class Source:
    """A loaded flow with the document that knows its places."""

    loaded: LoadedFlow
    document: yaml.Document


@dataclass(frozen=True)
class View:
    """What a check may look at.

    Attributes:
        source: the flow.
        flows: all flows by name.
        has_sound: whether a sound file exists.
        http: what operations may call; None where that is not known.
        popular: what callers chose.
        secret: variables of this flow that hold something confidential.
        people: who is there to answer; None where that is not known.
    """

    source: Source
    flows: Mapping[str, Flow]
    has_sound: Callable[[str], bool] = lambda _file: True
    http: Http | None = None
    popular: Popular = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    people: People | None = None

    @property
    def flow(self) -> Flow:
        return self.source.loaded.flow

    @cached_property
    def said(self) -> Said:
        """What the flow's prompts say."""
        return Said(self.flow.languages[0], self.flow.prompts)

    def around(self, name: str) -> Around:
        """What the node of this name is shown of all that."""
        alone = name in self.after_hangup and name not in self.reached
        wanted = self.popular.get(self.flow.id, {}).get(name, {})
        return Around(
            self.flow, self.flows, self.said, name, alone, self.secret, self.http, wanted, self.people
        )

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
    def leads_to(self) -> dict[str, list[str]]:
        """For each node those that it may lead to."""
        return {name: list(self._next(name, node)) for name, node in self.flow.nodes.items()}

    def _next(self, name: str, node: Node) -> Iterator[str]:
        flow = self.flow
        targets = [part.value for part in self.parts_of(name) if isinstance(part.value, Target)]
        outcomes = {*node.ways(self.flows), "error", *filter(node.knows_outcome, flow.defaults.outcomes)}
        targets += [target for outcome in sorted(outcomes) if (target := flow.target(node, outcome))]
        if node.takes_always:
            targets += flow.always.values()
        for target in targets:
            if target.kind == "node" and target.name in flow.nodes:
                yield target.name

    @cached_property
    def reached(self) -> dict[str, list[str]]:
        """The nodes that a caller may come to, each with a way to it."""
        return self._reach(self.flow.first)

    @cached_property
    def after_hangup(self) -> dict[str, list[str]]:
        """The nodes that run after the caller left, each with a way to it."""
        return self._reach(self.flow.on_hangup or "")

    def _reach(self, root: str) -> dict[str, list[str]]:
        edges = self.leads_to
        reached: dict[str, list[str]] = {root: [root]} if root in edges else {}
        todo = list(reached)
        while todo:
            name = todo.pop()
            for other in edges[name]:
                if other not in reached:
                    way = reached[name]
                    reached[other] = [*way, other] if len(way) < MOST_SHOWN else way
                    todo.append(other)
        return reached

    @cached_property
    def prompts(self) -> tuple[tuple[Part, PromptModel | RepromptModel], ...]:
        """Everything of the flow that is said."""
        # Asking pydantic's classes about instances would take as long as finding all parts.
        return tuple(
            (part, part.value)
            for part in self.parts
            if type(part.value) is PromptModel or type(part.value) is RepromptModel
        )

    @cached_property
    def _prompts(self) -> frozenset[Path]:
        return frozenset(part.path for part, _ in self.prompts)

    def is_spoken(self, part: Part) -> bool:
        """Whether a part stands within a prompt."""
        return any(part.path[:length] in self._prompts for length in range(len(part.path) + 1))

    def computes(self, name: str) -> bool:
        """Whether a node has expressions outside its prompts (in those, they cost a sentence only)."""
        return any(
            isinstance(part.value, Expression)
            or (isinstance(part.value, Template) and not part.value.is_static)
            for part in self.parts_of(name)
            if not self.is_spoken(part)
        )

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
