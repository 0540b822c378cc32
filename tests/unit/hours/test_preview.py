"""Why it is open or closed, when that changes, and how a month looks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hours import Forced
from ivr.hours.preview import changes, month, why
from ivr.hours.written import read

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICE = read(
    {
        "timezone": "Asia/Shanghai",
        "mon-thu": "08:30-12:00, 13:30-18:00",
        "fri": "22:00-02:00",
        "holidays": "CN",
        "dates": {"2026-10-05": "10:00-12:00", "2026-11-24": "closed"},
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("moment", "state", "rule", "day", "name"),
    [
        ("2026-11-23 09:00", "open", "week", date(2026, 11, 23), ""),
        ("2026-11-23 12:30", "closed", "week", date(2026, 11, 23), ""),
        ("2026-11-24 09:00", "closed", "date", date(2026, 11, 24), ""),
        ("2026-10-02 09:00", "holiday", "holiday", date(2026, 10, 2), "国庆节"),
        ("2026-10-05 11:00", "open", "date", date(2026, 10, 5), "国庆节"),
        ("2026-10-10 09:00", "open", "worked", date(2026, 10, 10), ""),  # a Saturday that is worked
        ("2026-11-27 23:00", "open", "week", date(2026, 11, 27), ""),
        ("2026-11-28 01:00", "open", "week", date(2026, 11, 27), ""),  # Friday's night
        ("2026-11-28 03:00", "closed", "week", date(2026, 11, 28), ""),
    ],
)
def test_the_rule_that_decides_is_told(moment: str, state: str, rule: str, day: date, name: str) -> None:
    told = why(OFFICE, at(moment))
    assert (told.state, told.rule, told.day, told.name) == (state, rule, day, name)


def test_what_was_switched_by_hand_is_told_with_its_reason() -> None:
    told = why(
        OFFICE, at("2026-11-23 09:00"), Forced("closed", at("2026-11-23 15:00"), "water in the cellar")
    )
    assert (told.state, told.rule, told.reason) == ("closed", "forced", "water in the cellar")
    assert told.until == at("2026-11-23 15:00")


def test_a_name_of_a_holiday_is_told_in_the_language_asked_for() -> None:
    assert "National Day" in why(OFFICE, at("2026-10-02 09:00"), language="en-US").name


def test_changes_follow_each_other_through_the_night_and_the_weekend() -> None:
    found = list(islice(changes(OFFICE, at("2026-11-27 12:00")), 3))
    assert [(one.state, one.at) for one in found] == [
        ("open", at("2026-11-27 22:00")),
        ("closed", at("2026-11-28 02:00")),
        ("open", at("2026-11-30 08:30")),
    ]


def test_a_calendar_that_never_changes_has_no_changes() -> None:
    assert list(changes(read({"timezone": "UTC", "daily": "24h"}), datetime.now(UTC))) == []


def test_a_month_shows_each_day_with_its_hours_and_its_holiday() -> None:
    days = {view.day.day: view for view in month(OFFICE, 2026, 10)}
    assert len(days) == 31
    assert (days[1].rule, days[1].holiday, days[1].name, days[1].hours) == (
        "holiday",
        True,
        "国庆节",
        "closed",
    )
    assert (days[5].rule, days[5].holiday, days[5].hours) == ("date", False, "10:00-12:00")
    assert (days[10].rule, days[10].hours) == ("worked", "08:30-12:00, 13:30-18:00")


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (2026, 13), (0, 1), (99999, 1)])
def test_what_is_no_month_is_refused(year: int, number: int) -> None:
    with pytest.raises(ValueError, match="no month"):
        month(OFFICE, year, number)


moments = st.integers(0, 330 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(moments, st.sampled_from(["open", "closed"]), st.integers(-10_000, 10_000))
def test_at_each_change_the_state_is_another(moment: datetime, state: str, minutes: int) -> None:
    forced = Forced("open" if state == "open" else "closed", moment + timedelta(minutes=minutes))
    found = list(islice(changes(OFFICE, moment, forced), 5))
    states = [why(OFFICE, moment, forced).state, *(one.state for one in found)]
    assert all(one != other for one, other in pairwise(states))
    assert all(why(OFFICE, one.at, forced).state == one.state for one in found)
    assert all(one.at < other.at for one, other in pairwise(found))


@given(moments)
def test_the_rule_that_is_told_agrees_with_the_state(moment: datetime) -> None:
    told = why(OFFICE, moment)
    assert (told.state == "holiday") == (told.rule == "holiday" and told.hours == "closed")
    if told.hours == "closed":
        assert told.state != "open"
