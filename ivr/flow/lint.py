"""What a flow refers to: nodes, flows, variables, calendars, sounds, languages. Every name must lead somewhere.

The loader has judged the flow's shape; this looks at its meaning, alone and among the other flows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ivr import i18n
from ivr.errors import Finding
from ivr.flow import expressions, phrases, scope, yaml
from ivr.flow.expressions import Expression
from ivr.flow.model import Flow, LoadedFlow, Node, Path, walk
from ivr.flow.prompts import AudioItem, EachItem, PromptModel, RepromptModel
from ivr.flow.template import Template
from ivr.flow.types import Target
from ivr.registry import did_you_mean

CODES = {
    "F201": "a target that is not a node",
    "F202": "a flow that does not exist",
    "F203": "a calendar that does not exist",
    "F204": "a name that no expression can see",
    "F205": "an outcome that leads nowhere",
    "F206": "an outcome this node never has",
    "F207": "a prompt that is missing in a language",
    "F208": "a function or filter that does not exist",
    "F209": "a variable that is not declared",
    "F210": "a sound file that is not there",
    "F211": "flows that call each other in a circle",
    "F212": "two flows that wish for the same number",
    "F213": "two flows of the same name",
    "F214": "a language this flow does not speak",
    "F215": "a number to dial with a value in it",
    "F216": "a node that speaks after the caller left",
    "F217": "nodes that lead to each other without ever listening",
    "F218": "an input that the other flow does not take",
    "F219": "a node nobody comes to",
}


@dataclass(frozen=True)
class Source:
    """A loaded flow with the document that knows its places."""

    loaded: LoadedFlow
    document: yaml.Document


def lint(
    sources: Mapping[str, Source], has_sound: Callable[[str], bool] = lambda _file: True
) -> list[Finding]:
    """Every finding about these flows, file by file in the order of the lines.

    Args:
        sources: the flows by file.
        has_sound: whether a sound file exists.
    """
    flows = {source.loaded.id: source.loaded.flow for source in sources.values()}
    findings: list[Finding] = []
    for source in sources.values():
        linter = _Linter(source, flows, has_sound)
        found = linter.findings()
        findings.extend(sorted(found, key=lambda one: (one.place.line, one.place.column, one.code)))
    findings.extend(_between(sources))
    return findings


class _Linter:
    """One flow's checks; each yields findings."""

    def __init__(self, source: Source, flows: Mapping[str, Flow], has_sound: Callable[[str], bool]) -> None:
        self.flow = source.loaded.flow
        self.document = source.document
        self.flows = flows
        self.has_sound = has_sound
        self.names = scope.names(self.flow.vars)

    def findings(self) -> list[Finding]:
        found: list[Finding] = []
        for check in (
            self._head,
            self._targets,
            self._outcomes,
            self._names,
            self._prompts,
            self._nodes,
            self._graph,
        ):
            found.extend(check())
        return found

    def _finding(
        self,
        path: Path,
        code: str,
        message: str,
        hint: str = "",
        severity: str = "error",
        *,
        key: bool = False,
    ) -> Finding:
        return Finding(self.document.place(path, key=key), code, message, hint, severity)

    def _head(self) -> Iterator[Finding]:
        for option in ("start", "on_hangup"):
            name = getattr(self.flow, option)
            if name and name not in self.flow.nodes:
                yield self._no_node((option,), name)
        for name in self.flow.inputs:
            if name not in self.flow.vars:
                yield self._finding(
                    ("inputs",), "F209", f'input "{name}" is not a variable', f"add `{name}: null` to vars"
                )

    def _no_node(self, path: Path, name: str) -> Finding:
        return self._finding(
            path, "F201", f'there is no node "{name}"', did_you_mean(name, list(self.flow.nodes))
        )

    def _targets(self) -> Iterator[Finding]:
        for path, value in walk(self.flow):
            if not isinstance(value, Target):
                continue
            if value.kind == "node" and value.name not in self.flow.nodes:
                yield self._no_node(path, value.name)
            elif value.kind == "flow" and value.name not in self.flows:
                yield self._no_flow(path, value.name)

    def _no_flow(self, path: Path, name: str) -> Finding:
        return self._finding(path, "F202", f'there is no flow "{name}"', did_you_mean(name, list(self.flows)))

    def _outcomes(self) -> Iterator[Finding]:
        known = {outcome for node in self.flow.nodes.values() for outcome in node.own_outcomes} | {"error"}
        for outcome in self.flow.defaults.outcomes:
            if outcome not in known and not any(
                node.knows_outcome(outcome) for node in self.flow.nodes.values()
            ):
                path: Path = ("defaults", "outcomes", outcome)
                yield self._finding(
                    path,
                    "F206",
                    f'no node here ends with "{outcome}"',
                    did_you_mean(outcome, sorted(known)),
                    "warning",
                    key=True,
                )
        for name, node in self.flow.nodes.items():
            for outcome in node.outcomes:
                if not node.knows_outcome(outcome):
                    ways = ["error", *node.own_outcomes]
                    hint = did_you_mean(outcome, ways)
                    yield self._finding(
                        ("nodes", name, "outcomes", outcome),
                        "F206",
                        f'a {node.type} never ends with "{outcome}"',
                        hint,
                        key=True,
                    )
            needs_next = not node.final and not _chooses(node)
            if needs_next and node.next is None:
                yield self._finding(
                    ("nodes", name),
                    "F205",
                    f'"{name}" does not say what comes next',
                    "add `next:`, or `next: end`",
                    key=True,
                )
            for outcome in node.own_outcomes:
                if self.flow.target(node, outcome) is None:
                    hint = f"add `outcomes: {{{outcome}: …}}` to it or to `defaults`"
                    yield self._finding(
                        ("nodes", name),
                        "F205",
                        f'"{name}" may end with "{outcome}", which leads nowhere',
                        hint,
                        key=True,
                    )

    def _names(self) -> Iterator[Finding]:
        for path, value in walk(self.flow):
            extra = self._extra_names(path)
            if isinstance(value, Expression):
                yield from self._expression(path, value, extra)
            elif isinstance(value, Template):
                for part in value.parts:
                    if isinstance(part, Expression):
                        yield from self._expression(path, part, extra)

    def _extra_names(self, path: Path) -> set[str]:
        """Names that are known only at this place: an item of `each`, an answer in `save`, a `check`'s value."""
        extra: set[str] = set()
        if len(path) > 2 and path[0] == "nodes":
            node = self.flow.nodes[str(path[1])]
            if node.type == "operation" and path[2] == "save":
                extra.update(scope.OPERATION_NAMES)
            if path[2] == "check":
                extra.add("value")
        inner: Any = self.flow
        for part in path:
            inner = _step(inner, part)
            if isinstance(inner, EachItem):
                extra.add(inner.as_)
        return extra

    def _expression(self, path: Path, expression: Expression, extra: set[str]) -> Iterator[Finding]:
        for name in sorted(expression.names - self.names - extra):
            known = sorted(self.names | extra)
            hint = did_you_mean(name, known)
            if not hint.startswith("did"):
                hint = f"add `{name}: null` to vars if it is a variable; {hint}"
            yield self._finding(path, "F204", f'"{name}" is not known here', hint)
        for name in sorted(expression.functions - {*expressions.FUNCTIONS, *scope.FUNCTIONS}):
            yield self._finding(
                path,
                "F208",
                f"there is no function {name}()",
                did_you_mean(name, [*expressions.FUNCTIONS, *scope.FUNCTIONS]),
            )
        filters = [*expressions.FILTERS, *phrases.filters(self.flow.languages[0])]
        for name in sorted(expression.filters - set(filters)):
            yield self._finding(path, "F208", f'there is no filter "{name}"', did_you_mean(name, filters))

    def _prompts(self) -> Iterator[Finding]:
        for path, value in walk(self.flow):
            if isinstance(value, PromptModel | RepromptModel) and "" not in value.texts:
                for language in self.flow.languages:
                    if not any(i18n.base(tag) == i18n.base(language) for tag in value.texts):
                        yield self._finding(
                            path,
                            "F207",
                            f"this prompt is missing in {language}",
                            f"add `{language}:`",
                            key=True,
                        )
            if isinstance(value, PromptModel):
                for items in value.texts.values():
                    for item in items:
                        if isinstance(item, AudioItem) and not self.has_sound(item.audio):
                            yield self._finding(
                                path,
                                "F210",
                                f'there is no sound "{item.audio}"',
                                "put it into the sounds folder",
                            )

    def _nodes(self) -> Iterator[Finding]:
        for name, node in self.flow.nodes.items():
            path: Path = ("nodes", name)
            options: Any = node
            calendar = getattr(node, "calendar", None)
            if isinstance(calendar, str) and calendar not in self.flow.calendars:
                hint = did_you_mean(calendar, list(self.flow.calendars)) or "add it to `calendars:`"
                yield self._finding((*path, "calendar"), "F203", f'there is no calendar "{calendar}"', hint)
            for option in ("into", "vars", "save"):
                given = getattr(node, option, None)
                for variable in [given] if isinstance(given, str) else given or ():
                    if variable not in self.flow.vars:
                        hint = f"add `{variable}: null` to vars"
                        yield self._finding((*path, option), "F209", f'"{variable}" is not declared', hint)
            if node.type == "language" and options.to not in self.flow.languages:
                yield self._finding(
                    (*path, "to"),
                    "F214",
                    f'this flow does not speak "{options.to}"',
                    did_you_mean(options.to, self.flow.languages),
                )
            if node.type == "transfer" and options.number is not None and not options.number.is_static:
                yield self._finding(
                    (*path, "number"),
                    "F215",
                    "what a caller typed is never dialled",
                    "write the number, or `branch` to one of several",
                )
            flow = getattr(node, "flow", None)
            if isinstance(flow, str):
                if flow not in self.flows:
                    yield self._no_flow((*path, "flow"), flow)
                else:
                    for given in getattr(node, "with_", {}):
                        if given not in self.flows[flow].inputs:
                            hint = (
                                did_you_mean(given, self.flows[flow].inputs)
                                or f"add it to `inputs:` of {flow}"
                            )
                            yield self._finding(
                                (*path, "with", given),
                                "F218",
                                f'"{flow}" takes no input "{given}"',
                                hint,
                                key=True,
                            )

    def _graph(self) -> Iterator[Finding]:
        roots = {self.flow.first, *([self.flow.on_hangup] if self.flow.on_hangup else [])}
        reached = self._reach(roots)
        for name in self.flow.nodes:
            if name not in reached:
                yield self._finding(
                    ("nodes", name),
                    "F219",
                    f'nobody ever comes to "{name}"',
                    "lead to it, or take it out",
                    "warning",
                    key=True,
                )
        if self.flow.on_hangup in self.flow.nodes:
            for name in self._reach({str(self.flow.on_hangup)}):
                node = self.flow.nodes[name]
                if node.listens or node.type in ("play", "transfer"):
                    yield self._finding(
                        ("nodes", name),
                        "F216",
                        f'"{name}" needs the caller, who has left',
                        "use set, branch, operation here",
                        key=True,
                    )
        yield from self._silent_circles()

    def _edges(self, name: str) -> set[str]:
        node = self.flow.nodes[name]
        targets = [target for _, target, _ in node.exits()]
        targets += [t for o in (*node.own_outcomes, "error") if (t := self.flow.target(node, o))]
        if node.type == "menu":
            targets += self.flow.always.values()
        return {target.name for target in targets if target.kind == "node" and target.name in self.flow.nodes}

    def _reach(self, roots: set[str]) -> set[str]:
        reached, todo = set(), [root for root in roots if root in self.flow.nodes]
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                todo.extend(self._edges(name))
        return reached

    def _silent_circles(self) -> Iterator[Finding]:
        """Circles of unconditional steps: each node leads on by `next` alone and none listens."""
        silent = {
            name: node.next.name
            for name, node in self.flow.nodes.items()
            if not node.listens
            and not node.final
            and node.next
            and node.next.kind == "node"
            and node.type in ("play", "set", "language")
        }
        seen: set[str] = set()
        for start in silent:
            trail: list[str] = []
            name: str | None = start
            while name in silent and name not in seen:
                seen.add(name)
                trail.append(name)
                name = silent[name]
            if name in trail:
                circle = " → ".join([*trail[trail.index(name) :], name])
                yield self._finding(
                    ("nodes", name),
                    "F217",
                    f"{circle} never ends",
                    "put a menu or a hangup into it",
                    key=True,
                )


