"""The page of the whole language has all of it: nothing in the code is missing there, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from ivr import registry
from ivr.flow import expressions, phrases, prompts, scope, yaml_builder
from ivr.flow.json_schema.spellings import ITEMS, SPELLINGS
from ivr.flow.model import Defaults, Flow, Node
from ivr.flow.phrases.currencies import PLACES
from ivr.flow.types import _UNITS, MAX_SEQUENCE, BargeIn

PAGE = (Path(__file__).parents[2] / "docs/flow-language.md").read_text(encoding="utf-8")
NODES: dict[str, type[Node]] = registry.load_all("ivr.nodes")


def table(*head: str) -> dict[str, str]:
    """A table's rows: what stands in backquotes in the first cell, and the rest. Several share a row."""
    found = re.search(rf"^\| {re.escape(' | '.join(head))} \|\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found, head
    rows: dict[str, str] = {}
    for line in found[1].splitlines():
        first, _, rest = line.strip("| ").partition(" | ")
        rows |= dict.fromkeys(re.findall(r"`([^`]+)`", first), rest)
    return rows


def section(title: str) -> str:
    """The text below a heading, up to the next."""
    return re.split(r"^#+ ", PAGE.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def test_it_has_every_option_of_a_flow() -> None:
    assert table("option", "what it says").keys() == Flow.model_fields.keys()


def test_it_has_every_default_with_its_value() -> None:
    block = section("The head of a flow").partition("defaults:\n")[2].partition("```")[0]
    shown = dict(re.findall(r"^  (\w+): +(\S+)", block, re.MULTILINE))
    assert shown == {
        "tries": "3",
        "noinput_after": "5s",
        "digit_timeout": "3s",
        "barge_in": "any",
        "speech": "{}",
        "outcomes": "{}",
    }
    assert shown.keys() == Defaults.model_fields.keys()
    assert (Defaults().tries, Defaults().noinput_after, Defaults().digit_timeout) == (3, 5.0, 3.0)


def test_it_has_every_node_type() -> None:
    assert table("type", "does").keys() == NODES.keys()


def test_it_has_every_outcome() -> None:
    rows = table("node", "outcomes beside `next` and `error`")
    for kind, node in NODES.items():
        for outcome in node.own_outcomes:
            assert f"`{outcome}`" in rows[kind], (kind, outcome)


def test_it_has_every_target() -> None:
    (words, *_) = SPELLINGS["target"].schema["anyOf"]
    rows = table("target", "leads to")
    assert rows.keys() == {*words["enum"], "{return: found}", "flow:complaints"}


def test_it_has_every_thing_a_prompt_may_hold() -> None:
    rows = "".join(table("in the list", "is"))
    for item in ITEMS:
        assert f"{{{next(iter(item.model_fields))}: " in rows, item
    assert len(ITEMS) == len(get_args(get_args(prompts.Item)[0])) - 1  # and texts


def test_it_has_every_name_that_expressions_see() -> None:
    rows = table("name", "is")
    names = {f"call.{name}" for name in scope.CALL} | {f"caller.{name}" for name in scope.CALLER}
    assert rows.keys() == names | {"now", "value"} | set(scope.OPERATION_NAMES)
    assert set(scope.NAMES) == {"call", "caller", "now"}


def test_it_has_every_function_and_no_other() -> None:
    shown = {re.match(r"\w+", name)[0] for name in table("function", "gives") if "(" in name}  # type: ignore[index]
    assert shown == set(expressions.FUNCTIONS) | set(scope.FUNCTIONS)


def test_it_has_every_filter_and_no_other() -> None:
    shown = {re.split(r" \\\| |\(", name)[1] for name in table("written", "zh-CN", "en-US")}
    assert shown == set(phrases.NAMES) - {"count"}
    assert "| count('条') }}" in section("Values in a caller's ears")


def test_it_has_every_currency() -> None:
    sentence = re.search(r"Currencies that can be spoken: ([^.]+)\.", PAGE)
    assert sentence
    assert re.findall(r"[A-Z]{3}", sentence[1]) == sorted(PLACES)


@pytest.mark.parametrize("word", get_args(get_args(BargeIn)[0]))
def test_it_has_every_way_of_barging_in(word: str) -> None:
    assert f"`{word}`" in section("What callers press")


def test_its_limits_are_the_real_ones() -> None:
    assert "the keys, up to ten" in section("Names, times, keys")
    assert MAX_SEQUENCE == 10
    assert all(f"`{unit}`" in section("Names, times, keys") for unit in _UNITS)
    assert yaml_builder.FLOW.size == 1 << 20
    assert f"1 MiB, {yaml_builder.MAX_DEPTH} levels and {yaml_builder.FLOW.values:,} values" in PAGE
