"""What filters do with values that nobody vouches for, and what they have in common in all languages."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import phrases

LANGUAGES = ("zh-CN", "en-US", "fr-FR")
ZH = phrases.filters("zh-CN")
EN = phrases.filters("en-US")


@pytest.mark.parametrize(
    "value", ["12.50", "１２．５", " 12.5 ", "+12.5", Decimal("12.500"), 12.5, 12.3 + 0.2]
)
def test_a_number_may_come_as_text_full_width_decimal_or_float(value: object) -> None:
    assert ZH["number"](value) == "十二点五"


def test_a_float_is_spoken_without_its_binary_dust() -> None:
    assert EN["number"](0.1 + 0.2) == "zero point three"


def test_thousands_may_have_commas_but_only_in_their_place() -> None:
    assert EN["number"]("1,234.5") == "one thousand two hundred thirty-four point five"
    with pytest.raises(ValueError, match="12,34"):
        EN["number"]("12,34")


def test_a_number_is_rounded_when_asked() -> None:
    assert EN["number"](10 / 3, 1) == "three point three"
    assert EN["number"](2.999, 2) == "three"


@pytest.mark.parametrize(
    "value", [None, "", "  ", "abc", True, [], {}, float("nan"), float("inf"), Decimal("NaN"), "1e9"]
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is not a number such as"):
        ZH["number"](value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**5000, id="10**5000"),
        "9" * 65,
        Decimal("1e1000000"),
        1e300,
        Decimal("1e-1000000"),
        "0." + "1" * 70,
    ],
)
@pytest.mark.parametrize("name", ["number", "money", "percent", "duration", "ordinal"])
def test_an_endless_number_is_refused_at_once(name: str, value: object) -> None:
    with pytest.raises(ValueError, match="is not"):
        ZH[name](value)


def test_the_message_names_the_value_and_what_was_expected() -> None:
    with pytest.raises(ValueError, match=r'^"tomorrow" is not a date such as 2026-12-01$'):
        ZH["date"]("tomorrow")
    with pytest.raises(ValueError, match=r"^nothing \(null\) is not an amount such as 12.50$"):
        ZH["money"](None)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(ValueError, match="is not") as caught:
        ZH["number"]("x" * 100_000)
    assert len(str(caught.value)) < 120


def test_an_unknown_currency_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match='did you mean "CNY"'):
        ZH["money"](1, "CNN")


def test_the_region_of_the_language_chooses_the_currency() -> None:
    assert phrases.filters("en-GB")["money"](1) == "one pound"
    assert phrases.filters("zh-HK")["money"](1) == "港币一元"
    assert phrases.filters("zh")["money"](1) == "一元"


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-01",
        "2026/12/1",
        "2026年12月1日",
        "20261201",
        20261201,
        dt.date(2026, 12, 1),
        "2026-12-01T23:00:00Z",
    ],
)
def test_a_date_may_be_written_in_many_ways(value: object) -> None:
    assert ZH["date"](value, "short") == "十二月一日"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "2026-02-30"),
        ("date", 5),
        ("date", "15:05"),
        ("time", "25:00"),
        ("time", "3"),
        ("datetime", "2026-12-01"),
        ("month", 13),
        ("month", "0"),
        ("year", 0),
        ("year", "20261"),
        ("weekday", None),
        ("duration", -1),
        ("ordinal", 1.5),
        ("ordinal", -1),
        ("digits", "12a"),
        ("digits", 12.5),
        ("phone", "call me"),
        ("phone", "+"),
        ("spell", ""),
        ("list", None),
        ("list", {"a": 1}),
        ("list", ["x"] * 51),
        ("list", [None]),
        ("percent", "%"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_meant_is_refused_in_every_language(language: str, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"is n|is too"):
        phrases.filters(language)[name](value)


def test_moments_are_spoken_in_the_time_zone_of_the_flow() -> None:
    shanghai = phrases.filters("zh-CN", ZoneInfo("Asia/Shanghai"))
    assert shanghai["datetime"]("2026-11-30T23:05:00Z", "short") == "十二月一日早上七点零五分"
    assert shanghai["time"](dt.datetime(2026, 11, 30, 23, 5, tzinfo=dt.UTC)) == "早上七点零五分"
    assert shanghai["weekday"]("2026-11-30T23:05:00Z") == "星期二"
    assert shanghai["time"]("15:05") == "下午三点零五分"


def test_a_moment_beyond_the_calendar_is_refused() -> None:
    shanghai = phrases.filters("zh-CN", ZoneInfo("Asia/Shanghai"))
    with pytest.raises(ValueError, match="is not"):
        shanghai["date"]("9999-12-31T23:00:00Z")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("number", 12.50, "12.5"),
        ("money", 12.5, "12.50 EUR"),
        ("date", "20261201", "2026-12-01"),
        ("time", "15:05:30", "15:05"),
        ("duration", 3605, "1:00:05"),
        ("digits", "123", "1 2 3"),
        ("list", ["a", "b"], "a, b"),
        ("percent", 5, "5%"),
    ],
)
def test_a_language_without_words_gets_the_plain_form(name: str, value: object, words: str) -> None:
    assert phrases.filters("de-IE")[name](value) == words


def test_every_filter_is_documented_in_one_line_and_there_in_every_language() -> None:
    assert set(phrases.DOCS) == set(phrases.NAMES)
    for language in LANGUAGES:
        assert set(phrases.filters(language)) == set(phrases.NAMES)
    assert all(doc.endswith(".") and len(doc) < 110 for doc in phrases.DOCS.values())


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=80),
    st.text("0123456789+-*#.,:/年月日％ ", max_size=70),
    st.binary(max_size=8),
    st.datetimes(timezones=st.timezones()),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.lists(st.text(max_size=5) | st.integers(), max_size=5),
)


@given(st.sampled_from(phrases.NAMES), st.sampled_from(LANGUAGES), ANYTHING)
def test_a_filter_returns_words_or_raises_a_value_error(name: str, language: str, value: object) -> None:
    arguments = ["个"] if name == "count" else []
    with suppress(ValueError):
        words = phrases.filters(language, ZoneInfo("Europe/Berlin"))[name](value, *arguments)
        assert isinstance(words, str)
        assert len(words) < 1000
