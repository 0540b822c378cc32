"""Phrases as designers write them: brackets of every keyboard, and refusals that name the very sign."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import Hypothesis
from ivr.errors import ExpressionError
from ivr.flow.spoken import CODES, Expected, Pattern

TODAY = dt.date(2026, 11, 22)


def takes(phrase: str, words: str, language: str = "en-US") -> bool:
    expected = Expected(language, {"it": [Pattern.parse(phrase)]})
    best = expected.understand([Hypothesis(words, 1.0)], TODAY).best
    return best is not None and best.confidence == 1.0


def refused(phrase: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as error:
        Pattern.parse(phrase)
    assert error.value.hint
    return error.value


@pytest.mark.parametrize(
    ("phrase", "taken", "not_taken"),
    [
        ("My  Bill!", ["my bill", "MY BILL."], ["bill", "my", "my big bill bill"]),
        ("[my] bill", ["bill", "my bill"], ["my"]),
        ("(show|check) bill", ["show bill", "check bill"], ["bill", "show check bill"]),
        ("[(very|quite) [much]] good", ["good", "quite good", "very much good"], ["much", "very much"]),
        ("(a bill|) please pay", ["please pay", "a bill please pay"], ["bill pay"]),
        ("wi-fi", ["wi fi", "Wi-Fi"], ["wi"]),
        ("I’d know", ["i'd know"], ["id know"]),
    ],
)
def test_a_phrase_takes_its_wordings_and_no_others(
    phrase: str, taken: list[str], not_taken: list[str]
) -> None:
    assert [words for words in taken if not takes(phrase, words)] == []
    assert [words for words in not_taken if takes(phrase, words)] == []


@pytest.mark.parametrize(
    "phrase",
    [
        "(我要|我想)查询{month}月的[通话]详单",
        "（我要｜我想）查询｛month｝月的［通话］详单",
        "（我要|我想）查询「month」月的【通话】详单。",
        " ( 我要 | 我想 ) 查询 { month } 月的 [ 通话 ] 详单",
    ],
)
def test_full_width_signs_count_as_the_plain_ones(phrase: str) -> None:
    assert takes(phrase, "我想查询五月的通话详单", "zh-CN")
    assert takes(phrase, "我要查询5月的详单", "zh-CN")


def test_figures_in_a_phrase_may_be_spoken_and_spoken_numbers_may_come_in_figures() -> None:
    assert takes("5 star", "five star")
    assert takes("line 12", "line twelve")
    assert takes("line 12", "line one two")
    assert takes("拨打95598", "拨打九五五九八", "zh-CN")
    assert takes("2号线", "二号线", "zh-CN")
    assert takes("二号线", "2号线", "zh-CN")
    assert takes("route twenty one", "route 21")
    assert not takes("line 12", "line twenty")


@pytest.mark.parametrize(
    ("phrase", "code", "column"),
    [
        ("[my bill", "F140", 1),
        ("my bill]", "F140", 8),
        ("a (b] c", "F140", 5),
        ("a {month", "F140", 3),
        ("a } b", "F140", 3),
        ("a|b", "F141", 2),
        ("电费｜账单", "F141", 3),
        ("pay {}", "F142", 5),
        ("pay {Last Month}", "F142", 5),
        ("pay {{ amount }}", "F142", 6),
        ("pay {金额}", "F142", 5),
        ("", "F143", 1),
        ("?!", "F143", 1),
        ("[a] [b]", "F143", 1),
        ("a ()", "F143", 3),
        ("(a|[b])", "F143", 1),
        ("a" * 201, "F144", 201),
        ("a [" * 6 + "b" + "]" * 6, "F144", 18),
        ("a {b}{c}{d}{e}{f}{g}", "F144", 1),
        ("{a} to {a}", "F145", 8),
        ("({a}|b) to {a}", "F145", 12),
    ],
)
def test_a_phrase_that_cannot_be_is_refused_at_its_sign(phrase: str, code: str, column: int) -> None:
    error = refused(phrase)
    assert (error.code, error.column) == (code, column)


def test_a_slot_may_stand_in_several_alternatives() -> None:
    assert Pattern.parse("({a} first|last {a}) and {b}").slots == ("a", "b")


@given(st.text(alphabet="ab {}[]()|月{}［］（）｜\n", max_size=40))
def test_whatever_is_written_is_read_or_refused(phrase: str) -> None:
    error = None
    try:
        assert Pattern.parse(phrase).source == phrase
    except ExpressionError as refusal:
        error = refusal
    assert error is None or (error.code in CODES and error.hint and 1 <= error.column <= len(phrase) + 1)
