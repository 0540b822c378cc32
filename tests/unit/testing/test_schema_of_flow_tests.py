"""The JSON Schema of tests says what the reader of tests says, so that an editor is right about them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import TypeAdapter, ValidationError

from ivr.flow import yaml
from ivr.testing import explained, json_schema, model
from ivr.testing.codes import CODES

PROJECT = Path(__file__).parents[3]
SCHEMA = json_schema.schema()
VALIDATOR = Draft7Validator(SCHEMA)
UNSEEN = {"T102", "T105", *(f"T{number}" for number in range(106, 115))}  # what needs the flow, or more cases


def data(text: str) -> Any:
    return yaml.parse(text.encode(), "t.yaml").data


def taken(case: str) -> bool:
    """Whether a case is right in an editor."""
    return VALIDATOR.is_valid(data(f"flow: t\ncases:\n  - {{name: a, {case}}}\n"))


def test_it_is_a_schema_in_which_every_reference_leads_somewhere() -> None:
    Draft7Validator.check_schema(SCHEMA)
    text = json.dumps(SCHEMA)
    for name in SCHEMA["definitions"]:
        assert f'"#/definitions/{name}"' in text, name
    assert text.count('"$ref"') == sum(
        text.count(f'"#/definitions/{name}"') for name in SCHEMA["definitions"]
    )
    assert "x-spelled" not in text


@pytest.mark.parametrize("file", sorted((PROJECT / "flows/tests").glob("*.yaml")), ids=lambda file: file.stem)
def test_it_takes_the_tests_of_every_starter_flow(file: Path) -> None:
    found = VALIDATOR.iter_errors(data(file.read_text(encoding="utf-8")))
    assert [(list(error.path), error.message) for error in found] == []


@pytest.mark.parametrize("code", CODES)
def test_it_refuses_what_is_wrong_in_shape_and_takes_what_is_right(code: str) -> None:
    entry = explained.entries()[code]
    for right in (False, True):
        for example in entry.examples(right=right):
            assert VALIDATOR.is_valid(data(example.text)) == (right or code in UNSEEN), example.text


@pytest.mark.parametrize(
    ("case", "right"),
    [
        ("steps: [hang_up]", True),
        ("steps: [{hang_up: }]", True),
        ("steps: [{hear: {text: [a, b], within: 5s}}]", True),
        ("steps: [{hear: {text: a, within: 5}}]", False),
        ("steps: [{hear: {words: a}}]", False),
        ("steps: [{press: '{{ key }}'}], each: [{key: 1}]", True),
        ("steps: [{wait: '{{ long }}'}], each: [{long: 5s}]", True),
        ("steps: '{{ steps }}', each: [{steps: [hang_up]}]", True),
        ("mock: {'GET {{ what }}': '{{ how }}'}, steps: [hang_up]", True),
        ("answer: {'{{ who }}': busy, '*': [no_answer, {talks: 3s}]}, steps: [hang_up]", True),
        ("answer: {1001: away}, steps: [hang_up]", False),
        ("expect: {visits: [main=1, end], recordings: 0, within: 1m, vars: {a: [1, {b: null}]}}", True),
        ("expect: {end: lost}", False),
        ("expect: {end: '{{ end }}'}", True),
        (
            "expect: {requests: {GET a: 1, POST b: {json: {c: 1}, count: 1}, 'python x': {with: {y: 1}}}}",
            True,
        ),
        ("expect: {requests: {GET a: -1}}", False),
        ("each: [], steps: [hang_up]", False),
        ("caller: {at: 2026-11-23T10:00+08:00, withheld: true}, steps: [hang_up]", True),
        ("caller: {withheld: 3}, steps: [hang_up]", False),
        ("calendars: {office: ajar}, steps: [hang_up]", False),
        ("caller: {}", False),
    ],
)
def test_a_case_is_judged_as_it_is_read(case: str, right: bool) -> None:
    assert taken(case) == right


SPELLED: list[tuple[str, Any, str, list[Any]]] = [
    (
        "presses",
        model.PressStep.model_fields["press"],
        "019*#aDstarpound ",
        ["1 pound", "12#", "Hash", [1, 2]],
    ),
    ("moment", model.CallerModel.model_fields["at"], "0126-: T+Z", ["2026-11-23 10:00", "2026-11-23T10:00Z"]),
    ("request", model.RequestName, "GETpython* crm:/", ["GET crm:/a", "* *", "python x", "get  a", "GET"]),
    ("answers", model.Mocks, "a{", [200, 99, [404, {"json": 1}], {"delay": "1s"}, {"delay": 1}, []]),
    ("people", model.Parties, "busy", ["busy", ["no_answer", {"talks": "3s"}], {"rings": "1s"}, []]),
    ("heard_words", model.Words, "ab1", ["a", 5, ["a", 1], {"text": "a"}]),
    ("plain_texts", model.Texts, "ab1", ["a", 5, ["a", 1], {"text": "a"}]),
]


@pytest.mark.parametrize(("word", "kind", "signs", "likely"), SPELLED, ids=[each[0] for each in SPELLED])
def test_the_small_types_of_tests_are_spelled_as_they_are_read(
    word: str, kind: Any, signs: str, likely: list[Any]
) -> None:
    validator = Draft7Validator({"definitions": SCHEMA["definitions"], **SCHEMA["definitions"][word]})

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(likely) | st.text(signs, max_size=12) | st.integers(-1, 600))
    def agree(value: Any) -> None:
        try:
            read(kind, value)
            right = True
        except ValidationError:
            right = False
        if right and (word != "moment" or value in likely):  # ISO 8601 knows odder ones
            assert validator.is_valid(value), value
        if not right and word not in ("moment", "heard_words"):  # 30 February, and signs that nobody hears
            assert not validator.is_valid(value), value

    for value in likely:
        agree.hypothesis.inner_test(value)  # type: ignore[attr-defined] # those for certain
    agree()


def read(kind: Any, value: Any) -> None:
    """Read a value as a field or a type does."""
    if kind is model.PressStep.model_fields["press"]:
        model.PressStep.model_validate({"press": value})
    elif kind is model.CallerModel.model_fields["at"]:
        model.CallerModel.model_validate({"at": value})
    else:
        TypeAdapter(kind).validate_python(value)


def test_every_option_of_a_test_is_explained() -> None:
    definitions = SCHEMA["definitions"]
    places = [SCHEMA, definitions["step"]["anyOf"][1], definitions["case"]]
    models = ("CallerModel", "Expect", "Hearing", "MockModel", "PartyModel", "RequestModel")
    for place in places + [definitions[name] for name in models]:
        for name, option in place["properties"].items():
            assert option.get("description"), name


def test_links_of_tests_lead_to_their_page() -> None:
    linked = json_schema.schema("https://wiki.example/docs")
    said = linked["definitions"]["step"]["anyOf"][1]["properties"]["hear"]["markdownDescription"]
    assert said.endswith("[More](https://wiki.example/docs/flow-tests.md#steps)")
