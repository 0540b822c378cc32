"""When a calendar is open, and what it says when it is not."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.hours import Calendar, public

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def calendar(zone: str = "Asia/Shanghai", **keys: Any) -> Calendar:
    return Calendar.model_validate(
        {"timezone": zone} | {key.replace("_", "-"): value for key, value in keys.items()}
    )


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


OFFICE = Calendar.model_validate(
    {
        "timezone": "Asia/Shanghai",
        "mon-fri": "08:30-12:00, 13:30-18:00",
        "sat": "09:00-12:00",
        "holidays": "CN",
        "dates": {"2026-02-16": "closed", "2026-10-02": "10:00-12:00", "2026-11-24": "closed"},
    }
)


@pytest.mark.parametrize(
    ("at", "state", "until"),
    [
        ("2026-11-23T08:29", "closed", "2026-11-23T08:30"),
        ("2026-11-23T08:30", "open", "2026-11-23T12:00"),
        ("2026-11-23T12:00", "closed", "2026-11-23T13:30"),
        ("2026-11-21T11:59", "open", "2026-11-21T12:00"),
        ("2026-11-21T12:00", "closed", "2026-11-23T08:30"),
    ],
)
def test_a_span_is_open_from_its_first_minute_to_before_its_last(at: str, state: str, until: str) -> None:
    status = OFFICE.status(local(at))
    assert (status.state, status.until) == (state, local(until))


def test_a_moment_may_come_in_any_zone_and_until_is_in_the_calendars() -> None:
    status = OFFICE.status(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    assert status.state == "open"
    assert str(status.until) == "2026-11-23 12:00:00+08:00"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        OFFICE.status(datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001


# Holidays --------------------------------------------------------------------------------------------

WORKED = [
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
]

BREAKS = {  # the State Council's notices for 2025 and 2026, first and last day
    "元旦 2025": ("2025-01-01", "2025-01-01"),
    "春节 2025": ("2025-01-28", "2025-02-04"),
    "清明 2025": ("2025-04-04", "2025-04-06"),
    "劳动节 2025": ("2025-05-01", "2025-05-05"),
    "端午 2025": ("2025-05-31", "2025-06-02"),
    "国庆 2025": ("2025-10-01", "2025-10-08"),
    "元旦 2026": ("2026-01-01", "2026-01-03"),
    "春节 2026": ("2026-02-15", "2026-02-23"),
    "清明 2026": ("2026-04-04", "2026-04-06"),
    "劳动节 2026": ("2026-05-01", "2026-05-05"),
    "端午 2026": ("2026-06-19", "2026-06-21"),
    "中秋 2026": ("2026-09-25", "2026-09-27"),
    "国庆 2026": ("2026-10-01", "2026-10-07"),
}


def test_chinas_breaks_are_those_of_the_state_councils_notices() -> None:
    announced = set()
    for first, last in BREAKS.values():
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            announced.add(day)
            day += timedelta(days=1)
    assert {*public.table("CN", 2025, "").names, *public.table("CN", 2026, "").names} == announced


@pytest.mark.parametrize("day", WORKED)
def test_a_worked_weekend_has_mondays_hours(day: str) -> None:
    assert OFFICE.status(local(f"{day}T17:00")).state == "open"


def test_a_worked_weekend_keeps_its_hours_where_weekdays_have_none() -> None:
    weekend = calendar(sat_sun="10:00-16:00", holidays="CN")
    assert weekend.status(local("2026-10-10T11:00")).until == local("2026-10-10T16:00")


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2026-02-16T10:00", "农历除夕"),
        ("2026-02-20T10:00", "春节"),  # a day off in lieu is called by its break
        ("2026-02-21T10:00", "春节"),  # so is a Saturday within it
        ("2026-04-06T10:00", "清明节"),  # and no （补假）
        ("2026-10-04T23:00", "国庆节"),
    ],
)
def test_a_holiday_is_called_by_the_name_people_say(at: str, name: str) -> None:
    status = OFFICE.status(local(at))
    assert (status.state, status.name) == ("holiday", name)


def test_a_holidays_name_comes_in_the_callers_language() -> None:
    at = local("2026-10-01T10:00")
    assert OFFICE.status(at, language="en-US").name == "National Day"
    assert OFFICE.status(at, language="zh").name == "国庆节"
    assert OFFICE.status(at, language="fi-FI").name == "国庆节"


def test_a_holiday_lasts_until_its_break_is_over() -> None:
    assert OFFICE.status(local("2026-02-16T10:00")).until == local("2026-02-24T00:00")
    assert OFFICE.next_opening(local("2026-02-16T10:00")) == local("2026-02-24T08:30")


def test_holidays_may_be_those_of_a_region_and_of_several() -> None:
    both = calendar("Europe/Berlin", daily="24h", holidays=["DE-BY", "US"])
    assert both.status(local("2026-01-06T10:00", BERLIN)).state == "holiday"  # Bavaria's
    assert both.status(local("2026-11-26T10:00", BERLIN)).name == "Thanksgiving Day"
    assert (
        calendar("Europe/Berlin", daily="24h", holidays="DE-BE")
        .status(local("2026-01-06T10:00", BERLIN))
        .state
        == "open"
    )


def test_only_china_takes_the_weekend_into_a_break() -> None:
    shop = calendar("Europe/Berlin", daily="24h", holidays="DE")
    assert shop.status(local("2026-04-04T10:00", BERLIN)).state == "open"  # between Good Friday and Easter


# Exceptions ------------------------------------------------------------------------------------------


def test_hours_given_for_a_date_win_over_its_holiday() -> None:
    assert OFFICE.status(local("2026-10-02T11:00")).state == "open"
    assert OFFICE.status(local("2026-10-02T13:00")).state == "closed"


def test_a_date_may_be_closed_with_or_without_a_holiday() -> None:
    assert OFFICE.status(local("2026-11-24T10:00")).state == "closed"
    assert OFFICE.status(local("2026-02-16T10:00")).state == "holiday"


def test_a_switch_by_hand_holds_until_the_day_ends() -> None:
    at = local("2026-11-23T10:00")
    closed = OFFICE.status(at, "closed")
    assert (closed.state, closed.until) == ("closed", local("2026-11-25T08:30"))  # the 24th is closed anyway
    assert OFFICE.next_opening(at, "closed") == local("2026-11-25T08:30")
    opened = OFFICE.status(local("2026-10-05T22:00"), "open")
    assert (opened.state, opened.name, opened.until) == ("open", "", local("2026-10-06T00:00"))


def test_an_unknown_switch_is_refused() -> None:
    with pytest.raises(ValueError, match='not "ajar"'):
        OFFICE.status(local("2026-11-23T10:00"), "ajar")


# Nights and changes of the clock -----------------------------------------------------------------------


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    night = calendar(fri="22:00-06:00")
    assert night.status(local("2026-11-21T05:59")).state == "open"  # Saturday morning
    assert night.status(local("2026-11-20T05:59")).state == "closed"  # Friday morning
    assert night.status(local("2026-11-20T23:00")).until == local("2026-11-21T06:00")


def test_a_night_before_a_holiday_is_finished_and_none_begins_on_it() -> None:
    night = calendar(daily="22:00-06:00", holidays="CN")
    assert night.status(local("2026-06-19T05:00")).state == "open"
    assert night.status(local("2026-06-19T06:00")).state == "holiday"
    assert night.status(local("2026-06-22T05:00")).state == "closed"


def test_spans_that_meet_at_midnight_are_one() -> None:
    both = calendar(mon="20:00-24:00", tue="00:00-02:00")
    assert both.status(local("2026-11-23T21:00")).until == local("2026-11-24T02:00")


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        ("02:30-05:00", "01:00", "03:00"),  # 02:30 does not exist: open when the clock jumps
        ("01:00-02:30", "00:00", "01:00"),  # closed when the clock jumps
        ("24h", "23:00", "22:00"),
    ],
)
def test_in_the_night_without_two_oclock(hours: str, opens: str, closes: str) -> None:
    clock = calendar("Europe/Berlin", sun=hours)
    opening = clock.next_opening(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert opening is not None
    assert opening.astimezone(UTC).strftime("%H:%M") == opens
    closing = clock.status(opening).until
    assert closing is not None
    assert closing.astimezone(UTC).strftime("%H:%M") == closes


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        ("02:30-05:00", "2026-10-25T00:30", "2026-10-25T04:00"),  # opens at the first 02:30 and stays open
        ("01:00-02:30", "2026-10-24T23:00", "2026-10-25T01:30"),  # closes at the last 02:30
        ("24h", "2026-10-24T22:00", "2026-10-25T23:00"),  # 25 hours
    ],
)
def test_in_the_night_with_two_oclock_twice(hours: str, opens: str, closes: str) -> None:
    clock = calendar("Europe/Berlin", sun=hours)
    opening = clock.next_opening(datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert opening is not None
    assert opening.astimezone(UTC).isoformat()[:16] == opens
    closing = clock.status(opening).until
    assert closing is not None
    assert closing.astimezone(UTC).isoformat()[:16] == closes


@given(
    st.sampled_from([OFFICE, calendar("Europe/Berlin", daily="22:00-06:00, 12:00-13:00", holidays="DE")]),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_nothing_changes_before_until_and_something_does_at_it(clock: Calendar, at: datetime) -> None:
    status = clock.status(at)
    assert status.until is not None
    assert status.until > at
    second = timedelta(seconds=1)
    if status.until - second > at:
        assert clock.status(status.until - second).state == status.state
    assert clock.status(at + (status.until - at) / 2).state == status.state
    assert clock.status(status.until).state != status.state


def test_what_is_always_open_or_never_opens_has_no_until() -> None:
    at = local("2026-11-23T10:00")
    always, never = calendar(daily="24h"), calendar(daily="closed")
    assert (always.status(at).state, always.status(at).until) == ("open", None)
    assert (never.status(at).state, never.status(at).until) == ("closed", None)
    assert never.next_opening(at) is None
    assert always.next_opening(at) == at


def test_a_thousand_questions_take_no_time() -> None:
    at = local("2026-11-23T10:00")
    OFFICE.status(at)
    begin = time.process_time()
    for second in range(1000):
        OFFICE.status(at + timedelta(seconds=second))
    assert time.process_time() - begin < 0.5


def test_two_calendars_that_say_the_same_are_equal_whatever_they_were_asked() -> None:
    one, other = calendar(daily="24h"), calendar(daily="24h")
    one.status(local("2026-11-23T10:00"))
    assert one == other


# What designers write ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "open_days"),
    [
        ("daily", 7),
        ("mon-fri", 5),
        ("sat", 1),
        ("mon,wed", 2),
        ("sat-mon", 3),
        ("mon-wed, fri", 4),
        ("Mon-Fri", 5),
    ],
)
def test_days_may_be_named_alone_in_rows_and_in_lists(key: str, open_days: int) -> None:
    clock = Calendar.model_validate({"timezone": "UTC", key: "24h"})
    week = [datetime(2026, 11, 16 + day, 12, tzinfo=UTC) for day in range(7)]
    assert sum(clock.status(noon).state == "open" for noon in week) == open_days


def test_chinese_punctuation_is_read_as_well() -> None:
    assert calendar(mon="０８：３０－１２：００，13:30～18:00") == calendar(mon="08:30-12:00, 13:30-18:00")


@pytest.mark.parametrize(
    ("written", "place", "message"),
    [
        ({"mon": "08:30-25:00"}, "mon", '"08:30-25:00": hour 25; the last minute of a day is 23:59'),
        ({"mon": "08:30-12:60"}, "mon", "minute 60"),
        ({"mon": "8-18"}, "mon", '"8" is not a time; write hours and minutes, such as 08:30'),
        ({"mon": "always"}, "mon", '"always" is not opening hours; write "08:30-12:00, 13:30-18:00"'),
        ({"mon": 830}, "mon", "830 is not opening hours"),
        ({"mon": "09:00-09:00"}, "mon", "write 24h for the whole day"),
        ({"mon": "24:00-06:00"}, "mon", "a day begins at 00:00"),
        ({"mon": "08:00-12:00, 11:00-18:00"}, "mon", "a span begins at 11:00, before the one ahead of it"),
        ({"mon": ",".join(["00:00-00:01"] * 30)}, "mon", "30 spans; 24 at most"),
        ({"mon": "x" * 100_000}, "mon", "too long"),
        ({"mon-fry": "24h"}, "mon-fry", 'did you mean "fri"'),
        ({"holiday": "CN"}, "holiday", 'did you mean "holidays"'),
        ({"week": {}}, "week", "neither a setting of a calendar nor days"),
        ({"mon,mon": "24h"}, "mon,mon", "names a day twice"),
        ({"mon-fri": "24h", "wed": "closed"}, "wed", '"wed" names wed once more'),
        ({"holidays": "XX"}, "holidays", 'no holidays are known for "XX"; write a country'),
        ({"holidays": "US-ZZ"}, "holidays", '"US-ZZ" is no part of US'),
        ({"holidays": {"CN": True}}, "holidays", "a country such as CN, or a list"),
        ({"dates": {"2026-13-01": "closed"}}, "dates", '"2026-13-01" is not a date'),
        ({"dates": {"2026-12-01": "9-12"}}, "dates", '"9" is not a time'),
        ({"timezone": "Asia/Shangai"}, "timezone", 'did you mean "Asia/Shanghai"'),
        ({"timezone": "shanghai"}, "timezone", 'did you mean "Asia/Shanghai"'),
        ({"timezone": "Asia/Beijing"}, "timezone", 'Beijing time is "Asia/Shanghai"'),
        ({"timezone": "../../etc/passwd"}, "timezone", "is no time zone"),
        ({"timezone": None}, "timezone", "is no time zone"),
    ],
)
def test_a_mistake_is_told_at_its_key_with_the_way_out(
    written: dict[str, Any], place: str, message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Calendar.model_validate({"timezone": "UTC", "sun": "24h"} | written)
    (error,) = caught.value.errors()
    assert error["loc"][0] == place
    assert message in error["msg"]
    assert len(error["msg"]) < 300


def test_every_mistake_among_the_days_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        calendar(mon="25:00-26:00", tue="x")
    assert [error["loc"] for error in caught.value.errors()] == [("mon",), ("tue",)]


def test_a_calendar_without_any_hours_is_refused() -> None:
    with pytest.raises(ValidationError, match="without opening hours"):
        calendar(holidays="CN")


@given(
    st.dictionaries(
        st.sampled_from(["mon", "tue-", "-", "daily", ",", "\0"]), st.text("0123456789:-, h", max_size=30)
    )
)
def test_whatever_is_written_it_is_a_calendar_or_a_validation_error(written: dict[str, str]) -> None:
    try:
        clock = Calendar.model_validate({"timezone": "Asia/Shanghai"} | written)
    except ValidationError:
        return
    clock.status(local("2026-11-23T10:00"))
