"""Texts with values in them: where they are cut, and what they become."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from ivr.errors import ExpressionError
from ivr.flow import template
from ivr.flow.expressions import Expression
from ivr.flow.template import Template
from ivr.flow.values import MAX_TEXT

SCOPE: dict[str, Any] = {"name": "Ada", "amount": Decimal("12.50"), "nothing": None}


def render(source: str, **more: Any) -> str:
    return Template.parse(source).render(
        {**SCOPE, **more},
        {},
        {"money": lambda value, currency: f"{value} {currency}"},
        lambda value: value if isinstance(value, str) else f"<{value}>",
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("Hello.", "Hello."),
        ("Hello {{ name }}.", "Hello Ada."),
        ("{{name}}{{ name }}", "AdaAda"),
        ("余额{{ amount | money('CNY') }}。", "余额12.50 CNY。"),
        ("{{ amount }}", "<12.50>"),
        ("{{ nothing }}", "<None>"),
        ("{{ '{{' }} and {{ '}}' }} and {{ '{%' }}", "{{ and }} and {%"),
        ('{{ "it\'s" }}', "it's"),
        ('{"a": {"id": "{{ name }}"}}', '{"a": {"id": "Ada"}}'),
        ("a } b { c }} d", "a } b { c }} d"),
        ("{{ name }}}", "Ada}"),
        ("{{\n  name\n}}", "Ada"),
        ("it's {{ name }}'s", "it's Ada's"),
    ],
)
def test_a_text_is_said_with_its_values_in_place(source: str, expected: str) -> None:
    assert render(source) == expected


def test_a_text_is_cut_into_what_is_constant_and_what_is_fresh() -> None:
    text = Template.parse("您的余额是{{ amount }}，{{ name }}。")
    assert text.segments(SCOPE, {}, {}, str) == [
        ("您的余额是", False),
        ("12.50", True),
        ("，", False),
        ("Ada", True),
        ("。", False),
    ]


def test_every_value_passes_the_writer_also_one_that_is_a_text() -> None:
    text = Template.parse("https://crm.example/{{ name }}?q=a b")
    assert text.render({"name": "../x?y"}, {}, {}, lambda value: quote(value, safe="")) == (
        "https://crm.example/..%2Fx%3Fy?q=a b"
    )


def test_the_parts_are_known_before_any_call() -> None:
    text = Template.parse("a {{ amount + fee }} b {{ name | upper }}")
    assert [part if isinstance(part, str) else part.source for part in text.parts] == [
        "a ",
        "amount + fee",
        " b ",
        "name | upper",
    ]
    assert text.names == {"amount", "fee", "name"}
    assert all(isinstance(part, str | Expression) for part in text.parts)


def test_a_text_without_braces_is_static() -> None:
    assert Template.parse("Hello.").is_static
    assert Template.parse("").is_static
    assert not Template.parse("Hello {{ name }}.").is_static


def test_texts_of_one_source_are_equal() -> None:
    assert Template.parse("a {{ name }}") == Template.parse("a {{ name }}")
    assert len({Template.parse("a {{ name }}"), Template.parse("a {{ name }}")}) == 1


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("Hello {{ name", "E020", 7),
        ("Hello {{ name }", "E020", 7),
        ("Hello {{ name's }}", "E020", 14),
        ("a {{ name }} b {{", "E020", 16),
        ("a {{ }} b", "E021", 3),
        ("a {{}} b", "E021", 3),
        ("a {% if x %}", "E022", 3),
        ("a {# note #}", "E022", 3),
        ("{{ a {{ b }} }}", "E024", 6),
        ("{{{ a }}}", "E024", 3),
        ("x" * (MAX_TEXT + 1), "E023", 0),
        ("a {{ name = 1 }}", "E003", 11),
        ("您好 {{ 1 + }}", "E001", 10),
        ("您好 {{ name.upper() }}", "E004", 7),
    ],
)
def test_a_slip_is_refused_with_its_column(source: str, code: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        Template.parse(source)
    assert (caught.value.code, caught.value.column) == (code, column)


def test_a_value_that_fails_names_its_column_in_the_text() -> None:
    with pytest.raises(ExpressionError) as caught:
        render("Hello {{ name }}, {{ 1 + ghost }}")
    assert (caught.value.code, caught.value.column) == ("E010", 26)


def test_a_text_does_not_grow_beyond_its_bound() -> None:
    with pytest.raises(ExpressionError) as caught:
        render("{{ long }}{{ long }}", long="x" * 9_000)
    assert (caught.value.code, caught.value.column) == ("E023", 13)


def test_every_code_is_listed() -> None:
    assert list(template.CODES) == [f"E{number:03}" for number in range(20, 25)]
