"""What a calendar will say: why it is open or closed at a moment, when that changes, how a month looks."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ivr.hours.book import Forced, standing
from ivr.hours.calendar import Calendar
from ivr.hours.timeline import State
from ivr.hours.written import hours

Rule = Literal["forced", "date", "holiday", "worked", "week"]


@dataclass(frozen=True, slots=True)
class Reason:
    """How a calendar stands at a moment, and why.

    Attributes:
        rule: what decides: it was `forced` by hand, or the hours of this `date`, of a public `holiday`, of a
            weekend day that is `worked`, or of the `week`.
        day: the local date whose hours those are: over night, that of the day before.
        hours: that day's, as they are written.
        name: of the holiday that day is, also where the hours of the date go before it.
        reason: what whoever switched it by hand said.
        until: when the state changes next, local; None: not within 400 days.
    """

    state: State
    rule: Rule
    day: date
    hours: str
    name: str = ""
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """From a moment on, local, it is so."""

    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class DayView:
    """One day of a month: its hours as they are written, by which rule, and the holiday's name."""

    day: date
    rule: Rule
    hours: str
    holiday: bool
    name: str


def why(calendar: Calendar, at: datetime, forced: Forced | None = None, language: str = "") -> Reason:
    """How hours stand at an aware moment, and by which rule. Raises ValueError for a naive one."""
    now = standing(calendar, at, forced, language)
    day = _decides(calendar, at)
    plan, name = calendar.day(day), calendar.holiday(day, language)
    if forced is not None and forced.holds(at):
        return Reason(now.state, "forced", day, hours(plan.hours), name, forced.reason, now.until)
    return Reason(now.state, plan.rule, day, hours(plan.hours), name, "", now.until)


def changes(calendar: Calendar, at: datetime, forced: Forced | None = None) -> Iterator[Change]:
    """When it opens and closes after a moment, one after the other, until nothing changes for 400 days."""
    now = standing(calendar, at, forced)
    while now.until is not None:
        at, now = now.until, standing(calendar, now.until, forced)
        yield Change(at, now.state)


def month(calendar: Calendar, year: int, number: int, language: str = "") -> tuple[DayView, ...]:
    """The days of a month (1 is January), without what was switched by hand. Raises ValueError: no month."""
    if not (1 <= number <= 12 and 1000 <= year < 9000):
        raise ValueError(f"{year}-{number:02} is no month")
    days = (date(year, number, one) for one in range(1, months.monthrange(year, number)[1] + 1))
    return tuple(_view(calendar, day, language) for day in days)


def _view(calendar: Calendar, day: date, language: str) -> DayView:
    plan = calendar.day(day)
    return DayView(day, plan.rule, hours(plan.hours), plan.holiday, calendar.holiday(day, language))


def _decides(calendar: Calendar, at: datetime) -> date:
    """The local date whose hours hold at a moment: that of the day before while these reach over night and
    the day itself has not opened."""
    zone = ZoneInfo(calendar.timezone)
    today = at.astimezone(zone).date()
    before = today - timedelta(days=1)
    minutes = _minutes(at, zone)
    if any(begin <= minutes < end for begin, end in calendar.day(today).hours):
        return today
    over = any(begin <= minutes + 1440 < end for begin, end in calendar.day(before).hours)
    return before if over and calendar.status(at).state == "open" else today


def _minutes(at: datetime, zone: ZoneInfo) -> float:
    local = at.astimezone(zone)
    return local.hour * 60 + local.minute + local.second / 60
