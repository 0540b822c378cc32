"""What is expected of calls: each expectation can fail, says what was, and names its line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.testing.judge import agrees, judge, matches, nearest
from ivr.testing.played import Step
from tests.flow_tests import messages, only

FLOW = """
languages: [en-US]
numbers: ["95598"]
vars: {amount: 3, list: []}
nodes:
  hello: {type: play, prompt: Welcome., next: main}
  main:
    type: menu
    prompt: For bills press one.
    options: {1: bill}
    outcomes: {exhausted: bye}
  bill: {type: play, goal: told, prompt: You owe nothing., next: bye}
  bye: {type: hangup, prompt: Goodbye.}
"""
CASE = "- name: a\n  steps: [{press: 1}]\n  expect:\n    "
"""A case whose expectation stands in line 6."""


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        ("end: transfer", "expected end transfer; it was completed"),
        ("cause: USER_BUSY", "expected cause USER_BUSY; it was NORMAL_CLEARING"),
        ("goals: []", "expected goals none; it was told"),
        ("vars: {amount: 4}", "expected amount = 4; it was 3"),
        ("transfer: 1001", "expected transfer 1001; it was nobody"),
        ("recordings: 1", "expected recordings 1; it was 0"),
        ("never: bill", "expected no visit of bill; it was hello=next → main=1 → bill=next → bye=next"),
        ("visits: main=2", "expected a visit of main=2; it was hello=next → main=1 → bill=next → bye=next"),
        ("heard: Good morning", "“Good morning” was not heard"),
        ("not_heard: you OWE", "“you OWE” was heard"),
        ("requests: {GET crm:/x: 1}", "expected 1 × GET crm:/x; it was 0 ×"),
        ("requests: {GET crm:/x: {}}", "expected GET crm:/x; it was never asked for; asked was nothing"),
        ("within: 1s", "expected at most 1 s; it was 1.8 s"),
        ("lasts: 60s", "expected at least 60 s; it was 1.8 s"),
    ],
)
def test_an_expectation_that_fails_says_what_was(tmp_path: Path, expectation: str, message: str) -> None:
    (said,) = messages(only(tmp_path, FLOW, CASE + expectation))
    line, _, text = said.partition(" ")
    assert (line, text) == ("6", message)


def test_where_the_playing_broke_down_nothing_else_is_said(tmp_path: Path) -> None:
    outcome = only(tmp_path, FLOW, CASE + "end: completed")
    assert outcome.played is not None
    lost = replace(outcome.played, fault="the line was lost", end="failed", done=0)
    assert [one.message for one in judge(outcome.case, lost)] == ["the line was lost"]


@pytest.mark.parametrize(
    "expectation",
    [
        "end: completed",
        "cause: NORMAL_CLEARING",
        "goal: told",
        "goals: [told]",
        "vars: {amount: 3.0}",
        "language: en-US",
        "journey: [hello, main=1, bill, bye]",
        "journey: [hello, ..., bye]",
        "journey: […]",
        "visits: [bill, hello]",
        "heard: [Goodbye, you owe nothing]",
        "not_heard: Good evening",
        "requests: {GET crm:/x: 0}",
        "within: 1m",
        "lasts: 1s",
    ],
)
def test_an_expectation_that_is_met_says_nothing(tmp_path: Path, expectation: str) -> None:
    outcome = only(tmp_path, FLOW, CASE + expectation)
    assert outcome.passed, outcome.failures


def test_the_journey_is_the_whole_one(tmp_path: Path) -> None:
    assert not only(tmp_path, FLOW, CASE + "journey: [hello, main, bill]").passed
    assert not only(tmp_path, FLOW, CASE + "journey: [main, …]").passed


def test_a_call_that_fails_fails_its_case_unless_that_is_expected(tmp_path: Path) -> None:
    flow = "nodes: {a: {type: branch, cases: [{when: 'missing(1) == 2', next: end}], else: end}}"
    broken = flow.replace("missing(1) == 2", "1 / 0 == 2")
    outcome = only(tmp_path, broken, "- {name: a, steps: [{wait: 1s}]}")
    assert messages(outcome) == ["3 the call failed: NORMAL_TEMPORARY_FAILURE"]
    assert only(tmp_path, broken, "- {name: a, expect: {end: failed}}").passed


def test_every_failure_is_told(tmp_path: Path) -> None:
    case = CASE.replace("{press: 1}", "{hear: Nonsense}") + "end: transfer\n    goal: told"
    assert [said.partition(" ")[0] for said in messages(only(tmp_path, FLOW, case))] == ["4", "6", "7"]


@pytest.mark.parametrize(
    ("wish", "actual", "same"),
    [
        (12.5, Decimal("12.50"), True),
        (1, Decimal("1.01"), False),
        ("12.5", Decimal("12.5"), True),
        ("x", 1, False),
        (None, None, True),
        (None, 0, False),
        (True, 1, False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1, "c": 2}, {"a": 1}, False),
        ({"a": 1}, 1, False),
        ([1, 2], [1, 2.0], True),
        ([1], [1, 2], False),
    ],
)
def test_values_are_compared_by_what_they_mean(wish: Any, actual: Any, same: bool) -> None:
    assert agrees(wish, actual) is same


def steps(*nodes: str) -> list[Step]:
    return [Step("t", node, "next", 0, 0) for node in nodes]


@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc…"), max_size=6))
def test_gaps_stand_for_any_nodes(nodes: list[str], wish: list[str]) -> None:
    def plain(wish: list[str], nodes: list[str]) -> bool:
        if not wish:
            return not nodes
        if wish[0] == "…":
            return any(plain(wish[1:], nodes[start:]) for start in range(len(nodes) + 1))
        return bool(nodes) and nodes[0] == wish[0] and plain(wish[1:], nodes[1:])

    assert matches(wish, steps(*nodes), "t") is plain(wish, nodes)


def test_a_node_of_another_flow_needs_its_name() -> None:
    there = [Step("pin", "ask", "3", 0, 0)]
    assert matches(["pin:ask=3"], there, "t")
    assert not matches(["ask"], there, "t")


def test_the_nearest_line_is_shown() -> None:
    assert nearest("twelve yuan", ["Welcome", "You owe twelve dollars"]) == (
        "the nearest that was heard: “You owe twelve dollars”"
    )
    assert nearest("x", []) == "nothing was heard at all"
