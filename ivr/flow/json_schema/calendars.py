"""Calendars for editors: their keys for days, and the hours behind them, which no model lists.

`ivr.hours` reads Chinese punctuation and capitals as well, so the patterns let them through.
"""

from __future__ import annotations

from ivr.flow.json_schema.spellings import SPELLINGS, Schema, any_case, pattern
from ivr.hours.spans import DAYS

_DASH = "[-–—−~〜－～至]"
_COMMA = "[,，、]"
_SPAN = rf"\d{{1,2}}[:：]\d{{2}}\s*{_DASH}\s*\d{{1,2}}[:：]\d{{2}}"
_DAY = f"({'|'.join(any_case(day) for day in DAYS)})"
_DAY_KEYS = rf"^\s*({any_case('daily')}|{_DAY}(\s*({_DASH}|{_COMMA})\s*{_DAY})*)\s*$"
_OFFERED = ("mon-fri", *DAYS, "daily")

HOURS: Schema = pattern(
    rf"\s*({_SPAN}(\s*{_COMMA}\s*{_SPAN})*|24[Hh]|{any_case('closed')})\s*",
    'write "08:30-12:00, 13:30-18:00", "24h" or "closed"',
) | {
    "description": "Hours of a day: spans, `24h` or `closed`; `22:00-06:00` goes over night.",
    "examples": ["08:30-12:00, 13:30-18:00", "24h", "closed"],
}


def with_days(calendar: Schema) -> Schema:
    """The schema of a calendar's model, with all that its validators know."""
    options, zone = calendar["properties"], SPELLINGS["time zone"]
    dates = {
        "propertyNames": {
            "pattern": r"^\d{4}-\d{2}-\d{2}$",
            "patternErrorMessage": "a date is written 2026-12-24",
        },
        "additionalProperties": HOURS,
    }
    return {
        **calendar,
        "properties": {
            **options,
            "timezone": {**options["timezone"], **zone.schema, "examples": list(zone.examples)},
            "dates": {**options["dates"], **dates},
            **dict.fromkeys(_OFFERED, HOURS),
        },
        "patternProperties": {_DAY_KEYS: HOURS},
    }
