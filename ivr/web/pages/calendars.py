"""Opening hours: whether it is open now and why, the week and the month drawn, the switch for emergencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names
from flask import Blueprint, Flask, render_template, request

from ivr.hours import Calendar
from ivr.hours.public import countries
from ivr.hours.spans import DAY, DAYS, Span, spans
from ivr.hours.written import hours, read
from ivr.web.api import calendars as api
from ivr.web.guard import needs
from ivr.web.languages import TAGS, chosen
from ivr.web.site import Site

MOMENTS = {"en": "EEE d MMM, HH:mm", "zh": "M月d日 EEE HH:mm"}
MONTHS = {"en": "MMMM y", "zh": "y年M月"}
YEARS = (1970, 2100)
"""Months are drawn of."""
USUAL: Mapping[str, Any] = {"timezone": "UTC", "mon-fri": "09:00-18:00"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month. `bars`: begin and length of what is open, in minutes of the day."""

    view: api.Day
    bars: tuple[Span, ...]


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("calendars", __name__)

    @blueprint.get("/calendars")
    @needs("calendars:read")
    def every() -> str:
        return render_template("calendars.html", calendars=api.every(site), local=local)

    @blueprint.get("/calendars/<name>")
    @needs("calendars:read")
    def calendar(name: str) -> str:
        one: api.CalendarOut = api.get(site, name).content
        origins = _origins(one)
        begin = origins.get(request.args.get("from", ""), one.hours or next(iter(origins.values()), USUAL))
        edited = read(begin)
        today = site.now().astimezone(ZoneInfo(edited.timezone)).date()
        month = _month(request.args.get("month", ""), today)
        clear = one.standing is not None
        language = TAGS[chosen()]
        outlook = api.outlook(site, name, api.Moment(language=language)) if clear else None
        days = api.month(site, name, api.Month(month=f"{month:%Y-%m}", language=language)) if clear else []
        return render_template(
            "calendar.html", one=one, edited=edited, week=week(edited), dates=_dates(edited, today),
            today=today, days=days_words(), outlook=outlook, weeks=site.apart(weeks, days), month=month,
            month_words=format_date(month, MONTHS[chosen()], locale=chosen()),
            before=month - timedelta(days=1), after=(month + timedelta(days=31)).replace(day=1), local=local,
            origins=origins, places=_places(), ends=_ends(site.now(), edited),
        )  # fmt: skip

    return blueprint


def local(at: datetime) -> str:
    """A moment in its own zone, as the reader writes it."""
    return str(format_datetime(at, MOMENTS[chosen()], tzinfo=at.tzinfo, locale=chosen()))


def days_words() -> list[str]:
    """Monday to Sunday."""
    names = get_day_names("abbreviated", locale=chosen())
    return [names[day] for day in range(7)]


def week(calendar: Calendar) -> list[tuple[str, str, tuple[Span, ...]]]:
    """Of each day of the week its key, its hours as they are written, and what is open of it."""
    own = [calendar.week.get(day, ()) for day in range(7)]
    return [(DAYS[day], hours(own[day]), bars(own[day], own[day - 1])) for day in range(7)]


def weeks(days: list[api.Day]) -> list[list[Cell | None]]:
    """The days of a month as the rows of a calendar, Monday first."""
    if not days:
        return []
    read_ = [spans(day.hours) for day in days]
    cells: list[Cell | None] = [None] * days[0].day.weekday()
    cells += [Cell(day, bars(read_[at], read_[at - 1] if at else ())) for at, day in enumerate(days)]
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def bars(own: tuple[Span, ...], before: tuple[Span, ...]) -> tuple[Span, ...]:
    """What is open of a day, begin and length in minutes: its own hours, and what reaches over night from
    the day before."""
    over = [(0, end - DAY) for _, end in before if end > DAY]
    return tuple(
        (begin, min(end, DAY) - begin) for begin, end in (*over, *own) if begin < DAY and end > begin
    )


def _origins(one: api.CalendarOut) -> dict[str, dict[str, Any]]:
    """Hours to begin with, by who says them; `plan:` is the routing plan."""
    return {**({"plan:": one.plan} if one.plan else {}), **one.flows}


def _month(asked: str, today: date) -> date:
    """The first day of a month of these times; of this one where none is asked for."""
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return first if YEARS[0] <= first.year <= YEARS[1] else today.replace(day=1)


def _dates(calendar: Calendar, today: date) -> list[tuple[date, str, bool]]:
    """Single days with their hours, and whether they are past."""
    return [(day, hours(own), day < today) for day, own in sorted(calendar.dates.items())]


def _places() -> list[tuple[str, str]]:
    names = Locale.parse(chosen()).territories
    return [(code, names.get(code, code)) for code in countries()]


def _ends(now: datetime, calendar: Calendar) -> dict[str, datetime]:
    """Moments until which it may be switched by hand: the end of today, and the next opening after it."""
    zone = ZoneInfo(calendar.timezone)
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    opening = calendar.next_opening(tomorrow)
    return {"day": tomorrow, **({"opening": opening} if opening and opening > tomorrow else {})}
