"""The filters of `{{ value | filter }}`, once for all languages.

Every filter reads its value strictly here and hands one clean type to a `_method` that a language
overrides with its own words. What stands here is the plain form for a language Ivory has no words for.
The first line of a filter's docstring is its entry in the generated reference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from ivr import numbers
from ivr.flow.phrases import currencies
from ivr.flow.phrases.values import (
    LONGEST,
    refuse,
    rounded,
    to_date,
    to_datetime,
    to_decimal,
    to_integer,
    to_keys,
    to_month,
    to_seconds,
    to_text,
    to_time,
    to_year,
)

MOST_ITEMS = 50
"""Items of a list that are spoken at most: more than anyone listens to."""


class Phrases:
    """How one language says values aloud.

    Args:
        region: two capital letters (`CN`); decides telephone numbers' grouping and the default currency.
        zone: aware datetimes are spoken in this time zone; None speaks them as they stand.

    Every filter raises Unspeakable, a ValueError, with the value and what was expected.
    """

    def __init__(self, region: str, zone: dt.tzinfo | None = None) -> None:
        self.region = region
        self.zone = zone

    # Filters: names and arguments are the same in every language ----------------------------------------

    def number(self, value: object, places: int | None = None) -> str:
        """A number, as in counting and measuring; `number(1)` rounds to one decimal place."""
        number = to_decimal(value)
        if places is not None:
            if isinstance(places, bool) or not isinstance(places, int) or not 0 <= places <= 10:
                raise refuse(places, "a number of decimal places from 0 to 10")
            number = to_decimal(rounded(number, places))
        return self._number(number)

    def ordinal(self, value: object) -> str:
        """A place in an order: first, second, third."""
        expected = "a place in an order, such as 3"
        number = to_integer(value, expected)
        if number < 0:
            raise refuse(value, expected)
        return self._ordinal(number)

    def count(self, value: object, unit: str, plural: str = "") -> str:
        """So many of something: `count('条')`, `count('message')`, `count('box', 'boxes')`."""
        return self._count(to_decimal(value), to_text(unit, "a word for what is counted"), plural)

    def digits(self, value: object) -> str:
        """Digits one by one, as for an account or order number; star and pound too."""
        return self._digits(to_keys(value))

    def phone(self, value: object) -> str:
        """A telephone number in its country's groups, with a short pause between them."""
        groups = numbers.groups(to_text(value, "a telephone number"), self.region)
        if not groups:
            raise refuse(value, "a telephone number")
        return self._phone(groups)

    def spell(self, value: object) -> str:
        """Letters, digits and signs one by one."""
        return self._spell(to_text(value, "something to spell"))

    def money(self, value: object, currency: str = "") -> str:
        """An amount: `money('USD')`; without a code the currency of the language's region.

        Rounded to the currency's smallest unit, halves away from zero, as an invoice rounds.
        """
        code = currencies.known(currency or currencies.OF_REGION.get(self.region, "USD"))
        return self._money(
            rounded(to_decimal(value, "an amount such as 12.50"), currencies.PLACES[code]), code
        )

    def percent(self, value: object) -> str:
        """A percentage; 12.5 and "12.5%" both mean twelve and a half percent."""
        expected = "a percentage such as 12.5"
        text = value[:-1] if isinstance(value, str) and value.endswith(("%", "％")) else value
        return self._percent(to_decimal(text, expected))

    def date(self, value: object, form: str = "long") -> str:
        """A date with its year; `date('short')` leaves the year out."""
        if form not in ("long", "short"):
            raise refuse(form, "a form of date: long or short")
        return self._date(to_date(self._local(value)), form == "short")

    def weekday(self, value: object) -> str:
        """The day of the week of a date."""
        return self._weekday(to_date(self._local(value)).isoweekday())

    def time(self, value: object) -> str:
        """A time of day, to the minute."""
        moment = to_time(self._local(value))
        return self._time(moment.hour, moment.minute)

    def datetime(self, value: object, form: str = "long") -> str:
        """A date and a time of day; `datetime('short')` leaves the year out."""
        moment = to_datetime(self._local(value))
        return self._datetime(self.date(moment, form), self.time(moment))

    def year(self, value: object) -> str:
        """The year of a date, or a year."""
        return self._year(to_year(self._local(value)))

    def month(self, value: object) -> str:
        """The month of a date, or a month from 1 to 12."""
        return self._month(to_month(self._local(value)))

    def duration(self, value: object) -> str:
        """A length of time given in seconds, to the second."""
        minutes, seconds = divmod(to_seconds(value), 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        return self._duration(days, hours, minutes, seconds)

    def list_(self, value: object) -> str:
        """Several things one after another: a, b and c."""
        if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
            value = [value]
        if not isinstance(value, Sequence) or isinstance(value, bytes | bytearray):
            raise refuse(value, "a list")
        if len(value) > MOST_ITEMS:
            raise refuse(value, f"a list of {MOST_ITEMS} things at most: more is too long to speak")
        return self._list([item if isinstance(item, str) else self.number(item) for item in value])

    # What a language overrides: the plain form -----------------------------------------------------------

    def _number(self, number: Decimal) -> str:
        return format(number, "f")

    def _ordinal(self, number: int) -> str:
        return str(number)

    def _count(self, number: Decimal, unit: str, plural: str) -> str:
        return f"{self._number(number)} {plural if plural and number != 1 else unit}"

    def _digits(self, keys: str) -> str:
        return " ".join(keys)

    def _phone(self, groups: Sequence[str]) -> str:
        return ", ".join(" ".join(group) for group in groups)

    def _spell(self, text: str) -> str:
        return " ".join(text)

    def _money(self, amount: Decimal, code: str) -> str:
        return f"{amount:f} {code}"

    def _percent(self, number: Decimal) -> str:
        return f"{self._number(number)}%"

    def _date(self, day: dt.date, short: bool) -> str:
        return day.isoformat()[5:] if short else day.isoformat()

    def _weekday(self, number: int) -> str:
        return str(number)

    def _time(self, hour: int, minute: int) -> str:
        return f"{hour:02}:{minute:02}"

    def _datetime(self, date: str, time: str) -> str:
        return f"{date} {time}"

    def _year(self, year: int) -> str:
        return str(year)

    def _month(self, month: int) -> str:
        return str(month)

    def _duration(self, days: int, hours: int, minutes: int, seconds: int) -> str:
        return f"{days * 24 + hours}:{minutes:02}:{seconds:02}"

    def _list(self, items: Sequence[str]) -> str:
        return ", ".join(items)

    def _local(self, value: object) -> object:
        """An aware moment in the zone it is to be spoken in; anything else as it is."""
        if self.zone is None:
            return value
        if isinstance(value, str) and ":" in value and len(value) <= LONGEST:
            try:
                value = dt.datetime.fromisoformat(value.strip())
            except ValueError:
                return value
        if isinstance(value, dt.datetime) and value.tzinfo is not None:
            try:
                return value.astimezone(self.zone)
            except OverflowError:
                raise refuse(value, "a moment within the calendar") from None
        return value
