"""Rules that say something of another rule: its name, what recognisers are told of it, the slot it fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivr.flow.spoken.rules import Figures, Net, Rule, Table, Utterance


class Named(Rule):
    """A rule with a name: JSGF writes it once, however often it is used."""

    def __init__(self, name: str, rule: Rule) -> None:
        self.name, self.rule = name, rule
        self.starts, self.empty = rule.starts, rule.empty

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        return self.rule.ends(said, at)

    def wire(self, net: Net, start: int) -> int:
        return self.rule.wire(net, start)

    def jsgf(self, named: dict[str, str]) -> str:
        if self.name not in named:
            named[self.name] = self.rule.jsgf(named)
        return f"<{self.name}>" if named[self.name] else ""


class Told(Rule):
    """A rule of which recognisers are told only the part `told`, the usual ways to say it: a small grammar is
    followed faster, and makes fewer mistakes."""

    def __init__(self, rule: Rule, told: Rule | None) -> None:
        self.rule, self.told = rule, told
        self.starts, self.empty = rule.starts, rule.empty

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        return self.rule.ends(said, at)

    def wire(self, net: Net, start: int) -> int:
        end = self.rule.wire(_Hushed(net), start)
        if self.told:
            net.step(self.told.wire(net, start), end, None)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        return self.told.jsgf(named) if self.told else ""


def quiet(rule: Rule) -> Rule:
    """A rule of which recognisers are not told at all."""
    return Told(rule, None)


@dataclass(frozen=True)
class _Hushed:
    """A net where nothing that is drawn is told."""

    net: Net

    def state(self) -> int:
        return self.net.state()

    def step(self, start: int, end: int, what: Table | Figures | None, *, told: bool = True) -> None:
        self.net.step(start, end, what, told=False)

    def slot(self, start: int) -> None:
        self.net.slot(start)

    def idle(self, start: int) -> None:
        self.net.idle(start)


class Idle(Rule):
    """The end of a value that does not change it: the 份 of 五月份. Nobody need wait for it."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.starts, self.empty = rule.starts, rule.empty

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        return self.rule.ends(said, at)

    def wire(self, net: Net, start: int) -> int:
        before = net.state()
        net.step(start, before, None)
        end = self.rule.wire(net, before)
        net.idle(before)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        return self.rule.jsgf(named)


class Filled(Rule):
    """What fills the slot `name`: it means ((name, meaning),)."""

    def __init__(self, name: str, rule: Rule) -> None:
        self.name, self.rule = name, rule
        self.starts, self.empty = rule.starts, rule.empty

    def ends(self, said: Utterance, at: int) -> dict[int, Any]:
        return {end: ((self.name, meaning),) for end, meaning in self.rule.ends(said, at).items()}

    def wire(self, net: Net, start: int) -> int:
        before = net.state()
        net.step(start, before, None)
        end = self.rule.wire(net, before)
        net.slot(before)
        return end

    def jsgf(self, named: dict[str, str]) -> str:
        return self.rule.jsgf(named)
