"""A flow as data: what its head takes, where outcomes lead, and what is found in it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from ivr.flow.expressions import Expression
from ivr.flow.model import Flow, Node, walk
from ivr.flow.prompts import PromptModel
from ivr.flow.template import Template
from ivr.flow.types import Target
from tests.calls import load


def flow(text: str) -> Flow:
    return next(iter(load(text, checked=False).values())).flow


HANGUP = "nodes: {a: {type: hangup}}"


def test_a_flow_begins_with_its_first_node_unless_it_says_another() -> None:
    nodes = "nodes: {b: {type: hangup}, a: {type: hangup}}"
    assert (flow(nodes).first, flow(f"start: a\n{nodes}").first) == ("b", "a")


def test_a_flow_is_where_it_says_or_where_its_first_calendar_is() -> None:
    calendar = "calendars: {o: {timezone: Europe/Berlin, daily: 24h}}"
    assert flow(HANGUP).zone == ZoneInfo("UTC")
    assert flow(f"{calendar}\n{HANGUP}").zone == ZoneInfo("Europe/Berlin")
    assert flow(f"timezone: Asia/Shanghai\n{calendar}\n{HANGUP}").zone == ZoneInfo("Asia/Shanghai")


def test_a_flow_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        flow(HANGUP).id = "other"  # type: ignore[misc]


def test_a_node_by_itself_has_no_problems_and_no_subflows() -> None:
    node = Node.model_validate({"type": "any"})
    assert (list(node.problems(None)), node.subflows(), node.ways({})) == ([], (), ())  # type: ignore[arg-type]
    assert (node.needs_next(), node.needs_caller()) == (True, False)


def test_every_part_of_a_flow_is_found_with_its_path_and_the_names_it_sees() -> None:
    found = flow("""
        vars: {items: [], n: 0}
        prompts: {bye: Goodbye.}
        always: {star: repeat}
        nodes:
          a:
            type: play
            prompt: {en-US: [Hello., {each: items, as: one, say: "{{ one }}"}]}
            next: o
          o: {type: operation, python: x, save: {n: json.x}, next: end, outcomes: {404: a}}
          b: {type: branch, cases: [{when: n > 1, next: a}], else: end}
        """)
    parts = {".".join(map(str, part.path)): part for part in walk(found)}
    kinds: dict[str, Any] = {
        "prompts.bye": PromptModel,
        "prompts.bye.0": Template,
        "always.*": Target,
        "nodes.a.prompt": PromptModel,
        "nodes.a.prompt.en-US.1.each": Expression,
        "nodes.a.prompt.en-US.1.say": Template,
        "nodes.a.next": Target,
        "nodes.o.save.n": Expression,
        "nodes.o.outcomes.404": Target,
        "nodes.b.cases.0.when": Expression,
        "nodes.b.else": Target,
    }
    assert {path: type(parts[path].value) for path in kinds} == kinds
    assert parts["nodes.a.prompt.en-US.1.say"].names == {"one"}
    assert parts["nodes.a.prompt.en-US.1.each"].names == set()
    assert parts["nodes.o.save.n"].names == {"json", "text", "status", "headers"}


def test_all_targets_of_a_flow_are_known() -> None:
    found = flow("""
        always: {0: person}
        defaults: {outcomes: {error: sorry}}
        nodes: {m: {type: menu, prompt: M., options: {1: "flow:x", 2: {return: yes}}}}
        """)
    assert {str(target) for target in found.targets} == {"person", "sorry", "flow:x", "return yes"}
