"""The texts of a calendar: `mon-fri` and `08:30-12:00, 13:30-18:00`.

Minutes count from the midnight that begins a day, so a span over night ends after 1440. Chinese
punctuation (：，－～) is read as its plain form. What cannot be read is a ValueError with the way out.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from ivr.registry import did_you_mean

Span = tuple[int, int]
"""Opening and closing, in minutes from the day's midnight; the second is the later."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SETTINGS = ("timezone", "holidays", "dates")
DAY = 24 * 60
MOST = 24
"""Spans of one day at most."""

EXAMPLE = '"08:30-12:00, 13:30-18:00", "24h" or "closed"'

_DASHES = str.maketrans("–—−~〜、至", "-----,-")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


def days(text: str) -> tuple[int, ...]:
    """The days a key names, Monday being 0: `mon-fri`, `sat`, `mon,wed`, `sat-mon`, `daily`."""
    key = _plain(text)
    if key == "daily":
        return tuple(range(7))
    found: list[int] = []
    for part in key.split(","):
        first, dash, last = part.strip().partition("-")
        start, end = _day(text, first), _day(text, last if dash else first)
        found += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    if len(set(found)) < len(found):
        raise ValueError(f'"{text}" names a day twice')
    return tuple(found)


def spans(text: str) -> tuple[Span, ...]:
    """The spans of a day in order: `08:30-12:00, 13:30-18:00`, `22:00-06:00`, `24h`, `closed`."""
    plain = _plain(text)
    if plain == "closed":
        return ()
    if plain == "24h":
        return ((0, DAY),)
    parts = plain.split(",")
    if len(parts) > MOST:
        raise ValueError(f"a day with {len(parts)} spans; {MOST} at most")
    found = sorted(_span(text, part.strip()) for part in parts)
    for (_, end), (start, _) in itertools.pairwise(found):
        if start < end:
            raise ValueError(
                f'"{text}": a span begins at {_clock(start)}, before the one ahead of it has ended'
            )
    return tuple(found)


def _plain(text: str) -> str:
    if len(text) > 400:
        raise ValueError(f'"{text[:40]}..." is too long for the hours of a day')
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip().lower()


def _day(key: str, word: str) -> int:
    name = word.strip()
    if name not in DAYS:
        hint = did_you_mean(name, ("daily", *DAYS, *SETTINGS))
        raise ValueError(f'"{key}" is neither a setting of a calendar nor days such as mon-fri; {hint}')
    return DAYS.index(name)


def _span(text: str, part: str) -> Span:
    first, dash, last = part.partition("-")
    if not dash:
        raise ValueError(
            f'"{text}" is not opening hours; write "08:30-12:00, 13:30-18:00", "24h" or "closed"'
        )
    start, end = _minutes(text, first.strip()), _minutes(text, last.strip())
    if start == DAY:
        raise ValueError(f'"{text}": a day begins at 00:00, not at 24:00')
    if start == end:
        raise ValueError(
            f'"{text}" opens and closes at {_clock(start)}; write 24h for the whole day, or closed'
        )
    return (start, end if end > start else end + DAY)


def _minutes(text: str, clock: str) -> int:
    match = _CLOCK.fullmatch(clock)
    if match is None:
        raise ValueError(f'"{text}": "{clock}" is not a time; write hours and minutes, such as 08:30')
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or (hour == 24 and minute):
        raise ValueError(f'"{text}": hour {hour}; the last minute of a day is 23:59, its end 24:00')
    if minute > 59:
        raise ValueError(f'"{text}": minute {minute}; minutes go from 00 to 59')
    return hour * 60 + minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
