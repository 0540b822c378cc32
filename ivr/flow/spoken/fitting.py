"""Where in an utterance the phrases are, and how well they fit it.

A phrase that is all that was said, apart from words without meaning (um, please, 嗯, 请问), fits fully. One
that stands in a longer utterance fits the less, the more is said beside it; and if that denies something, it
fits so little that the caller is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ivr.flow.spoken.language import Language
from ivr.flow.spoken.phrasing import Phrase
from ivr.flow.spoken.rules import FIGURES, Utterance
from ivr.flow.spoken.tokens import Tokens, is_figures, tokens

INSIDE, SHARE = 0.5, 0.4
"""A phrase within an utterance fits INSIDE + SHARE × its share of the words that mean something."""
DENIED = 0.6
"""What is left of a fit beside a no or a not."""

_SPELLED = 8  # figures of a number that is compared in words too

MOST_TOKENS = 120
"""Tokens of an utterance that are looked at: fifteen seconds of fast speech."""

_HAN = re.compile("[\u4e00-\u9fff]")


Slots = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A choice heard in the tokens from `start` to `end`, what its slots mean, and how it fits: 0 to 1."""

    choice: str
    slots: Slots
    fit: float
    start: int
    end: int


class Listener:
    """Finds choices in utterances."""

    def __init__(self, language: Language, phrases: Iterable[Phrase]) -> None:
        self.language = language
        self.fillers = _rows(self.language.fillers)
        self.particles = _rows(self.language.particles)
        self.carriers = _rows(self.language.carriers)
        self.by_start: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            for start in phrase.rule.starts:
                self.by_start.setdefault(start, []).append(phrase)

    def readings(self, words: str) -> Iterator[Tokens]:
        """The ways to read an utterance, the plainest first."""
        for reading in self._readings(tokens(words)[:MOST_TOKENS]):
            yield tuple(token for token, _ in reading)

    def heard(self, words: str) -> list[Match]:
        """The choices in an utterance, each as far as it goes; those within others are none."""
        said = tokens(words)[:MOST_TOKENS]
        rows = (self.fillers, self.particles, self.carriers)
        idle = frozenset[int]().union(*(self._marked(said, each) for each in rows))
        found: dict[tuple[str, Slots, int, int], Match] = {}
        for reading in self._readings(said):
            for phrase, slots, start, end in self._spans(reading):
                key = (phrase.choice, slots, start, end)
                if key not in found and (fit := self._fit(said, start, end, idle, phrase.inside)):
                    found[key] = Match(phrase.choice, slots, fit, start, end)
        matches = list(found.values())
        outer = [one for one in matches if not any(_within(one, other) for other in matches)]
        if len({(one.choice, one.slots) for one in outer}) > 1:  # none is meant more than another
            least = min(one.fit for one in outer)
            outer = [replace(one, fit=least) for one in outer]
        return outer

    def _spans(self, reading: Sequence[tuple[str, int]]) -> Iterator[tuple[Phrase, Slots, int, int]]:
        row = Utterance(token for token, _ in reading)
        for at, token in enumerate(row):
            for phrase in self.by_start.get(FIGURES if is_figures(token) else token, ()):
                for end, slots in phrase.rule.ends(row, at).items():
                    if end > at:
                        yield phrase, slots, reading[at][1], reading[end - 1][1] + 1

    def _fit(self, said: Tokens, start: int, end: int, idle: frozenset[int], inside: bool) -> float:
        """How well the tokens from `start` to `end` stand for all that was said; 0: not at all."""
        beside = [index for index in range(len(said)) if not start <= index < end]
        left = [index for index in beside if index not in idle]
        if not left:
            return 1.0
        if not inside or self._means_little(said[start:end]) or self._cut_out(said, start, end):
            return 0.0
        fit = INSIDE + SHARE * (end - start) / (end - start + len(left))
        return fit * DENIED if any(said[index] in self.language.negations for index in left) else fit

    def _means_little(self, row: Tokens) -> bool:
        """Whether these tokens are too little to be anything by themselves among others: 好, right, 三."""
        return len(row) == 1 and (row[0] in self.language.alone or _HAN.fullmatch(row[0]) is not None)

    def _cut_out(self, said: Tokens, start: int, end: int) -> bool:
        """Whether these tokens are a piece of a longer number."""
        return (start > 0 and self._number(said[start - 1]) and self._number(said[start])) or (
            end < len(said) and self._number(said[end - 1]) and self._number(said[end])
        )

    def _number(self, token: str) -> bool:
        return is_figures(token) or token in self.language.numeric

    def _marked(self, said: Tokens, rows: Mapping[str, Sequence[Tokens]]) -> frozenset[int]:
        """The places of tokens that belong to one of these rows, the longest first."""
        marked: set[int] = set()
        at = 0
        while at < len(said):
            row = next((row for row in rows.get(said[at], ()) if said[at : at + len(row)] == row), ())
            marked.update(range(at, at + len(row)))
            at += len(row) or 1
        return frozenset(marked)

    def _readings(self, said: Tokens) -> Iterator[list[tuple[str, int]]]:
        """The ways to read an utterance, each token with its place: as it is, without fillers, also without
        particles, and with figures spelled out."""
        reading = [(token, index) for index, token in enumerate(said)]
        yield reading
        for rows in (self.fillers, self.particles):
            if marked := self._marked(said, rows):
                reading = [pair for pair in reading if pair[1] not in marked]
                yield reading
        if any(is_figures(token) for token in said):
            yield [(word, index) for token, index in reading for word in self._spelled(token)]

    def _spelled(self, token: str) -> Tokens:
        """A number in figures as it is said: a phrase may have it in words."""
        if not token.isdigit() or len(token) > _SPELLED:
            return (token,)
        return tokens(self.language.spelled(int(token))) or (token,)


def _rows(texts: Iterable[str]) -> dict[str, list[Tokens]]:
    rows: dict[str, list[Tokens]] = {}
    for row in sorted(map(tokens, texts), key=len, reverse=True):
        rows.setdefault(row[0], []).append(row)
    return rows


def _within(one: Match, other: Match) -> bool:
    """Whether one is a part of the other, and not all of it."""
    around = other.start <= one.start and one.end <= other.end
    return around and (one.start, one.end) != (other.start, other.end)
