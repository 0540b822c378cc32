"""Months and dates as they are said (last month, next Monday), and which that is on a given day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_YEARS_AROUND = range(-8, 9)  # within which even a 29 February is found


@dataclass(frozen=True, slots=True)
class Month:
    """A month that is `offset` months from the present one: last month is -1."""

    offset: int

    def on(self, today: dt.date) -> int:
        """Its number, 1 to 12."""
        return (today.month - 1 + self.offset) % 12 + 1


@dataclass(frozen=True, slots=True)
class Shift:
    """A day that is `days` from today: tomorrow is 1."""

    days: int

    def on(self, today: dt.date) -> dt.date | None:
        """The date."""
        return today + dt.timedelta(self.days)


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, 1 (Monday) to 7.

    Attributes:
        week: of the week that is so many weeks from the present one, which begins on Monday; None: the next
            such day, which may be today.
        past: the last such day before today.
    """

    number: int
    week: int | None = None
    past: bool = False

    def on(self, today: dt.date) -> dt.date | None:
        """The date."""
        ahead = (self.number - today.isoweekday()) % 7
        if self.past:
            ahead -= 7
        elif self.week is not None:
            ahead = self.number - today.isoweekday() + 7 * self.week
        return today + dt.timedelta(ahead)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month. What was not said is chosen so that the date is the nearest to today, in either way.

    Attributes:
        day: 1 to 31.
        month: 1 to 12, a month counted from the present one, or None.
        year: a year.
        years: years from the present one, where the year was said so (明年); the year counts before it.
    """

    day: int
    month: int | Month | None = None
    year: int | None = None
    years: int | None = None

    def on(self, today: dt.date) -> dt.date | None:
        """The date; None where there is none such (30 February)."""
        dates = list(_there_are(self._candidates(today)))
        return min(dates, key=lambda date: abs(date - today), default=None)

    def _candidates(self, today: dt.date) -> Iterator[tuple[int, int, int]]:
        if self.month is None or isinstance(self.month, Month):
            around = range(-2, 3) if self.month is None else (self.month.offset,)
            for offset in around:
                years, month = divmod(today.month - 1 + offset, 12)
                yield today.year + years, month + 1, self.day
        elif self.year is not None:
            yield self.year, self.month, self.day
        else:
            for years in _YEARS_AROUND if self.years is None else (self.years,):
                yield today.year + years, self.month, self.day


Date = Shift | Weekday | Day


def _there_are(candidates: Iterable[tuple[int, int, int]]) -> Iterator[dt.date]:
    for candidate in candidates:
        try:
            yield dt.date(*candidate)
        except ValueError:
            continue
