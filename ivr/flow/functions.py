"""The functions and filters every flow has, whatever its language.

One table, both ways: `f(x, y)` is `x | f(y)`. Filters that speak (digits, money, date …) depend on the
language and come from the phrases. A first line of a docstring here is a line of the reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ivr.flow import values
from ivr.flow.values import MAX_DIGITS, MAX_TEXT, KindError, failure, is_number, kind

_INTEGER = re.compile(rf"[+-]?[0-9]{{1,{MAX_DIGITS}}}")
_DECIMAL = re.compile(rf"[+-]?[0-9]{{1,{MAX_DIGITS}}}(\.[0-9]{{1,{MAX_DIGITS}}})?")
_MAX_PLACES = 10


def length(value: Any) -> int:
    """Characters of a text, items of a list or mapping; 0 for null."""
    if value is None:
        return 0
    if isinstance(value, str | list | tuple | Mapping):
        return len(value)
    raise KindError(f"{kind(value)} has no length")


def upper(value: str) -> str:
    """A text in capitals."""
    return _text(value).upper()


def lower(value: str) -> str:
    """A text in small letters."""
    return _text(value).lower()


def trim(value: str) -> str:
    """A text without the spaces around it."""
    return _text(value).strip()


def replace(value: str, old: str, new: str) -> str:
    """A text with every `old` in it replaced by `new`: `account | replace('-', '')`."""
    value, old, new = _text(value), _text(old), _text(new)
    if not old:
        raise KindError("an empty text cannot be replaced")
    if len(value) + value.count(old) * (len(new) - len(old)) > MAX_TEXT:
        raise failure("E015", f"a text longer than {MAX_TEXT:,} characters")
    return value.replace(old, new)


def starts_with(value: str, beginning: str) -> bool:
    """Whether a text starts so: `starts_with(call.ani, '+86')`; null does not."""
    return value is not None and _text(value).startswith(_text(beginning))


def ends_with(value: str, end: str) -> bool:
    """Whether a text ends so; null does not."""
    return value is not None and _text(value).endswith(_text(end))


def first(value: Any, count: int | None = None) -> Any:
    """The first item of a list or character of a text (or null), or the first `count` of them."""
    value = _sequence(value)
    if count is None:
        return value[0] if value else None
    return value[: _whole(count, MAX_TEXT)]


def last(value: Any, count: int | None = None) -> Any:
    """The last item or character (or null), or the last `count`: `account | last(4)`."""
    value = _sequence(value)
    if count is None:
        return value[-1] if value else None
    return value[max(0, len(value) - _whole(count, MAX_TEXT)) :]


def join(value: list[Any], separator: str = ", ") -> str:
    """The items of a list as one text."""
    parts = [values.text(each) for each in values.items(value)]
    if sum(map(len, parts)) + len(_text(separator)) * len(parts) > MAX_TEXT:
        raise failure("E015", f"a text longer than {MAX_TEXT:,} characters")
    return separator.join(parts)


def default(value: Any, instead: Any) -> Any:
    """`instead` where the value is null or an empty text."""
    return instead if value is None or value == "" else value


def text(value: Any) -> str:
    """A number, date or true/false as it is written; an empty text for null."""
    return values.text(value)


def int_(value: Any) -> int:
    """A whole number from a text of digits, or a number without what stands behind its point."""
    if is_number(value):
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    raise KindError(f"{kind(value)} that is not a whole number" if isinstance(value, str) else kind(value))


def decimal(value: Any) -> Decimal:
    """A number from a text such as `12.50`."""
    if is_number(value):
        return Decimal(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        return Decimal(value.strip())
    raise KindError(f"{kind(value)} that is not a number" if isinstance(value, str) else kind(value))


def abs_(value: Any) -> Any:
    """A number without its sign."""
    return value if _number(value) >= 0 else values.negate(value)


def round_(value: Any, places: int = 0) -> Any:
    """A number rounded to so many places behind the point; halves go away from zero."""
    places = _whole(places, _MAX_PLACES)
    number = Decimal(_number(value))
    if number.adjusted() + places >= values.CONTEXT.prec:
        return value
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=values.CONTEXT)
    return rounded if places else int(rounded)


def sum_(value: list[Any]) -> Any:
    """The numbers of a list added up."""
    total: Any = 0
    for each in values.items(value):
        total = values.add(total, _number(each))
    return total


def min_(*several: Any) -> Any:
    """The smallest of several values, or of a list: `min(a, b)`, `items | min`; null of an empty list."""
    smallest, *others = _several(several) or [None]
    for each in others:
        smallest = each if values.less(each, smallest) else smallest
    return smallest


def max_(*several: Any) -> Any:
    """The largest of several values, or of a list; null of an empty list."""
    largest, *others = _several(several) or [None]
    for each in others:
        largest = each if values.less(largest, each) else largest
    return largest


def date_(value: Any) -> date:
    """The day of a text such as `2026-12-01`, or of a date and time; dates can be compared, subtracted."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(_text(value)).date()
    except ValueError:
        raise KindError("a text that is not a date such as 2026-12-01") from None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise KindError(f"{kind(value)} stands where a text is needed")


def _number(value: Any) -> Any:
    if is_number(value):
        return value
    raise KindError(f"{kind(value)} stands where a number is needed")


def _whole(value: Any, most: int) -> int:
    if type(value) is int and 0 <= value <= most:
        return value
    raise KindError(f"a whole number from 0 to {most:,} is needed")


def _sequence(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str | list | tuple):
        return value
    raise KindError(f"{kind(value)} stands where a text or a list is needed")


def _several(several: tuple[Any, ...]) -> list[Any]:
    return values.items(several[0] if len(several) == 1 else list(several))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "abs": abs_,
    "decimal": decimal,
    "default": default,
    "ends_with": ends_with,
    "first": first,
    "int": int_,
    "join": join,
    "last": last,
    "length": length,
    "lower": lower,
    "max": max_,
    "min": min_,
    "replace": replace,
    "round": round_,
    "starts_with": starts_with,
    "sum": sum_,
    "text": text,
    "trim": trim,
    "upper": upper,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {**FILTERS, "date": date_}
"""`date(x)` makes a date; the filter of that name speaks one."""
