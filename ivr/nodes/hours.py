"""`hours`: open, closed, or holiday?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ivr.flow.checks import Around, Problem, unknown
from ivr.flow.model import Node
from ivr.flow.types import Name, To
from ivr.runtime.visit import Visit


class Hours(Node):
    """Ask a calendar of the flow how it stands now.

    For example:

        person:
          type: hours
          calendar: office
          open: desk
          closed: voicemail
    """

    type: Literal["hours"]
    calendar: Name = Field(description="The calendar's name, as in the flow's `calendars`.")
    open: To = Field(description="Where to go in opening hours.")
    closed: To = Field(description="Where to go outside them.")
    holiday: To | None = Field(None, description="Where to go on a holiday; `closed` when left out.")

    def needs_next(self) -> bool:
        return False

    def problems(self, around: Around) -> Iterator[Problem]:
        calendars = around.flow.calendars
        if self.calendar not in calendars:
            way_out = "add it to `calendars:`"
            yield unknown(("calendar",), "F203", "calendar", self.calendar, calendars, way_out)

    def run(self, visit: Visit) -> str:
        status = visit.hours(self.calendar)
        visit.chosen = {"open": self.open, "closed": self.closed, "holiday": self.holiday or self.closed}[
            status.state
        ]
        if status.name:
            visit.note(holiday=status.name)
        return status.state
