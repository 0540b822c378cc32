"""The calendar of a flow: what a designer writes, and what it says about a moment."""

from __future__ import annotations

import difflib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError

from ivr.hours import public
from ivr.hours.spans import DAYS, EXAMPLE, SETTINGS, Span, days, spans
from ivr.hours.timeline import HORIZON, State, Timeline

Hours = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How a calendar stands at a moment.

    `name` is the holiday's, "" on any other day. `until` is when `state` changes next, aware and in the
    calendar's zone; None when it does not within the next 400 days.
    """

    state: State
    name: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    """What a calendar says of one date.

    `rule`: the hours are those of this `date`, of a public `holiday`, of a weekend day that is `worked`
    (调休), or of the `week`.
    """

    rule: Literal["date", "holiday", "worked", "week"]
    hours: Hours
    holiday: bool = False


def _zone(value: Any) -> str:
    name = value if isinstance(value, str) else ""
    try:
        return ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        pass
    if name.casefold().endswith(("beijing", "peking")):
        raise ValueError(f'"{name[:60]}" is no time zone; Beijing time is "Asia/Shanghai"')
    known: dict[str, str] = {}
    for zone in sorted(zoneinfo.available_timezones()):
        known |= {zone.casefold(): zone, zone.rpartition("/")[2].casefold(): zone}
    near = difflib.get_close_matches(name.casefold()[:60], known, n=1, cutoff=0.8)
    hint = f'did you mean "{known[near[0]]}"?' if near else "write a place such as Asia/Shanghai"
    raise ValueError(f'"{str(value)[:60]}" is no time zone; {hint}')


def _hours(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError(f"{str(value)[:60]} is not opening hours; write {EXAMPLE}")  # noqa: TRY004 - pydantic's
    return spans(value)


def _new_days(key: str, value: Any, known: Mapping[int, Hours]) -> Mapping[int, Hours]:
    """The days of one key with their hours; ValueError when one of them is known already."""
    named = days(key)
    if again := [DAYS[day] for day in named if day in known]:
        raise ValueError(f'"{key}" names {", ".join(again)} once more; give each day its hours once')
    return dict.fromkeys(named, _hours(value))


def _places(value: Any) -> Any:
    places = [value] if isinstance(value, str) else value
    if not isinstance(places, list | tuple) or not all(isinstance(place, str) for place in places):
        raise ValueError("holidays is a country such as CN, or a list of them")
    return tuple(map(public.check, places))


def _date(value: Any) -> Any:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f'"{value}" is not a date; write it as 2026-12-24') from None


DayHours = Annotated[Hours, BeforeValidator(_hours, json_schema_input_type=str)]


class Calendar(BaseModel):
    """Opening hours of a week, with holidays and exceptions.

    Beside the settings below it has keys for days (`mon-fri`, `sat`, `mon,wed`, `daily`), each with spans
    (`08:30-12:00, 13:30-18:00`; `22:00-06:00` belongs to the day it begins on), `24h` or `closed`. A day no
    key names is closed. On a weekend day that is worked (调休) Monday's hours hold, or those of the first
    weekday that has any. `dates` wins over everything.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "patternProperties": {f"^(daily|({'|'.join(DAYS)})([-,].*)?)$": {"type": "string"}}
        },
    )

    timezone: Annotated[str, BeforeValidator(_zone)] = Field(
        description="IANA time zone of the hours, such as `Asia/Shanghai`."
    )
    holidays: Annotated[tuple[str, ...], BeforeValidator(_places, json_schema_input_type=str | list[str])] = (
        Field((), description="Countries whose public holidays close it: `CN`, or `[US-CA, GB-ENG]`.")
    )
    dates: dict[Annotated[date, BeforeValidator(_date)], DayHours] = Field(
        {}, description="Hours of single days: `2026-12-24` with spans, `24h` or `closed`."
    )
    week: SkipJsonSchema[Mapping[int, Hours]] = Field(
        {}, exclude=True, repr=False, description="What the keys for days say, Monday being 0."
    )

    @model_validator(mode="before")
    @classmethod
    def _gather_days(cls, data: Any) -> Any:
        """Turn the keys for days into `week`; each mistake is reported at its own key."""
        if not isinstance(data, Mapping):
            return data
        week: dict[int, Hours] = {}
        errors: list[InitErrorDetails] = []
        for key, value in data.items():
            if key in SETTINGS:
                continue
            try:
                week |= _new_days(str(key), value, week)
            except ValueError as error:
                kind = PydanticCustomError("calendar", "{reason}", {"reason": str(error)})
                errors.append(InitErrorDetails(type=kind, loc=(str(key),), input=value))
        if errors:
            raise ValidationError.from_exception_data(cls.__name__, errors)
        if not week and not data.get("dates"):
            raise ValueError(f"a calendar without opening hours; add days, such as mon-fri: {EXAMPLE}")
        return {key: value for key, value in data.items() if key in SETTINGS} | {"week": week}

    def status(self, at: datetime, override: str | None = None, *, language: str = "") -> Status:
        """How it stands at `at`.

        Args:
            at: an aware datetime.
            override: `open` or `closed` when somebody switched it by hand; holds until the local day ends.
            language: of the holiday's name, a BCP 47 tag; "" (or one without names) is the country's own.

        Raises:
            ValueError: `at` is naive, or `override` is something else.
        """
        moment = _aware(at)
        today = moment.astimezone(self._timeline.zone).date()
        if override is None:
            state, until = self._timeline.at(moment)
            return Status(
                state, self.holiday(today, language) if state == "holiday" else "", self._local(until)
            )
        if override not in ("open", "closed"):
            raise ValueError(f'a calendar is switched to open or closed, not "{override}"')
        state = "open" if override == "open" else "closed"
        tomorrow = self._timeline.end(today)
        then, later = self._timeline.at(tomorrow)
        return Status(state, "", self._local(later if then == state else tomorrow))

    def next_opening(self, at: datetime, override: str | None = None) -> datetime | None:
        """The first moment from `at` on when it is open, in the calendar's zone; `at` itself when it is.

        None when it does not open within the next 400 days. Arguments and errors as for `status`.
        """
        moment = _aware(at)
        status = self.status(moment, override)
        limit = moment + timedelta(days=HORIZON)
        while status.state != "open":
            if status.until is None or status.until > limit:
                return None
            moment = status.until.astimezone(UTC)
            status = self.status(moment)
        return self._local(moment)

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline(ZoneInfo(self.timezone), self._plan)

    def day(self, day: date) -> Day:
        """What holds for a local date, and by which rule."""
        tables = [public.table(place, day.year, "") for place in self.holidays]
        holiday = any(day in table.names for table in tables)
        if day in self.dates:
            # Hours that somebody set for a holiday make it a day like any other; outside them it is closed.
            return Day("date", self.dates[day], holiday and not self.dates[day])
        if holiday:
            return Day("holiday", (), True)
        hours = self.week.get(day.weekday(), ())
        if any(day in table.worked for table in tables):
            return Day("worked", next(filter(None, (self.week.get(weekday) for weekday in range(5))), hours))
        return Day("week", hours)

    def holiday(self, day: date, language: str = "") -> str:
        """The name of the holiday that a local date is, or "". `language` as for `status`."""
        names = (public.table(place, day.year, language).names.get(day) for place in self.holidays)
        return next(filter(None, names), "")

    def _plan(self, day: date) -> tuple[Hours, bool]:
        known = self.day(day)
        return known.hours, known.holiday

    def _local(self, moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(self._timeline.zone)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None or not 1000 < at.year < 9000:
        raise ValueError(f"a calendar is asked about an aware datetime, not {at}")
    return at.astimezone(UTC)
