"""When do pressed keys mean something? The grammars of menus and of entries, without any waiting.

A grammar looks at the keys pressed so far and judges: wait for the first or for more, complete but able to
grow, complete, or wrong. Time is `runtime.input`'s business.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class Verdict(Enum):
    """What a grammar says of the keys so far."""

    EMPTY = auto()
    """Nothing was pressed."""
    PARTIAL = auto()
    """Too little yet; without another key it will be wrong."""
    GROWING = auto()
    """Enough, but another key could follow."""
    COMPLETE = auto()
    """Enough, and nothing can follow."""
    WRONG = auto()
    """No further key could mend it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on the first `length` keys; `entry` is what they mean without their terminator.

    Keys behind `length` belong to whoever asks next.
    """

    verdict: Verdict
    length: int = 0
    entry: str = ""
    terminated: bool = False


class Grammar(Protocol):
    """What keys an input node takes."""

    @property
    def terminator(self) -> str:
        """The key that ends an entry; empty when there is none."""

    def judge(self, keys: str) -> Judgement:
        """What `keys`, in the order they were pressed, amount to."""


@dataclass(frozen=True)
class Choice:
    """One of several key sequences, as in a menu. A sequence may begin another one (`1` and `12`).

    The longest sequence wins. Keys that could still become a longer one but never do give back the longest
    that was whole on the way: of `1` and `123`, the keys `1 2` and then nothing are `1`, and the 2 is kept.
    """

    options: Collection[str]
    terminator: str = ""

    def judge(self, keys: str) -> Judgement:
        if not keys:
            return Judgement(Verdict.EMPTY)
        open_ended = any(len(option) > len(keys) and option.startswith(keys) for option in self.options)
        whole = max((option for option in self.options if keys.startswith(option)), key=len, default="")
        if whole:
            return Judgement(Verdict.GROWING if open_ended else Verdict.COMPLETE, len(whole), whole)
        return (
            Judgement(Verdict.PARTIAL, len(keys), keys)
            if open_ended
            else Judgement(Verdict.WRONG, 1, keys[0])
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A number of keys: at least `minimum`, at most `maximum`, ended early by `terminator` (may be empty)."""

    minimum: int
    maximum: int
    terminator: str = "#"

    def judge(self, keys: str) -> Judgement:
        if not keys:
            return Judgement(Verdict.EMPTY)
        end = keys.find(self.terminator) if self.terminator else -1
        if 0 <= end <= self.maximum:
            entry = keys[:end]
            verdict = Verdict.COMPLETE if end >= self.minimum else Verdict.WRONG
            return Judgement(verdict, end + 1, entry, terminated=True)
        if len(keys) >= self.maximum:
            return Judgement(Verdict.COMPLETE, self.maximum, keys[: self.maximum])
        verdict = Verdict.GROWING if len(keys) >= self.minimum else Verdict.PARTIAL
        return Judgement(verdict, len(keys), keys)
