"""A small grammar of what may be said: rules that understand tokens and know what these mean.

A rule does three things from one description: it reads tokens (`ends`), it draws itself as an automaton
(`wire`: what recognisers are told, and what collides with what, are found there), and it writes itself as
JSGF. Rules are never recursive, so everything about them is finite.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ivr.flow.spoken.tokens import is_figures, joined, tokens

FIGURES = "#"
"""Stands in `Rule.starts` for any token in figures."""

MOST_STEPS = 5_000
"""Steps in which an utterance is read."""


class Refused:
    """What an action gives for tokens that mean nothing after all: a number that is too large."""


REFUSED = Refused()


class Utterance(tuple[str, ...]):
    """Tokens that are being understood.

    Attributes:
        known: how far a row goes from a place, so that nothing is read twice, however phrases are nested.
        steps: that are left to take. Phrases that people write need a few hundred; what somebody makes up
            to need millions (slots without words between them) is not understood, but delays nobody.
    """

    known: dict[tuple[Rule, int], dict[int, Any]]
    steps: int

    def __new__(cls, said: Iterable[str]) -> Utterance:
        made = super().__new__(cls, said)
        made.known = {}
        made.steps = MOST_STEPS
        return made


class Net(Protocol):
    """An automaton that rules draw themselves into (`ivr.flow.spoken.net`)."""

    def state(self) -> int:
        """A new state."""

    def step(self, start: int, end: int, what: Table | Figures | None, *, told: bool = True) -> None:
        """A way from one state to another by a token, or by none. Recognisers are `told` of it, or not."""

    def slot(self, start: int) -> None:
        """All states made since `start` are within a slot."""

    def idle(self, start: int) -> None:
        """What leads to the states made since `start` changes no slot."""


class Rule(ABC):
    """What may be said.

    Attributes:
        starts: the tokens that it can begin with.
        empty: whether it may be left out altogether.
    """

    starts: frozenset[str] = frozenset()
    empty = False

    @abstractmethod
    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        """Where it may end when it begins at `at`, and what the tokens up to there mean, the first reading
        of each."""

    @abstractmethod
    def wire(self, net: Net, start: int) -> int:
        """Draw it from the state `start`; the state where it ends."""

    @abstractmethod
    def jsgf(self, named: dict[str, str]) -> str:
        """It as JSGF, its named parts put into `named`; empty where it is never spoken (figures)."""


class Table(Rule):
    """One token out of several, each with its meaning."""

    def __init__(self, meanings: Mapping[str, Any]) -> None:
        self.meanings = dict(meanings)
        self.starts = frozenset(FIGURES if is_figures(token) else token for token in self.meanings)

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        if at < len(said) and said[at] in self.meanings:
            return {at + 1: self.meanings[said[at]]}
        return {}

    def wire(self, net: Net, start: int) -> int:
        end = net.state()
        net.step(start, end, self)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        return grouped([*self.meanings])


class Words(Rule):
    """Certain words in a row."""

    def __init__(self, text: str, meaning: Any = None) -> None:
        self.row = tokens(text)
        self.meaning = meaning
        self.starts = frozenset(FIGURES if is_figures(token) else token for token in self.row[:1])
        self.empty = not self.row

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        end = at + len(self.row)
        return {end: self.meaning} if said[at:end] == self.row else {}

    def wire(self, net: Net, start: int) -> int:
        for token in self.row:
            end = net.state()
            net.step(start, end, Table({token: None}))
            start = end
        return start

    def jsgf(self, named: dict[str, str]) -> str:
        return joined(self.row)


class Figures(Rule):
    """A number in figures, as engines that write numbers give it: from `low` to `high`.

    Args:
        decimals: whether it may have a fraction (`12.5`).
        length: only so many figures, and any of them (`007`); 0: any.
        act: makes the meaning from the text.
    """

    def __init__(
        self,
        low: int,
        high: int,
        *,
        decimals: bool = False,
        length: int = 0,
        act: Callable[[str], Any] = int,
    ) -> None:
        self.low, self.high, self.decimals, self.length, self.act = low, high, decimals, length, act
        self.starts = frozenset({FIGURES})

    def takes(self, token: str) -> bool:
        """Whether a token is one of these."""
        if not is_figures(token) or len(token) > 40 or (self.length and len(token) != self.length):
            return False
        return ("." not in token or self.decimals) and self.low <= float(token) <= self.high

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        return {at + 1: self.act(said[at])} if at < len(said) and self.takes(said[at]) else {}

    def wire(self, net: Net, start: int) -> int:
        end = net.state()
        net.step(start, end, self)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        return ""


def grouped(options: Sequence[str]) -> str:
    """JSGF's alternatives."""
    return f"({' | '.join(options)})" if len(options) > 1 else "".join(options)
