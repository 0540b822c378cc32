"""A small grammar of what may be said: rules that understand tokens and know what these mean.

A rule does three things from one description: it reads tokens (`ends`), it draws itself as an automaton
(`wire`: what recognisers are told, and what collides with what, are found there), and it writes itself as
JSGF. Rules are never recursive, so everything about them is finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ivr.flow.spoken.tokens import is_figures, joined, tokens

FIGURES = "#"
"""Stands in `Rule.starts` for any token in figures."""


MOST_STEPS = 5_000


class Refused:
    """What an action gives for tokens that mean nothing after all: the 31st of a 30th month."""


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


class Rule:
    """What may be said.

    Attributes:
        starts: the tokens that it can begin with.
        empty: whether it may be left out altogether.
    """

    starts: frozenset[str] = frozenset()
    empty = False

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        """Where it may end when it begins at `at`, and what the tokens up to there mean, the first reading
        of each."""
        raise NotImplementedError

    def wire(self, net: Net, start: int) -> int:
        """Draw it from the state `start`; the state where it ends."""
        raise NotImplementedError

    def jsgf(self, named: dict[str, str]) -> str:
        """It as JSGF, its named parts put into `named`; empty where it is never spoken (figures)."""
        raise NotImplementedError


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


class Row(Rule):
    """One rule after another. `act` makes the meaning from theirs, or REFUSED."""

    def __init__(self, act: Callable[..., Any], *parts: Rule) -> None:
        self.act, self.parts = act, parts
        self.empty = all(part.empty for part in parts)
        starts: set[str] = set()
        for part in parts:
            starts |= part.starts
            if not part.empty:
                break
        self.starts = frozenset(starts)

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        known = said.known.get((self, at))
        if known is None:
            known = said.known[self, at] = self._ends(said, at)
        return known

    def _ends(self, said: Utterance, at: int) -> dict[int, Any]:
        reached: dict[int, tuple[Any, ...]] = {at: ()}
        for part in self.parts:
            onward: dict[int, tuple[Any, ...]] = {}
            for end, before in reached.items():
                ends = part.ends(said, end) if said.steps > 0 else {}
                said.steps -= 1 + len(ends)
                for further, meaning in ends.items():
                    onward.setdefault(further, (*before, meaning))
            if not onward:
                return {}
            reached = onward
        found = {end: self.act(*meanings) for end, meanings in reached.items()}
        return {end: meaning for end, meaning in found.items() if meaning is not REFUSED}

    def wire(self, net: Net, start: int) -> int:
        for part in self.parts:
            start = part.wire(net, start)
        return start

    def jsgf(self, named: dict[str, str]) -> str:
        written = [part.jsgf(named) for part in self.parts]
        if any(not text and not part.empty for text, part in zip(written, self.parts, strict=True)):
            return ""
        return " ".join(filter(None, written))


class Either(Rule):
    """One rule out of several; where several fit, the first one's meaning counts."""

    def __init__(self, *options: Rule) -> None:
        self.options = options
        self.empty = any(option.empty for option in options)
        self.starts = frozenset().union(*(option.starts for option in options))
        self._by_start: dict[str, list[Rule]] = {}
        for start in self.starts:
            self._by_start[start] = [each for each in options if start in each.starts or each.empty]
        self._empty = [option for option in options if option.empty]

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        key = "" if at >= len(said) else FIGURES if is_figures(said[at]) else said[at]
        found: dict[int, Any] = {}
        for option in self._by_start.get(key, self._empty):
            for end, meaning in option.ends(said, at).items():
                found.setdefault(end, meaning)
        return found

    def wire(self, net: Net, start: int) -> int:
        end = net.state()
        for option in self.options:
            net.step(option.wire(net, start), end, None)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        return grouped(list(filter(None, (option.jsgf(named) for option in self.options))))


class Maybe(Rule):
    """A rule, or nothing, which then means `otherwise`."""

    empty = True

    def __init__(self, rule: Rule, otherwise: Any = None) -> None:
        self.rule, self.otherwise = rule, otherwise
        self.starts = rule.starts

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        found = self.rule.ends(said, at)
        return found if at in found else {**found, at: self.otherwise}

    def wire(self, net: Net, start: int) -> int:
        end = self.rule.wire(net, start)
        net.step(start, end, None)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        text = self.rule.jsgf(named)
        return f"[{text}]" if text else ""


class Repeated(Rule):
    """A rule from once to `most` times in a row; it means what the first means."""

    def __init__(self, rule: Rule, most: int) -> None:
        self.rule, self.most = rule, most
        self.starts = rule.starts

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        found = self.rule.ends(said, at)
        last = found
        for _ in range(self.most - 1):
            last = {end: found[start] for start in last for end in self.rule.ends(said, start)}
            found = last | found
        return found

    def wire(self, net: Net, start: int) -> int:
        end = net.state()
        for _ in range(self.most):
            start = self.rule.wire(net, start)
            net.step(start, end, None)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        text = self.rule.jsgf(named)
        return f"{text}+" if text else ""


def spoken(meanings: Mapping[str, Any]) -> Rule:
    """One of several words or rows of words, each with its meaning; several with one are apart by `|`."""
    single: dict[str, Any] = {}
    ways: list[Rule] = []
    for texts, meaning in meanings.items():
        for text in texts.split("|"):
            row = tokens(text)
            if len(row) == 1:
                single[row[0]] = meaning
            else:
                ways.append(Words(text, meaning))
    if single:
        ways.append(Table(single))
    return ways[0] if len(ways) == 1 else Either(*ways)


def last(*meanings: Any) -> Any:
    """The action that takes the meaning of the last part for that of the whole."""
    return meanings[-1]


def grouped(options: Sequence[str]) -> str:
    """JSGF's alternatives."""
    return f"({' | '.join(options)})" if len(options) > 1 else "".join(options)
