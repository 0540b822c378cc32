"""Who comes before whom: the contact orders.

Each order is a pair of numbers that does not change while a contact waits, the lowest first, so that a line
stays sorted by itself. The second is the moment of arrival, or what is worth as much: with it contacts of
groups with different orders can be compared, when an agent serves several.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from ivr.acd.model import Contact, Group

TARGET = 20.0
"""Seconds: the usual target. A wait in the order `service_level` counts as it would with this target."""

Place = tuple[float, float, int]
"""A place in line: points (0, or minus the priority), a moment, and the order of telling among equals."""

Entry = tuple[float, float, int, Any]
"""A place, and the contact that has it. No two places are the same, so that contacts are never compared."""

Line = list[Entry]
"""Sorted. A list: for some ten thousand entries nothing is faster to look at, and fast enough to change."""


def place(contact: Contact, group: Group, number: int) -> Place:
    """A contact's place in its group's line.

    `waiting` and `service_level`: by arrival (a group has one target). `priority`: that first. `weighted`:
    seconds waited + priority × weight, which is by arrival − priority × weight at every moment.
    """
    if group.order == "priority":
        return (-contact.priority, contact.arrived, number)
    if group.order == "weighted":
        return (0.0, contact.arrived - contact.priority * group.weight, number)
    return (0.0, contact.arrived, number)


def across(place: Place, group: Group, now: float) -> Place:
    """The same, comparable with places in other groups at `now`: in the order `service_level` a wait of half
    the group's target counts as one of half the usual target."""
    if group.order != "service_level":
        return place
    return (place[0], now - (now - place[1]) * TARGET / max(group.target, 0.001), place[2])


def leave(line: Line, entry: Entry) -> None:
    """Out of a line that the entry is in."""
    del line[bisect_left(line, entry)]
