"""How Chinese values sound: every line here is what a native listener expects."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import phrases

SAY = phrases.filters("zh-CN")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (22, "二十二"),
        (101, "一百零一"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (200, "二百"),
        (222, "二百二十二"),
        (1005, "一千零五"),
        (1010, "一千零一十"),
        (2000, "两千"),
        (2200, "两千二百"),
        (10300, "一万零三百"),
        (12000, "一万两千"),
        (20000, "两万"),
        (100012, "十万零一十二"),
        (105000, "十万五千"),
        (220000, "二十二万"),
        (1000000, "一百万"),
        (20020000, "两千零二万"),
        (100000001, "一亿零一"),
        (100010001, "一亿零一万零一"),
        (200000000, "两亿"),
        (1020000000, "十亿两千万"),
        (10**12, "一万亿"),
        (2 * 10**12, "两万亿"),
        (12.5, "十二点五"),
        (0.05, "零点零五"),
        (2000.2, "两千点二"),
        (-12.5, "负十二点五"),
    ],
)
def test_a_number_is_read_as_a_native_reads_it(value: object, words: str) -> None:
    assert SAY["number"](value) == words


def test_a_number_too_long_to_be_one_is_read_digit_by_digit() -> None:
    assert SAY["number"](10**16) == "一" + "零" * 16


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        (12.5, "CNY", "十二元五角"),
        (12.55, "CNY", "十二元五角五分"),
        (12.05, "CNY", "十二元零五分"),
        (0.05, "CNY", "五分"),
        (0.5, "CNY", "五角"),
        (0, "CNY", "零元"),
        (2.2, "CNY", "两元两角"),
        (200, "CNY", "二百元"),
        (1000000, "CNY", "一百万元"),
        (-3, "CNY", "负三元"),
        (-0.001, "CNY", "零元"),
        (12.345, "CNY", "十二元三角五分"),
        (12.5, "", "十二元五角"),
        (12.5, "USD", "十二美元五十美分"),
        (12.05, "USD", "十二美元零五美分"),
        (1200.5, "JPY", "一千二百零一日元"),
        (12.5, "HKD", "港币十二元五角"),
        (-12.5, "HKD", "港币负十二元五角"),
        (1.5, "GBP", "一英镑五十便士"),
        (9999.99, "EUR", "九千九百九十九欧元九十九欧分"),
    ],
)
def test_money_is_said_in_yuan_jiao_fen_or_its_own_units(value: object, currency: str, words: str) -> None:
    assert SAY["money"](value, currency) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("digits", "1234567890", "幺二三四五六七八九零"),
        ("digits", "12 34-5*#", "幺二三四五星井"),
        ("phone", "13800138000", "幺三八，零零幺三，八零零零"),
        ("phone", "+8613800138000", "幺三八，零零幺三，八零零零"),
        ("phone", "010-12345678", "零幺零，幺二三四，五六七八"),
        ("phone", "95598", "九五五九八"),
        ("phone", "+16502530000", "加幺，六五零，二五三，零零零零"),
        ("spell", "京A-12b", "京 A 杠幺二 B"),
        ("ordinal", 3, "第三"),
        ("ordinal", 12, "第十二"),
        ("percent", 12.5, "百分之十二点五"),
        ("percent", "-5%", "负百分之五"),
        ("date", "2026-12-01", "二〇二六年十二月一日"),
        ("weekday", "2026-12-01", "星期二"),
        ("weekday", "2026-12-06", "星期日"),
        ("year", 2026, "二〇二六年"),
        ("month", 5, "五月"),
        ("datetime", "2026-12-01T15:05", "二〇二六年十二月一日下午三点零五分"),
        ("list", ["水费", "电费", "燃气费"], "水费、电费和燃气费"),
        ("list", ["水费"], "水费"),
        ("list", [], ""),
        ("list", [1, 2.5], "一和二点五"),
    ],
)
def test_every_filter_speaks_chinese(name: str, value: object, words: str) -> None:
    assert SAY[name](value) == words


def test_a_short_date_leaves_the_year_out() -> None:
    assert SAY["date"]("2026-12-01", "short") == "十二月一日"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("00:00", "凌晨零点"),
        ("02:02", "凌晨两点零二分"),
        ("07:10", "早上七点十分"),
        ("08:30", "上午八点半"),
        ("12:00", "中午十二点"),
        ("12:12", "中午十二点十二分"),
        ("15:05", "下午三点零五分"),
        ("14:22", "下午两点二十二分"),
        ("22:45", "晚上十点四十五分"),
    ],
)
def test_a_time_has_its_part_of_the_day(value: str, words: str) -> None:
    assert SAY["time"](value) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "零秒"),
        (2, "两秒"),
        (30, "三十秒"),
        (60, "一分钟"),
        (90, "一分三十秒"),
        (120, "两分钟"),
        (125, "两分零五秒"),
        (3600, "一小时"),
        (3605, "一小时零五秒"),
        (3630, "一小时零三十秒"),
        (3665, "一小时零一分五秒"),
        (5400, "一小时三十分钟"),
        (90000, "一天零一小时"),
    ],
)
def test_a_duration_is_said_to_the_second(seconds: int, words: str) -> None:
    assert SAY["duration"](seconds) == words


def test_two_of_something_are_liang() -> None:
    assert [SAY["count"](number, "条") for number in (1, 2, 12, 22, 2.5)] == [
        "一条",
        "两条",
        "十二条",
        "二十二条",
        "二点五条",
    ]


DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}


def read(words: str) -> Decimal:
    """A listener's ear: the value of Chinese words, by the rules of the numerals alone."""
    if words.startswith("负"):
        return -read(words[1:])
    whole, point, fraction = words.partition("点")
    if point:
        return read(whole) + Decimal("0." + "".join(str(DIGITS[one]) for one in fraction))
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        high, found, low = whole.rpartition(unit)
        if found:
            return read(high) * size + (read(low) if low else 0)
    value, digit = 0, 0
    for character in whole:
        if character in UNITS:
            value, digit = value + (digit or 1) * UNITS[character], 0
        else:
            digit = DIGITS[character]
    return Decimal(value + digit)


@given(st.integers(0, 10**8) | st.integers(0, 10**12 - 1))
def test_a_listener_writes_down_the_same_number(number: int) -> None:
    assert read(SAY["number"](number)) == number


@given(st.decimals(-(10**8), 10**8, places=4))
def test_a_listener_writes_down_the_same_decimal(number: Decimal) -> None:
    assert read(SAY["number"](number)) == number


@given(st.integers(0, 10**12 - 1))
def test_no_number_is_said_with_two_zeros_in_a_row_or_a_zero_at_its_end(number: int) -> None:
    words = SAY["number"](number)
    assert "零零" not in words
    assert number == 0 or not words.endswith("零")
    assert not any(wrong in words for wrong in ("两百", "两十", "二千", "零十", "十两"))
