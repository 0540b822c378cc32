"""Calendars of the house before those of flows, and what was switched by hand before both."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.hours import Book, Calendar, Entry, Forced

BEIJING = ZoneInfo("Asia/Shanghai")
DAYS = Calendar.model_validate({"timezone": "Asia/Shanghai", "daily": "09:00-18:00"})
NIGHTS = Calendar.model_validate({"timezone": "Asia/Shanghai", "daily": "22:00-06:00"})
NOON = datetime(2026, 11, 23, 12, tzinfo=BEIJING)


def at(hour: int, minute: int = 0) -> datetime:
    return NOON.replace(hour=hour, minute=minute)


def test_the_houses_hours_go_before_those_of_whoever_asks() -> None:
    book = Book({"office": Entry(NIGHTS)})
    now = book.status("office", NOON, DAYS)
    assert now is not None
    assert (now.state, now.until) == ("closed", at(22))


def test_a_calendar_that_the_house_does_not_know_is_the_askers() -> None:
    now = Book().status("office", NOON, DAYS)
    assert now is not None
    assert now.state == "open"


def test_a_calendar_that_nobody_knows_has_no_status() -> None:
    assert Book({"office": Entry(forced=Forced("open"))}).status("office", NOON) is None


def test_what_is_switched_by_hand_holds_for_hours_that_only_a_flow_knows() -> None:
    now = Book({"office": Entry(forced=Forced("closed", at(15)))}).status("office", NOON, DAYS)
    assert now is not None
    assert (now.state, now.until) == ("closed", at(15))


@pytest.mark.parametrize(
    ("state", "until", "change"),
    [
        ("open", at(20), at(20)),  # closed by then
        ("open", at(15), at(18)),  # open anyway by then, until the evening
        ("closed", at(20), at(9) + timedelta(days=1)),
        ("closed", None, None),
    ],
)
def test_the_next_change_is_that_of_the_state_not_of_who_says_so(
    state: str, until: datetime | None, change: datetime | None
) -> None:
    forced = Forced("open" if state == "open" else "closed", until)
    now = Book({"office": Entry(DAYS, forced)}).status("office", NOON)
    assert now is not None
    assert (now.state, now.until) == (state, change)


def test_at_its_end_the_hours_hold_again() -> None:
    book = Book({"office": Entry(DAYS, Forced("closed", at(15)))})
    before, after = (book.status("office", moment) for moment in (at(14, 59), at(15)))
    assert before is not None
    assert after is not None
    assert (before.state, after.state) == ("closed", "open")
