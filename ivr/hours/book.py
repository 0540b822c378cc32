"""The calendars of the house, by name: each takes the place of what flows and the routing plan say of it.

Any of them, also one that only a flow knows, may be switched by hand to open or closed for a while: somebody
has to be able to say at once that the office is flooded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from ivr.hours.calendar import Calendar, Status


@dataclass(frozen=True, slots=True)
class Forced:
    """Open or closed by hand, whatever the hours say, before `until` (aware; None: until it is ended)."""

    state: Literal["open", "closed"]
    until: datetime | None = None
    reason: str = ""

    def holds(self, at: datetime) -> bool:
        """Whether it does at a moment."""
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class Entry:
    """What the house says of a calendar: its hours (None: those of whoever asks), and what was switched."""

    calendar: Calendar | None = None
    forced: Forced | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """What the house says, by the calendars' names."""

    entries: Mapping[str, Entry] = field(default_factory=lambda: MappingProxyType({}))

    def calendar(self, name: str, own: Calendar | None = None) -> Calendar | None:
        """The hours in force; `own` are those of whoever asks, and the house's go before them."""
        entry = self.entries.get(name)
        return entry.calendar if entry and entry.calendar else own

    def status(self, name: str, at: datetime, own: Calendar | None = None) -> Status | None:
        """How a calendar stands at an aware moment; None where nobody knows one of that name."""
        calendar, entry = self.calendar(name, own), self.entries.get(name)
        if calendar is None:
            return None
        return standing(calendar, at, entry.forced if entry else None)


def standing(calendar: Calendar, at: datetime, forced: Forced | None = None, language: str = "") -> Status:
    """How hours stand at an aware moment with what was switched by hand. Arguments as for
    `Calendar.status`."""
    if forced is None or not forced.holds(at):
        return calendar.status(at, language=language)
    if forced.until is None:
        return Status(forced.state, "", None)
    then = calendar.status(forced.until)
    change = then.until if then.state == forced.state else forced.until
    local = change and change.astimezone(UTC).astimezone(ZoneInfo(calendar.timezone))
    return Status(forced.state, "", local)