def _step(part: Any, key: str | int) -> Any:
    """One step along a path of `walk`, through models, mappings and the languages of prompts."""
    if isinstance(part, PromptModel | RepromptModel):
        texts = part.texts
        return texts[str(key)] if str(key) in texts else _step(texts.get("", ()), key)
    if isinstance(part, Mapping):
        return part.get(key)
    if isinstance(part, list | tuple):
        return part[key] if isinstance(key, int) and key < len(part) else None
    fields = getattr(type(part), "model_fields", {})
    return next((getattr(part, name) for name, field in fields.items() if key in (name, field.alias)), None)


def _chooses(node: Node) -> bool:
    """Whether a node has its ways in its own options, and so needs no `next`."""
    return node.type in ("menu", "branch", "hours", "split") or (
        node.type == "transfer" and getattr(node, "flow", None) is not None
    )


def _between(sources: Mapping[str, Source]) -> Iterator[Finding]:
    """What is wrong among flows."""
    by_id: dict[str, Source] = {}
    wishes: dict[str, Source] = {}
    for source in sources.values():
        flow = source.loaded.flow
        if flow.id in by_id:
            other = by_id[flow.id].loaded.file
            yield Finding(
                source.document.place(("id",)),
                "F213",
                f'"{flow.id}" is also the name of {other}',
                "rename one",
            )
        by_id.setdefault(flow.id, source)
        for index, number in enumerate(flow.numbers):
            if number in wishes and wishes[number] is not source:
                other = wishes[number].loaded.id
                yield Finding(
                    source.document.place(("numbers", index)),
                    "F212",
                    f'{number} is wished for by "{other}" too',
                    "keep it in one of them",
                )
            wishes.setdefault(number, source)
    yield from _circles(by_id)


def _circles(by_id: Mapping[str, Source]) -> Iterator[Finding]:
    """Subflows that begin each other again: such a call would never come back."""
    calls = {
        flow_id: {
            str(getattr(node, "flow", "")): name for name, node in source.loaded.flow.nodes.items() if node.type == "subflow"
        }
        for flow_id, source in by_id.items()
    }
    finished: set[str] = set()
    for root in calls:
        trail: list[str] = []

        def visit(flow_id: str, trail: list[str] = trail) -> Iterator[Finding]:
            trail.append(flow_id)
            for callee, node in calls.get(flow_id, {}).items():
                if callee in trail:
                    circle = " → ".join([*trail[trail.index(callee) :], callee])
                    place = by_id[flow_id].document.place(("nodes", node))
                    yield Finding(
                        place,
                        "F211",
                        f"subflows in a circle: {circle}",
                        "let one of them go there with `next: flow:NAME` instead",
                    )
                elif callee not in finished:
                    yield from visit(callee)
            trail.pop()
            finished.add(flow_id)

        if root not in finished:
            yield from visit(root)
