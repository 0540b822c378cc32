"""Which flow answers a called number, and why.

Flows wish for numbers; the admin's rows decide. A row is for one number, or for all of a pattern, and may
also say that nobody answers. What no row speaks of goes to the flow that wishes for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ivr.numbers import match, normalise

LONGEST: Final = 64
"""Characters of a number, a pattern or a name that may be dialled."""
ALL_OTHERS: Final = "!"
"""The pattern of all numbers that nobody else answers."""

Rule = Literal["row", "pattern", "wish", "others"]

_SEPARATORS = str.maketrans("", "", " -.()/\N{NO-BREAK SPACE}")
_PATTERN = re.compile(r"\+?[0-9X]*!?", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
_WAY_OUT = "write +861055551234, 95598, 8001, a pattern such as 80XX or +86105555!, or ! for all others"


@dataclass(frozen=True, slots=True)
class Did:
    """Where a called number leads.

    `number` is as `spell` writes it. `language` is the one the call begins in, empty: the flow's own. Where
    it is not `enabled`, nobody answers. `wished`: it came about by the flow's own wish, and goes with it.
    """

    number: str
    flow: str
    language: str = ""
    note: str = ""
    enabled: bool = True
    wished: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """What might answer: the flow (empty: nobody), by which rule, and the row's or the wish's number."""

    flow: str
    rule: Rule
    number: str
    language: str = ""


def spell(text: str) -> str:
    """A number, pattern or name as rows have it.

    `X` is any one digit, `!` at the end any that follow, also none. National spelling becomes E.164, also in
    a pattern of as many digits as the numbers have.

    Raises:
        ValueError: it is none of them.
    """
    plain = unicodedata.normalize("NFKC", text[: LONGEST + 1]).strip()
    bare = plain.translate(_SEPARATORS).upper()
    if len(plain) <= LONGEST and bare:
        if is_pattern(bare):
            return _national(bare)
        if number := normalise(plain):
            return number
        if _NAME.fullmatch(plain):
            return plain
    raise ValueError(f'"{text[:LONGEST]}" is no number that could be called; {_WAY_OUT}')


def is_pattern(number: str) -> bool:
    """Whether it stands for several numbers."""
    return bool(set(number) & {"X", "!"}) and _PATTERN.fullmatch(number) is not None


def covers(pattern: str, dnis: str) -> bool:
    """Whether a pattern is one for a called number, as the network sent it or in E.164."""
    wanted = re.compile(
        re.escape(pattern.rstrip("!")).replace("X", "[0-9]") + ("[0-9]*" if "!" in pattern else "")
    )
    return any(wanted.fullmatch(each) for each in {dnis.translate(_SEPARATORS), normalise(dnis)} if each)


class Table:
    """The rows, arranged for looking up. Which row comes first is not for their order to say."""

    def __init__(self, rows: Iterable[Did] = ()) -> None:
        self.rows: Mapping[str, Did] = {row.number: row for row in rows}
        patterns = [row for row in self.rows.values() if is_pattern(row.number)]
        self._others = self.rows.get(ALL_OTHERS)
        self._patterns = sorted(
            (row for row in patterns if row is not self._others), key=lambda row: _exactness(row.number)
        )

    def candidates(self, dnis: str, wishes: Mapping[str, str] | None = None) -> Iterator[Candidate]:
        """All that might answer, the first of which does.

        First the row of the number itself, then patterns, of which the one with the most digits goes first;
        then the wishes of flows (`wishes`: flows by number), and the row for all others.
        """
        for literal in dict.fromkeys((dnis, normalise(dnis))):
            if (row := self.rows.get(literal)) and not is_pattern(literal):
                yield _candidate(row, "row")
        for row in self._patterns:
            if covers(row.number, dnis):
                yield _candidate(row, "pattern")
        if wishes and (flow := match(dnis, wishes)):
            yield Candidate(flow, "wish", _wish(dnis, flow, wishes))
        if self._others:
            yield _candidate(self._others, "others")

    def choose(self, dnis: str, wishes: Mapping[str, str] | None = None) -> Candidate | None:
        """What answers; its flow is empty where a row says that nobody does. None: nobody knows it."""
        return next(self.candidates(dnis, wishes), None)


def _candidate(row: Did, rule: Rule) -> Candidate:
    return Candidate(row.flow if row.enabled else "", rule, row.number, row.language)


def _wish(dnis: str, flow: str, wishes: Mapping[str, str]) -> str:
    """The wish that a number was found by, as the flow spells it."""
    mine = [number for number, one in wishes.items() if one == flow]
    return next((number for number in mine if match(dnis, {number: flow})), dnis)


def _exactness(pattern: str) -> tuple[int, bool, str]:
    """Sorts patterns, the most exact first: most digits, then a fixed length, then by the alphabet."""
    return -sum(sign.isdigit() for sign in pattern), "!" in pattern, pattern


def _national(pattern: str) -> str:
    """A pattern in national spelling as one of E.164, where it has a fixed length."""
    example = pattern.replace("X", "5")
    national, number = example.lstrip("0"), normalise(example)
    if set(pattern) & {"+", "!"} or not (number.startswith("+") and number.endswith(national)):
        return pattern
    return number.removesuffix(national) + pattern[-len(national) :]
