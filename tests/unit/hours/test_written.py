"""What is read from plain data is written as plain data, and read again as the same."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import Invalid
from ivr.hours.spans import DAYS
from ivr.hours.written import MAX_DATES, plain, read

clock = st.integers(0, 24 * 60 - 1)


@st.composite
def spans(draw: st.DrawFn) -> str:
    """`08:30-12:00, 13:30-18:00`, over midnight at the end or not."""
    edges = sorted(draw(st.sets(clock, min_size=2, max_size=6)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    night = draw(st.booleans()) and len(edges) % 2
    texts = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs]
    if night and edges[0] > 0:
        texts.append(f"{edges[-1] // 60:02}:{edges[-1] % 60:02}-00:00")
    return ", ".join(texts)


hours = st.one_of(st.just("24h"), st.just("closed"), st.just("00:00-24:00"), spans())
calendars = st.fixed_dictionaries(
    {"timezone": st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]), "mon": hours},
    optional={
        **dict.fromkeys(DAYS[1:], hours),
        "holidays": st.sampled_from(["CN", ["US-CA", "GB-ENG"], []]),
        "dates": st.dictionaries(st.dates(date(2020, 1, 1), date(2030, 1, 1)), hours, max_size=4),
    },
)


@given(calendars)
def test_what_is_written_is_read_as_the_same(data: dict[str, Any]) -> None:
    calendar = read(data)
    written = json.loads(json.dumps(plain(calendar)))
    assert read(written) == calendar
    assert plain(read(written)) == written


def test_days_with_the_same_hours_stand_together() -> None:
    week = {**dict.fromkeys(DAYS[:5], "09:00-18:00"), "sun": "closed"}
    assert plain(read({"timezone": "UTC", **week})) == {
        "timezone": "UTC",
        "mon-fri": "09:00-18:00",
        "sun": "closed",
    }


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"timezone": "Asia/Beijing", "mon": "24h"}, "timezone", "Asia/Shanghai"),
        ({"timezone": "UTC", "mon-fri": "9-18"}, "mon-fri", "not a time"),
        ({"timezone": "UTC", "mon": "24h", "holidays": "XX"}, "holidays", "no holidays are known"),
        ({"timezone": "UTC", "dates": {"2026-13-01": "24h"}}, "dates.2026-13-01", "not a date"),
        ({"timezone": "UTC", "dates": {"2026-12-01": "10"}}, "dates.2026-12-01", "opening hours"),
        ({"timezone": "UTC"}, "", "without opening hours"),
        ({"mon": "24h"}, "timezone", "required"),
        ("daily", "", "no calendar"),
        ({"timezone": "UTC", "dates": dict.fromkeys(range(MAX_DATES + 1), "24h")}, "dates", "at most"),
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused_at_its_place(data: Any, field: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        read(data)
    assert refused.value.field == field
