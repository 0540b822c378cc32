"""Calls in real time that were not those of the virtual clock are told apart, each difference once."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from ivr.testing.agreement import differences
from ivr.testing.mocks import Request
from ivr.testing.played import Played, Stay, Step
from tests.flow_tests import only

FLOW = "vars: {file: null}\nnodes: {hello: {type: play, prompt: Hello., next: bye}, bye: {type: hangup}}"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Any, Played]:
    outcome = only(tmp_path, FLOW, "- {name: a, expect: {end: completed}}")
    assert outcome.played is not None
    return outcome.case, outcome.played


def told(pair: tuple[Any, Played], **changed: Any) -> list[str]:
    case, played = pair
    return [one.message for one in differences(case, played, dataclasses.replace(played, **changed))]


def test_the_same_call_agrees_whatever_time_it_took(pair: tuple[Any, Played]) -> None:
    slower = tuple(dataclasses.replace(step, began=step.began + 9) for step in pair[1].steps)
    assert told(pair, seconds=99.0, steps=slower, transcript=()) == []


def test_another_way_is_told_at_its_first_difference(pair: tuple[Any, Played]) -> None:
    hello, _ = pair[1].steps
    other = dataclasses.replace(hello, outcome="error", problems=("no sound",))
    assert told(pair, steps=(other, Step("t", "x", "next", 0, 0))) == [
        "visit 1 was hello=error, and on the virtual clock hello=next"
    ]
    assert told(pair, steps=(hello,)) == ["visit 2 was none, and on the virtual clock bye=next"]


def test_each_value_that_differs_is_told(pair: tuple[Any, Played]) -> None:
    assert told(pair, end="failed", goals=("g",), vars={"file": 3}, requests=(Request("GET", "x"),)) == [
        "end was failed, and on the virtual clock completed",
        "goals was g, and on the virtual clock none",
        "file was 3, and on the virtual clock null",
        "it asked for 1 × GET x, and on the virtual clock for nothing more",
    ]


def test_names_of_recordings_differ_by_the_call_only(pair: tuple[Any, Played]) -> None:
    case, played = pair
    one = dataclasses.replace(played, vars={"file": f"box/{played.call}-1.wav"})
    other = dataclasses.replace(played, vars={"file": "box/real-1.wav"}, call="real")
    assert list(differences(case, one, other)) == []


def test_queues_and_answers_that_differ_are_told_and_waits_are_not(
    pair: tuple[Any, Played],
) -> None:
    case, played = pair
    virtual = dataclasses.replace(played, stays=(Stay("billing", "a1", "answered", 3.0),))
    slower = dataclasses.replace(played, stays=(Stay("billing", "a1", "answered", 9.0),))
    assert list(differences(case, virtual, slower)) == []
    other = dataclasses.replace(
        played,
        stays=(Stay("billing", "", "timed_out", 9.0),),
        callbacks=("+8613800000000",),
        ratings={"a": 4},
    )
    assert [one.message for one in differences(case, virtual, other)] == [
        "callbacks were ['+8613800000000'], and on the virtual clock []",
        "ratings were {'a': 4}, and on the virtual clock {}",
        "its queues were billing timed_out, and on the virtual clock billing answered a1",
    ]
