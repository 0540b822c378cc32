"""How long a sentence takes to say, without saying it.

The virtual clock of flow tests and lint's "a prompt over 20 s" need seconds before any sound exists. The
rates were fitted to espeak-ng at 170 words a minute, the speed prompts are rendered with by default: over a
page of hotline prompts in both languages a sentence comes out within 15 %, single words aside.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ivr.i18n import base

CHARACTER = 0.26
"""Seconds of a Chinese character."""

WORD, LETTER = 0.065, 0.053
"""Seconds of a word of an alphabetic language, and of each of its letters on top."""

DIGIT = 0.28
"""Seconds of a digit; digits count one by one, as they are read in numbers of any use to a caller."""

PAUSE = 0.33
"""Seconds of silence that punctuation brings. At the end of the text there is none."""

_HAN = r"〇㐀-鿿"
_WHAT = re.compile(
    rf"(?P<character>[{_HAN}])|(?P<digit>\d)|(?P<word>[^\W\d_{_HAN}]+)|(?P<pause>[，,、；;：:。.！!？?\n]+)"
)


@lru_cache(maxsize=4096)  # lint asks for each prompt several times
def estimate_seconds(text: str, language: str) -> float:
    """About how many seconds `text` takes to say in `language`. Nothing to say takes none."""
    seconds, pause = 0.0, 0.0
    chinese = base(language) == "zh"
    for found in _WHAT.finditer(text):
        if found.lastgroup == "pause":
            pause = PAUSE if seconds else 0.0
            continue
        seconds += pause
        pause = 0.0
        if found.lastgroup == "word":
            seconds += WORD + LETTER * len(found[0])
        else:
            seconds += CHARACTER if chinese or found.lastgroup == "character" else DIGIT
    return seconds
