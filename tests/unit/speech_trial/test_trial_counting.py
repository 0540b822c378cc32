"""Results counted, confidences suggested, and all of it reported."""

from __future__ import annotations

import json

import pytest

from ivr.speech.trial import tally, thresholds
from ivr.speech.trial.plan import Conditions
from ivr.speech.trial.report import NOTE, report
from ivr.speech.trial.verdict import Heard, Outcome
from tests.unit.speech_trial.trials import heard, result

RIGHT = result("bill", heard("bill"))
TAKEN_FOR_OUTAGE = result("bill", heard("outage", words="outage"), "billing")
MISSED = result("outage", heard(None, words=""))
REFUSED = result(None, heard(None))
BELIEVED = result(None, heard("bill"), "")


def test_shares_are_of_what_was_meant_for_the_choice() -> None:
    row, other = tally.counted(
        tally.meant([RIGHT, RIGHT, TAKEN_FOR_OUTAGE, REFUSED, MISSED]), tally.by_choice
    )
    assert (row.of, row.total) == (("vosk", "en-US", "main", "bill"), 3)
    assert row.share(Outcome.RIGHT) == pytest.approx(66.7, abs=0.1)
    assert row.share(Outcome.WRONG) == pytest.approx(33.3, abs=0.1)
    assert other.share(Outcome.MISSED) == 100


def test_what_was_not_sure_enough_counts_as_taken_for_nothing() -> None:
    unsure = result("bill", heard("outage", 0.1))
    place = ("vosk", "en-US", "main", "bill")
    assert tally.confusion([RIGHT, TAKEN_FOR_OUTAGE, unsure, BELIEVED]) == {
        (*place, "bill"): 1,
        (*place, "outage"): 1,
        (*place, ""): 1,
    }


def test_two_choices_collide_however_sure_the_engine_was_and_in_both_directions() -> None:
    back = result("outage", heard("bill", 0.1, words="my bill"), "no power")
    (collision,) = tally.collisions([RIGHT, TAKEN_FOR_OUTAGE, TAKEN_FOR_OUTAGE, back, MISSED])
    assert (collision.choices, collision.times, collision.of) == (("bill", "outage"), 3, 5)
    assert "short" in collision.hint


def test_the_hint_names_words_that_long_phrases_share() -> None:
    long = result("bill", heard("outage", words="show me my last report"), "show me my last bill")
    (collision,) = tally.collisions([long])
    assert "show me my last" in collision.hint


def test_what_was_heard_with_more_around_it_is_not_called_short() -> None:
    more = result("bill", heard("outage", words="my bill no power"), "my bill")
    (collision,) = tally.collisions([more])
    assert "more was heard around it" in collision.hint


def test_the_time_that_an_engine_takes_is_set_against_the_audio() -> None:
    speed = tally.speeds([RIGHT, MISSED])["vosk", "en-US"]
    assert (speed.factor, speed.each) == (0.25, 0.5)


def test_mistakes_of_one_kind_are_told_once_with_their_number() -> None:
    found = tally.mistakes([TAKEN_FOR_OUTAGE, BELIEVED, TAKEN_FOR_OUTAGE, RIGHT], 5)
    assert [(each.trial.sentence.text, times) for each, times in found] == [("billing", 2), ("", 1)]


# Thresholds -----------------------------------------------------------------------------------------------


def test_confidences_are_put_between_what_was_right_and_what_was_wrong() -> None:
    sure = [result("bill", heard("bill", 0.9))] * 30
    doubtful = [result("bill", heard("bill", 0.62))] * 10
    mixed = [result("outage", heard("bill", 0.61))] * 10
    chatter = [result(None, heard("bill", 0.4))] * 10
    found = thresholds.suggested([*sure, *doubtful, *mixed, *chatter])
    assert found is not None
    assert 0.62 < found.accept <= 0.9
    assert 0.4 < found.confirm <= 0.6
    assert found.outcomes[Outcome.WRONG] == 0
    assert found.outcomes[Outcome.RIGHT] == 30


def test_nothing_is_suggested_from_a_few_utterances() -> None:
    assert thresholds.suggested([RIGHT] * (thresholds.LEAST - 1)) is None


def test_what_failed_says_nothing_about_confidences() -> None:
    failed = result("bill", Heard(failure="it died"))
    assert thresholds.suggested([RIGHT] * 20 + [failed] * thresholds.LEAST) is None


# The report -----------------------------------------------------------------------------------------------


def test_a_report_says_what_it_is_worth_and_is_json() -> None:
    found = report([RIGHT, TAKEN_FOR_OUTAGE, MISSED, BELIEVED], Conditions())
    assert json.loads(json.dumps(found)) == found | {
        "conditions": found["conditions"] | {"noises": [20.0, 10.0]}
    }
    assert found["note"] == NOTE
    assert "nothing about how people" in NOTE


def test_choices_below_what_is_asked_for_are_named() -> None:
    results = [RIGHT, TAKEN_FOR_OUTAGE, result("outage", heard("outage"))]
    assert [each["choice"] for each in report(results, Conditions(), 90)["below"]] == ["bill"]
    assert report(results, Conditions(), 50)["below"] == report(results, Conditions())["below"] == []


def test_what_was_not_meant_for_the_flow_counts_for_no_choice() -> None:
    found = report([RIGHT, BELIEVED, REFUSED], Conditions())
    assert [(each["utterances"], each["right"]) for each in found["choices"]] == [(1, 100.0)]
    (odd,) = found["strangers"]
    assert (odd["utterances"], odd["wrong"], odd["missed"]) == (2, 50.0, 50.0)
