"""Thousands of broken flows, expressions and texts: only documented errors, in bounded time.

Few of them run with the tests; a million by hand, with the memory they took:

    nice python tests/unit/flow/test_flow_fuzz.py yaml 1000000
"""

from __future__ import annotations

import contextlib
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.errors import ExpressionError, FlowError
from ivr.flow import expressions, template, yaml
from ivr.flow.template import Template

SECONDS = 1.0
"""No single input of these sizes takes longer; most take a thousandth of it."""

FLOWS = [
    """\
id: hotline
title: {zh-CN: 95598 热线, en-US: Power hotline}
numbers: ['95598', +861095598]   # DIDs
""",
    """\
vars: {account: null, rate: 1.5}
calendars:
  office: {mon-fri: "08:30-12:00, 13:30-18:00", sat: 9:00}
""",
    """\
nodes:
  main:
    type: menu
    options:
      1: {say: [电费, 账单], next: account}
      0: agent
      pound: {next: english}
    noinput: {zh-CN: [没有收到您的输入。, 请按键。]}
""",
    """\
say: >-
  查询电费请按1，
  人工服务请按0。
more: |
  Press #1.
  {{ x }}
quoted: 'It''s "1".'
esc: "\\u4f60\\n"
""",
    """\
defaults: &usual {tries: 3, outcomes: {error: end}}
a:
  b: *usual
  c: &x [1, {d: *usual}]
e: *x
""",
    """\
tell:
  prompt:
    - "您的余额是{{ amount | money('CNY') }}。"
    - {each: items, as: item, say: "{{ item.month }}月"}
    - pause: 500ms
""",
]
YAML_SIGNS = [
    ":",
    ": ",
    " #",
    "#",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "!",
    "!!str ",
    "|",
    ">",
    "'",
    '"',
]
YAML_SIGNS += [
    "%",
    "@",
    "`",
    "\\",
    "\t",
    "\n",
    "\n  ",
    "\n---\n",
    "...",
    "<<: ",
    "{{",
    "}}",
    "：",
    "“",
    "\u3000",
    "~",
]
YAML_SIGNS += [
    "\ufeff",
    "\x00",
    "\x85",
    "\u2028",
    "\ud800",
    "😀",
    "0123",
    "1e9",
    "null: ",
    "\r",
    "\r\n",
    "&",
    "*",
    "=",
    "-",
]

EXPRESSIONS = [
    "amount > 100 and caller.vip",
    "10 if caller.vip else -tries * 2",
    "items[0].amount | round(2) | text",
    "'gold' in caller.tags or not (nothing == null)",
    "date(now) - date('2026-12-01') >= 3.5 % 2 // 1",
    'replace(account, "1", "二") + first([account, "x"], 1)[0]',
]
EXPRESSION_SIGNS = [
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "(",
    ")",
    "[",
    "]",
    ".",
    ",",
    "|",
    "==",
    "=",
    "<",
    "!",
    "'",
    '"',
]
EXPRESSION_SIGNS += [
    " and ",
    " or ",
    " not ",
    " in ",
    " if ",
    " else ",
    "null",
    "true",
    "9" * 39,
    "0.1",
    "1e9",
    "lambda:",
]
EXPRESSION_SIGNS += [
    "{",
    "}",
    ":",
    "\\",
    "\n",
    "\x00",
    "\ud800",
    "²",
    "：",
    "“",
    "x",
    "items",
    "length(",
    "| join",
    "f'",
    "__",
]
SCOPE = {
    "amount": Decimal("12.50"),
    "tries": 3,
    "account": "0123456789",
    "nothing": None,
    "items": [{"month": 5, "amount": 2.5}, {"month": 6, "amount": Decimal(4)}],
    "caller": {"vip": True, "tags": ["gold"]},
    "now": datetime(2026, 11, 23, 10, 30, tzinfo=UTC),
    "x": "x" * 900,
}

TEXTS = [
    "您的余额是{{ amount }}。",
    "a {{ name | upper }} b {{ 'c' }}",
    "{{ '{{' }}{{ amount + 1 }} }}",
    '{"a": "{{ x }}"}',
]
TEXT_SIGNS = ["{{", "}}", "{", "}", "'", '"', "{%", "{#", " | ", "x", " ", "\n", "amount", "\ud800"]


def mutate(chance: random.Random, corpus: list[str], signs: list[str]) -> str:
    """One of the corpus with some cuts, copies, swaps and signs in it."""
    text = chance.choice(corpus)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        at = chance.randint(0, len(text))
        end = min(len(text), at + chance.choice((0, 1, 1, 3, 10, 50)))
        match chance.randrange(7):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:end] + text[at:end] * chance.choice((1, 1, 2, 30)) + text[end:]
            case 2:
                text = text[:at] + chance.choice(signs) * chance.choice((1, 1, 1, 2, 60)) + text[end:]
            case 3:
                other = chance.choice(corpus)
                text = text[:at] + other[chance.randint(0, len(other)) :]
            case 4:
                text = text[:at] + text[at:end][::-1] + text[end:]
            case _:
                text = text[:at] + chance.choice(signs) + text[at:]
    return text[:4_000]


def check_yaml(source: str) -> str:
    """Parse one file; returns its outcome."""
    raw: str | bytes = source
    if source[-1:] == "\r":  # a sixth of them as bytes that are often not UTF-8
        raw = source.encode(errors="surrogatepass")
    try:
        document = yaml.parse(raw, "f.yaml")
    except FlowError as error:
        lines = source.count("\n") + source.count("\r") + 2
        for finding in error.findings:
            assert finding.code in yaml.CODES, finding
            assert 1 <= finding.place.line <= lines, finding
            assert 1 <= finding.place.column <= len(source) + 1, finding
            assert finding.message, finding
        return error.findings[0].code
    _check_plain(document, document.data, ())
    return "fine"


