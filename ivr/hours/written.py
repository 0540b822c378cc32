"""A calendar as plain data, as YAML and JSON have it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from ivr.errors import Invalid
from ivr.hours.calendar import Calendar, Hours
from ivr.hours.spans import DAY, DAYS

MAX_DATES: Final = 2000
"""Single days of one calendar: more than five years of them."""


def read(data: Any) -> Calendar:
    """The calendar that `data` says, as flows write it.

    Raises:
        Invalid: it says none; `field` is the key at fault, such as `mon-fri` or `dates.2026-12-24`.
    """
    if not isinstance(data, Mapping):
        raise Invalid("this is no calendar", hint='write timezone: and days, such as mon-fri: "09:00-18:00"')
    if isinstance(dates := data.get("dates"), Mapping) and len(dates) > MAX_DATES:
        raise Invalid(f"a calendar with {len(dates)} dates; {MAX_DATES} at most", field="dates")
    try:
        return Calendar.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"] if part != "[key]")
        said = str(first["msg"]).removeprefix("Value error, ")
        raise Invalid(f"{where}: {said}" if where else said, field=where) from None


def plain(calendar: Calendar) -> dict[str, Any]:
    """What `read` reads, days with the same hours together."""
    data: dict[str, Any] = {"timezone": calendar.timezone}
    data |= {_days(first, last): hours(spans) for first, last, spans in _runs(calendar)}
    if calendar.holidays:
        data["holidays"] = list(calendar.holidays)
    if calendar.dates:
        data["dates"] = {day.isoformat(): hours(spans) for day, spans in sorted(calendar.dates.items())}
    return data


def hours(spans: Hours) -> str:
    """The hours of a day as they are written."""
    if not spans:
        return "closed"
    if spans == ((0, DAY),):
        return "24h"
    return ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in spans)


def _runs(calendar: Calendar) -> list[tuple[int, int, Hours]]:
    """Days one after the other that have the same hours."""
    runs: list[tuple[int, int, Hours]] = []
    for day, spans in sorted(calendar.week.items()):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    return runs


def _days(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def _clock(minutes: int) -> str:
    """Of a day's end, 24:00; of what lies behind it, the time over night."""
    clock = minutes if minutes <= DAY else minutes - DAY
    return f"{clock // 60:02}:{clock % 60:02}"
