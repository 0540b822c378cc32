"""Phrases in a model's words, words as people write them, and vosk's alternatives as hypotheses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import Hearing, Hypothesis
from ivr.speech.asr.base import Request
from ivr.speech.asr.vosk import joined, weighed
from ivr.speech.asr.writing import segmented, spelled, written

CHINESE = {"查询", "电费", "查", "询", "电", "费", "五月", "五", "月", "的", "账单"}.__contains__
ENGLISH = {"my", "bill", "don't", "Monday"}.__contains__


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("查询电费", ["查询", "电费"]),
        ("查询 电费", ["查询", "电费"]),
        ("五月的账单。", ["五月", "的", "账单"]),
        ("", []),
        ("，。！", []),
    ],
)
def test_chinese_is_cut_into_as_few_words_as_can_be(phrase: str, words: list[str]) -> None:
    assert segmented(phrase, CHINESE) == (words, [])


def test_words_that_a_model_lacks_are_left_out() -> None:
    assert segmented("查询水费", CHINESE) == (["查询", "费"], ["水"])
    assert segmented("My frobnicated BILL", ENGLISH) == (["my", "bill"], ["frobnicated"])


def test_case_and_apostrophes_are_as_the_model_has_them() -> None:
    assert segmented("don't Monday BILL?", ENGLISH) == (["don't", "Monday", "bill"], [])


@given(st.text("查询电费水月 a", max_size=30))
def test_cutting_loses_no_character(phrase: str) -> None:
    words, strangers = segmented(phrase, CHINESE)
    assert sorted("".join(words + strangers)) == sorted(phrase.replace(" ", ""))


def test_chinese_is_written_without_spaces_and_english_with() -> None:
    assert written(" 查询  电费 ") == "查询电费"
    assert written("转 WiFi 办理 two  words") == "转 WiFi 办理 two words"


def test_for_a_vocabulary_that_cannot_be_asked_characters_stand_alone_too() -> None:
    assert spelled(("停电", "no power")) == ["停电", "停 电", "no power"]


def alternative(text: str, nats: float) -> dict[str, object]:
    return {"text": text, "confidence": nats}


def test_an_alternative_has_its_posterior_probability_as_confidence() -> None:
    likely, other = weighed([alternative("yes", 40.0), alternative("no", 40.0 - math.log(3))])
    assert (likely.words, other.words) == ("yes", "no")
    assert likely.confidence == pytest.approx(0.75)
    assert other.confidence == pytest.approx(0.25)


def test_unknown_words_are_not_told_and_make_less_sure() -> None:
    (only,) = weighed([alternative("[unk] [unk] outage", 10.0)])
    assert only.words == "outage"
    assert only.confidence == pytest.approx(1 / 1.5)


def test_what_differs_in_unknown_words_only_is_one() -> None:
    (only,) = weighed([alternative("outage", 10.0), alternative("outage [unk]", 10.0)])
    assert only.confidence == pytest.approx((1 + 1 / 1.5) / 2)


def test_unknown_words_alone_are_nothing() -> None:
    assert weighed([alternative("[unk]", 10.0), alternative("[unk] [unk]", 9.0)]) == []
    assert weighed([alternative("", 1.0)]) == []
    assert weighed([]) == []


def test_what_is_likely_noise_takes_its_part_of_the_confidence() -> None:
    (only,) = weighed([alternative("[unk]", 10.0), alternative("yes", 10.0)])
    assert only == Hypothesis("yes", 0.5)
    assert weighed([alternative("[unk]", 10.1), alternative("yes", 10.0)]) == []


def test_parts_around_a_pause_are_put_together_likeliest_first() -> None:
    parts = [[Hypothesis("我要", 0.9), Hypothesis("我", 0.1)], [Hypothesis("查询", 1.0)]]
    assert joined(parts) == [Hypothesis("我要查询", 0.9), Hypothesis("我查询", 0.1)]
    assert joined([]) == []


def test_a_request_is_the_part_of_a_hearing_that_engines_are_told() -> None:
    hearing = Hearing("en-US", ("yes", "no"), "#JSGF", patience=3.0)
    assert Request.of(hearing) == Request("en-US", ("yes", "no"), "#JSGF")
