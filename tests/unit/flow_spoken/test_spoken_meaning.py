"""What recognised words mean: which choice, how surely, and when a caller has said it all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import Hypothesis
from ivr.flow.spoken import SLOTS, Expected, Pattern, Understood, digits, yes_or_no
from ivr.flow.spoken.phrasing import ruled
from ivr.flow.spoken.rules import Utterance

TODAY = dt.date(2026, 11, 22)
MENU = {"bill": ["[my] bill", "bill for {month}"], "outage": ["outage", "no power"], "person": ["operator"]}
MENU_ZH = {"bill": ["(我要|我想)查询[一下]{month}月的[通话]详单", "电费"], "outage": ["停电", "报修"]}


def listening(choices: dict[str, list[str]], language: str = "en-US") -> Expected:
    return Expected(
        language, {name: [Pattern.parse(each) for each in said] for name, said in choices.items()}
    )


def heard(words: str, choices: dict[str, list[str]] = MENU, language: str = "en-US") -> Understood:
    return listening(choices, language).understand([Hypothesis(words, 1.0)], TODAY)


@pytest.mark.parametrize(
    "words",
    [
        "我要查询5月的通话详单",
        "我 要 查询 五月 的 通话 详单",
        "我想查询一下五月份的详单。",
        "呃，请问我要查询五月的详单，谢谢！",
        "我要呃查询那个五月的通话详单",
    ],
)
def test_a_bill_detail_however_a_recogniser_writes_it(words: str) -> None:
    best = heard(words, MENU_ZH, "zh-CN").best
    assert best is not None
    assert (best.choice, best.slots, best.confidence) == ("bill", {"month": 5}, 1.0)


@pytest.mark.parametrize("words", ["um my bill please", "I'd like my bill, thank you.", "well, BILL"])
def test_words_without_meaning_cost_no_confidence(words: str) -> None:
    best = heard(words).best
    assert best is not None
    assert (best.choice, best.confidence) == ("bill", 1.0)


def test_the_more_is_said_beside_a_phrase_the_less_it_is_sure() -> None:
    sure = [
        understood.best.confidence if understood.best else 0.0
        for understood in map(
            heard, ["bill", "bill question", "bill question from yesterday", "the weather is fine"]
        )
    ]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] == 1.0
    assert 0.5 < sure[2] < sure[1] < 0.9
    assert sure[3] == 0.0


@pytest.mark.parametrize(
    ("words", "language"),
    [("not my bill", "en-US"), ("不是电费", "zh-CN"), ("i don't want my bill", "en-US")],
)
def test_what_is_denied_is_hardly_believed(words: str, language: str) -> None:
    best = heard(words, MENU_ZH if language == "zh-CN" else MENU, language).best
    assert best is not None
    assert 0.3 < best.confidence < 0.5


def test_a_phrase_with_a_no_in_it_is_not_denied() -> None:
    best = heard("there is no power").best
    assert best is not None
    assert (best.choice, best.confidence > 0.6) == ("outage", True)


def test_two_choices_in_one_sentence_are_ambiguous() -> None:
    understood = heard("my bill or the outage")
    assert understood.best is not None
    assert understood.ambiguous
    assert {understood.best.choice, understood.others[0].choice} == {"bill", "outage"}


def test_two_values_in_one_sentence_are_ambiguous() -> None:
    understood = heard("bill for may bill for june")
    assert understood.ambiguous
    assert [said.slots for said in (understood.best, *understood.others) if said] == [
        {"month": 5},
        {"month": 6},
    ]


def test_a_longer_phrase_wins_over_one_within_it() -> None:
    understood = heard("查询电费账单", {"pay": ["电费"], "list": ["电费账单"]}, "zh-CN")
    assert understood.best is not None
    assert (understood.best.choice, understood.others) == ("list", ())


def test_a_worse_hypothesis_that_fits_beats_a_better_one_that_does_not() -> None:
    hypotheses = [Hypothesis("my bell", 0.9), Hypothesis("my bill", 0.7), Hypothesis("operator", 0.2)]
    understood = listening(MENU).understand(hypotheses, TODAY)
    assert understood.best is not None
    assert (understood.best.choice, understood.best.confidence, understood.best.words) == (
        "bill",
        0.7,
        "my bill",
    )
    assert [said.choice for said in understood.others] == ["person"]
    assert not understood.ambiguous


def test_hypotheses_that_are_as_sure_of_two_choices_are_ambiguous() -> None:
    hypotheses = [Hypothesis("my bill", 0.61), Hypothesis("operator", 0.6)]
    assert listening(MENU).understand(hypotheses, TODAY).ambiguous


def test_the_same_meaning_in_several_hypotheses_is_not_ambiguous() -> None:
    hypotheses = [Hypothesis("my bill", 0.6), Hypothesis("bill", 0.6), Hypothesis("um bill", 0.6)]
    understood = listening(MENU).understand(hypotheses, TODAY)
    assert (understood.ambiguous, understood.others) == (False, ())


def test_a_number_is_not_cut_out_of_a_longer_one() -> None:
    four = digits("en-US", 4, 4)
    assert four.understand([Hypothesis("one two three four five", 1.0)], TODAY).best is None
    best = four.understand([Hypothesis("my code is one two three four", 1.0)], TODAY).best
    assert best is not None
    assert best.slots == {"digits": "1234"}
    assert 0.5 < best.confidence < 1.0


@pytest.mark.parametrize("words", ["我想问一下", "第一", "那个一样的"])
def test_a_single_sign_among_others_is_no_number(words: str) -> None:
    assert heard(words, {"it": ["{number}"]}, "zh-CN").best is None


def test_anything_may_be_said_where_nothing_is_expected() -> None:
    free = Expected("en-US", {})
    understood = free.understand([Hypothesis("What a day!", 0.8), Hypothesis("what today", 0.7)], TODAY)
    assert understood.best is not None
    assert (understood.best.choice, understood.best.slots, understood.best.words) == ("", {}, "What a day!")
    assert not understood.ambiguous
    assert (free.phrases, free.jsgf, free.whole("what")) == ((), "", False)
    assert free.understand([Hypothesis(" ", 0.8)], TODAY).best is None


def test_where_no_phrase_is_known_nothing_is_understood() -> None:
    for expected in (yes_or_no("fr-FR"), listening({"it": []})):
        assert expected.understand([Hypothesis("oui", 1.0)], TODAY).best is None


def test_yes_and_no_are_choices_of_their_own() -> None:
    answer = yes_or_no("en-US")
    best = answer.understand([Hypothesis("no thank you", 0.9)], TODAY).best
    assert best is not None
    assert (best.choice, best.slots, best.confidence) == ("no", {}, 0.9)
    assert answer.whole("yes")
    assert not answer.whole("not")


@pytest.mark.parametrize(
    ("words", "over"),
    [
        ("my bill", False),
        ("bill for may", True),
        ("outage", True),
        ("um outage", True),
        ("no", False),
        ("", False),
    ],
)
def test_an_answer_is_whole_when_nothing_could_change_it(words: str, over: bool) -> None:
    assert listening({**MENU, "pay": ["my bill online"]}).whole(words) is over


def test_digits_are_whole_at_their_full_length() -> None:
    row = digits("en-US", 3, 4)
    assert [
        row.whole(words) for words in ("one two", "one two three", "one two three four", "1234", "one 2 33")
    ] == [*(False, False, True, True, True)]
    assert digits("en-US", 4, 4).whole("one two double three")


def test_ten_may_still_become_eleven() -> None:
    months = listening({"it": ["{month}"]}, "zh-CN")
    assert not months.whole("十")
    assert months.whole("五月")


@given(st.text(alphabet="电费停我要查询五5月的详单 嗯不三十billmayoutage.,-'", max_size=60), st.floats(0, 1))
def test_whatever_is_recognised_is_understood_or_not_and_sure_between_0_and_1(
    words: str, sure: float
) -> None:
    for choices, language in ((MENU, "en-US"), (MENU_ZH, "zh-CN")):
        expected = listening(choices, language)
        understood = expected.understand([Hypothesis(words, sure)], TODAY)
        expected.whole(words)
        for said in filter(None, (understood.best, *understood.others)):
            assert said.choice in choices
            assert 0 <= said.confidence <= sure + 1e-4


def test_slots_without_words_between_them_take_no_longer_than_they_may() -> None:
    pattern = Pattern.parse("{a}{b}{c}{d}{e}")
    rule = ruled(pattern, "en-US", dict.fromkeys("abcde", SLOTS["digits"]))
    utterance = Utterance(["one"] * 120)
    rule.ends(utterance, 0)
    assert -200 < utterance.steps <= 0
