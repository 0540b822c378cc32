"""Is a word a slip of the hand for another? Only where nobody would say no.

`max_tires` is `max_tries`; but `account_2` is not `account_1`, `item` is not `items`, and `case_b` is not
`case_a`: who names things often names one after the other.
"""

from __future__ import annotations

MOST = 64  # letters of a word that is looked at


def is_slip(word: str, meant: str, *, chosen: bool) -> bool:
    """Whether `word` stands for `meant`.

    Args:
        chosen: whether the designer chose the name (of a node, a variable), so that another one may well be
            as near; else it is a word of the language.
    """
    if max(len(word), len(meant)) > MOST or [*filter(str.isdigit, word)] != [*filter(str.isdigit, meant)]:
        return False
    if not chosen and _squeezed(word) == _squeezed(meant):
        return True
    shorter, apart = min(len(word), len(meant)), distance(word, meant)
    if chosen:
        return apart == 1 and shorter >= 4 and word[0] == meant[0] and _one_name(word, meant)
    return apart <= (0 if shorter < 3 else 1 if shorter < 6 else 2)


def _one_name(word: str, meant: str) -> bool:
    """Of two names that differ in one letter: whether nobody would give them to two things."""
    parts, others = word.split("_"), meant.split("_")
    exchanged = len(word) == len(meant) and sorted(word) != sorted(meant)  # `acount` is not `amount`
    return not exchanged and len(parts) == len(others) and all(map(_one_part, parts, others))


def _one_part(part: str, other: str) -> bool:
    several = part == f"{other}s" or other == f"{part}s"
    return part == other or (min(len(part), len(other)) >= 4 and not several)


def _squeezed(word: str) -> str:
    """`Barge-In` → `bargein`."""
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")


def distance(one: str, other: str) -> int:
    """Letters put in, left out, exchanged, or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, another in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
