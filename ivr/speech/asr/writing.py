"""Words as they are written and as a model knows them.

Chinese is written without spaces, but a recogniser's vocabulary has words; a grammar can only be told in
those, and what comes back is written as people write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_IDEOGRAPH = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_BETWEEN = re.compile(rf"(?<=[{_IDEOGRAPH}])\s+(?=[{_IDEOGRAPH}])")
_WRITTEN_TOGETHER = re.compile(rf"[{_IDEOGRAPH}]")
_NOT_SAID = re.compile(r"[^\w\s'’-]")
LONGEST = 8  # characters of a Chinese word that is looked for

Known = Callable[[str], bool]


def written(words: str) -> str:
    """`words` without spaces where their script has none: `查询 电费` → `查询电费`."""
    return _BETWEEN.sub("", " ".join(words.split()))


def spelled(phrases: Sequence[str]) -> list[str]:
    """The phrases, and those that are written together character by character, too: for a vocabulary that
    cannot be asked, of which the characters are likely words. What it does not know it leaves out."""
    apart = (re.sub(rf"(?<=[{_IDEOGRAPH}])(?=[{_IDEOGRAPH}])", " ", phrase) for phrase in phrases)
    return list(dict.fromkeys(form for pair in zip(phrases, apart, strict=True) for form in pair))


def segmented(phrase: str, known: Known) -> tuple[list[str], list[str]]:
    """A phrase as words that are `known`, and the rest, which is not.

    What is written together is cut into as few words as can be, with as few characters left over."""
    words: list[str] = []
    strangers: list[str] = []
    for token in _NOT_SAID.sub(" ", phrase).split():
        spelled = next((each for each in (token, token.lower()) if known(each)), "")
        if spelled:
            words.append(spelled)
        elif _WRITTEN_TOGETHER.search(token):
            for word, is_known in _cut(token, known):
                (words if is_known else strangers).append(word)
        else:
            strangers.append(token)
    return words, strangers


def _cut(text: str, known: Known) -> list[tuple[str, bool]]:
    """The cheapest way through `text`: a known word costs 1, a character that belongs to none far more."""
    best: list[tuple[int, list[tuple[str, bool]]]] = [(0, [])]
    for end in range(1, len(text) + 1):
        cost, way = best[end - 1]
        choice = (cost + 1000, [*way, (text[end - 1], False)])
        for begin in range(max(0, end - LONGEST), end):
            cost, way = best[begin]
            if cost + 1 < choice[0] and known(text[begin:end]):
                choice = (cost + 1, [*way, (text[begin:end], True)])
        best.append(choice)
    return best[-1][1]
