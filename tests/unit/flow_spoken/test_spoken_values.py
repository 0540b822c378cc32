"""What fills slots: numbers, digits, money, months, dates, answers, in both languages, and back again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import Hypothesis
from ivr.flow.phrases import filters
from ivr.flow.spoken import SLOTS, Digits, Expected, OneOf, Pattern, SlotType

TODAY = dt.date(2026, 11, 22)  # a Sunday
ZH, EN = "zh-CN", "en-US"
NUMBERS = st.one_of(st.integers(0, 10**8), st.integers(0, 2000), st.sampled_from([10**n for n in range(9)]))
DATES = st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31))


def value(kind: str | SlotType, words: str, language: str, today: dt.date = TODAY) -> Any:
    """What the slot gets when these words are all that is said; None for nothing."""
    slot = SLOTS[kind] if isinstance(kind, str) else kind
    expected = Expected(language, {"it": [Pattern.parse("{value}")]}, {"value": slot})
    best = expected.understand([Hypothesis(words, 1.0)], today).best
    return best.slots["value"] if best and best.confidence == 1.0 else None


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        (ZH, "零", 0),
        (ZH, "两", 2),
        (ZH, "十二", 12),
        (ZH, "一百零五", 105),
        (ZH, "一百二", 120),
        (ZH, "三千五", 3500),
        (ZH, "两万八", 28_000),
        (ZH, "两千零二十", 2020),
        (ZH, "十万零五百", 100_500),
        (ZH, "一亿", 10**8),
        (ZH, "3万", 30_000),
        (ZH, "21", 21),
        (ZH, "三个", 3),
        (ZH, "二 十 一", 21),
        (EN, "zero", 0),
        (EN, "twenty-one", 21),
        (EN, "a hundred and five", 105),
        (EN, "one hundred five", 105),
        (EN, "hundred and five", 105),
        (EN, "nineteen hundred", 1900),
        (EN, "two thousand and twelve", 2012),
        (EN, "a million", 10**6),
        (EN, "1,250", 1250),
        (EN, "one hundred million", 10**8),
    ],
)
def test_numbers(language: str, words: str, number: int) -> None:
    assert value("number", words, language) == number


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (ZH, "十百"),
        (ZH, "零五"),
        (ZH, "二亿"),
        (EN, "and five"),
        (EN, "five twenty"),
        (EN, "two hundred million"),
    ],
)
def test_what_is_no_number(language: str, words: str) -> None:
    assert value("number", words, language) is None


@given(NUMBERS, st.sampled_from([ZH, EN]))
def test_a_number_that_ivory_says_is_understood(number: int, language: str) -> None:
    assert value("number", filters(language)["number"](number), language) == number


@pytest.mark.parametrize(
    ("language", "words", "row"),
    [
        (ZH, "幺二三四", "1234"),
        (ZH, "幺三八零零", "13800"),
        (ZH, "1 2 3", "123"),
        (ZH, "1381234", "1381234"),
        (EN, "one two oh", "120"),
        (EN, "double five", "55"),
        (EN, "triple oh seven", "0007"),
        (EN, "123-456", "123456"),
        (EN, "one 2 three", "123"),
    ],
)
def test_rows_of_digits(language: str, words: str, row: str) -> None:
    assert value("digits", words, language) == row


@given(st.text(alphabet="0123456789", min_size=1, max_size=40), st.sampled_from([ZH, EN]))
def test_digits_that_ivory_says_are_understood(row: str, language: str) -> None:
    assert value("digits", filters(language)["digits"](row), language) == row


@pytest.mark.parametrize("words", ["one two three", "one two three four five", "double one two three four"])
def test_a_row_of_another_length_is_none(words: str) -> None:
    assert value(Digits(4, 4), words, EN) is None


@pytest.mark.parametrize(
    ("language", "words", "amount"),
    [
        (ZH, "十二块五", "12.5"),
        (ZH, "十二块五毛五", "12.55"),
        (ZH, "三百元", "300"),
        (ZH, "五毛", "0.5"),
        (ZH, "一百", "100"),
        (ZH, "十二点五元", "12.5"),
        (ZH, "￥12.50", "12.5"),
        (ZH, "两块半", "2.5"),
        (EN, "twelve dollars fifty", "12.5"),
        (EN, "twelve fifty", "12.5"),
        (EN, "twelve dollars and five cents", "12.05"),
        (EN, "a dollar", "1"),
        (EN, "fifty cents", "0.5"),
        (EN, "$1,250.75", "1250.75"),
        (EN, "twelve point five dollars", "12.5"),
        (EN, "twenty five", "25"),
    ],
)
def test_money(language: str, words: str, amount: str) -> None:
    assert value("money", words, language) == Decimal(amount)


@given(
    st.decimals(0, 10**6, places=2, allow_nan=False),
    st.sampled_from(
        [(ZH, "CNY"), (ZH, "USD"), (EN, "USD"), (EN, "CNY"), (EN, "GBP"), (ZH, "HKD"), (EN, "HKD")]
    ),
)
def test_an_amount_that_ivory_says_is_understood(amount: Decimal, told: tuple[str, str]) -> None:
    language, currency = told
    assert value("money", filters(language)["money"](amount, currency), language) == amount


@pytest.mark.parametrize(
    ("language", "words", "month"),
    [
        (ZH, "五月", 5),
        (ZH, "5月份", 5),
        (ZH, "十二", 12),
        (ZH, "本月", 11),
        (ZH, "这个月", 11),
        (ZH, "上个月", 10),
        (ZH, "下下个月", 1),
        (EN, "May", 5),
        (EN, "this month", 11),
        (EN, "last month", 10),
        (EN, "next month", 12),
    ],
)
def test_months(language: str, words: str, month: int) -> None:
    assert value("month", words, language) == month


@given(st.integers(1, 12), st.sampled_from([ZH, EN]))
def test_a_month_that_ivory_says_is_understood(month: int, language: str) -> None:
    assert value("month", filters(language)["month"](month), language) == month


@pytest.mark.parametrize(
    ("language", "words", "date"),
    [
        (ZH, "今天", "2026-11-22"),
        (ZH, "后天", "2026-11-24"),
        (ZH, "大后天", "2026-11-25"),
        (ZH, "周五", "2026-11-27"),
        (ZH, "星期天", "2026-11-22"),
        (ZH, "下周五", "2026-11-27"),
        (ZH, "上周五", "2026-11-13"),
        (ZH, "五月三号", "2027-05-03"),
        (ZH, "三号", "2026-12-03"),
        (ZH, "去年五月三号", "2025-05-03"),
        (ZH, "下个月三号", "2026-12-03"),
        (ZH, "二零二六年五月三号", "2026-05-03"),
        (ZH, "2026年5月3日", "2026-05-03"),
        (ZH, "2026-05-03", "2026-05-03"),
        (EN, "tomorrow", "2026-11-23"),
        (EN, "the day after tomorrow", "2026-11-24"),
        (EN, "friday", "2026-11-27"),
        (EN, "next Monday", "2026-11-23"),
        (EN, "last friday", "2026-11-20"),
        (EN, "last sunday", "2026-11-15"),
        (EN, "May third", "2027-05-03"),
        (EN, "the third of May", "2027-05-03"),
        (EN, "the 3rd of May, 2026", "2026-05-03"),
        (EN, "October 31", "2026-10-31"),
        (EN, "may third twenty twenty six", "2026-05-03"),
        (EN, "july fourth nineteen oh five", "1905-07-04"),
        (EN, "february twenty ninth", "2028-02-29"),
    ],
)
def test_dates(language: str, words: str, date: str) -> None:
    assert value("date", words, language) == date


@pytest.mark.parametrize(
    ("language", "words"), [(ZH, "二月三十号"), (EN, "february thirtieth"), (ZH, "二零二六年二月二十九号")]
)
def test_a_date_that_does_not_exist_is_none(language: str, words: str) -> None:
    assert value("date", words, language) is None


@given(DATES, DATES, st.sampled_from([ZH, EN]))
def test_a_date_that_ivory_says_is_understood_on_any_day(
    date: dt.date, today: dt.date, language: str
) -> None:
    assert value("date", filters(language)["date"](date), language, today) == date.isoformat()


@given(
    st.dates(),
    st.sampled_from(["二月三十一号", "明天", "前天", "下周五", "三号", "明年五月三号", "十二月三号"]),
)
def test_no_day_is_too_early_or_too_late_to_count_from(today: dt.date, words: str) -> None:
    found = value("date", words, ZH, today)
    assert found is None or dt.date.fromisoformat(found)


@given(DATES, st.integers(1, 7))
def test_a_weekday_is_within_the_next_seven_days(today: dt.date, number: int) -> None:
    date = dt.date.fromisoformat(value("date", "周" + "一二三四五六日"[number - 1], ZH, today))
    assert date.isoweekday() == number
    assert 0 <= (date - today).days < 7


@pytest.mark.parametrize(
    ("language", "words", "answer"),
    [
        (ZH, "是", True),
        (ZH, "对对对", True),
        (ZH, "没错", True),
        (ZH, "嗯", True),
        (ZH, "好的谢谢", True),
        (ZH, "不", False),
        (ZH, "不是的", False),
        (ZH, "不对", False),
        (ZH, "嗯，不是", False),
        (EN, "yes", True),
        (EN, "uh yeah", True),
        (EN, "that's right", True),
        (EN, "no", False),
        (EN, "No, that's wrong.", False),
        (EN, "not right", False),
    ],
)
def test_answers(language: str, words: str, answer: bool) -> None:
    assert value("yes_no", words, language) is answer


@pytest.mark.parametrize(
    ("language", "words"),
    [(ZH, "不知道"), (ZH, "没有电"), (EN, "no power"), (EN, "right now"), (ZH, "是，不对")],
)
def test_what_is_no_answer(language: str, words: str) -> None:
    expected = Expected(language, {"it": [Pattern.parse("{yes_no}")]})
    assert expected.understand([Hypothesis(words, 1.0)], TODAY).best is None


def test_one_of_a_list_is_known_by_its_names_in_each_language() -> None:
    plans = OneOf(
        {"gold": {ZH: ["金卡[套餐]", "黄金"], EN: ["gold", "(the|my) golden one"]}, "no_frills": {}}
    )
    assert value(plans, "金卡套餐", ZH) == "gold"
    assert value(plans, "黄金", "zh-TW") == "gold"
    assert value(plans, "my golden one", EN) == "gold"
    assert value(plans, "no frills", EN) == "no_frills"
    assert value(plans, "silver", EN) is None


def test_in_a_language_without_words_of_its_own_figures_are_understood() -> None:
    assert value("number", "12", "fr-FR") == 12
    assert value("digits", "12 34", "fr-FR") == "1234"
    assert value("number", "douze", "fr-FR") is None
