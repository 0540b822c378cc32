"""A designer's phrase as a rule: its words in a language, its slots filled by their types."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.flow.spoken.combined import Either, Maybe, Row
from ivr.flow.spoken.languages import language_of
from ivr.flow.spoken.marked import Filled, quiet
from ivr.flow.spoken.patterns import Choice, Parts, Pattern, Slot, Text
from ivr.flow.spoken.rules import Rule, Table, Words
from ivr.flow.spoken.tokens import is_figures, joined, tokens

if TYPE_CHECKING:
    from ivr.flow.spoken.slots import SlotType

_READ = 12  # figures of a number in a phrase that are also understood when spoken


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a choice. `inside`: whether it may stand within other words."""

    choice: str
    rule: Rule
    inside: bool


def ruled(pattern: Pattern, language: str, slots: Mapping[str, SlotType]) -> Rule:
    """The rule for a phrase; it means a tuple of (slot, meaning).

    Args:
        slots: the type of each slot, by its name. Raises KeyError for one that is not there.
    """
    return _row(pattern.parts, language, slots)


def _row(parts: Parts, language: str, slots: Mapping[str, SlotType]) -> Rule:
    rules: list[Rule] = []
    covered: tuple[str, ...] = ()
    for part in parts:
        match part:
            case Text():
                rules += _words(_uncovered(part.text, covered), language)
            case Slot():
                rules.append(Filled(part.name, slots[part.name].rule(language)))
            case Choice():
                options = Either(*(_row(option, language, slots) for option in part.options))
                rules.append(Maybe(options, ()) if part.optional else options)
        covered = slots[part.name].covers(language) if isinstance(part, Slot) else ()
    return Row(_together, *rules)


def _together(*meanings: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(itertools.chain.from_iterable(meanings))


def _uncovered(text: str, covered: tuple[str, ...]) -> str:
    """The text without a first word that the slot before it knows itself: 的账单 of `{month}月的账单`."""
    row = tokens(text)
    for each in covered:
        first = tokens(each)
        if row[: len(first)] == first:
            return joined(row[len(first) :])
    return text


def _words(text: str, language: str) -> Iterator[Rule]:
    for figures, group in itertools.groupby(tokens(text), is_figures):
        if figures:
            yield from (_figures(token, language) for token in group)
        else:
            yield Words(joined(group), ())


def _figures(token: str, language: str) -> Rule:
    """A number that stands in a phrase, as engines write it and as callers say it: 12, 十二, 幺二."""
    ways: list[Rule] = [quiet(Words(token, ()))]
    known = language_of(language)
    if token.isdigit() and len(token) <= _READ:
        if words := known.spelled(int(token)):
            ways.append(Words(words, ()))
        if known.digits.told:
            row = (Table(dict.fromkeys(known.digits.of(each), ())) for each in token)
            ways.append(Row(_together, *row))
    return Either(*ways)
