"""What a flow has other systems told can be asked for in its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow_tests import messages, only

FLOW = """
languages: [en-US]
vars: {order: A7, amount: 12.50}
defaults: {outcomes: {error: end}}
nodes:
  ask: {type: menu, prompt: Press 1., options: {1: told, 2: end}, outcomes: {exhausted: end}}
  told: {type: notify, event: order.placed, data: {order: order, lines: 3, amount: amount}, next: end}
"""


@pytest.mark.parametrize(
    "case",
    [
        "steps: [{hear: Press 1}, {press: 1}], expect: {notified: {order.placed: {order: A7, amount: 12.5}}}",
        "steps: [{hear: Press 1}, {press: 1}], expect: {notified: {order.placed: {}}}",
        "steps: [{hear: Press 1}, {press: 2}], expect: {notified: {order.placed: null}}",
    ],
)
def test_a_case_says_what_others_are_told(tmp_path: Path, case: str) -> None:
    outcome = only(tmp_path, FLOW, f"- {{name: a, {case}}}")
    assert outcome.passed, messages(outcome)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("{press: 1}], expect: {notified: {order.placed: {order: A8}}}", "order.placed told with"),
        ("{press: 1}], expect: {notified: {order.placed: null}}", "order.placed told with"),
        ("{press: 2}], expect: {notified: {order.placed: {}}}", "order.placed told with"),
    ],
)
def test_what_was_told_otherwise_fails(tmp_path: Path, case: str, message: str) -> None:
    outcome = only(tmp_path, FLOW, f"- {{name: a, steps: [{{hear: Press 1}}, {case}}}")
    assert any(message in one for one in messages(outcome))
