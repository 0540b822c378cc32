"""What went wrong, in the reader's language.

Errors are raised in English all over Ivory, for logs and terminals as well, by code that knows no reader.
What they look like is in `translations/…/problems.po`: `there is no flow "{}"`. A message that looks like
none of these is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from babel.messages.pofile import read_po
from flask import has_request_context

from ivr.web.languages import FOLDER, chosen

PLACE: Final = "{}"
LONGEST: Final = 600
"""Characters of a message that is looked at."""
_WORD: Final = r"(\S+(?:(?<=,) \S+)*)"
"""A value, or several with commas between them."""
_ANYTHING: Final = r"(.+)"
"""What another system said, or what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A message with places for values: what it looks like, and how it is said.

    `names`: the places that stand in quotation marks; what is there is somebody's own word.
    """

    looks: re.Pattern[str]
    said: str
    names: frozenset[int]


def in_words(message: str) -> str:
    """A message in the language of who asks; as it is where nobody does."""
    return say(message, chosen()) if has_request_context() else message


def say(message: str, language: str) -> str:
    """A message in a language; as it is where nothing is known of it."""
    plain, sayings = catalogue(language)
    if message in plain or len(message) > LONGEST:
        return plain.get(message, message)
    for one in sayings:
        if match := one.looks.fullmatch(message):
            values = [
                value if number in one.names else plain.get(value, value)
                for number, value in enumerate(match.groups())
            ]
            return one.said.format(*values)
    return message


@cache
def catalogue(language: str) -> tuple[Mapping[str, str], tuple[Saying, ...]]:
    """What is known in a language: messages as they are, and those with places, the most definite first."""
    file = FOLDER / language / "LC_MESSAGES" / "problems.po"
    if not file.exists():
        return {}, ()
    with file.open("rb") as source:
        known = {str(one.id): str(one.string) for one in read_po(source, locale=language) if one.id}
    open_ones = sorted(
        (text for text in known if PLACE in text), key=lambda text: -len(text.replace(PLACE, ""))
    )
    plain = {text: said for text, said in known.items() if PLACE not in text}
    return plain, tuple(_saying(text, known[text]) for text in open_ones)


def _saying(text: str, said: str) -> Saying:
    first, *rest = text.split(PLACE)
    looks, names, before = re.escape(first), set(), first
    for number, after in enumerate(rest):
        quoted = before[-1:] in ('"', "'", "`") and after[:1] == before[-1:]
        if quoted:
            names.add(number)
        looks += (_ANYTHING if quoted or before.endswith(": ") else _WORD) + re.escape(after)
        before = after
    return Saying(re.compile(looks, re.DOTALL), said, frozenset(names))
