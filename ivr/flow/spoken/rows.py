"""Rows of digits, as callers say account numbers: `one two oh`, `double five`, 幺三八, `1 2 3`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.flow.spoken.marked import Told
from ivr.flow.spoken.rules import FIGURES, Figures, Net, Rule, Table, Utterance, Words, grouped
from ivr.flow.spoken.tokens import is_figures

MOST = 40
"""Digits of a row that anybody says."""

_WRITTEN_OUT = 20  # digits for which JSGF has the exact number; beyond, any number


@dataclass(frozen=True)
class DigitWords:
    """How digits are said one by one.

    Attributes:
        told: each word and its digit.
        also: words that are understood too, though recognisers are not told of them.
        times: words that repeat the digit after them (`double`: 2).
    """

    told: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)

    def of(self, digit: str) -> list[str]:
        """The words for a digit."""
        return [word for words in (self.told, self.also) for word, each in words.items() if each == digit]


class DigitRow(Rule):
    """From `least` to `most` digits; it means their text."""

    def __init__(self, words: DigitWords, least: int, most: int) -> None:
        self.digits = {**words.told, **words.also}
        self.times = words.times
        self.least, self.most = least, most
        self.starts = frozenset({FIGURES, *self.digits, *self.times})
        self._digit = Told(Table(dict.fromkeys(self.digits)), Table(dict.fromkeys(words.told)))

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        found: dict[int, Any] = {}
        row, times = "", 1
        for index in range(at, len(said)):
            token = said[index]
            if times == 1 and token in self.times:
                times = self.times[token]
                continue
            more = token if is_figures(token) and "." not in token else self.digits.get(token, "")
            if not more or (times > 1 and len(more) > 1):
                break
            row, times = row + more * times, 1
            if len(row) > self.most:
                break
            if len(row) >= self.least:
                found[index + 1] = row
        return dict(reversed(found.items()))  # the longest first

    def wire(self, net: Net, start: int) -> int:
        end = net.state()
        counts = [start, *(net.state() for _ in range(self.most))]
        for count, state in enumerate(counts):
            if count >= self.least:
                net.step(state, end, None)
            if count < self.most:
                net.step(self._digit.wire(net, state), counts[count + 1], None)
            for length in range(1, self.most - count + 1):
                net.step(state, counts[count + length], Figures(0, 10**length - 1, length=length))
            for word, times in self.times.items():
                if count + times <= self.most:
                    repeated = self._digit.wire(net, Words(word).wire(net, state))
                    net.step(repeated, counts[count + times], None)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        if not self.digits:
            return ""
        named["digit"] = self._digit.jsgf(named)
        more = ""
        for _ in range(self.most - self.least):
            more = f"[<digit>{' ' if more else ''}{more}]"
        exact = " ".join(filter(None, [*["<digit>"] * self.least, more]))
        exact = exact if self.most <= _WRITTEN_OUT else "<digit>+"
        if not self.times:
            return exact
        # A repeated digit counts for several: these rows are of any length, or there were too many of them.
        named["digits_repeated"] = f"{grouped([*self.times])} <digit>"
        return f"({exact} | <digit>* <digits_repeated> (<digit> | <digits_repeated>)*)"