def _check_plain(document: yaml.Document, data: Any, path: tuple[str | int, ...]) -> None:
    assert len(path) <= 50
    assert document.place(path).line >= 1
    if isinstance(data, dict):
        for key, value in data.items():
            assert type(key) is str
            _check_plain(document, value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            _check_plain(document, value, (*path, number))
    else:
        assert data is None or type(data) in (str, int, float, bool)


def documented(error: ExpressionError, source: str, codes: dict[str, str]) -> str:
    """The code of an error that is what it should be."""
    assert error.code in codes
    assert 0 <= error.column <= len(source) + 1
    return error.code


def check_expression(source: str) -> str:
    """Parse and evaluate one expression; returns its outcome."""
    try:
        value = expressions.parse(source).evaluate(SCOPE)
    except ExpressionError as error:
        return documented(error, source, expressions.CODES)
    assert isinstance(value, str | int | Decimal | list | dict | datetime | None) or hasattr(
        value, "isoformat"
    )
    assert not isinstance(value, str) or len(value) <= 10_000
    return "fine"


def check_template(source: str) -> str:
    """Parse and render one text; returns its outcome."""
    try:
        text = Template.parse(source)
        assert len(text.render(SCOPE, {}, {}, str)) <= 10_000
    except ExpressionError as error:
        return documented(error, source, {**template.CODES, **expressions.CODES})
    return "fine"


ROOMS: dict[str, tuple[Callable[[str], str], list[str], list[str]]] = {
    "yaml": (check_yaml, FLOWS, YAML_SIGNS),
    "expression": (check_expression, EXPRESSIONS, EXPRESSION_SIGNS),
    "template": (check_template, TEXTS, TEXT_SIGNS),
}


def fuzz(room: str, inputs: int, seed: int = 0) -> tuple[Counter[str], float]:
    """Run so many mutated inputs; returns how often each outcome came, and the slowest one's seconds."""
    check, corpus, signs = ROOMS[room]
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(inputs):
        source = mutate(chance, corpus, signs)
        began = time.process_time()
        try:
            outcomes[check(source)] += 1
        except Exception as error:
            error.add_note(f"input: {source!r}")
            raise
        slowest = max(slowest, time.process_time() - began)
    return outcomes, slowest


@pytest.mark.parametrize("room", ROOMS)
def test_broken_input_brings_only_documented_errors_in_bounded_time(room: str) -> None:
    outcomes, slowest = fuzz(room, 1_500)
    assert slowest < SECONDS
    assert outcomes["fine"] > 50
    assert len(outcomes) > 5


def test_the_pure_parser_never_reads_otherwise_than_libyaml() -> None:
    """It refuses a little more (tabs between words, `? ` in brackets); what both read, they read the same."""
    chance = random.Random(1)
    read_by_both = 0
    for _ in range(400):
        source = mutate(chance, FLOWS, YAML_SIGNS)
        try:
            pure = yaml.parse(source, "f", loader=pyyaml.SafeLoader)
        except FlowError:
            continue
        fast = yaml.parse(source, "f", loader=pyyaml.CSafeLoader)
        assert fast.data == pure.data, source
        read_by_both += 1
    assert read_by_both > 20


TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(data=DATA)
@settings(deadline=None, max_examples=100)
def test_json_is_yaml_and_comes_back_as_it_went(data: Any) -> None:
    source = json.dumps(data, ensure_ascii=False, indent=1)
    assert yaml.parse(source, "f").data == data


@given(source=st.text() | st.binary())
@settings(deadline=None, max_examples=200)
def test_any_text_or_bytes_are_read_or_refused(source: str | bytes) -> None:
    with contextlib.suppress(FlowError):
        yaml.parse(source, "f")


@given(source=st.text() | st.text("()[]'\"|.,+-*/%<>=! \nabcnot in if else 019", max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_text_is_an_expression_or_refused(source: str) -> None:
    check_expression(source)
    check_template(source)


ATOMS = [
    "0",
    "1",
    "0.0",
    "-1",
    "2.5",
    "9" * 39,
    "''",
    "'a'",
    "[]",
    "null",
    "true",
    "date(now)",
    *SCOPE,
    "items[0]",
]
OPERATORS = ["+", "-", "*", "/", "//", "%", "==", "!=", "<", ">=", "and", "or", "in", "not in"]


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of expressions."""
    function = st.sampled_from(sorted(expressions.FUNCTIONS))
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner),
        st.builds("({2} if {0} else {1})".format, inner, inner, inner),
        st.builds("({} | {})".format, inner, function),
        st.builds(lambda name, args: f"{name}({', '.join(args)})", function, st.lists(inner, max_size=3)),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("-{}".format, inner),
    )


@given(source=st.recursive(st.sampled_from(ATOMS), larger, max_leaves=8))
@settings(deadline=None, max_examples=400)
def test_whatever_the_language_can_say_has_a_value_or_a_documented_error(source: str) -> None:
    check_expression(source)


def main(room: str, inputs: int, seed: int = 0) -> None:
    """The long mode."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    step = min(inputs, 50_000)
    totals: Counter[str] = Counter()
    worst = 0.0
    for number in range(0, inputs, step):
        outcomes, slowest = fuzz(room, step, seed + number)
        totals += outcomes
        worst = max(worst, slowest)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(
            f"{number + step:,} inputs in {time.perf_counter() - began:.0f} s, "
            f"slowest {worst * 1000:.0f} ms, memory {before // 1024} -> {memory // 1024} MB",
            flush=True,
        )
    print(dict(totals.most_common()))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
