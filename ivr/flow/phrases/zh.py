"""How a Mandarin speaker says values aloud.

Own code, because num2words has no Chinese and number-to-characters libraries miss what a native listener
hears at once: 两千 and 两万 but 二百 and 十二, 零 for a gap and only once, 十 instead of 一十 at the start,
幺 for 1 in numbers read digit by digit, 元角分.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ivr.flow.phrases.base import Phrases
from ivr.flow.phrases.values import hundredths

DIGITS = "零一二三四五六七八九"
YEAR = str.maketrans("0123456789", "〇一二三四五六七八九")
KEYS = {**dict(zip("0123456789", "零幺二三四五六七八九", strict=True)), "*": "星", "#": "井", "+": "加"}
SIGNS = {**KEYS, "-": "杠", ".": "点", "@": "艾特", "_": "下划线", "/": "斜杠", " ": "，"}
WEEKDAYS = "一二三四五六日"

PARTS_OF_DAY = ((6, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
"""What is said before an hour that is less than the number."""

BIGGEST = 10**16
"""From here on (万万亿) nobody says a number as a number; it is read digit by digit."""

# Currency → words before the amount, its unit, and its subunits with their size in hundredths.
MONEY: Mapping[str, tuple[str, str, tuple[tuple[int, str], ...]]] = {
    "AUD": ("", "澳元", ((1, "澳分"),)),
    "CAD": ("", "加元", ((1, "加分"),)),
    "CNY": ("", "元", ((10, "角"), (1, "分"))),
    "EUR": ("", "欧元", ((1, "欧分"),)),
    "GBP": ("", "英镑", ((1, "便士"),)),
    "HKD": ("港币", "元", ((10, "角"), (1, "分"))),
    "JPY": ("", "日元", ()),
    "KRW": ("", "韩元", ()),
    "MOP": ("澳门币", "元", ((10, "角"), (1, "分"))),
    "SGD": ("新加坡币", "元", ((10, "角"), (1, "分"))),
    "TWD": ("新台币", "元", ((10, "角"), (1, "分"))),
    "USD": ("", "美元", ((1, "美分"),)),
}


def _section(number: int) -> str:
    """1 to 9999 within a larger number: 10 is 一十 here, and gaps inside get one 零."""
    words, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + ("两" if digit == 2 and size == 1000 else DIGITS[digit]) + unit
        gap = False
    return words


def integer(number: int) -> str:
    """A whole number from 0: 10300 → 一万零三百, 22000 → 两万两千, 12 → 十二."""
    if number >= BIGGEST:
        return "".join(DIGITS[int(digit)] for digit in str(number))
    words = _large(number) if number else DIGITS[0]
    return words[1:] if words.startswith("一十") else words


def _large(number: int) -> str:
    """1 up to 万万亿, as it stands inside a larger number."""
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            words = ("两" if high == 2 else _large(high)) + unit
            return words + ("零" if 0 < low < size // 10 else "") + (_large(low) if low else "")
    return _section(number)


def measured(number: int) -> str:
    """A whole number before a measure word: 两, where counting says 二."""
    return "两" if number == 2 else integer(number)


class Chinese(Phrases):
    """Mandarin, in simplified characters."""

    def _number(self, number: Decimal) -> str:
        whole, _, fraction = format(number.copy_abs(), "f").partition(".")
        words = ("负" if number < 0 else "") + integer(int(whole))
        return words + ("点" + "".join(DIGITS[int(digit)] for digit in fraction) if fraction else "")

    def _ordinal(self, number: int) -> str:
        return "第" + integer(number)

    def _count(self, number: Decimal, unit: str, plural: str) -> str:
        return ("两" if number == 2 else self._number(number)) + unit

    def _digits(self, keys: str) -> str:
        return "".join(KEYS[key] for key in keys)

    def _phone(self, groups: Sequence[str]) -> str:
        return "，".join(map(self._digits, groups))

    def _spell(self, text: str) -> str:
        words = (SIGNS.get(sign) or (f" {sign.upper()} " if sign.isascii() else sign) for sign in text)
        return " ".join("".join(words).split())

    def _money(self, amount: Decimal, code: str) -> str:
        before, unit, subunits = MONEY[code]
        whole, rest = hundredths(amount)
        words = measured(whole) + unit if whole or not rest else ""
        for size, subunit in subunits:
            digit, rest = divmod(rest, size)
            if digit:
                gap = size == 1 and digit < 10 and words.endswith(unit)  # 十二元零五分, but 十二美元五十美分
                words += ("零" if gap else "") + measured(digit) + subunit
        return before + ("负" if amount < 0 else "") + words

    def _percent(self, number: Decimal) -> str:
        return ("负" if number < 0 else "") + "百分之" + self._number(number.copy_abs())

    def _date(self, day: dt.date, short: bool) -> str:
        return ("" if short else self._year(day.year)) + f"{integer(day.month)}月{integer(day.day)}日"

    def _weekday(self, number: int) -> str:
        return "星期" + WEEKDAYS[number - 1]

    def _time(self, hour: int, minute: int) -> str:
        part = next(part for until, part in PARTS_OF_DAY if hour < until)
        words = part + measured(hour - 12 if hour > 12 else hour) + "点"
        if minute == 30:
            return words + "半"
        if not minute:
            return words
        return words + ("零" if minute < 10 else "") + integer(minute) + "分"

    def _datetime(self, date: str, time: str) -> str:
        return date + time

    def _year(self, year: int) -> str:
        return str(year).translate(YEAR) + "年"

    def _month(self, month: int) -> str:
        return integer(month) + "月"

    def _duration(self, days: int, hours: int, minutes: int, seconds: int) -> str:
        words, gap = "", False
        minute = "分" if seconds else "分钟"
        for number, unit in ((days, "天"), (hours, "小时"), (minutes, minute), (seconds, "秒")):
            if number:
                zero = words and "零" not in words and (gap or number < 10)  # once is enough for the ear
                words += ("零" if zero else "") + measured(number) + unit
            gap = not number
        return words or "零秒"

    def _list(self, items: Sequence[str]) -> str:
        return "和".join(filter(None, ["、".join(items[:-1]), *items[-1:]]))
