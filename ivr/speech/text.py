"""What is left of a text once everything that cannot be spoken is gone.

Texts come from flows, but also from callers and from HTTP answers; an engine must never see control
characters, broken Unicode or a novel.
"""

from __future__ import annotations

import unicodedata

from ivr.errors import SpeechError

MAX_CHARACTERS = (
    2000  # about seven minutes of Chinese; nobody listens to more, and it bounds an engine's work
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


def _separates(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Zs"}


def _unusable(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cs", "Co", "Cn"} and character not in _JOINERS
