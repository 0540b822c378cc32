"""Yesterday again: what was recorded, as a scenario."""

from __future__ import annotations

from math import inf

import pytest

from ivr.acd.simulator.replay import Past, Turn, kaplan_meier, scenario, shifts
from ivr.acd.simulator.scenario import Shift
from ivr.acd.simulator.study import Limits, study
from ivr.errors import IvoryError
from tests.unit.acd_simulator.centres import pool

NOON = 1_795_262_400.0


def answered(arrived: float, waited: float, talk: float) -> Past:
    return Past("all", NOON + arrived, waited, talk=talk, wrap_up=0.0)


def gone(arrived: float, waited: float) -> Past:
    return Past("all", NOON + arrived, waited, abandoned=True)


def test_those_who_were_answered_count_as_patient_up_to_then() -> None:
    # Six at risk at 10 s, of whom one leaves; four at 20 s (one was answered at 15 s), of whom two leave.
    past = [gone(0, 10), answered(0, 15, 1), gone(0, 20), gone(0, 20), answered(0, 30, 1), answered(0, 40, 1)]
    found = kaplan_meier(past)
    assert found.values == (10, 20, inf)
    assert found.weights == pytest.approx((1 / 6, 5 / 6 * 2 / 4, 5 / 6 * 2 / 4))


def test_a_day_played_again_with_the_same_people_is_the_same_day() -> None:
    past = [answered(0, 0, 60), answered(10, 50, 60), gone(20, 30), answered(200, 0, 30)]
    counts = study([pool(1)], scenario(past), Limits(contacts=1)).counts()
    assert (counts.answered, counts.abandoned) == (3, 1)
    assert counts.wait == pytest.approx(80.0)
    assert counts.talk == pytest.approx(150.0)


def test_with_more_people_nobody_of_that_day_has_to_wait() -> None:
    past = [answered(0, 0, 60), answered(10, 50, 60), gone(20, 30), answered(200, 0, 30)]
    counts = study([pool(3)], scenario(past), Limits(contacts=1)).counts()
    assert (counts.answered, counts.wait) == (4, 0.0)


def test_who_was_answered_is_never_less_patient_in_the_replay() -> None:
    past = [answered(each * 5.0, 12.0, 60) for each in range(40)] + [
        gone(each * 5.0, 3.0 + each) for each in range(40)
    ]
    load = scenario(past).loads[0]
    assert {each.patience for each in load.known if each.talk is None} == {3.0 + each for each in range(40)}
    counts = study([pool(1)], scenario(past), Limits(contacts=1)).counts()
    assert counts.queued == 80


def test_agents_are_there_when_they_were() -> None:
    turns = [
        Turn("anna", NOON - 600, "available"), Turn("anna", NOON + 100, "on_break"),
        Turn("anna", NOON + 160, "available"), Turn("anna", NOON + 500, "logged_out"),
        Turn("bert", NOON + 50, "available"), Turn("cleo", NOON + 70, "wrap_up"),
        Turn("dora", NOON - 90, "on_break"), Turn("dora", NOON + 10, "logged_out"),
    ]  # fmt: skip
    assert shifts(turns, NOON, NOON + 900) == {
        "anna": (Shift(0, 500, ((100, 160),)),),
        "bert": (Shift(50, 900),),
        "cleo": (Shift(0, 900),),
        "dora": (Shift(0, 10, ((0, 10),)),),
    }


def test_without_contacts_there_is_nothing_to_replay() -> None:
    with pytest.raises(IvoryError, match="no contacts to replay"):
        scenario([])


def test_a_group_nobody_of_which_was_answered_cannot_be_replayed() -> None:
    with pytest.raises(IvoryError, match="nobody of all was answered"):
        scenario([gone(0, 10)])
