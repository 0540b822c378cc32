"""What callers may say at one place of a flow, and what it meant when they have spoken.

Whatever was recognised is understood by three measures only: the engine's confidence, whether a phrase is
the whole of what was said or only stands in it, and whether anything else was meant as well. Nothing is
guessed from words that sound alike: that is the recogniser's part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ivr.call import Hypothesis
from ivr.flow.spoken import told
from ivr.flow.spoken.combined import Row
from ivr.flow.spoken.endings import Endings
from ivr.flow.spoken.fitting import Listener, Match
from ivr.flow.spoken.language import Language
from ivr.flow.spoken.languages import language_of
from ivr.flow.spoken.patterns import Pattern
from ivr.flow.spoken.phrasing import Phrase, ruled
from ivr.flow.spoken.slots import SLOTS, Digits, SlotType, answers
from ivr.flow.spoken.tokens import Tokens, tokens

MARGIN = 0.05
"""Confidence by which one choice must be ahead of the next to be the only one."""

MOST_HYPOTHESES = 10


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller said.

    Attributes:
        choice: which one of the choices.
        slots: what filled its slots: number → int, digits → str, month → int (1 to 12), date → str
            (`2026-05-03`), money → Decimal, yes_no → bool, a list → the value's name.
        confidence: 0 to 1: the engine's, times how well the words fit.
        words: as they were recognised.
    """

    choice: str
    slots: Mapping[str, Any]
    confidence: float
    words: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What an utterance may mean.

    Attributes:
        best: the likeliest; None when nothing that was expected was said.
        others: other meanings, the likeliest first.
        ambiguous: whether the first of the others is as likely as the best.
    """

    best: Said | None = None
    others: tuple[Said, ...] = ()
    ambiguous: bool = False


class Expected:
    """What may be said, in one language.

    Args:
        language: its tag.
        choices: the phrases for each choice. None at all: anything may be said, and means itself.
        slots: the type of each slot. A slot that is not named here is of the type that has its name.

    Raises KeyError for a slot without a type. Made from the same arguments again, it costs next to nothing.
    """

    def __init__(
        self,
        language: str,
        choices: Mapping[str, Sequence[Pattern]],
        slots: Mapping[str, SlotType] | None = None,
    ) -> None:
        known = {**SLOTS, **(slots or {})}
        used = {
            name: known[name] for patterns in choices.values() for each in patterns for name in each.slots
        }
        shape = tuple((choice, tuple(patterns)) for choice, patterns in choices.items())
        self.language = language
        self._compiled = _compiled(language, shape, tuple(used.items()))

    @property
    def phrases(self) -> tuple[str, ...]:
        """For recognisers that take phrases: at most `told.MOST_PHRASES`, written out; empty for anything."""
        return self._compiled.phrases

    @property
    def jsgf(self) -> str:
        """For recognisers that follow a grammar; empty for anything."""
        return self._compiled.jsgf

    def prepare(self) -> None:
        """Work out now what is asked of it later: of very long lists it takes a tenth of a second."""
        _ = self.phrases, self.jsgf, self.whole("")

    def understand(self, hypotheses: Sequence[Hypothesis], today: dt.date) -> Understood:
        """What was said, from what was recognised (the likeliest first).

        Args:
            today: the day on which tomorrow, last month and the third are counted from.
        """
        return self._compiled.understand(hypotheses, today)

    def whole(self, words: str) -> bool:
        """Whether these words are a choice, and no more of them would make it another one or fill a slot
        otherwise: a row of digits of its full length, a phrase that begins no other."""
        return self._compiled.whole(words)


def _first_of_each(hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
    """The hypotheses, without the same words again."""
    distinct: dict[Tokens, Hypothesis] = {}
    for each in hypotheses:
        distinct.setdefault(tokens(each.words), each)
    return list(distinct.values())[:MOST_HYPOTHESES]


def yes_or_no(language: str) -> Expected:
    """Yes or no, as the choices `yes` and `no`."""
    return _YesOrNo(language)


def digits(language: str, least: int, most: int) -> Expected:
    """A row of digits: the choice `digits` with the slot `digits`."""
    return Expected(language, {"digits": [Pattern.parse("{digits}")]}, {"digits": Digits(least, most)})


class _YesOrNo(Expected):
    def __init__(self, language: str) -> None:
        self.language = language
        self._compiled = _answers(language)


@lru_cache(maxsize=4096)
def _compiled(
    language: str,
    choices: tuple[tuple[str, tuple[Pattern, ...]], ...],
    slots: tuple[tuple[str, SlotType], ...],
) -> _Compiled:
    types = dict(slots)
    phrases = [
        Phrase(choice, ruled(pattern, language, types), all(types[name].inside for name in pattern.slots))
        for choice, patterns in choices
        for pattern in patterns
    ]
    return _Compiled(language_of(language), phrases, types, free=not choices)


@lru_cache(maxsize=32)
def _answers(language: str) -> _Compiled:
    phrases = [Phrase(name, Row(lambda _meaning: (), rule), False) for name, rule in answers(language)]
    return _Compiled(language_of(language), phrases, {})


@dataclass(frozen=True)
class _Compiled:
    """`Expected`, with what is worked out from it once."""

    language: Language
    said: Sequence[Phrase]
    slots: Mapping[str, SlotType]
    free: bool = False

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        return told.phrases([phrase.rule for phrase in self.said])

    @cached_property
    def jsgf(self) -> str:
        return told.jsgf(self.language, self.said)

    @cached_property
    def listener(self) -> Listener:
        return Listener(self.language, self.said)

    @cached_property
    def endings(self) -> Endings:
        return Endings(self.said)

    def whole(self, words: str) -> bool:
        return self.endings.whole(self.listener.readings(words))

    def understand(self, hypotheses: Sequence[Hypothesis], today: dt.date) -> Understood:
        found: dict[tuple[str, str], Said] = {}
        for each in _first_of_each(hypotheses):
            sure = min(max(each.confidence, 0.0), 1.0)
            if self.free:
                if tokens(each.words):
                    found.setdefault(("", each.words), Said("", {}, sure, each.words))
                continue
            for match in self.listener.heard(each.words):
                slots = self._values(match, today)
                if slots is None:
                    continue
                said = Said(match.choice, slots, round(sure * match.fit, 4), each.words)
                key = (match.choice, repr(slots))
                if key not in found or found[key].confidence < said.confidence:
                    found[key] = said
        ranked = sorted(found.values(), key=lambda said: -said.confidence)
        if not ranked:
            return Understood()
        best, *others = ranked
        near = bool(others) and not self.free and others[0].confidence > best.confidence - MARGIN
        return Understood(best, tuple(others), near)

    def _values(self, match: Match, today: dt.date) -> dict[str, Any] | None:
        values = {name: self.slots[name].value(meaning, today) for name, meaning in match.slots}
        return None if None in values.values() else values
