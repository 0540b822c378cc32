"""Words that choose two things: found for phrases of any shape, with words to show."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import Hypothesis
from ivr.errors import ExpressionError
from ivr.flow.spoken import SLOTS, Expected, OneOf, Pattern, SlotType, collisions

TODAY = dt.date(2026, 11, 22)


def shared(one: str, other: str, language: str = "en-US", **slots: SlotType) -> str | None:
    choices = {"one": [Pattern.parse(one)], "other": [Pattern.parse(other)]}
    return next((words for *_, words in collisions(language, choices, slots)), None)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("My  Bill!", "my bill", "my bill"),
        ("[my] bill", "(my|the) bill [please]", "my bill"),
        ("(a|b|c) (d|e)", "(c|x) [z] (e|y)", "c e"),
        ("bill for {month}", "bill for (may|june)", "bill for may"),
        ("{number}", "{digits}", "zero"),
        ("line 5", "line five", "line five"),
        ("pay {n} now", "pay {m} now", "pay one now"),
    ],
)
def test_words_that_both_take_are_found(one: str, other: str, words: str) -> None:
    found = shared(one, other, n=SLOTS["number"], m=SLOTS["digits"])
    assert found == words or (found and words in ("pay one now", "zero"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bill", "bills"),
        ("my bill", "bill my"),
        ("{month}", "{money}"),
        ("[a] b", "a [b] c"),
        ("line 5", "line six"),
    ],
)
def test_phrases_that_share_nothing_do_not_collide(one: str, other: str) -> None:
    assert shared(one, other) is None


def test_chinese_phrases_collide_with_or_without_spaces() -> None:
    assert shared("[我要](查|看){month}月账单", "查 五月份 账单", "zh-CN") == "查五月份账单"


def test_lists_collide_by_their_names() -> None:
    plans = OneOf({"gold": {"en-US": ["gold [card]"]}})
    assert shared("{plan}", "(silver|gold) card", plan=plans) == "gold card"


def test_a_collision_names_both_phrases_and_each_phrase_is_told_of_once() -> None:
    choices = {
        "a": [Pattern.parse("x"), Pattern.parse("my bill")],
        "b": [Pattern.parse("y"), Pattern.parse("[my] bill")],
        "c": [Pattern.parse("bill")],
    }
    assert list(collisions("en-US", choices)) == [("a", 1, "b", 1, "my bill"), ("b", 1, "c", 0, "bill")]


def test_phrases_of_one_choice_may_share_words() -> None:
    assert (
        list(collisions("en-US", {"a": [Pattern.parse("x"), Pattern.parse("[x] y"), Pattern.parse("x [y]")]}))
        == []
    )


def test_a_phrase_with_a_slot_of_no_type_is_passed_over() -> None:
    assert shared("pay {what}", "pay {what}") is None


def test_a_name_of_a_list_has_no_slots() -> None:
    with pytest.raises(ExpressionError) as error:
        OneOf({"gold": ["gold {number}"]})
    assert error.value.code == "F142"


def test_what_would_take_for_ever_is_given_up() -> None:
    optional = "z " + "[a]" * 60
    slots = "{a}{b}{c}{d}{e}"
    assert shared(optional + "c", optional + "b") is None
    kinds = dict.fromkeys("abcde", SLOTS["digits"])
    choices = {end: [Pattern.parse(f"{slots} {end}")] for end in ("x", "y")}
    assert list(collisions("en-US", choices, kinds)) == []


WORDS = st.sampled_from(["x", "y", "[x]", "(x|y)", "[y z]", "z", "(june|x y)", "may"])
PHRASES = st.lists(WORDS, min_size=1, max_size=5).map(lambda parts: " ".join([*parts, "d"]))


@given(PHRASES, PHRASES)
def test_words_are_shared_if_and_only_if_both_phrases_take_them(one: str, other: str) -> None:
    each = [Expected("en-US", {"it": [Pattern.parse(phrase)]}) for phrase in (one, other)]
    found = shared(one, other)

    def takes(expected: Expected, words: str) -> bool:
        best = expected.understand([Hypothesis(words, 1.0)], TODAY).best
        return best is not None and best.confidence == 1.0

    if found is not None:
        assert all(takes(expected, found) for expected in each)
    else:
        assert not any(takes(each[1], words) and takes(each[0], words) for words in each[0].phrases)
