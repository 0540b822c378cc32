"""What every node type must be, built in or a plugin's: explained, checked, and unable to drop a call."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from pydantic import BaseModel

from ivr import registry
from ivr.errors import CallEnded, FetchError, IvoryError
from ivr.flow.model import Node
from ivr.flow.scripted import HangUp, Pause, ScriptedCall
from ivr.http_client import Response
from ivr.runtime.engine import Engine
from ivr.runtime.input import Input
from ivr.runtime.journey import Journey
from ivr.runtime.secrets import Secrets
from ivr.runtime.visit import Visit
from tests.calls import Services, findings, load

TYPES: dict[str, type[Node]] = registry.load_all("ivr.nodes")

EXAMPLES = {
    "agent": "{type: agent, do: ready, into: n, next: end}",
    "branch": "{type: branch, cases: [{when: n > 1, next: other}], else: end}",
    "callback": "{type: callback, prompt: 'To be called press 1.', skill: billing, into: n, next: end}",
    "collect": "{type: collect, prompt: Number., into: n, next: end}",
    "hangup": "{type: hangup, prompt: Goodbye.}",
    "hours": "{type: hours, calendar: office, open: end, closed: other}",
    "language": "{type: language, to: zh-CN, next: end}",
    "listen": "{type: listen, prompt: Yes?, into: n, next: end}",
    "menu": "{type: menu, prompt: Choose., options: {1: other, 2: end}}",
    "notify": "{type: notify, data: {n: n}, next: end}",
    "operation": "{type: operation, http: {url: 'https://crm.example/'}, save: {n: json}, next: end}",
    "play": "{type: play, prompt: Hello., next: end}",
    "record": "{type: record, prompt: Speak., into: n, next: end}",
    "reject": "{type: reject}",
    "set": "{type: set, vars: {n: n + 1}, next: end}",
    "split": "{type: split, branches: {a: {percent: 50, next: end}, b: {percent: 50, next: other}}}",
    "subflow": "{type: subflow, flow: inner, next: end}",
    "survey": "{type: survey, items: {happy: {prompt: 'Happy? Press 1 to 5.'}}, save: {n: happy}, next: end}",
    "transfer": "{type: transfer, extension: '1001', next: end}",
}

FLOW = """
    id: outer
    languages: [en-US, zh-CN]
    vars: {{n: 1}}
    calendars: {{office: {{timezone: UTC, daily: "00:00-12:00"}}}}
    defaults: {{outcomes: {{error: other, exhausted: other, timeout: other, interrupted: other, busy: other,
                            too_short: other, no_answer: other, refused: other, failed: other,
                            declined: other, unknown: other, unavailable: other}}}}
    nodes:
      it: {node}
      other: {{type: hangup}}
    """
INNER = "id: inner\nlanguages: [en-US]\nnodes: {a: {type: set, vars: {x: 1}, next: end}}\nvars: {x: 0}"


def flows(kind: str) -> dict[str, Any]:
    return load(FLOW.format(node=EXAMPLES[kind]), INNER)


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and those in its fields."""

    def inside(annotation: Any) -> Iterator[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from models(annotation)
        for inner in getattr(annotation, "__args__", ()):
            yield from inside(inner)

    yield model
    for field in model.model_fields.values():
        if field.annotation is not None and "texts" not in model.model_fields:
            yield from inside(field.annotation)


def test_there_is_an_example_for_each() -> None:
    assert EXAMPLES.keys() == TYPES.keys()


@pytest.fixture(params=sorted(TYPES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_says_what_it_does(kind: str) -> None:
    doc = inspect.getdoc(TYPES[kind])
    assert doc
    assert doc != inspect.getdoc(Node)
    assert inspect.getdoc(inspect.getmodule(TYPES[kind]))


def test_each_of_its_options_is_described(kind: str) -> None:
    for model in models(TYPES[kind]):
        for name, field in model.model_fields.items():
            if name not in ("texts", "type"):
                assert field.description, f"{model.__name__}.{name}"
                assert field.description.endswith((".", "`")), f"{model.__name__}.{name}: a sentence"


def test_its_name_is_the_one_it_is_found_by(kind: str) -> None:
    field = TYPES[kind].model_fields["type"]
    assert getattr(field.annotation, "__args__", ()) == (kind,)


def test_it_is_frozen_and_strict_about_options(kind: str) -> None:
    assert TYPES[kind].model_config["frozen"]
    assert TYPES[kind].model_config["extra"] == "forbid"


def test_the_options_it_declares_exist(kind: str) -> None:
    names = {field.alias or name for name, field in TYPES[kind].model_fields.items()}
    assert {*TYPES[kind].assigns, *TYPES[kind].provides} <= names
    assert all(path[0] in names for path in TYPES[kind].exposes)


def test_its_outcomes_are_known_and_must_lead_somewhere(kind: str) -> None:
    loaded = flows(kind)
    node = loaded["outer"].flow.nodes["it"]
    for outcome in (*node.own_outcomes, "error", "next"):
        assert node.knows_outcome(outcome)
    assert kind == "subflow" or not node.knows_outcome("no_such_outcome")
    head, _, rest = FLOW.format(node=EXAMPLES[kind]).partition("    defaults:")
    found = findings(head + "    nodes:" + rest.partition("    nodes:")[2], INNER)
    ways = node.ways({name: one.flow for name, one in loaded.items()})
    assert [one.code for one in found if one.code == "F205"] == ["F205"] * len(ways)


def test_it_serves_a_caller_who_does_nothing(kind: str) -> None:
    events: list[Any] = []
    engine = Engine(
        ScriptedCall(), flows(kind), "outer", Services({"https://crm.example/": {}}), Journey(events.append)
    )
    assert engine.run().how in ("completed", "rejected", "transfer")
    assert events[2].node == "it"


@pytest.mark.parametrize(
    "trouble", [FetchError("no", reason="unreachable"), IvoryError("no"), RuntimeError("no")]
)
def test_services_that_fail_leave_by_an_outcome(kind: str, trouble: Exception) -> None:
    services = Services({"https://crm.example/": trouble}, busy=trouble)
    assert Engine(ScriptedCall(), flows(kind), "outer", services, Journey()).run().how != "failed"


class Gone(ScriptedCall):
    """A call whose caller has gone already."""

    def __init__(self) -> None:
        super().__init__()
        self.cause = "ORIGINATOR_CANCEL"


def test_a_caller_who_has_gone_is_not_its_business(kind: str) -> None:
    """It either needs no caller, or lets the end of the call through."""
    services = Services({"https://crm.example/": Response(200, {}, "1")}, seconds=-1)
    flow = flows(kind)["outer"].flow
    call, engine = Gone(), Engine(Gone(), flows(kind), "outer", services, Journey())
    node: Any = flow.nodes["it"]
    visit = Visit(call, Input(call), flow, node, engine.state, services, dict, Secrets())
    with pytest.raises(CallEnded) if node.needs_caller() else nullcontext():
        node.run(visit)


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0, 4.0, 9.0])
def test_a_caller_may_leave_at_any_moment(kind: str, seconds: float) -> None:
    events: list[Any] = []
    call = ScriptedCall([Pause(seconds), HangUp()])
    Engine(call, flows(kind), "outer", Services({"https://crm.example/": {}}), Journey(events.append)).run()
    entered, left = (
        sum(type(event).__name__ == name for event in events) for name in ("NodeEntered", "NodeLeft")
    )
    assert entered == left


@pytest.mark.parametrize(
    "kind", [name for name, of in TYPES.items() if "prompt" in of.model_fields and not of.listens]
)
def test_a_goal_of_one_that_only_speaks_is_missed_by_words_that_cannot_be_said(kind: str) -> None:
    goals = []
    for prompt in ("Hello.", "'{{ n | date }}'", "['Hello.', '{{ n | date }}']"):
        events: list[Any] = []
        node = f"{{type: {kind}, goal: told, prompt: {prompt}{'' if TYPES[kind].final else ', next: other'}}}"
        loaded = load(FLOW.format(node=node))
        Engine(ScriptedCall(), loaded, "outer", Services(), Journey(events.append)).run()
        goals.append(events[-1].goals)
    assert goals == [("told",), (), ()]
