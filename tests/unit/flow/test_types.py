"""The small types of a flow: durations, keys, names, targets, expressions, texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ivr.call import KEYS
from ivr.flow import types
from ivr.flow.types import Target


def take(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind, config=None).validate_python(value)


def refusal(kind: Any, value: Any) -> tuple[str, str]:
    """Code and hint."""
    with pytest.raises(ValidationError) as raised:
        take(kind, value)
    context = raised.value.errors()[0]["ctx"]
    return context["code"], context["hint"]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("5s", 5),
        ("500ms", 0.5),
        ("1m30s", 90),
        ("2h", 7200),
        ("1d", 86400),
        ("1.5m", 90),
        (" 5S ", 5),
        ("0s", 0),
    ],
)
def test_a_duration_is_written_with_its_unit(written: str, seconds: float) -> None:
    assert take(types.Duration, written) == seconds


@pytest.mark.parametrize("written", ["5", 5, 1.5, "five", "5 apples", "-5s", "", None, True, [], "5s5", "٣s"])
def test_a_duration_without_a_unit_is_refused(written: Any) -> None:
    assert refusal(types.Duration, written)[0] == "F110"


def test_a_bare_number_is_told_its_unit() -> None:
    assert refusal(types.Duration, 5)[1] == 'write "5s" for seconds'


@pytest.mark.parametrize(
    ("written", "key"),
    [("1", "1"), (0, "0"), ("star", "*"), ("Pound", "#"), ("hash", "#"), ("*", "*"), ("#", "#"), ("a", "A")],
)
def test_a_key_has_a_name(written: Any, key: str) -> None:
    assert take(types.KeyName, written) == key
    assert take(types.KeySequence, written) == key


@pytest.mark.parametrize("written", ["E", "10", "", "starr", None, [], "１"])
def test_what_no_telephone_has_is_no_key(written: Any) -> None:
    assert refusal(types.KeyName, written)[0] == "F111"


@given(st.text(st.sampled_from(KEYS), min_size=1, max_size=10))
def test_any_keys_in_a_row_are_a_sequence(keys: str) -> None:
    assert take(types.KeySequence, keys) == keys
    assert take(types.KeySequence, keys.lower()) == keys


def test_a_sequence_has_an_end() -> None:
    assert refusal(types.KeySequence, "1" * 11)[0] == "F111"


@pytest.mark.parametrize(
    "keyed", [{"pound": 1, "#": 2}, {"star": 1, "*": 2}, {"a": 1, "A": 2}, {"hash": 1, "pound": 2}]
)
def test_one_key_under_two_names_is_refused(keyed: dict[str, int]) -> None:
    with pytest.raises(Exception, match="are the same key"):
        types.once(keyed)


def test_what_is_no_mapping_is_somebody_elses_business() -> None:
    assert types.once([1]) == [1]


@pytest.mark.parametrize("name", ["a", "bill_2", "_x", "a" * 64])
def test_a_name_is_small_letters_digits_and_lines(name: str) -> None:
    assert take(types.Name, name) == name


@pytest.mark.parametrize("name", ["", "A", "1a", "a-b", "a b", "ä", "a" * 65, 5, None, "a\n"])
def test_other_names_are_refused(name: Any) -> None:
    assert refusal(types.Name, name)[0] == "F112"


@pytest.mark.parametrize("name", ["end", "back", "repeat", "return", "next"])
def test_a_target_cannot_name_a_node(name: str) -> None:
    assert refusal(types.NodeName, name) == ("F113", f'call it "{name}_node"')


@pytest.mark.parametrize(
    "name", ["call", "caller", "now", "true", "null", "and", "if", "class", "lambda", "__x"]
)
def test_a_word_of_the_language_cannot_name_a_variable(name: str) -> None:
    assert refusal(types.VariableName, name)[0] == "F119"


@pytest.mark.parametrize("name", ["json", "status", "value", "end", "len", "caller_name"])
def test_other_words_may_name_a_variable(name: str) -> None:
    assert take(types.VariableName, name) == name


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("main", Target("node", "main")),
        (" main ", Target("node", "main")),
        ("end", Target("end")),
        ("back", Target("back")),
        ("repeat", Target("repeat")),
        ("return", Target("return")),
        ({"return": "yes"}, Target("return", value="yes")),
        ({"return": 1}, Target("return", value="1")),
        ("flow:other", Target("flow", "other")),
        ("flow: other", Target("flow", "other")),
    ],
)
def test_a_target_is_a_node_a_word_or_a_flow(written: Any, target: Target) -> None:
    assert take(types.To, written) == target


def test_a_target_reads_as_it_is_written() -> None:
    targets = [Target("node", "main"), Target("end"), Target("return", value="x"), Target("flow", "f")]
    assert [str(target) for target in targets] == ["main", "end", "return x", "flow:f"]


@pytest.mark.parametrize("written", ["", " ", 5, None, [], {}, {"return": []}, {"return": 1, "x": 2}, True])
def test_what_leads_nowhere_is_no_target(written: Any) -> None:
    assert refusal(types.To, written)[0] == "F117"


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("a > 1", "a > 1"),
        (5, "5"),
        (1.5, "1.5"),
        (0.0000001, "0.0000001"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
    ],
)
def test_an_expression_may_be_a_value(written: Any, source: str) -> None:
    assert take(types.Expr, written).source == source


@pytest.mark.parametrize(
    ("written", "code"), [([1], "F114"), ({}, "F114"), ("{{ a }}", "F115"), ("a >", "E001")]
)
def test_an_expression_that_cannot_be_read_says_why(written: Any, code: str) -> None:
    assert refusal(types.Expr, written)[0] == code


@pytest.mark.parametrize(("written", "source"), [("Hello", "Hello"), (5, "5"), (12.5, "12.5"), ("", "")])
def test_a_text_may_be_a_number(written: Any, source: str) -> None:
    assert take(types.Text, written).source == source


@pytest.mark.parametrize(("written", "code"), [([1], "F116"), (None, "F116"), (True, "F116"), ("{{", "E020")])
def test_a_text_that_cannot_be_read_says_why(written: Any, code: str) -> None:
    assert refusal(types.Text, written)[0] == code


@given(st.text(max_size=5000))
def test_a_message_never_quotes_very_much(written: str) -> None:
    for kind in (types.Duration, types.KeyName, types.Name, types.VariableName, types.NodeName, types.Expr):
        try:
            take(kind, written)
        except ValidationError as error:
            context = error.errors()[0]["ctx"]
            assert len(context["message"]) <= 200
            assert len(context["hint"]) <= 200
