"""The JSON Schema says what the loader says, so that an editor is right about a flow.

It takes whatever the loader takes, except an option with nothing behind it, and a number or truth value that
is written as another. It refuses what is wrong in shape, except for what a schema cannot see (UNSEEN).
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ivr import registry
from ivr.errors import FlowError
from ivr.flow import codes, json_schema, yaml
from ivr.flow import types as kinds
from ivr.flow.json_schema.spellings import SPELLINGS
from ivr.flow.json_schema.words import about
from ivr.flow.model import Flow, Node
from ivr.flow.voices import VoiceName
from ivr.hours import Calendar
from ivr.i18n import is_tag
from ivr.nodes.language import Language

PROJECT = Path(__file__).parents[3]
CORPUS = PROJECT / "tests/corpus/flows"
GOOD = [
    *sorted((CORPUS / "good").glob("*.yaml")),
    *sorted((PROJECT / "flows").glob("*.yaml")),
    *sorted((PROJECT / "docs/examples").glob("*.yaml")),
]
UNSEEN = {
    "F118": "that two names mean the same key: a schema knows no names but these",
    "F124": "which time zones there are: it differs from machine to machine",
    "F130": "that one number is more than another",
    "F132": "what numbers add up to",
    "F138": "which options go with what is done for an agent",
    "F149": "which options exclude each other",
}
PLAIN = ("boolean", "integer", "number")
NODES: dict[str, type[Node]] = registry.load_all("ivr.nodes")
SCHEMA = json_schema.schema(NODES)
VALIDATOR = Draft7Validator(SCHEMA)


def read(file: Path) -> Any:
    """A file's data, keys being texts as they are for an editor."""
    return yaml.parse(file.read_bytes(), str(file)).data


def defined(word: str) -> Draft7Validator:
    """What checks one definition of the schema."""
    return Draft7Validator({"definitions": SCHEMA["definitions"], **SCHEMA["definitions"][word]})


def part(schema: dict[str, Any], *path: str) -> Any:
    """A part of a schema, by names of options and of keywords."""
    for name in path:
        schema = schema[name]
    return schema


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_every_reference_leads_somewhere_and_nothing_is_left_over() -> None:
    text = json_schema.dumps(SCHEMA)
    for name in SCHEMA["definitions"]:
        assert f'"#/definitions/{name}"' in text, name
    assert "x-spelled" not in text
    assert "x-short" not in text
    assert text.count('"null"') == 1  # an expression may be it; an option is left out instead
    assert text.count('"$ref"') == sum(
        text.count(f'"#/definitions/{name}"') for name in SCHEMA["definitions"]
    )


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_it_takes_every_good_flow(file: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(read(file))] == []


@pytest.mark.parametrize("code", sorted(codes.CODES.keys() - {"F099"}))
def test_it_refuses_what_is_wrong_in_shape_if_a_schema_can_see_it(code: str) -> None:
    (file,) = (CORPUS / "bad").glob(f"{code.lower()}_*.yaml")
    assert VALIDATOR.is_valid(read(file)) == (code in UNSEEN)


@pytest.mark.parametrize("name", ["f206_never_ends_so", "f112_name"])
def test_it_sees_each_fault_by_itself(name: str) -> None:
    file = CORPUS / f"bad/{name}.yaml"
    said = file.read_text(encoding="utf-8").partition("\n")[0].count(":") - 1
    warned = name == "f206_never_ends_so"  # of an outcome in `defaults`, which only lint can judge
    assert len(list(VALIDATOR.iter_errors(read(file)))) == said - warned


SPELLED: list[tuple[str, Any, str]] = [
    ("duration", kinds.Duration, "0159.msMSdhHx \n"),
    ("key", kinds.KeyName, "019*#ADdEstarpoundhSTAR x"),
    ("keys", kinds.KeySequence, "019*#ADdEstarpoundhSTAR x"),
    ("name", kinds.Name, "aAz_0-é."),
    ("variable", kinds.VariableName, "aifnowcalr_0-"),
    ("node", kinds.NodeName, "endbackrt_0-x"),
    ("flow", kinds.ToFlow, "azAZ_0-:"),
    ("target", kinds.To, "endflow:a_0 -"),
    ("language", Annotated[str, AfterValidator(kinds.language_tag)], "zhenCNUSHant-_0123"),
    ("voice", VoiceName, "cmn09+f3_-. /:(){$\n云"),
]
STRICT = {"duration", "key", "keys", "name", "language", "flow"}


