"""What is left of a text once everything that cannot be spoken is gone.

Texts come from flows, but also from callers and from HTTP answers; an engine must never see control
characters, broken Unicode or a novel.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ivr.errors import SpeechError

MAX_CHARACTERS = (
    2000  # about seven minutes of Chinese; nobody listens to more, and it bounds an engine's work
)

# Where a sentence ends: at 。！？ at once, elsewhere only before a space. A short word before a full stop is
# taken for an abbreviation: "Dr. Smith", "No. 5".
_END = re.compile(
    r"(?<=[。！？])(?![。！？”’」』）])|(?<=[。！？][”’」』）])|(?<=[!?…])\s+|(?<=\w\w\w\.)\s+|(?<=\d\.)\s+"
)
_JOINERS = "\u200c\u200d"  # format characters that change how Persian and the languages of India are read


def clean(text: str) -> str:
    """`text` in normal form C with single spaces, free of control, format and unassigned characters.

    The result is empty when there is nothing to say: no letter, digit or symbol in it.

    Raises:
        SpeechError: it has more than `MAX_CHARACTERS` characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise SpeechError(
            f"a text of {len(text)} characters is too long to be spoken",
            hint=f"{MAX_CHARACTERS} is the most; say it in several pieces",
        )
    kept = "".join(
        " " if _separates(character) else character for character in text if not _unusable(character)
    )
    words = " ".join(unicodedata.normalize("NFC", kept).split())
    return words if any(unicodedata.category(character)[0] in "LNS" for character in words) else ""


@lru_cache(4096)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a clean text, in order, each with its punctuation; at least one."""
    found: list[str] = []
    for part in _END.split(text):
        if found and not any(map(str.isalnum, part)):
            found[-1] += part
        elif part:
            found.append(part.strip())
    return tuple(found) or (text,)


def _separates(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Zs"}


def _unusable(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cs", "Co", "Cn"} and character not in _JOINERS
