"""Moments as people write them on a command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from ivr.hours import Calendar

_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}


def local(text: str, calendar: Calendar | None, at: datetime | None = None) -> datetime:
    """`2026-12-24 15:00`, `15:00` (the next one) or `2h` (from now), in the calendar's zone, as an aware
    moment. Raises click.BadParameter for anything else.

    Args:
        at: now, when it is not said.
    """
    zone = ZoneInfo(calendar.timezone) if calendar else datetime.now().astimezone().tzinfo
    present = (at or datetime.now(UTC)).astimezone(zone)
    if span := _SPAN.fullmatch(text.strip()):
        return present + timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text.strip()):
            hour, minute = map(int, text.split(":"))
            today = present.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return today if today > present else today + timedelta(days=1)
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(f'"{text}" is no moment; write "2026-12-24 15:00", 15:00 or 2h') from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
