"""What went wrong, in the reader's language.

Errors are raised and findings made in English all over Ivory, for logs and terminals as well, by code that
knows no reader. What they look like is in `translations/…/problems.po` and `findings.po`:
`there is no flow "{}"`. A message that looks like none of these is shown as it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from operator import add
from typing import Final

from babel.messages.pofile import read_po
from flask import has_request_context

from ivr.errors import Finding
from ivr.web.languages import FOLDER, chosen

FILES: Final = ("problems.po", "findings.po")
PLACE: Final = "{}"
ANYTHING: Final = "{…}"
LONGEST: Final = 600
"""Characters of a message that is looked at."""
DEEPEST: Final = 5
"""Messages within each other: what is wrong with an expression of an option of a flow."""

_PLACE: Final = re.compile(r"\{…?\}")
_FILLED: Final = re.compile(r"\{(…|\d*)\}")
_WORD: Final = re.compile(r"(?<![\w}])[A-Za-z]+(?![\w{])")
_VALUE: Final = re.compile(r"\S+(?:(?:(?<=,) | (?:[^\w\s]{1,2}|and|or) )\S+)*")
"""A word, or several that are listed or reckoned with."""
_SORTS: Final = {
    "name": r'((?:(?!": ).)*?)',
    "value": r"((?:(?!: |; ).)+?)",
    "anything": r"(.+?)",
}
"""A name or value ends where it is told what is wrong with it: `"tries": "x" is not a whole number`."""
_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "“": "”", "{": "}"}


@dataclass(frozen=True)
class Saying:
    """A message with places for values: `text` is what it looks like, `said` how it is said.

    In quotation marks there may be anything: it is somebody's own word, and stays as it is. So there may
    behind a colon, and at `{…}`: that is what another part of Ivory said, and is said in turn. At any other
    `{}` there is a value, or something that is known by itself.
    """

    text: str
    said: str

    @cached_property
    def places(self) -> Sequence[str]:
        """For each place what may be there: `name`, `anything` or `value`."""
        return [_sort(self.text, found) for found in _PLACE.finditer(self.text)]

    @cached_property
    def looks(self) -> re.Pattern[str]:
        """What such a message looks like."""
        first, *rest = map(re.escape, self.literal)
        places = (_SORTS[sort] for sort in self.places)
        return re.compile(first + "".join(map(add, places, rest)), re.DOTALL)

    @cached_property
    def literal(self) -> Sequence[str]:
        """What stands before, between and behind its places."""
        return _PLACE.sub("\0", self.text).split("\0")

    @property
    def words(self) -> list[str]:
        """Those that are in each such message."""
        return _WORD.findall(self.text)

    @property
    def definite(self) -> int:
        """How much of it is no place."""
        return sum(map(len, self.literal))

    def filled(self, values: Sequence[str]) -> str:
        """How it is said with these values."""
        rest = iter(values)
        return _FILLED.sub(lambda at: values[int(at[1])] if at[1].isdigit() else next(rest), self.said)


class Catalogue:
    """What is known in a language. Each saying is filed under the rarest of its words, so that of a thousand
    those few are tried whose word is in a message."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.sayings = [Saying(text, said) for text, said in known.items() if _PLACE.search(text)]
        self._plain = {text: said for text, said in known.items() if not _PLACE.search(text)}
        self._filed: defaultdict[str, list[Saying]] = defaultdict(list)
        often = Counter(word for one in self.sayings for word in one.words)
        for one in self.sayings:
            self._filed[min(one.words, key=often.__getitem__, default="")].append(one)

    def say(self, message: str, deepest: int = DEEPEST) -> str:
        """A message as it is said; as it is where nothing is known of it."""
        if message in self._plain or len(message) > LONGEST or not deepest:
            return self._plain.get(message, message)
        for one in self._like(message):
            match = one.looks.fullmatch(message)
            if match and (values := self._values(one, match.groups(), deepest - 1)):
                return one.filled(values)
        return message

    def _like(self, message: str) -> Iterator[Saying]:
        """Sayings that it may be, the most definite first."""
        words = self._filed.keys() & {"", *_WORD.findall(message)}
        found = [one for word in words for one in self._filed[word]]
        yield from sorted(found, key=lambda one: one.definite, reverse=True)

    def _values(self, one: Saying, found: Sequence[str], deepest: int) -> list[str] | None:
        """What is said at its places; None where something stands there that cannot."""
        said = [
            value if sort == "name" else self.say(value, deepest)
            for sort, value in zip(one.places, found, strict=True)
        ]
        for sort, value, words in zip(one.places, found, said, strict=True):
            if sort == "value" and words == value and not _VALUE.fullmatch(value):
                return None
        return said if one.words or said != list(found) or "anything" not in one.places else None


def in_words(message: str) -> str:
    """A message in the language of who asks; as it is where nobody does."""
    return say(message, chosen()) if has_request_context() else message


def read(finding: Finding) -> Finding:
    """A finding in the language of who asks."""
    return replace(finding, message=in_words(finding.message), hint=in_words(finding.hint))


def sentence(finding: Finding) -> str:
    """What is wrong and the way out, in the language of who asks."""
    told = read(finding)
    return in_words("; ").join(filter(None, (told.message, told.hint)))


def say(message: str, language: str) -> str:
    """A message in a language; as it is where nothing is known of it."""
    return catalogue(language).say(message)


@cache
def catalogue(language: str) -> Catalogue:
    """All that is known in a language."""
    known: dict[str, str] = {}
    for file in (FOLDER / language / "LC_MESSAGES" / name for name in FILES):
        if file.exists():
            with file.open("rb") as source:
                known |= {str(one.id): str(one.string) for one in read_po(source, locale=language) if one.id}
    return Catalogue(known)


def _sort(text: str, place: re.Match[str]) -> str:
    """What may be at a place."""
    before, after = text[: place.start()], text[place.end() :]
    if before and _QUOTES.get(before[-1]) == after[:1]:
        return "name"
    return "anything" if place[0] == ANYTHING or before.endswith(": ") else "value"
