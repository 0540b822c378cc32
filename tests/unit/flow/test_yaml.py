"""Strict YAML: what a value means, where it stands, and how much of it there may be."""

from __future__ import annotations

from typing import Any

import pytest
import yaml as pyyaml

from ivr.errors import FlowError, Place
from ivr.flow import yaml
from ivr.flow.yaml_builder import FLOW, MAX_DEPTH, MAX_FINDINGS

BOTH = pytest.mark.parametrize("loader", [pyyaml.CSafeLoader, pyyaml.SafeLoader], ids=["libyaml", "pure"])

HOTLINE = """\
id: hotline
title: {zh-CN: 95598 热线, en-US: Power hotline}
numbers: ["95598", +861095598]   # what callers dial
vars: {account: null, rate: 1.5}
calendars:
  office: {mon-fri: "08:30-12:00, 13:30-18:00", sat: 9:00}
defaults: &usual {tries: 3, barge_in: any}
nodes:
  main:
    type: menu
    prompt:
      zh-CN: >-
        查询电费请按1，
        人工服务请按0。
      en-US: 'It''s for billing: press "1".'
    options:
      1: {say: [电费, 账单], next: account}
      0: billing_agent
      pound: {next: english}
    fresh: no
  account:
    type: collect
    then: *usual
"""


def value(text: str) -> Any:
    """What an unquoted text becomes as the value of a key."""
    return yaml.parse(f"key: {text}", "f.yaml").data["key"]


def findings(text: str | bytes) -> list[str]:
    with pytest.raises(FlowError) as caught:
        yaml.parse(text, "f.yaml")
    return [f"{found.place.line}:{found.place.column} {found.code}" for found in caught.value.findings]


@pytest.mark.parametrize(
    "text",
    [
        "0123",
        "+8613800000000",
        "12:30",
        "no",
        "yes",
        "on",
        "OFF",
        "1_000",
        "0o17",
        "0x1F",
        "1e3",
        ".5",
        "+1",
        "2026-12-01",
        "1234567890123456",
        "-1234567890123456",
        "1.234567890123456",
        "١٢",
        ".inf",
        "tRUE",
        "y",
    ],
)
def test_what_looks_like_a_number_or_a_truth_to_others_stays_a_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("0", 0),
        ("12", 12),
        ("-3", -3),
        ("123456789012345", 123456789012345),
        ("1.5", 1.5),
        ("-0.25", -0.25),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_plain_decimal_numbers_truths_and_null_are_values(text: str, meaning: object) -> None:
    assert value(text) == meaning
    assert type(value(text)) is type(meaning)


@pytest.mark.parametrize("text", ['"12"', "'true'", '"null"', "'~'", '""'])
def test_a_quoted_value_is_a_text(text: str) -> None:
    assert value(text) == text[1:-1]


def test_every_key_is_the_text_as_written() -> None:
    data = yaml.parse("{1: a, 0404: b, null: c, true: d, 1.50: e, yes: f, ~: g, '': h}", "f.yaml").data
    assert data == dict(zip(["1", "0404", "null", "true", "1.50", "yes", "~", ""], "abcdefgh", strict=True))


@BOTH
def test_a_flow_is_read_the_same_by_both_parsers(loader: Any) -> None:
    document = yaml.parse(HOTLINE, "hotline.yaml", loader=loader)
    assert document.data["numbers"] == ["95598", "+861095598"]
    assert document.data["calendars"]["office"]["sat"] == "9:00"
    assert document.data["nodes"]["main"]["prompt"] == {
        "zh-CN": "查询电费请按1， 人工服务请按0。",
        "en-US": 'It\'s for billing: press "1".',
    }
    assert list(document.data["nodes"]["main"]["options"]) == ["1", "0", "pound"]
    assert document.data["nodes"]["account"]["then"] == {"tries": 3, "barge_in": "any"}


@BOTH
@pytest.mark.parametrize(
    ("path", "key", "line", "column"),
    [
        (("id",), False, 1, 5),
        (("id",), True, 1, 1),
        (("title", "en-US"), False, 2, 33),
        (("numbers", 1), False, 3, 20),
        (("nodes", "main", "options", "1", "next"), True, 17, 26),
        (("nodes", "main"), False, 10, 5),
        (("nodes", "main"), True, 9, 3),
        (("nodes", "account", "then"), False, 23, 11),
        (("nodes", "account", "then", "tries"), False, 7, 26),
        ((), False, 1, 1),
    ],
)
def test_every_value_and_key_knows_its_place(
    loader: Any, path: tuple[str | int, ...], key: bool, line: int, column: int
) -> None:
    document = yaml.parse(HOTLINE, "hotline.yaml", loader=loader)
    assert document.place(path, key=key) == Place("hotline.yaml", line, column)