@pytest.mark.parametrize(("word", "kind", "signs"), SPELLED, ids=[word for word, *_ in SPELLED])
def test_the_small_types_are_spelled_as_they_are_read(word: str, kind: Any, signs: str) -> None:
    adapter, validator = TypeAdapter(kind), defined(word)
    likely = [
        *SPELLINGS[word].examples,
        "5s",
        "1",
        "12",
        "star",
        "Pound",
        "end",
        "main",
        "flow:x",
        "zh-Hant-TW",
    ]

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(likely) | st.text(signs, max_size=12) | st.integers(-1, 99))
    def agree(value: Any) -> None:
        try:
            adapter.validate_python(value)
            right = True
        except ValidationError:
            right = False
        # A target the loader takes for a node's name may be one that no node can have: lint says so.
        if right and word != "target":
            assert validator.is_valid(value), value
        if not right and (word in STRICT or word == "target"):
            assert not validator.is_valid(value), value

    agree()


def _bits(data: Any) -> list[Any]:
    """Every value in some data, and itself."""
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [data, *(bit for each in inside for bit in _bits(each))]


PIECES = [{**node} for node in read(CORPUS / "good/every_node.yaml")["nodes"].values()]
HEAD = {key: part for key, part in read(CORPUS / "good/every_node.yaml").items() if key != "nodes"}
VALUES = [bit for bit in _bits([*PIECES, HEAD]) if bit is not None] + [
    True,
    0,
    -1,
    "",
    [],
    {},
    "x y",
    "5",
    2.5,
]
OPTIONS = sorted({key for bit in VALUES if isinstance(bit, dict) for key in bit} | {"no_such_option"})


def changed(data: Any, draw: Any) -> Any:
    """Some data with one thing changed, somewhere."""
    if isinstance(data, dict) and data and draw(st.integers(0, 2)):
        key = draw(st.sampled_from(sorted(data)))
        return {**data, key: changed(data[key], draw)}
    if isinstance(data, list) and data and draw(st.integers(0, 2)):
        index = draw(st.integers(0, len(data) - 1))
        return [*data[:index], changed(data[index], draw), *data[index + 1 :]]
    if isinstance(data, dict) and data and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(data)))
        rest = {name: value for name, value in data.items() if name != key}
        return rest if draw(st.booleans()) else {**rest, draw(st.sampled_from(OPTIONS)): data[key]}
    return copy.deepcopy(draw(st.sampled_from(VALUES)))


def loads(data: Any) -> bool:
    """Whether the loader takes a flow of this data, and there could be the nodes, languages and outcomes it
    names."""
    try:
        nodes = {name: NODES[node["type"]].model_validate(node) for name, node in data["nodes"].items()}
        flow = Flow.model_validate({**data, "nodes": nodes})
        named = [flow.start, flow.on_hangup, *(target.name for target in flow.targets)]
        TypeAdapter(list[kinds.NodeName]).validate_python([name for name in named if name])
    except (ValidationError, FlowError, KeyError, TypeError):
        return False
    return all(
        all(map(node.knows_outcome, node.outcomes)) and (not isinstance(node, Language) or is_tag(node.to))
        for node in nodes.values()
    )


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_it_takes_whatever_the_loader_takes(data: st.DataObject) -> None:
    node, head = data.draw(st.sampled_from(PIECES)), HEAD
    if data.draw(st.integers(0, 3)):
        node = changed(node, data.draw)
    else:
        head = changed(HEAD, data.draw)
    flow = {**head, "nodes": {"it": node}} if isinstance(head, dict) else head
    if loads(flow):
        errors = [error for error in VALIDATOR.iter_errors(flow) if error.validator_value not in PLAIN]
        assert [(list(error.path), error.message) for error in errors] == []


@pytest.mark.parametrize("kind", NODES)
def test_the_example_of_a_node_type_is_right(kind: str) -> None:
    (node,) = yaml.parse(about(NODES[kind]).example, kind).data.values()
    assert NODES[kind].model_validate(node).type == kind
    assert list(defined(f"{kind}_node").iter_errors(node)) == []


