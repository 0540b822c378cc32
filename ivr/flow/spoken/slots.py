"""What may fill a slot: numbers, rows of digits, dates, months, money, yes or no, and one of a list.

How each is said is the language's matter (`language`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from ivr import i18n
from ivr.flow.spoken.combined import Either, Repeated, Row
from ivr.flow.spoken.days import Date, Month
from ivr.flow.spoken.languages import language_of
from ivr.flow.spoken.marked import Named, Told
from ivr.flow.spoken.patterns import Pattern, Text
from ivr.flow.spoken.phrasing import ruled
from ivr.flow.spoken.rows import MOST, DigitRow
from ivr.flow.spoken.rules import Rule
from ivr.flow.values import failure

_REPEATED = 3
"""How often in a row callers say yes."""


class SlotType(Protocol):
    """What may fill a slot. Members are frozen and hashable.

    Attributes:
        inside: whether it is heard within other words too, as a month is; yes is not.
    """

    @property
    def inside(self) -> bool: ...

    def rule(self, language: str) -> Rule:
        """How it is said in the language with this tag."""

    def covers(self, language: str) -> tuple[str, ...]:
        """Words which, written right after the slot, belong to what it knows: the 月 of `{month}月`."""

    def value(self, meaning: Any, today: dt.date) -> Any:
        """What a flow gets; None where it does not exist on that day."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value that a language has its own words for: `number`, `money`, `month`, `date`."""

    name: str
    inside: bool = True

    def rule(self, language: str) -> Rule:
        return language_of(language).rules.get(self.name, Either())

    def covers(self, language: str) -> tuple[str, ...]:
        return language_of(language).covers.get(self.name, ())

    def value(self, meaning: Any, today: dt.date) -> Any:
        if isinstance(meaning, Month):
            return meaning.on(today)
        if isinstance(meaning, Date):
            try:
                date = meaning.on(today)
            except OverflowError:
                return None
            return date.isoformat() if date else None
        return meaning


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no; never heard within other words."""

    inside: bool = False

    def rule(self, language: str) -> Rule:
        return Either(*(rule for _, rule in answers(language)))

    def covers(self, language: str) -> tuple[str, ...]:
        return ()

    def value(self, meaning: Any, today: dt.date) -> Any:
        return meaning


def answers(language: str) -> list[tuple[str, Rule]]:
    """How callers say `yes` and `no`, also several times in a row."""
    known = language_of(language)
    return [
        (name, Told(Repeated(rule, _REPEATED), rule))
        for name, rule in (("yes", known.yes), ("no", known.no))
        if rule
    ]


@dataclass(frozen=True, slots=True)
class Digits:
    """A row of digits, from `least` to `most`."""

    least: int = 1
    most: int = MOST
    inside: bool = True

    def rule(self, language: str) -> Rule:
        least, most = max(1, min(self.least, MOST)), max(1, min(self.most, MOST))
        known = language_of(language)
        return Named(f"digits_{least}_{most}", DigitRow(known.digits, least, most))

    def covers(self, language: str) -> tuple[str, ...]:
        return ()

    def value(self, meaning: Any, today: dt.date) -> Any:
        return meaning


class OneOf:
    """One of a list of values, each by its own names.

    Args:
        values: for each value what callers call it: phrases without slots, the same in all languages or by
            language. A value without names in a language is called as it is written.

    Raises ExpressionError (F142) for a name with a slot in it.
    """

    inside = True

    def __init__(self, values: Mapping[str, Names]) -> None:
        self._values = tuple((value, _names(names)) for value, names in values.items())
        self._hash = hash(self._values)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OneOf) and self._values == other._values

    def rule(self, language: str) -> Rule:
        return _one_of(self, language)

    def names(self, language: str) -> list[tuple[str, tuple[Pattern, ...]]]:
        """Each value with its names in a language."""
        return [(value, _in(names, language) or (_plain(value),)) for value, names in self._values]

    def covers(self, language: str) -> tuple[str, ...]:
        return ()

    def value(self, meaning: Any, today: dt.date) -> Any:
        return meaning


Names = Iterable[str | Pattern] | Mapping[str, Iterable[str | Pattern]]
_Named = tuple[tuple[str, tuple[Pattern, ...]], ...]


def _names(names: Names) -> _Named:
    by_language = names if isinstance(names, Mapping) else {"": names}
    return tuple((tag, tuple(map(_name, phrases))) for tag, phrases in by_language.items())


def _name(name: str | Pattern) -> Pattern:
    pattern = name if isinstance(name, Pattern) else Pattern.parse(name)
    if pattern.slots:
        message = f"the slot {{{pattern.slots[0]}}} stands in a name of a list"
        raise failure("F142", message, "write the words that callers say", pattern.source.find("{") + 1)
    return pattern


def _in(names: _Named, language: str) -> tuple[Pattern, ...]:
    """The names in a language: its own, else those of another region, else those for all languages."""
    return next(
        (
            phrases
            for wish in (language, "")
            for tag, phrases in names
            if phrases and (tag == wish or (wish and i18n.base(tag) == i18n.base(wish)))
        ),
        (),
    )


def _plain(value: str) -> Pattern:
    words = value.replace("_", " ")
    return Pattern(words, (Text(words),), ())


@lru_cache(maxsize=256)
def _one_of(kind: OneOf, language: str) -> Rule:
    def named(value: str, pattern: Pattern) -> Rule:
        return Row(lambda _said: value, ruled(pattern, language, {}))

    return Either(*(named(value, each) for value, names in kind.names(language) for each in names))


SLOTS: Mapping[str, SlotType] = {
    "number": Kind("number"),
    "digits": Digits(),
    "date": Kind("date"),
    "month": Kind("month"),
    "money": Kind("money"),
    "yes_no": YesNo(),
}
"""The types of slots by their names; a list is `OneOf`."""
