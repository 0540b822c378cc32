"""Which groups are open at a moment, and when that changes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.acd.plan.model import Centre


@dataclass(frozen=True, slots=True)
class Opening:
    """The groups that are open and those that are closed, until a moment (None: for more than a year)."""

    open: frozenset[str]
    closed: frozenset[str]
    until: datetime | None


def opening(centre: Centre, at: datetime) -> Opening:
    """How the groups stand at `at`, an aware datetime. A group without hours is open."""
    states = {name: calendar.status(at) for name, calendar in centre.calendars.items()}
    closed = frozenset(
        name for name, group in centre.groups.items() if group.hours and states[group.hours].state != "open"
    )
    used = {group.hours for group in centre.groups.values() if group.hours}
    changes = [until for name in used if (until := states[name].until) is not None]
    return Opening(frozenset(centre.groups) - closed, closed, min(changes, default=None))
