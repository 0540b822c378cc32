"""Whether what a test names is there in the flow it tests: nodes, goals, variables, languages, calendars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from ivr.errors import Finding, Place
from ivr.flow import scope
from ivr.flow.checks import Path
from ivr.flow.expressions import Expression
from ivr.flow.model import Flow, LoadedFlow, walk
from ivr.flow.template import Template
from ivr.registry import did_you_mean
from ivr.testing.model import CaseModel, Expect, MockModel, Setting, wanted

GAPS = ("…", "...", "*")
"""What stands for any number of nodes in a journey."""
_ERRORS = ("timeout", "refused")


class Places(Protocol):
    """Finds where an option stands."""

    def __call__(self, path: Path, *, key: bool = False) -> Place: ...


def check(
    model: Setting, loaded: LoadedFlow, flows: Mapping[str, LoadedFlow], place: Places
) -> Iterator[Finding]:
    """T105 and T109 to T114."""
    flow = loaded.flow
    met = _queues({name: each.flow for name, each in flows.items()})
    for queue in model.queues:
        if met is not None and queue not in ("*", *met):
            yield _unknown("T114", "skill group", queue, met, place(("queues", queue), key=True))
    for calendar in model.calendars:
        if calendar not in flow.calendars:
            yield _unknown(
                "T113", "calendar", calendar, flow.calendars, place(("calendars", calendar), key=True)
            )
    for variable in model.vars:
        if variable not in flow.vars:
            yield _unknown("T111", "variable", variable, flow.vars, place(("vars", variable), key=True))
    for name, mocks in model.mock.items():
        for index, mock in enumerate(mocks):
            if problem := _misfit(wanted(name).method == "python", mock):
                option, hint = problem
                where = place(("mock", name, index, option), key=True)
                yield Finding(where, "T105", f'"{option}" is not for {name}', hint)
    if isinstance(model, CaseModel):
        if met is not None and model.expect.skill and model.expect.skill not in met:
            yield _unknown("T114", "skill group", model.expect.skill, met, place(("expect", "skill")))
        yield from _expected(model.expect, flow, {name: each.flow for name, each in flows.items()}, place)


def _expected(expect: Expect, flow: Flow, flows: Mapping[str, Flow], place: Places) -> Iterator[Finding]:
    for option in ("journey", "visits", "never"):
        for index, entry in enumerate(getattr(expect, option) or ()):
            if entry in GAPS:
                continue
            other, node, _ = parts(entry)
            holder = flows.get(other or flow.id)
            where = place(("expect", option, index))
            if holder is None:
                yield _unknown("T109", "flow", other, flows, where)
            elif node not in holder.nodes:
                yield _unknown("T109", "node", node, holder.nodes, where)
    goals = {node.goal for each in flows.values() for node in each.nodes.values() if node.goal}
    for option in ("goal", "goals"):
        for index, goal in enumerate(getattr(expect, option) or ()):
            if goal not in goals:
                yield _unknown("T110", "goal", goal, goals, place(("expect", option, index)))
    names = {name for each in flows.values() for name in each.vars}
    for variable in expect.vars:
        if variable not in names:
            yield _unknown("T111", "variable", variable, names, place(("expect", "vars", variable), key=True))
    tags = {tag for each in flows.values() for tag in each.languages}
    if expect.language and expect.language not in tags:
        yield _unknown("T112", "language", expect.language, tags, place(("expect", "language")))


def _queues(flows: Mapping[str, Flow]) -> set[str] | None:
    """The skill groups and agents that flows bring callers to; None where a value decides."""
    found: set[str] = set()
    for flow in flows.values():
        for node in flow.nodes.values():
            for name in filter(None, (getattr(node, "skill", None), getattr(node, "agent", None))):
                if isinstance(name, Template) and not name.is_static:
                    return None
                found.add(name.source if isinstance(name, Template) else str(name))
        for part in walk(flow):
            expressions = part.value.parts if isinstance(part.value, Template) else [part.value]
            for each in expressions:
                if isinstance(each, Expression) and each.functions.intersection(scope.OF_GROUPS):
                    found.update(scope.groups_named(each.source))
    return found


def parts(entry: str) -> tuple[str, str, str]:
    """`pin:ask=3` of a journey: the flow, the node and its outcome; empty where it does not say."""
    rest, _, outcome = entry.partition("=")
    flow, colon, node = rest.rpartition(":")
    return (flow if colon else "", node.strip(), outcome.strip())


def _misfit(python: bool, mock: MockModel) -> tuple[str, str] | None:
    """An option of a mock that is not for its kind, and the way out."""
    given = mock.model_fields_set
    if python:
        for option in ("status", "json_", "text", "headers"):
            if option in given:
                return option.strip("_"), "write `result:` for what an operation returns"
        return None
    if "result" in given:
        return "result", "write `json:` for what a request brings"
    if mock.error and mock.error not in _ERRORS:
        return "error", did_you_mean(mock.error, _ERRORS) or "write timeout or refused"
    return None


def _unknown(code: str, kind: str, name: str, known: Iterable[str], where: Place) -> Finding:
    return Finding(where, code, f'there is no {kind} "{name}"', did_you_mean(name, list(known)))
