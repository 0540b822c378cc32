"""Channel variables, their order and their expansion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.switch.variables import Variables, expand


def test_setting_again_moves_to_the_end_and_names_match_in_any_case() -> None:
    variables = Variables()
    for name, value in (("a", "1"), ("b", "2"), ("A", "3")):
        variables.set(name, value)
    assert list(variables.items()) == [("b", "2"), ("A", "3")]
    assert variables["a"] == "3"


def test_an_empty_value_removes() -> None:
    variables = Variables()
    variables.set("a", "1")
    variables.set("a", "")
    assert "a" not in variables
    assert variables.plain == b""


def test_a_reference_is_refused_unless_it_is_not_checked() -> None:
    variables = Variables()
    variables.set("a", "${x}")
    variables.set("b", "$\\{x}")
    variables.set("c", "${x}", check=False)
    assert list(variables) == ["c"]


def test_the_encoded_form_follows_the_values() -> None:
    variables = Variables()
    variables.set("a", "x y")
    assert variables.plain == b"variable_a: x%20y\n"
    variables.set("b", "2")
    assert variables.plain == b"variable_a: x%20y\nvariable_b: 2\n"


def test_values_can_be_pushed_into_an_array() -> None:
    variables = Variables()
    for value in ("a", "b", "c"):
        variables.push("legs", value)
    assert variables["legs"] == "ARRAY::a|:b|:c"


VALUES = {
    "a": "1",
    "name": "a",
    "loop": "${loop}",
    "long": "abcdef",
    "legs": "ARRAY::x|:y",
    "sneak": "${api(go)}",
}


def run(text: str) -> str:
    return expand(
        text, VALUES.get, lambda name, arguments: f"<{name}:{arguments}>" if name == "api" else None
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("x${a}y", "x1y"),
        ("${nothing}", ""),
        ("${${name}}", "1"),
        ("${long:2}", "cdef"),
        ("${long:-2}", "ef"),
        ("${long:1:3}", "bcd"),
        ("${legs[1]}", "y"),
        ("${api(x ${a})}", "<api:x 1>"),
        ("${sneak}", "<api:go>"),
        ("${none(x)}", ""),
        (r"\${a}", "${a}"),
        ("$a $", "$a $"),
        ("${a", "1"),
    ],
)
def test_references_are_replaced(text: str, result: str) -> None:
    assert run(text) == result


def test_a_reference_to_itself_comes_to_an_end() -> None:
    assert run("${loop}").startswith("${")


@given(st.text(alphabet="${}()[]:\\ a'", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    run(text)
