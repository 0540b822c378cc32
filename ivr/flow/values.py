"""The plain values expressions work on, and what the operators do with them.

Only texts, numbers, true/false, null, lists, mappings, dates and times come in, so there is no attribute
through which an expression could reach Python itself. Kinds are never mixed silently, numbers are decimal
(0.1 + 0.2 == 0.3), and every result is bounded in size before it is made.

Messages name kinds, never values: a value may be a caller's secret.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import (
    ROUND_FLOOR,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from ivr.errors import ExpressionError

MAX_TEXT = 10_000
"""Characters of a text that an expression makes."""
MAX_ITEMS = 1_000
"""Items of a list that an expression makes or looks through."""
MAX_SEARCH = 100_000
"""Characters of a text that is looked through, such as the answer to an HTTP operation."""
MAX_DIGITS = 40

_LIMIT = 10**MAX_DIGITS
CONTEXT = Context(
    prec=28, Emax=MAX_DIGITS, Emin=-MAX_DIGITS, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""Decimal arithmetic of its own: 28 digits, nothing beyond 10^40, whatever the thread's context says."""

_PARTS: dict[type, dict[str, Callable[[Any], int]]] = {
    date: {name: operator.attrgetter(name) for name in ("year", "month", "day")}
    | {"weekday": date.isoweekday},
    time: {name: operator.attrgetter(name) for name in ("hour", "minute", "second")},
}
_PARTS[datetime] = _PARTS[date] | _PARTS[time]
_AS_THEY_ARE = frozenset({str, bool, type(None), list, dict, tuple, date, datetime, time})


def failure(code: str, message: str, hint: str = "", column: int = 0) -> ExpressionError:
    """An ExpressionError that carries one of the codes E001 to E029."""
    error = ExpressionError(message, hint=hint, column=column)
    error.code = code
    return error


