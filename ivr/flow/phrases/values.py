"""What arrives at a filter, made into one clean type or refused.

Values come from callers, HTTP answers and flow authors: numbers as text, full-width digits, floats with
binary dust, nothing at all. Each reader here takes anything and returns one type, or raises a ValueError
that names the value and says what was expected. Sizes are bounded before any work is done on them.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal

from ivr.flow.values import Unspeakable

LONGEST = 64
"""Characters of text, or digits of a number, that are spoken at most."""

_EXACT = Context(prec=4 * LONGEST, rounding=ROUND_HALF_UP)
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/年](\d{1,2})月?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?", re.ASCII)


def shown(value: object) -> str:
    """A value as an error message shows it: short, and on one line."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, int) and value.bit_length() > 4 * LONGEST:
        return "an enormous number"  # Python itself refuses to print it
    if isinstance(value, str):
        text = f'"{value[:40]}"' if len(value) <= 40 else f'"{value[:37]}..."'
    else:
        text = str(value) if isinstance(value, Decimal | dt.date | dt.time) else repr(value)
    return text if len(text) <= 42 else f"{text[:37]}..."


def refuse(value: object, expected: str, hint: str = "") -> Unspeakable:
    """The error for a value that cannot be spoken as wished."""
    return Unspeakable(value, shown(value), expected, hint)


def to_text(value: object, expected: str = "text") -> str:
    """Text of 1 to 64 characters, full-width forms made plain (`１２` → `12`), stripped."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int) or (not value and value != 0):
        raise refuse(value, expected)
    if isinstance(value, int) and value.bit_length() > 4 * LONGEST:
        raise refuse(value, f"{expected} (at most {LONGEST} characters)")
    raw = str(value)
    if len(raw) > LONGEST:
        raise refuse(value, f"{expected} (at most {LONGEST} characters)")
    text = unicodedata.normalize("NFKC", raw).replace("−", "-").strip()
    if not text or len(text) > LONGEST:
        raise refuse(value, expected)
    return text


def to_decimal(value: object, expected: str = "a number such as 12.5") -> Decimal:
    """A finite number of at most 64 digits. A float counts with 15 digits: 12.1 + 0.2 is 12.3."""
    if isinstance(value, float | Decimal):
        number = Decimal(format(value, ".15g")) if isinstance(value, float) else value
        if not number.is_finite() or (number and not -LONGEST < number.adjusted() < LONGEST):
            raise refuse(value, expected)
    else:
        text = to_text(value, expected)
        if not _NUMBER.fullmatch(text) or not any(map(str.isdigit, text)):
            raise refuse(value, expected)
        number = Decimal(text.replace(",", ""))
    if len(number.as_tuple().digits) > LONGEST:
        raise refuse(value, f"{expected} (at most {LONGEST} digits)")
    return number.normalize(_EXACT) if number else Decimal(0)


def to_integer(value: object, expected: str = "a whole number") -> int:
    """A whole number; `12.0` and `"12"` count."""
    number = to_decimal(value, expected)
    if number != number.to_integral_value(context=_EXACT):
        raise refuse(value, expected)
    return int(number)


def hundredths(amount: Decimal) -> tuple[int, int]:
    """A sum of money without its sign: whole units, and hundredths of one."""
    return divmod(int(amount.copy_abs().scaleb(2, context=_EXACT)), 100)


def rounded(number: Decimal, places: int) -> Decimal:
    """`number` with exactly so many decimal places, halves away from zero, as an invoice rounds."""
    return _EXACT.plus(number.quantize(Decimal(1).scaleb(-places), context=_EXACT))  # no minus before a zero


def to_keys(value: object) -> str:
    """Digits, `*` and `#`, as pressed or stored; spaces and hyphens between them are dropped."""
    expected = "a row of digits (the filter spell reads letters)"
    text = re.sub(r"[ -]", "", to_text(value, expected))
    if not re.fullmatch(r"[0-9*#]+", text):
        raise refuse(value, expected)
    return text


def to_date(value: object) -> dt.date:
    """A date, the date of a datetime, `2026-12-01`, `2026/12/1`, `2026年12月1日`, `20261201`, or ISO 8601."""
    expected = "a date such as 2026-12-01"
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = to_text(value, expected)
    try:
        if match := _DATE.fullmatch(text):
            year, month, day = (part for part in match.groups() if part)
            return dt.date(int(year), int(month), int(day))
        return to_datetime(text).date()
    except ValueError:
        raise refuse(value, expected) from None


def to_datetime(value: object) -> dt.datetime:
    """A datetime, or one in ISO 8601 (`2026-12-01T15:05+08:00`, also with a space)."""
    expected = "a date and time such as 2026-12-01T15:05"
    if isinstance(value, dt.datetime):
        return value
    text = to_text(value, expected)
    try:
        if ":" in text:
            return dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    raise refuse(value, expected)


def to_time(value: object) -> dt.time | dt.datetime:
    """A time, a datetime, `15:05`, `15:05:30`, or a datetime in ISO 8601."""
    expected = "a time such as 15:05"
    if isinstance(value, dt.time | dt.datetime):
        return value
    text = to_text(value, expected)
    try:
        if match := _TIME.fullmatch(text):
            return dt.time(int(match[1]), int(match[2]))
        return to_datetime(text)
    except ValueError:
        raise refuse(value, expected) from None


def to_seconds(value: object) -> int:
    """A length of time in whole seconds: a number of seconds or a timedelta, not negative."""
    expected = "a length of time in seconds"
    if isinstance(value, dt.timedelta):
        value = Decimal(value.days * 86_400 + value.seconds) + Decimal(value.microseconds) / 1_000_000
    seconds = int(rounded(to_decimal(value, expected), 0))
    if seconds < 0:
        raise refuse(value, expected)
    return seconds


def to_month(value: object) -> int:
    """A month from 1 to 12: its number, a date, or `2026-05`."""
    expected = "a month such as 5 or 2026-05"
    if isinstance(value, dt.date):
        return value.month
    text = to_text(value, expected)
    try:
        if match := _MONTH.fullmatch(text):
            month = int(match[2])
        else:
            month = int(text) if len(text) <= 2 else to_date(text).month
    except ValueError:
        raise refuse(value, expected) from None
    if not 1 <= month <= 12:
        raise refuse(value, expected)
    return month


def to_year(value: object) -> int:
    """A year from 1 to 9999: its number, a date, or `2026-05`."""
    expected = "a year such as 2026"
    if isinstance(value, dt.date):
        return value.year
    text = to_text(value, expected)
    try:
        if match := _MONTH.fullmatch(text):
            year = int(match[1])
        else:
            year = int(text) if len(text) <= 4 else to_date(text).year
    except ValueError:
        raise refuse(value, expected) from None
    if not 1 <= year <= 9999:
        raise refuse(value, expected)
    return year
