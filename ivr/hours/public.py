"""Public holidays by country, and the weekends that are worked in return for them.

The dates are those of the library `holidays`, one table per country, year and language, built once. In
China the State Council's yearly notice moves working days (调休): the library knows the days off and the
weekend days worked for them; that a break takes in the weekends it touches is added here, because the
notice counts them (国庆节 2026: October 1 to 7, Sunday the 4th included) and the library lists weekdays.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays import HolidayBase
from holidays.registry import EntityLoader

from ivr.i18n import base
from ivr.registry import did_you_mean

BREAKS_TAKE_IN_WEEKENDS = {"CN"}
"""Countries whose breaks are announced as a run of days, weekends included."""

LAST_YEAR = 2100
"""Tables are made for 1900 to this year; outside them no day is a holiday."""


@dataclass(frozen=True, slots=True)
class Table:
    """One year of one country: its holidays with their names, and the weekend days that are worked."""

    names: Mapping[date, str]
    worked: Set[date]


def countries() -> tuple[str, ...]:
    """The codes of all countries whose holidays are known."""
    return tuple(sorted(EntityLoader.get_country_codes(include_aliases=False)))


def check(place: str) -> str:
    """A country (`CN`) or part of one (`US-CA`), or a ValueError that says what there is."""
    country, dash, part = place.partition("-")
    # Which parts a country has costs the import of all 250 of them, which countries there are does not.
    if country not in EntityLoader.get_country_codes(include_aliases=False):
        raise ValueError(f'no holidays are known for "{place}"; write a country such as CN or US-CA')
    if dash and part not in (known := getattr(holidays, country).subdivisions):
        hint = did_you_mean(part, known) or f"write {country} alone"
        raise ValueError(f'"{place}" is no part of {country}; {hint}')
    return place


@lru_cache(maxsize=256)
def table(place: str, year: int, language: str) -> Table:
    """The year's table for a place that `check` knows; `language` is a BCP 47 tag, "" the country's own."""
    if not 1900 <= year <= LAST_YEAR:
        return Table({}, frozenset())
    country, _, part = place.partition("-")
    years = range(year - 1, year + 2)  # a break may reach over New Year
    kind = getattr(holidays, country)
    tongue = _tongue(kind, language)
    named: HolidayBase = kind(subdiv=part or None, years=years, expand=False, language=tongue)
    worked = frozenset(getattr(named, "weekend_workdays", ()))
    names = {day: _name(named, day) for day in sorted(named)}
    if country in BREAKS_TAKE_IN_WEEKENDS:
        _take_in_weekends(names, worked)
    _name_after_neighbours(names)
    return Table({day: name for day, name in names.items() if day.year == year}, worked)


def _tongue(kind: type[HolidayBase], language: str) -> str | None:
    """The library's own tag (`zh_CN`) for a BCP 47 tag, else the country's own language.

    Never left open, because the library would then take the server's locale.
    """
    supported: tuple[str, ...] = kind.supported_languages
    wish = language.replace("-", "_")
    if wish in supported:
        return wish
    near = (tag for tag in supported if language and tag.partition("_")[0] == base(language))
    return next(near, kind.default_language)


def _name(table: HolidayBase, day: date) -> str:
    """A day's name as one says it: no "(observed)", no "(estimated)"; "" for a day off in lieu."""
    for name in table.get_list(day):
        before, after = _label(table, "substituted_label")
        if before and name.startswith(before) and name.endswith(after):
            continue
        for label in ("observed_label", "estimated_label", "observed_estimated_label"):
            before, after = _label(table, label)
            name = name.removeprefix(before).removesuffix(after)
        return name
    return ""


def _label(table: HolidayBase, label: str) -> tuple[str, str]:
    """What stands before and after the name in one of a country's labels (`%s (observed)`)."""
    before, _, after = table.tr(getattr(table, label, "")).partition("%s")
    return before, after


def _take_in_weekends(names: dict[date, str], worked: Set[date]) -> None:
    for day in list(names):
        for step in (-1, 1):
            beside = day + timedelta(days=step)
            while beside.weekday() >= 5 and beside not in worked and beside not in names:
                names[beside] = ""
                beside += timedelta(days=step)


def _name_after_neighbours(names: dict[date, str]) -> None:
    """A day without a name of its own is called after the holiday before it in the same run, or after it."""
    for step, order in ((-1, sorted(names)), (1, sorted(names, reverse=True))):
        for day in order:
            names[day] = names[day] or names.get(day + timedelta(days=step), "")
