"""Rules made of others: one after another, one out of several, one or none, one several times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr.flow.spoken.rules import FIGURES, REFUSED, Net, Rule, Table, Utterance, Words, grouped
from ivr.flow.spoken.tokens import is_figures, tokens


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
