"""Which groups are open at a moment, and when that changes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.acd.plan.model import Centre
from ivr.hours import Book


@dataclass(frozen=True, slots=True)
class Opening:
    """The groups that are open and those that are closed, until a moment (None: for more than a year)."""

    open: frozenset[str]
    closed: frozenset[str]
    until: datetime | None


def opening(centre: Centre, at: datetime, book: Book | None = None) -> Opening:
    """How the groups stand at `at`, an aware datetime. A group without hours is open, and so is one whose
    calendar nobody knows.

    Args:
        book: the calendars of the house, which go before the plan's.
    """
    house = book or Book()
    used = {group.hours for group in centre.groups.values() if group.hours}
    found = {name: house.status(name, at, centre.calendars.get(name)) for name in used}
    states = {name: status for name, status in found.items() if status is not None}
    closed = frozenset(
        name
        for name, group in centre.groups.items()
        if group.hours in states and states[group.hours].state != "open"
    )
    changes = [status.until for status in states.values() if status.until is not None]
    return Opening(frozenset(centre.groups) - closed, closed, min(changes, default=None))
