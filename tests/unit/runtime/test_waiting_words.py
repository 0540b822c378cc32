"""What a caller is told of their place: honest, in words, and nothing where nothing is known."""

from __future__ import annotations

import pytest

from ivr.acd.router import Estimate
from ivr.runtime.waiting import Relax, minutes, offered, told


@pytest.mark.parametrize(
    ("low", "high", "spoken"),
    [
        (0, 40, "It will be less than a minute."),
        (60, 60, "It will be about a minute."),
        (130, 170, "It will be about 2 to 3 minutes."),
        (300, 300, "It will be about 5 minutes."),
        (20, 200, "It will be about 1 to 4 minutes."),
        (4000, 5000, "It will be more than an hour."),
    ],
)
def test_a_wait_is_a_range_of_minutes(low: float, high: float, spoken: str) -> None:
    assert told(None, Estimate(low, high), "en-GB") == spoken


def test_the_range_holds_what_was_estimated() -> None:
    assert minutes(Estimate(125.0, 365.0)) == (2, 7)
    assert minutes(Estimate(0.0, 0.0)) == (0, 1)


def test_a_position_is_told_with_the_wait_or_alone() -> None:
    assert (
        told(3, Estimate(130, 170), "en-US") == "You are number 3 in line. It will be about 2 to 3 minutes."
    )
    assert told(1, None, "en-US") == "You are next."
    assert told(3, None, "zh-CN") == "您前面还有2位。"
    assert told(1, Estimate(0, 30), "zh-CN") == "您是下一位。预计不到一分钟。"


def test_a_wait_that_became_longer_is_said_to_have() -> None:
    assert told(None, Estimate(130, 170, "fewer_agents"), "en-US").startswith("The wait has become longer")


def test_nothing_is_said_where_nothing_is_known_or_there_are_no_words() -> None:
    assert told(None, None, "en-US") == ""
    assert told(2, Estimate(10, 20), "de-DE") == ""
    assert offered("1", "de-DE") == ""


def test_a_key_is_named_as_it_is_called() -> None:
    assert "press star" in offered("*", "en-US")
    assert "请按井号键" in offered("#", "zh-CN")


def test_skills_stand_beside_after() -> None:
    step = Relax.model_validate({"after": "30s", "billing": 1, "groups": ["sales"]}).step()
    assert (step.after, dict(step.require), step.groups) == (30.0, {"billing": 1}, ("sales",))
