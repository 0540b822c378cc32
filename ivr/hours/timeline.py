"""A week of wall-clock hours laid out along real time, day by day.

Everything that is asked about a calendar comes down to two questions: what is its state at an instant, and
when does that change. Days are worked out once and kept, so that the answer to a call costs microseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ivr.hours.spans import Span

State = Literal["open", "closed", "holiday"]

HORIZON = 400
"""Days ahead that the next change is looked for."""

KEPT = 4 * HORIZON
"""Days kept in memory at most."""


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: its first instant, and what its own hours cover (over night: of the next day too)."""

    begin: datetime
    open: tuple[tuple[datetime, datetime], ...]
    holiday: bool


class Timeline:
    """What the state is at each instant. All instants are aware UTC.

    Args:
        zone: where the hours are wall-clock time.
        plan: the spans of a local date, and whether it is a holiday.
    """

    def __init__(self, zone: ZoneInfo, plan: Callable[[date], tuple[tuple[Span, ...], bool]]) -> None:
        self.zone = zone
        self._plan = plan
        self._days: dict[date, Day] = {}
        self._known: tuple[datetime, datetime, State, datetime | None] | None = None

    def at(self, moment: datetime) -> tuple[State, datetime | None]:
        """The state at an instant and when it changes next; None when not within the horizon."""
        if self._known is None or not self._known[0] <= moment < self._known[1]:
            state = self._state(moment, moment.astimezone(self.zone).date())
            change = self.change(moment, state)
            self._known = (moment, change or moment + timedelta(days=1), state, change)
        return self._known[2:]

    def change(self, moment: datetime, state: State) -> datetime | None:
        """The first instant after `moment` at which the state is another than `state`."""
        today = moment.astimezone(self.zone).date()
        for offset in range(HORIZON):
            day = today + timedelta(days=offset)
            before, now, end = self._day(day - timedelta(days=1)), self._day(day), self.end(day)
            edges = {now.begin, *(edge for span in (*before.open, *now.open) for edge in span)}
            for edge in sorted(edge for edge in edges if moment < edge and now.begin <= edge < end):
                if self._state(edge, day) != state:
                    return edge
        return None

    def end(self, day: date) -> datetime:
        """The instant at which a local day is over."""
        return self._day(day + timedelta(days=1)).begin

    def _state(self, moment: datetime, day: date) -> State:
        now = self._day(day)
        for start, end in (*now.open, *self._day(day - timedelta(days=1)).open):
            if start <= moment < end:
                return "open"
        return "holiday" if now.holiday else "closed"

    def _day(self, day: date) -> Day:
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= KEPT:
                self._days.clear()
            midnight = datetime.combine(day, time())
            spans, holiday = self._plan(day)
            known = self._days[day] = Day(
                begin=instant(midnight, self.zone),
                open=tuple(
                    (
                        instant(midnight + timedelta(minutes=start), self.zone),
                        instant(midnight + timedelta(minutes=end), self.zone, last=True),
                    )
                    for start, end in spans
                ),
                holiday=holiday,
            )
        return known


def instant(wall: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The instant of a naive wall-clock time, in UTC.

    A time that a change of the clock repeats is its first occurrence, or with `last` its last, so that
    nobody closes early; a time that the change skips is the moment of the change.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if last else first
    # Skipped: `second` lies before the change and `first` after it. Halve until they meet, to the second.
    low, high = second, first
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
