"""The good flows of the corpus use all that the language has: what nobody tries, nobody notices breaking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from ivr import registry
from ivr.flow import expressions, loader, phrases, scope
from ivr.flow.expressions import Expression
from ivr.flow.model import Defaults, Flow, Node, walk
from ivr.flow.prompts import AudioItem, EachItem, PauseItem, SayItem, ToneItem
from ivr.flow.template import Template
from ivr.flow.types import Target
from ivr.flow.voices import VoiceModel
from ivr.hours import Calendar

GOOD = Path(__file__).parents[2] / "corpus/flows/good"
NODES: Mapping[str, type[Node]] = registry.load_all("ivr.nodes")
FLOWS = [loader.load(file.read_bytes(), file.name, NODES)[0].flow for file in sorted(GOOD.glob("*.yaml"))]
PROMPT_ITEMS = (AudioItem, EachItem, PauseItem, SayItem, ToneItem)


def models(value: Any) -> Iterator[BaseModel]:
    """Every model in a flow, at any depth."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from models(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from models(inner)


USED = [model for flow in FLOWS for model in models(flow)]


def kinds_in(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for inner in get_args(hint):
        yield from kinds_in(inner)


def nested(kind: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and those that its options hold."""
    found = {kind}
    todo = [kind]
    while todo:
        for field in todo.pop().model_fields.values():
            new = {one for one in kinds_in(field.annotation) if one not in found and one.__name__ != "Node"}
            found |= new
            todo += new
    return found


KINDS = sorted(
    {Flow, Defaults, Calendar, VoiceModel, *PROMPT_ITEMS}.union(*map(nested, NODES.values())),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_option_of_every_model_is_used_somewhere(kind: type[BaseModel]) -> None:
    written = {name for model in USED if type(model) is kind for name in model.model_fields_set}
    assert kind.model_fields.keys() - written - Node.model_fields.keys() == set()


def test_every_option_that_all_nodes_have_is_used_somewhere() -> None:
    written = {name for model in USED if isinstance(model, Node) for name in model.model_fields_set}
    assert Node.model_fields.keys() - written == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_word_that_an_option_may_be_is_used_somewhere(kind: type[BaseModel]) -> None:
    """Whichever model has it: `barge_in` is one option, at five places."""
    for name, field in kind.model_fields.items():
        there = (
            [model for model in USED if name in type(model).model_fields] if words(field.annotation) else []
        )
        assert words(field.annotation) <= {getattr(model, name) for model in there}, name


def words(hint: Any) -> set[str]:
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    if get_origin(hint) is dict:  # its words are names of what it holds
        return words(get_args(hint)[1])
    return set().union(*map(words, get_args(hint)))


def test_every_kind_of_target_is_used() -> None:
    targets = {target for flow in FLOWS for target in flow.targets}
    assert {target.kind for target in targets} == set(words(Target.__annotations__["kind"]) or KIND_NAMES)
    assert {bool(target.value) for target in targets if target.kind == "return"} == {True, False}


KIND_NAMES = ("node", "end", "back", "repeat", "return", "flow")


def test_every_outcome_of_every_node_is_led_somewhere_by_its_name() -> None:
    for kind, model in NODES.items():
        named = {outcome for flow in FLOWS for outcome in flow.defaults.outcomes}
        named |= {
            one
            for flow in FLOWS
            for node in flow.nodes.values()
            if node.type == kind
            for one in node.outcomes
        }
        assert set(model.own_outcomes) - named == set(), kind


def test_every_filter_function_and_name_is_used() -> None:
    found: list[Expression] = []
    for flow in FLOWS:
        for part in walk(flow):
            pieces = part.value.parts if isinstance(part.value, Template) else (part.value,)
            found += [piece for piece in pieces if isinstance(piece, Expression)]
    filters = set().union(*(each.filters for each in found))
    functions = set().union(*(each.functions for each in found))
    source = " ".join(each.source for each in found)
    assert set(phrases.NAMES) - filters == set()
    assert {*expressions.FUNCTIONS, *scope.FUNCTIONS} - functions - filters == set()
    assert [name for name in scope.CALL if f"call.{name}" not in source] == []
    assert [name for name in scope.CALLER if f"caller.{name}" not in source] == []
    assert [name for name in (*scope.OPERATION_NAMES, "value", "now") if name not in source] == []


def test_there_are_flows_in_one_language_and_in_several() -> None:
    assert {len(flow.languages) > 1 for flow in FLOWS} == {True, False}
    assert {language for flow in FLOWS for language in flow.languages} == {"zh-CN", "en-US"}
