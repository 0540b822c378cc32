"""Opening hours: is it open now, why not, and until when.

A `Calendar` is what a flow writes under `calendars:`; its `status` is a pure function of the moment asked
about. Holidays, and the weekends that are worked in return for them, are those of the library `holidays`.
"""

from __future__ import annotations

from ivr.hours.calendar import Calendar, Status

__all__ = ["Calendar", "Status"]
