"""Text into tokens: what callers said and what designers wrote, cut the same way to be compared.

A token is a word in lower case, one Chinese character, or a row of figures. Spaces between Chinese
characters, case, full-width forms and punctuation are gone; recognisers differ in all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

Tokens = tuple[str, ...]

MOST_CHARACTERS = 2000
"""Characters of an utterance that are looked at: more than anybody says in one breath."""

_SINGLE = "\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # 〇, kana and Han: scripts without spaces
_TOKEN = re.compile(
    rf"[0-9]+(?:\.[0-9]+)?|[{_SINGLE}]|(?:(?![{_SINGLE}0-9_])\w)+(?:'(?:(?![{_SINGLE}0-9_])\w)+)*"
)
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_AMOUNT = re.compile(r"([$€£¥])\s*([0-9][0-9.]*)")
_UNITS = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "元"}
_TIGHT = re.compile(rf"(?<=[{_SINGLE}0-9]) (?=[{_SINGLE}])|(?<=[{_SINGLE}]) (?=[0-9])")


def tokens(text: str) -> Tokens:
    """查询5月。 → 查 询 5 月; Twenty-one, please! → twenty one please; $12.50 → 12.50 dollars."""
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold().replace("’", "'")
    plain = _THOUSANDS.sub("", plain)
    plain = _AMOUNT.sub(lambda match: f" {match[2]} {_UNITS[match[1]]} ", plain)
    return tuple(_TOKEN.findall(plain))


def joined(parts: Iterable[str]) -> str:
    """Tokens as one writes them: with spaces, but none around Chinese characters."""
    return _TIGHT.sub("", " ".join(parts))


def is_figures(token: str) -> bool:
    """Whether a token is written in figures: `12`, `12.5`."""
    return "0" <= token[0] <= "9"