def test_what_is_missing_belongs_to_the_key_of_its_nearest_ancestor() -> None:
    document = yaml.parse(HOTLINE, "f.yaml")
    assert document.place(("nodes", "main", "timeout", 3)) == document.place(("nodes", "main"), key=True)
    assert document.place(("numbers", 7)) == document.place(("numbers",), key=True)
    assert document.place(("id", "x")) == document.place(("id",), key=True)
    assert document.place(("nowhere",)) == Place("f.yaml", 1, 1)


@BOTH
def test_a_null_without_a_word_stands_at_its_key(loader: Any) -> None:
    assert yaml.parse("a: 1\nb:\nc: 2\n", "f", loader=loader).place(("b",)) == Place("f", 2, 1)


def test_an_alias_is_a_copy() -> None:
    data = yaml.parse("a: &x {n: [1]}\nb: *x", "f").data
    data["a"]["n"].append(2)
    assert data["b"] == {"n": [1]}


def test_an_alias_stands_where_it_is_written_and_its_content_where_that_is() -> None:
    document = yaml.parse("a: &x {n: [1]}\nb: *x", "f")
    assert document.place(("b",)) == Place("f", 2, 4)
    assert document.place(("b", "n")) == Place("f", 1, 11)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    document = yaml.parse("\ufeffid: x\r\nnodes: {a: 您好}\r\n".encode(), "f.yaml")
    assert document.data == {"id": "x", "nodes": {"a": "您好"}}
    assert document.place(("nodes", "a")) == Place("f.yaml", 2, 12)


def test_a_file_over_a_mebibyte_is_refused_before_it_is_read() -> None:
    assert findings(b"[" * (FLOW.size + 1)) == ["1:1 F001"]
    assert findings("您" * (FLOW.size // 3 + 1)) == ["1:1 F001"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"id: x\ntitle: \xc4\xfa\xba\xc3", "2:8 F002"),
        ("id: x".encode("utf-16"), "1:1 F002"),
        ("a: 您好\x07", "1:6 F003"),
        ("a: 1\nb: x\u2028y", "2:5 F003"),
        ("a: x\ud800", "1:5 F003"),
        ('a: "\\0"', "1:4 F003"),
        ('a: "\\u0007"', "1:4 F003"),
    ],
)
def test_bytes_and_characters_that_no_flow_holds_are_named(text: str | bytes, expected: str) -> None:
    assert findings(text) == [expected]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_nesting_ends_with_a_finding_not_with_the_stack(text: str) -> None:
    (finding,) = findings(text)
    assert finding.endswith("F021")


def test_as_many_levels_as_allowed_are_fine() -> None:
    assert yaml.parse("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f").data


def test_a_bomb_of_aliases_does_not_go_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    (finding,) = findings("\n".join(lines))
    assert finding.endswith("F020")


def test_aliases_that_deepen_each_other_are_bounded() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60))]
    assert findings("\n".join(lines)) == [f"{MAX_DEPTH}:12 F021"]


def test_more_values_than_a_flow_has_are_refused() -> None:
    (finding,) = findings("[" + "a," * FLOW.values + "a]")
    assert finding.endswith("F020")


def test_a_thousand_faults_are_cut_short() -> None:
    assert len(findings("a: 1\n" * 1000)) == MAX_FINDINGS


def test_every_fault_is_found_not_only_the_first() -> None:
    text = "a: 1\na: 2\nb: !x y\nc: {d:1}\ne: [f: g]\nh: [\n"
    assert findings(text) == ["2:1 F014", "3:4 F017", "4:6 F010", "5:5 F026", "6:4 F007"]


def test_a_duplicate_key_names_both_places() -> None:
    with pytest.raises(FlowError) as caught:
        yaml.parse('nodes:\n  1: a\n  "1": b\n', "f.yaml")
    assert str(caught.value) == (
        'f.yaml:3:3 F014 "1" is here twice; first in line 2; rename or delete one of them'
    )


def test_every_code_has_one_title_and_every_finding_a_known_code() -> None:
    assert list(yaml.CODES) == [f"F{number:03}" for number in range(1, len(yaml.CODES) + 1)]
