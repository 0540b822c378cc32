"""What a caller did at an input, read off the journey's own shorthand: `(silence) 7? “my bill” 1`.

Figures are made of how many and of which kind; only the page of a web phone is told what it was.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ivr.call import KEYS

SILENCE = "(silence)"
_KEYS = frozenset(KEYS)
_TOKEN = re.compile(r"“[^”]*”\??|\([^)]*\)|\S+")


class Entries(NamedTuple):
    """Keys pressed, no-inputs, entries that were not taken, and entries taken back when read out."""

    presses: int
    silent: int
    wrong: int
    denied: int


def tokens(heard: str) -> list[str]:
    """What was done one after the other, each as the journey writes it."""
    return _TOKEN.findall(heard)


def read(heard: str, confirm: tuple[str, str, int] | None = None) -> Entries:
    """The tokens of a visit's `input`. What is not written as keys, as an entry made in confidence, counts as
    one press; what was said as none, and a noise or a speech without an end as an entry that was not taken.

    Args:
        confirm: the keys for yes and no where entries are read out, and the tries at that question.
    """
    presses = silent = wrong = denied = unclear = 0
    asked = False  # whether the caller is asked if the entry is right
    for token in tokens(heard):
        keys = token.removesuffix("?")
        if token == SILENCE:
            silent += 1
        elif token[0] in "“(":
            wrong += keys != token or token[0] == "("
        else:
            wrong += keys != token
            presses += len(keys) if _KEYS.issuperset(keys) else 1
        if confirm is None:
            continue
        if token == SILENCE or keys != token:
            unclear += asked
            if asked and unclear >= confirm[2]:
                asked, unclear, denied = False, 0, denied + 1
        elif asked:
            denied += keys == confirm[1]
            asked, unclear = False, 0
        else:
            asked = True
    return Entries(presses, silent, wrong, denied)
