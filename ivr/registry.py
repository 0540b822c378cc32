"""One door for everything that can be added: node types, speech engines, operations.

A member is an entry point of its group (`ivr.nodes`, `ivr.tts`, `ivr.operations`); the built-in ones come
through the same door as a customer's. Nothing is imported before it is asked for by `load`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ivr.errors import UnknownPlugin

MOST_SHOWN = 12  # names that a hint lists
LEAD = 0.02  # likeness by which a word must be nearer than the next to be offered alone
MOST_COMPARED = 1000  # names that are looked through for the nearest


@cache
def _group(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}


def names(group: str) -> list[str]:
    """The names of a group's members, sorted."""
    return sorted(_group(group))


def load(group: str, name: str) -> Any:
    """The member `name` of `group`.

    Raises:
        UnknownPlugin: there is none of that name, or it cannot be imported.
    """
    try:
        point = _group(group)[name]
    except KeyError:
        raise UnknownPlugin(
            f'nothing called "{name}" in {group}', hint=did_you_mean(name, names(group))
        ) from None
    try:
        return point.load()
    except Exception as error:
        raise UnknownPlugin(
            f'"{name}" of {group} ({point.value}) cannot be imported: {error}', hint="reinstall its package"
        ) from error


def load_all(group: str) -> dict[str, Any]:
    """Every member of a group by name."""
    return {name: load(group, name) for name in names(group)}


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`did you mean "x"?` for the nearest known word (`"x" or "y"` for two as near), else the list of what
    there is, if it is not long."""
    near = difflib.get_close_matches(word[:100], list(known)[:MOST_COMPARED], n=2, cutoff=0.6)
    if len(near) == 2 and _alike(word, near[0]) - _alike(word, near[1]) > LEAD:
        near.pop()
    if near:
        return "did you mean " + " or ".join(f'"{each}"' for each in near) + "?"
    shown = sorted(known)[:MOST_SHOWN]
    return "there is " + ", ".join([*shown, *["…"][: len(known) - len(shown)]]) if known else ""


def meant(hint: str) -> str:
    """The word that a hint of `did_you_mean` offers, if it is one alone; else empty."""
    match = re.fullmatch(r'did you mean "([^"]+)"\?', hint)
    return match[1] if match else ""


def _alike(word: str, other: str) -> float:
    return difflib.SequenceMatcher(None, other, word[:100]).ratio()