@pytest.mark.parametrize("kind", NODES)
def test_it_explains_every_option_and_outcome(kind: str) -> None:
    node = SCHEMA["definitions"][f"{kind}_node"]
    assert node["description"]
    for name, option in node["properties"].items():
        assert name == "type" or (option["description"] and option["markdownDescription"]), name
    outcomes = node["properties"]["outcomes"]["properties"]
    assert outcomes.keys() == {*NODES[kind].own_outcomes, "error"}
    assert all(outcome["description"].endswith(".") for outcome in outcomes.values())


def test_defaults_are_written_as_designers_write_them() -> None:
    definitions = SCHEMA["definitions"]
    assert part(definitions, "Defaults", "properties", "noinput_after", "default") == "5s"
    assert part(definitions, "Digits", "properties", "terminator", "default") == "pound"
    assert part(definitions, "menu_node", "properties", "fresh", "default") is False
    assert "default" not in part(definitions, "menu_node", "properties", "prompt")


def test_keys_and_languages_are_offered() -> None:
    options = part(SCHEMA, "definitions", "menu_node", "properties", "options")
    assert list(options["properties"]) == [*"0123456789", "star", "pound"]
    prompts = SCHEMA["definitions"]["prompt"]["anyOf"]
    assert any(list(way.get("properties", ())) == ["zh-CN", "en-US"] for way in prompts)


def test_links_lead_to_the_documentation_only_where_it_is_known() -> None:
    assert "](" not in json_schema.dumps(SCHEMA)
    linked = json_schema.schema(NODES, "https://wiki.example/docs/")
    said = part(linked, "definitions", "menu_node", "properties", "tries", "markdownDescription")
    assert said.endswith("[More](https://wiki.example/docs/nodes/menu.md)")


class Beep(Node):
    """Make a noise."""

    type: Literal["beep"]
    pair: tuple[int, str] = Field((1, "x"), description="Two things.")
    short: Annotated[Part, Field(description="One of them.")]


class Part(BaseModel):
    """A part of it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"x-short": "duration"})
    wait: kinds.Duration = Field(description="How long.")


def test_a_plugin_with_types_of_its_own_is_in_it() -> None:
    Beep.model_rebuild()
    validator = Draft7Validator(json_schema.schema({"beep": Beep}))
    node = {"type": "beep", "pair": [1, "a"], "short": "5s"}
    assert validator.is_valid({"id": "x", "nodes": {"a": node}})
    assert validator.is_valid({"id": "x", "nodes": {"a": {**node, "short": {"wait": "5s"}}}})
    for name, wrong in (("pair", [1, "a", 2]), ("pair", ["a", 1]), ("short", 5), ("shor", "5s")):
        assert not validator.is_valid({"id": "x", "nodes": {"a": {**node, name: wrong}}}), (name, wrong)


class Choice(Node):
    """A node with a part that is called like another's."""

    class Option(kinds.Model):
        """Which colour."""

        colour: str = Field(description="Which.")

    type: Literal["choice"]
    option: Option = Field(description="Which.")


def test_two_models_of_one_name_do_not_meet() -> None:
    validator = Draft7Validator(json_schema.schema({**NODES, "choice": Choice}))
    node = {"type": "choice", "option": {"colour": "red"}}
    assert validator.is_valid({"id": "x", "nodes": {"a": node}})
    assert not validator.is_valid({"id": "x", "nodes": {"a": {**node, "option": {"next": "end"}}}})
    assert validator.is_valid(read(CORPUS / "good/every_node.yaml"))


HOURS = [
    "08:30-12:00, 13:30-18:00",
    "8:00–12:00，13:00～18:00",
    "22:00-06:00",
    "24h",
    "Closed",
    "8-12",
    "25:00-",
]
DAYS = ["mon-fri", "Mon-Fri", "sat", "mon,wed", "sat，sun", "daily", "周一", "mon-", "monday", "timezones"]


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("days", DAYS)
def test_calendars_are_spelled_as_they_are_read(days: str, hours: str) -> None:
    calendar = {"timezone": "Asia/Shanghai", days: hours}
    try:
        TypeAdapter(Calendar).validate_python(calendar)
        right = True
    except ValidationError:
        right = False
    assert defined("Calendar").is_valid(calendar) == right
