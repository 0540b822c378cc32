"""For whom a page of the reference is made: in which language, and how other pages are called from there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from wording import Wording, wording

from ivr.translations import said
from ivr.web.documentation import ENGLISH, anchors

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page. `up` is the way from it to its language's folder; without it nothing is linked."""

    up: str = ""
    language: str = ENGLISH

    @property
    def word(self) -> Wording:
        """How the tables' own words are said."""
        return wording(self.language)

    def said(self, text: str) -> str:
        """What the code says of itself, a paragraph of it."""
        return said(text, self.language)

    def link(self, shown: str, page: str) -> str:
        """A link to a page and a heading of it, both by their English names (`speaking.md#slots`)."""
        return f"[{shown}]({self.up}{called(page, self.language)})" if page and self.up else shown


@cache
def called(page: str, language: str) -> str:
    """A page and a heading of it, seen from the folder of a language: its own, or the English one."""
    file, mark, anchor = page.partition("#")
    if language == ENGLISH:
        return page
    if not (FOLDER / language / file).is_file():
        return f"../{page}"
    texts = ((folder / file).read_text(encoding="utf-8") for folder in (FOLDER, FOLDER / language))
    names = dict(zip(*map(anchors, texts), strict=False))
    return f"{file}{mark}{names.get(anchor, anchor)}"
