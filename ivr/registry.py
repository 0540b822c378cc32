"""One door for everything that can be added: node types, speech engines, operations.

A member is an entry point of its group (`ivr.nodes`, `ivr.tts`, `ivr.operations`); the built-in ones come
through the same door as a customer's. Nothing is imported before it is asked for by `load`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ivr.errors import UnknownPlugin

MOST_SHOWN = 12  # names that a hint lists
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
    """`did you mean "x"?` for the nearest known word, else the list of what there is, if it is not long."""
    near = difflib.get_close_matches(word[:100], list(known)[:MOST_COMPARED], n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    shown = sorted(known)[:MOST_SHOWN]
    return "there is " + ", ".join([*shown, *["…"][: len(known) - len(shown)]]) if known else ""
