"""Phrases as designers write them: `(我要|我想)查询{month}月的[通话]详单`, `[please] show my {month} bill`.

`[…]` may be left out, of `(a|b)` one is said, `{slot}` is filled by the caller. Chinese keyboards give
full-width signs: they count as the others, and punctuation does not count at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from ivr.flow.spoken.tokens import tokens
from ivr.flow.values import failure

CODES = {
    "F140": "a phrase with a bracket that has no other half",
    "F141": "a phrase with a | outside of brackets",
    "F142": "a slot without a proper name, or where none can be",
    "F143": "a phrase of no words at all",
    "F144": "a phrase that is too long, or nested too deep",
    "F145": "a phrase with the same slot twice",
}

LONGEST = 200
"""Characters of a phrase."""
DEEPEST = 5
"""Brackets within brackets."""
MOST_SLOTS = 5

_PAIRS = {"[": "]", "(": ")", "{": "}"}
_SIGNS = {"【": "[", "】": "]", "〔": "[", "〕": "]", "「": "{", "」": "}"}  # as Chinese keyboards give them
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Text:
    """Words as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that the caller fills."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; none of them, if `optional`."""

    options: tuple[Parts, ...]
    optional: bool


Part = Text | Slot | Choice
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase. `source` is how it was written; `slots` names its slots in their order."""

    source: str
    parts: Parts = field(compare=False, repr=False)
    slots: tuple[str, ...] = field(compare=False)

    @classmethod
    def parse(cls, source: str) -> Pattern:
        """Read a phrase.

        Raises:
            ExpressionError: with a code of `CODES`, and the column (from 1) in `source`.
        """
        if len(source) > LONGEST:
            raise failure(
                "F144", f"a phrase has at most {LONGEST} characters", "write several phrases", LONGEST + 1
            )
        reader = _Reader(source)
        parts = reader.whole()
        if _empty(parts):
            if reader.written():
                raise failure(
                    "F143", "everything in this phrase may be left out", "take the [ ] off one word", 1
                )
            raise failure("F143", "there is no word in this phrase", "write what callers say", 1)
        slots = tuple(dict.fromkeys(_slots(parts)))
        if len(slots) > MOST_SLOTS:
            raise failure("F144", f"a phrase has at most {MOST_SLOTS} slots", "ask for the others later", 1)
        return cls(source, parts, slots)

    def __str__(self) -> str:
        return self.source


class _Reader:
    """Reads one phrase from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.signs = [_sign(character) for character in source]
        self.at = 0

    def written(self) -> bool:
        """Whether there is any word in the source."""
        return bool(tokens(self.source))

    def whole(self) -> Parts:
        parts, _ = self._row("", 0, frozenset())
        return parts

    def _row(self, until: str, depth: int, before: frozenset[str]) -> tuple[Parts, frozenset[str]]:
        """Parts up to `|` or the sign `until`, which stays; and all slots that there may be by then."""
        parts: list[Part] = []
        seen = before
        while self.at < len(self.source):
            sign = self.signs[self.at]
            if sign == "|" or sign in ")]}":
                if until and sign in ("|", until):
                    break
                raise self._stray(sign, until)
            if sign == "{":
                slot, column = self._slot()
                if slot.name in seen:
                    hint = "give the second one a name of its own, such as {" + slot.name + "_2}"
                    raise failure(
                        "F145", f"the slot {{{slot.name}}} stands in this phrase twice", hint, column
                    )
                seen |= {slot.name}
                parts.append(slot)
            elif sign in _PAIRS:
                choice, seen = self._choice(sign, depth + 1, seen)
                parts.append(choice)
            else:
                parts.append(self._text())
        return tuple(parts), seen

    def _text(self) -> Text:
        start = self.at
        while self.at < len(self.source) and self.signs[self.at] not in "[](){}|":
            self.at += 1
        return Text(self.source[start : self.at])

    def _choice(self, opening: str, depth: int, before: frozenset[str]) -> tuple[Choice, frozenset[str]]:
        column, closing = self.at + 1, _PAIRS[opening]
        if depth > DEEPEST:
            raise failure("F144", f"brackets stand {DEEPEST} deep at most", "write several phrases", column)
        options: list[Parts] = []
        seen = before
        while True:
            self.at += 1
            option, further = self._row(closing, depth, before)
            options.append(option)
            seen |= further
            if self.at >= len(self.source):
                raise failure("F140", f"{opening} is not closed", f"add {closing}", column)
            if self.signs[self.at] == closing:
                break
        self.at += 1
        if not any(options):
            raise failure(
                "F143", f"nothing stands between {opening} and {closing}", "write words in it", column
            )
        return Choice(tuple(options), opening == "["), seen

    def _slot(self) -> tuple[Slot, int]:
        column = self.at + 1
        end = self.at + 1
        while end < len(self.source) and self.signs[end] not in "{}":
            end += 1
        if end < len(self.source) and self.signs[end] == "{":
            raise failure(
                "F142", "{ stands within { }", "a slot is written {month}, with one { and one }", end + 1
            )
        if end >= len(self.source):
            raise failure("F140", "{ is not closed", "add }", column)
        name = unicodedata.normalize("NFKC", self.source[self.at + 1 : end]).strip()
        if not _NAME.fullmatch(name):
            better = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
            offer = f"write {{{better}}}; " if _NAME.fullmatch(better) else ""
            what = f'"{name}" cannot be the name of a slot' if name else "{ } has no name in it"
            raise failure("F142", what, f"{offer}names have a-z, 0-9 and _, and begin with a letter", column)
        self.at = end + 1
        return Slot(name), column

    def _stray(self, sign: str, until: str) -> Exception:
        column = self.at + 1
        if sign == "|":
            return failure(
                "F141", "| stands outside of brackets", "write (a|b), or two phrases in the list", column
            )
        opening = next(opening for opening, closing in _PAIRS.items() if closing == sign)
        hint = f"close with {until} first" if until else f"add {opening} before it, or take it away"
        return failure("F140", f"{sign} closes nothing", hint, column)


def _sign(character: str) -> str:
    """A character as a sign of phrases: full-width brackets and bars are the plain ones."""
    plain = _SIGNS.get(character) or unicodedata.normalize("NFKC", character)
    return plain if plain in ("[", "]", "(", ")", "{", "}", "|") else " "


def _empty(parts: Parts) -> bool:
    """Whether a caller who says nothing has said this."""
    for part in parts:
        match part:
            case Slot():
                return False
            case Text():
                if tokens(part.text):
                    return False
            case Choice():
                if not part.optional and not any(_empty(option) for option in part.options):
                    return False
    return True


def _slots(parts: Parts) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Slot):
            yield part.name
        elif isinstance(part, Choice):
            for option in part.options:
                yield from _slots(option)
