"""What the code says of options and settings, said in the language of who reads it.

English stands in the code, beside what it is about, and is put together there: what an option is for, then
how it is written. So a text is looked up piece by piece, each as long as there is one in a catalogue, and
what nobody translated (a plugin's node) is shown as it is. `schema.po` is the flow language as editors show
it, `settings.po` the settings, `codes.po` the few words of each error code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ivr.i18n import base

LANGUAGES: Final = ("en-US", "zh-CN")
FOLDER: Final = Path(__file__).parent
_END: Final = re.compile(r"(?<=[.?]) ")


@cache
def catalogue(language: str, of: str = "schema") -> Mapping[str, str]:
    """What is known in a language (`zh`, `zh-CN`): English to it. Empty for that of the code."""
    file = FOLDER / base(language) / "LC_MESSAGES" / f"{of}.po"
    if base(language) not in map(base, LANGUAGES) or not file.exists():
        return {}
    from babel.messages.pofile import read_po

    with file.open("rb") as source:
        return {str(one.id): str(one.string) for one in read_po(source) if one.id}


def said(text: str, language: str, of: str = "schema") -> str:
    """A text of one paragraph in a language; what is not known there stays English."""
    known = catalogue(language, of)
    if not known:
        return text
    return "".join(known.get(piece, f"{piece} ") for piece in pieces(text, known)).rstrip(" ")


def pieces(text: str, known: Mapping[str, str]) -> Iterator[str]:
    """What a text is put together of: the longest beginning that is known, else a sentence, and so on."""
    while text:
        ends = [len(text), *(found.start() for found in reversed([*_END.finditer(text)]))]
        end = next((end for end in ends if text[:end] in known), ends[-1])
        yield text[:end]
        text = text[end + 1 :]
