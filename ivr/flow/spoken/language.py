"""What a language must bring, so that callers are understood in it: one package beside this file for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ivr.flow.spoken.rows import DigitWords
from ivr.flow.spoken.rules import Rule

BIGGEST = 10**8
"""The largest number that is understood."""


@dataclass(frozen=True)
class Language:
    """How values are said in a language, and which words mean nothing.

    Attributes:
        rules: by the kinds of slots: `number`, `money`, `month`, `date`. A number means an int, an amount a
            Decimal, months and dates what `days` has.
        yes, no: how callers agree and deny.
        digits: how digits are said one by one.
        covers: words which, written right after a slot, belong to what it knows: the 月 of `{month}月`.
        numeric: tokens that numbers are made of: none is cut out from between them.
        alone: tokens that answer by themselves and mean something else among others (好, right).
        fillers: what callers say beside what they want.
        particles: small words of grammar, which may be there or not.
        carriers: what they begin a wish with.
        negations: tokens that deny.
        before, after: polite words that a grammar allows around what is said, as JSGF.
        spelled: a number in words; empty where it has none for it.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    yes: Rule | None = None
    no: Rule | None = None
    digits: DigitWords = field(default_factory=DigitWords)
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numeric: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    fillers: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    negations: frozenset[str] = frozenset()
    before: str = ""
    after: str = ""
    spelled: Callable[[int], str] = lambda _number: ""
