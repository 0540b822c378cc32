"""Opening hours: is it open now, why not, and until when.

A `Calendar` is what a flow writes under `calendars:`; its `status` is a pure function of the moment asked
about. Holidays, and the weekends that are worked in return for them, are those of the library `holidays`. A
`Book` holds the calendars of the house, which take the place of flows' own, and what was switched by hand.
"""

from __future__ import annotations

from ivr.hours.book import Book, Entry, Forced
from ivr.hours.calendar import Calendar, Status

__all__ = ["Book", "Calendar", "Entry", "Forced", "Status"]