class KindError(Exception):
    """An operator met kinds of values it cannot work on; the evaluator adds where."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class Unspeakable(ValueError):
    """A `value` that a filter cannot say, and what it `expected`, in words that hold no value.

    Args:
        shown: the value as whoever may read it sees it.
        hint: what is near to it.
    """

    def __init__(self, value: object, shown: str, expected: str, hint: str = "") -> None:
        super().__init__(f"{shown} is not {expected}" + (f"; {hint}" if hint else ""))
        self.value, self.shown, self.expected, self.hint = value, shown, expected, hint


def kind(value: Any) -> str:
    """What a designer calls this kind of value."""
    if value is None:
        return "null (nothing)"
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, int | Decimal | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return {date: "a date", datetime: "a date and time", time: "a time"}.get(
        type(value), type(value).__name__
    )


def admit(value: Any) -> Any:
    """A value from outside as an expression may hold it: numbers become int or Decimal within bounds.

    Only the value itself is looked at, not what is in it; that is admitted when it is taken out.
    """
    of = type(value)
    if of in _AS_THEY_ARE:
        return value
    if of is int:
        if -_LIMIT < value < _LIMIT:
            return value
        raise failure("E013", f"a number with more than {MAX_DIGITS} digits")
    if of is Decimal:
        return decimal(value)
    if of is float:
        if math.isfinite(value):
            return decimal(Decimal(repr(value)))
        raise failure("E013", "a number that is not finite")
    if isinstance(value, Mapping | list | tuple):
        return value
    raise failure("E016", f"a value of the kind {of.__name__} has no place in an expression")


def decimal(value: Decimal) -> Decimal:
    """Within 28 digits and 10^40, and never in the 1E+3 form."""
    if not value.is_finite():
        raise failure("E013", "a number that is not finite")
    try:
        value = CONTEXT.plus(value)
    except DecimalException:
        raise failure("E013", f"a number with more than {MAX_DIGITS} digits") from None
    exponent = value.as_tuple().exponent
    return Decimal(int(value)) if isinstance(exponent, int) and exponent > 0 else value


def is_number(value: Any) -> bool:
    """Whether arithmetic works on it; true and false are not numbers."""
    return type(value) is int or type(value) is Decimal


# Arithmetic


def _arithmetic(
    whole: Callable[[int, int], Any], broken: Callable[[Decimal, Decimal], Decimal], verb: str
) -> Callable[[Any, Any], Any]:
    def calculate(left: Any, right: Any) -> Any:
        if not is_number(left) or not is_number(right):
            raise _mixed(left, right, verb)
        try:
            if type(left) is int and type(right) is int:
                return admit(whole(left, right))
            return decimal(broken(Decimal(left), Decimal(right)))
        except (DivisionByZero, InvalidOperation, ZeroDivisionError):
            raise failure("E013", "division by zero") from None
        except DecimalException:
            raise failure("E013", f"a number with more than {MAX_DIGITS} digits") from None

    return calculate


def _mixed(left: Any, right: Any, verb: str) -> KindError:
    hint = ""
    if left is None or right is None:
        hint = "give it a value first: x | default(0)"
    elif {kind(left), kind(right)} == {"a text", "a number"}:
        hint = "int(x) or decimal(x) makes a number of a text, text(x) a text of a number"
    return KindError(f"{kind(left)} and {kind(right)} cannot be {verb}", hint)


def _floor(left: Decimal, right: Decimal) -> Decimal:
    return CONTEXT.divide(left, right).to_integral_value(rounding=ROUND_FLOOR, context=CONTEXT)


def _remainder(left: Decimal, right: Decimal) -> Decimal:
    return CONTEXT.subtract(left, CONTEXT.multiply(right, _floor(left, right)))


_add = _arithmetic(operator.add, CONTEXT.add, "added")
_subtract = _arithmetic(operator.sub, CONTEXT.subtract, "subtracted")


def add(left: Any, right: Any) -> Any:
    """Numbers; two texts or two lists are joined."""
    if type(left) is str and type(right) is str:
        if len(left) + len(right) > MAX_TEXT:
            raise failure("E015", f"a text longer than {MAX_TEXT:,} characters")
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if len(left) + len(right) > MAX_ITEMS:
            raise failure("E015", f"a list longer than {MAX_ITEMS:,} items")
        return [*left, *right]
    return _add(left, right)


def subtract(left: Any, right: Any) -> Any:
    """Numbers; of two dates, the days between them."""
    if type(left) is date and type(right) is date:
        return (left - right).days
    return _subtract(left, right)


multiply = _arithmetic(operator.mul, CONTEXT.multiply, "multiplied")
divide = _arithmetic(
    lambda left, right: CONTEXT.divide(Decimal(left), Decimal(right)), CONTEXT.divide, "divided"
)
floor_divide = _arithmetic(operator.floordiv, _floor, "divided")
remainder = _arithmetic(operator.mod, _remainder, "divided")


def negate(value: Any) -> Any:
    """The number with its sign turned."""
    if not is_number(value):
        raise KindError(f"{kind(value)} has no sign")
    return subtract(0, value)


def positive(value: Any) -> Any:
    """The number itself."""
    return negate(negate(value))


# Comparison


def equal(left: Any, right: Any) -> bool:
    """Whether two values are of one kind and the same; a text is never equal to a number."""
    pairs = [(left, right)]
    looked = 0
    while pairs:
        looked += 1
        one, other = pairs.pop()
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            if one.keys() != other.keys():
                return False
            more = [(one[key], other[key]) for key in one] if len(one) <= MAX_ITEMS else None
        elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
            if len(one) != len(other):
                return False
            more = list(zip(one, other, strict=True)) if len(one) <= MAX_ITEMS else None
        elif kind(one) != kind(other) or admit(one) != admit(other):
            return False
        else:
            continue
        if more is None or looked + len(pairs) + len(more) > MAX_ITEMS:
            raise failure("E015", f"more than {MAX_ITEMS:,} items to compare")
        pairs.extend(more)
    return True


def ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """`<` and its like, for two values of one kind that has an order."""

    def ordered(left: Any, right: Any) -> bool:
        if is_number(left) and is_number(right):
            return compare(left, right)
        if type(left) is not type(right) or type(left) not in (str, date, datetime, time):
            raise _mixed(left, right, "put in order")
        try:
            return compare(left, right)
        except TypeError:
            raise KindError("a time with a time zone and one without cannot be put in order") from None

    return ordered


less = ordering(operator.lt)


def contains(item: Any, container: Any) -> bool:
    """`in`: a part of a text, an item of a list, a key of a mapping; nothing is in null."""
    if container is None:
        return False
    if type(container) is str and type(item) is str:
        if len(container) > MAX_SEARCH:
            raise failure("E015", f"a text longer than {MAX_SEARCH:,} characters to look through")
        return item in container
    if isinstance(container, list | tuple):
        return any(equal(item, each) for each in items(container))
    if isinstance(container, Mapping):
        return type(item) is str and item in container
    raise KindError(f"{kind(item)} cannot be looked for in {kind(container)}")


def items(value: Any) -> list[Any]:
    """The items of a list that is short enough to look through."""
    if not isinstance(value, list | tuple):
        raise KindError(f"{kind(value)} stands where a list is needed")
    if len(value) > MAX_ITEMS:
        raise failure("E015", f"a list longer than {MAX_ITEMS:,} items")
    return [admit(each) for each in value]


# Parts


def attribute(value: Any, name: str) -> Any:
    """`value.name`: null of null, an item of a mapping or null, a part of a date or time."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return admit(value.get(name))
    part = _PARTS.get(type(value), {}).get(name)
    if part is None:
        hint = "take an item of a list by its number: items[0]" if isinstance(value, list | tuple) else ""
        raise KindError(f'{kind(value)} has no ".{name}"', hint)
    return part(value)


def item(value: Any, key: Any) -> Any:
    """`value[key]`: what is not there is null; lists and texts count from 0, and from -1 at the end."""
    if value is None:
        return None
    if isinstance(value, Mapping) and type(key) is str:
        return admit(value.get(key))
    if isinstance(value, list | tuple | str) and type(key) is int:
        return admit(value[key]) if -len(value) <= key < len(value) else None
    raise KindError(f"{kind(value)} has no items that are found by {kind(key)}")


def text(value: Any) -> str:
    """A number or truth value as it is written: `12.50`, `true`; null is an empty text.

    The one place that turns values into text for machines (addresses, headers); speaking them is the
    phrases' business.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        value = admit(value)
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    raise failure("E012", f"{kind(value)} stands where one value is needed")


def json_value(value: Any) -> Any:
    """What JSON has no word for, for `json.dumps`: a decimal number is a number, where a double holds it
    exactly; all else is text."""
    if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        return float(value)
    return text(value)
