"""How American English values sound."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import phrases

SAY = phrases.filters("en-US")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zero"),
        (21, "twenty-one"),
        (105, "one hundred five"),
        (2026, "two thousand twenty-six"),
        (1_100_001, "one million one hundred thousand one"),
        (12.5, "twelve point five"),
        (0.05, "zero point zero five"),
        (-3, "minus three"),
    ],
)
def test_a_number_has_neither_and_nor_commas(value: object, words: str) -> None:
    assert SAY["number"](value) == words


def test_a_number_too_long_to_be_one_is_read_digit_by_digit() -> None:
    assert SAY["number"](10**15) == "one" + " zero" * 15


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        (12.5, "", "twelve dollars and fifty cents"),
        (1.01, "USD", "one dollar and one cent"),
        (0.05, "USD", "five cents"),
        (0, "USD", "zero dollars"),
        (-12, "USD", "minus twelve dollars"),
        (12.5, "CNY", "twelve yuan fifty"),
        (12.05, "CNY", "twelve yuan oh five"),
        (0.5, "CNY", "fifty fen"),
        (1.01, "GBP", "one pound and one penny"),
        (2.5, "EUR", "two euros and fifty cents"),
        (2.5, "HKD", "two Hong Kong dollars and fifty cents"),
        (1200.5, "JPY", "one thousand two hundred one yen"),
        (1000, "KRW", "one thousand won"),
    ],
)
def test_money_is_said_in_its_own_units(value: object, currency: str, words: str) -> None:
    assert SAY["money"](value, currency) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("digits", "1050*#", "one zero five zero star pound"),
        ("phone", "6502530000", "six five zero, two five three, zero zero zero zero"),
        ("phone", "+861095598", "plus eight six, one zero, nine five five nine eight"),
        ("phone", "13800138000", "one three eight, zero zero one three, eight zero zero zero"),
        ("spell", "A1 b@c", "A, one, B, at, C"),
        ("ordinal", 3, "third"),
        ("ordinal", 101, "one hundred first"),
        ("percent", 12.5, "twelve point five percent"),
        ("date", "2026-12-01", "December first, two thousand twenty-six"),
        ("weekday", "2026-12-01", "Tuesday"),
        ("year", 1905, "nineteen oh five"),
        ("year", 1999, "nineteen ninety-nine"),
        ("year", 2005, "two thousand five"),
        ("month", "5", "May"),
        ("time", "15:05", "three oh five PM"),
        ("time", "08:30", "eight thirty AM"),
        ("time", "00:00", "midnight"),
        ("time", "00:01", "twelve oh one AM"),
        ("time", "12:00", "noon"),
        ("datetime", "2026-12-01T15:05", "December first, two thousand twenty-six, at three oh five PM"),
        ("duration", 90, "one minute thirty seconds"),
        ("duration", 3601, "one hour one second"),
        ("duration", 0, "zero seconds"),
        ("list", ["a", "b", "c"], "a, b and c"),
        ("list", ["a", "b"], "a and b"),
        ("list", [], ""),
    ],
)
def test_every_filter_speaks_english(name: str, value: object, words: str) -> None:
    assert SAY[name](value) == words


def test_what_is_counted_has_a_plural() -> None:
    assert SAY["count"](1, "message") == "one message"
    assert SAY["count"](2, "message") == "two messages"
    assert SAY["count"](0, "box", "boxes") == "zero boxes"


SMALL = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def read(words: str) -> Decimal:
    """A listener's ear: the value of English words."""
    whole, _, fraction = words.removeprefix("minus ").partition(" point ")
    total, group = 0, 0
    for word in whole.replace("-", " ").split():
        if word in LARGE:
            total, group = total + group * LARGE[word], 0
        elif word == "hundred":
            group *= 100
        else:
            group += SMALL.index(word) if word in SMALL else 10 * TENS.index(word)
    value = Decimal(f"{total + group}.{''.join(str(SMALL.index(word)) for word in fraction.split()) or 0}")
    return -value if words.startswith("minus ") else value


@given(st.integers(0, 10**8) | st.integers(0, 10**15 - 1))
def test_a_listener_writes_down_the_same_number(number: int) -> None:
    assert read(SAY["number"](number)) == number


@given(st.decimals(-(10**8), 10**8, places=4))
def test_a_listener_writes_down_the_same_decimal(number: Decimal) -> None:
    assert read(SAY["number"](number)) == number
