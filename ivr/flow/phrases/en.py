"""How an American says values aloud.

Cardinals and ordinals are num2words'; its British "and" and its commas are taken out, because American
speech has neither (two thousand twenty-six).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ivr.flow.phrases.base import Phrases
from ivr.flow.phrases.values import hundredths

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
KEYS = {**{str(number): word for number, word in enumerate(DIGITS)}, "*": "star", "#": "pound", "+": "plus"}
SIGNS = {**KEYS, "-": "dash", ".": "dot", "@": "at", "_": "underscore", "/": "slash"}
# Not the standard library's names: those follow the process's locale.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

BIGGEST = 10**15
"""From here on (quadrillions) a number is read digit by digit."""

# Currency → unit, units, subunit, subunits. Empty: there is no subunit.
MONEY: Mapping[str, tuple[str, str, str, str]] = {
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "CNY": ("yuan", "yuan", "fen", "fen"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
    "HKD": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "JPY": ("yen", "yen", "", ""),
    "KRW": ("won", "won", "", ""),
    "MOP": ("pataca", "patacas", "avo", "avos"),
    "SGD": ("Singapore dollar", "Singapore dollars", "cent", "cents"),
    "TWD": ("New Taiwan dollar", "New Taiwan dollars", "cent", "cents"),
    "USD": ("dollar", "dollars", "cent", "cents"),
}


def integer(number: int, to: str = "cardinal") -> str:
    """A whole number from 0 in words; `to="ordinal"` for its place in an order."""
    if number >= BIGGEST:
        return " ".join(DIGITS[int(digit)] for digit in str(number))
    from num2words import num2words  # it knows 50 languages, and takes its time to load them

    words = str(num2words(number, lang="en", to=to))
    return words.replace(" and ", " ").replace(",", "")


def _after_hour(number: int) -> str:
    """Two digits as minutes, or as the fen of a yuan, are read: oh five, fifty."""
    return f"oh {DIGITS[number]}" if number < 10 else integer(number)


class English(Phrases):
    """American English."""

    def _number(self, number: Decimal) -> str:
        whole, _, fraction = format(number.copy_abs(), "f").partition(".")
        words = ("minus " if number < 0 else "") + integer(int(whole))
        return words + (" point " + " ".join(DIGITS[int(digit)] for digit in fraction) if fraction else "")

    def _ordinal(self, number: int) -> str:
        return integer(number, "ordinal")

    def _count(self, number: Decimal, unit: str, plural: str) -> str:
        return f"{self._number(number)} {unit if number == 1 else plural or unit + 's'}"

    def _digits(self, keys: str) -> str:
        return " ".join(KEYS[key] for key in keys)

    def _phone(self, groups: Sequence[str]) -> str:
        return ", ".join(self._digits(group) for group in groups)

    def _spell(self, text: str) -> str:
        # Between commas a voice takes A for the letter, not for the article.
        return ", ".join(SIGNS.get(sign, sign.upper()) for sign in text if sign != " ")

    def _money(self, amount: Decimal, code: str) -> str:
        unit, units, subunit, subunits = MONEY[code]
        whole, rest = hundredths(amount)
        minus = "minus " if amount < 0 else ""
        large = f"{integer(whole)} {unit if whole == 1 else units}"
        if not rest:
            return minus + large
        if code == "CNY" and whole:
            return f"{minus}{large} {_after_hour(rest)}"
        small = f"{integer(rest)} {subunit if rest == 1 else subunits}"
        return minus + (f"{large} and {small}" if whole else small)

    def _percent(self, number: Decimal) -> str:
        return f"{self._number(number)} percent"

    def _date(self, day: dt.date, short: bool) -> str:
        words = f"{MONTHS[day.month - 1]} {integer(day.day, 'ordinal')}"
        return words if short else f"{words}, {self._year(day.year)}"

    def _weekday(self, number: int) -> str:
        return WEEKDAYS[number - 1]

    def _time(self, hour: int, minute: int) -> str:
        if not minute and hour in (0, 12):
            return "noon" if hour else "midnight"
        words = integer(hour % 12 or 12) + (f" {_after_hour(minute)}" if minute else "")
        return f"{words} {'PM' if hour >= 12 else 'AM'}"  # in capitals: voices read "a m" as an article

    def _datetime(self, date: str, time: str) -> str:
        return f"{date}, at {time}"

    def _year(self, year: int) -> str:
        if year < 1000 or 2000 <= year < 2100:
            return integer(year)
        from num2words import num2words

        return str(num2words(year, lang="en", to="year")).replace("oh-", "oh ")

    def _month(self, month: int) -> str:
        return MONTHS[month - 1]

    def _duration(self, days: int, hours: int, minutes: int, seconds: int) -> str:
        parts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
        words = [self._count(Decimal(number), unit, "") for number, unit in parts if number]
        return " ".join(words) or "zero seconds"

    def _list(self, items: Sequence[str]) -> str:
        return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
