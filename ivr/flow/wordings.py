"""The wordings that a phrase stands for: `[我要](查|看)账单` is 查账单, 看账单, 我要查账单 and 我要看账单."""

from __future__ import annotations

import re

MOST = 200  # wordings of one phrase that are compared

_GROUP = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")


def wordings(phrase: str) -> frozenset[str]:
    """Every way to say a phrase: `[optional]` with and without, one of `(a|b)`; folded to compare.

    Of a phrase with very many, those that are found first.
    """
    found: set[str] = set()
    todo = [phrase]
    while todo and len(found) < MOST:
        text = todo.pop()
        match = _GROUP.search(text)
        if match is None:
            found.add(" ".join(text.casefold().split()))
            continue
        optional, choice = match.groups()
        variants = ["", *optional.split("|")] if optional is not None else choice.split("|")
        todo += [text[: match.start()] + each + text[match.end() :] for each in variants]
    return frozenset(found)
