"""The API for calendars: when it is open, why, and switching them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from ivr.errors import Invalid, NotFound
from ivr.flow.json_schema.calendars import with_days
from ivr.hours import Calendar, Forced, preview
from ivr.hours.written import plain, read
from ivr.routing import calendars as all_of_them
from ivr.routing.calendars import Known
from ivr.routing.in_force import in_force
from ivr.store import calendars
from ivr.store.bindings import NOTE, Change
from ivr.store.database import Store
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import Instant
from ivr.web.api.revisions import expected
from ivr.web.flows.serving import ServingFlows
from ivr.web.site import Site
from ivr.web.wording import in_words

resource = Resource("calendars", "Opening hours of the house; they go before those of flows.")

CHANGES = 10
"""Changes that are told ahead."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="Small letters, digits and `_`.")]
_WRITTEN = {**with_days(Calendar.model_json_schema()), "minProperties": 2}
"""As JSON Schema has it: the time zone, and some days at least."""
Hours = Annotated[
    dict[str, Any],
    WithJsonSchema(_WRITTEN),
    Field(
        description='As flows write a calendar: `{"timezone": "Asia/Shanghai", "mon-fri": "09:00-18:00"}`.'
    ),
]
Language = Annotated[
    str, Field("", max_length=35, description="Of holidays' names; empty: the country's own.")
]


class ForcedIn(In):
    """Open or closed by hand, whatever the hours say."""

    state: Literal["open", "closed"]
    until: Instant | None = Field(None, description="Left out: until somebody ends it.")
    reason: str = Field("", max_length=NOTE)


class ForcedOut(BaseModel):
    """How it was switched by hand."""

    state: Literal["open", "closed"]
    until: datetime | None
    reason: str
    holds: bool = Field(description="Whether it still does.")


class Standing(BaseModel):
    """How a calendar stands at a moment, and why."""

    state: Literal["open", "closed", "holiday"]
    rule: Literal["forced", "date", "holiday", "worked", "week"] = Field(
        description="What decides: it was switched by hand, the hours of that date alone, a public holiday, a"
        " weekend that is worked in return for one, or the week."
    )
    day: date = Field(description="Whose hours those are; over night, the day before.")
    hours: str = Field(description="That day's, as they are written.")
    name: str = Field(description="Of the holiday that day is.")
    reason: str = Field(description="What whoever switched it by hand said.")
    until: datetime | None = Field(description="When the state changes next.")


class CalendarOut(BaseModel):
    """A calendar, of the house or only of flows."""

    name: str
    hours: dict[str, Any] | None = Field(description="The house's; null: those of flows hold.")
    forced: ForcedOut | None
    note: str
    trouble: str = Field(description="Why the house's hours cannot be read.")
    standing: Standing | None = Field(description="Null: flows differ, and so it depends on the flow.")
    flows: dict[str, dict[str, Any]] = Field(description="What each flow says that has one of that name.")
    plan: dict[str, Any] | None = Field(description="What the routing plan says.")
    groups: list[str] = Field(description="Skill groups that go by it.")
    revision: int = Field(description="0: the house says nothing of it.")
    changed: datetime | None
    by: str


class CalendarIn(In):
    """A calendar of the house as it should be."""

    hours: Hours | None = Field(None, description="Null: flows go by their own.")
    note: str = Field("", max_length=NOTE)


class Day(BaseModel):
    """One day of a month."""

    day: date
    rule: Literal["forced", "date", "holiday", "worked", "week"]
    hours: str
    holiday: bool
    name: str = Field(description="Of the holiday it is.")


class Turning(BaseModel):
    """From a moment on it is so."""

    at: datetime
    state: Literal["open", "closed", "holiday"]


class Outlook(BaseModel):
    """How a calendar stands at a moment, and what comes then."""

    standing: Standing
    changes: list[Turning]


class Moment(In):
    """A moment."""

    at: Instant | None = Field(None, description="Left out: now.")
    language: Language = ""


class Month(In):
    """A month."""

    month: str = Field(pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$", description="`2026-10`.")
    language: Language = ""


class Draft(Month):
    """Hours that are not set yet, and a month to see them in."""

    hours: Hours


@resource.get("/calendars", needs="calendars:read")
def every(site: Site) -> list[CalendarOut]:
    """All calendars: the house's, and those that only flows or the routing plan know."""
    return [_shown(one, site.now()) for one in site.ask(_known, site).values()]


@resource.post("/calendar-preview", needs="calendars:read")
def draft(site: Site, body: Draft) -> list[Day]:
    """What hours that are not set yet would make of a month."""
    return site.apart(_month, _read(body.hours), body.month, body.language)


@resource.get("/calendars/<name>", needs="calendars:read", returns=CalendarOut)
def get(site: Site, name: Name) -> Answer:
    """One calendar."""
    return _told(site, name)


@resource.put("/calendars/<name>", needs="calendars:write", returns=CalendarOut)
def put(site: Site, who: Who, name: Name, body: CalendarIn, match: str, new: bool) -> Answer:
    """Set a calendar's hours. They hold for the next call; what was switched by hand stays so."""
    change = Change(who.by, site.now(), expected(match, new))
    if body.hours is not None:
        _read(body.hours)
    site.ask(calendars.put, name, body.hours, change, body.note)
    return _told(site, name)


@resource.delete("/calendars/<name>", needs="calendars:write", status=204)
def remove(site: Site, who: Who, name: Name, match: str) -> Answer:
    """Take the house's calendar out, with what was switched by hand. Flows go by their own again."""
    site.ask(calendars.remove, name, Change(who.by, site.now(), expected(match)))
    return NOTHING


@resource.put("/calendars/<name>/forced", needs="calendars:write", returns=CalendarOut)
def force(site: Site, who: Who, name: Name, body: ForcedIn, match: str) -> Answer:
    """Switch a calendar to open or closed by hand, one that only flows know as well."""
    all_of_them.pick(site.ask(_known, site), name)
    change = Change(who.by, site.now(), expected(match))
    site.ask(calendars.force, name, Forced(body.state, body.until, body.reason), change)
    return _told(site, name)


@resource.delete("/calendars/<name>/forced", needs="calendars:write", status=204)
def unforce(site: Site, who: Who, name: Name, match: str) -> Answer:
    """Let the hours hold again."""
    site.ask(calendars.unforce, name, Change(who.by, site.now(), expected(match)))
    return NOTHING


@resource.get("/calendars/<name>/outlook", needs="calendars:read")
def outlook(site: Site, name: Name, query: Moment) -> Outlook:
    """How it stands at a moment, by which rule, and when that changes."""
    one = _one(site, name)
    return site.apart(_outlook, _hours(one), query.at or site.now(), one.forced, query.language)


@resource.get("/calendars/<name>/month", needs="calendars:read")
def month(site: Site, name: Name, query: Month) -> list[Day]:
    """The days of a month."""
    return site.apart(_month, _hours(_one(site, name)), query.month, query.language)


def _read(hours: Mapping[str, Any]) -> Calendar:
    """Hours that were sent. Raises Invalid, whose field is the place in the request."""
    try:
        return read(hours)
    except Invalid as error:
        error.field = f"hours.{error.field}".rstrip(".")
        raise


def _known(store: Store, site: Site) -> Mapping[str, Known]:
    flows = site.part(ServingFlows).flows(store)
    return all_of_them.known(calendars.every(store), flows, in_force(store, site.settings.acd.plan).centre)


def _one(site: Site, name: str) -> Known:
    return all_of_them.pick(site.ask(_known, site), name)


def _told(site: Site, name: str) -> Answer:
    shown = _shown(_one(site, name), site.now())
    return Answer(shown, etag=str(shown.revision))


def _hours(one: Known) -> Calendar:
    if one.calendar is None:
        raise NotFound(f'flows differ about "{one.name}"', hint="set the hours of the house")
    return one.calendar


def _outlook(calendar: Calendar, at: datetime, forced: Forced | None, language: str) -> Outlook:
    reason = preview.why(calendar, at, forced, language)
    changes = [Turning(**asdict(one)) for one in islice(preview.changes(calendar, at, forced), CHANGES)]
    return Outlook(standing=Standing(**asdict(reason)), changes=changes)


def _month(calendar: Calendar, month: str, language: str) -> list[Day]:
    year, number = map(int, month.split("-"))
    return [Day(**asdict(view)) for view in preview.month(calendar, year, number, language)]


def _shown(one: Known, at: datetime) -> CalendarOut:
    kept, forced, reason = one.kept, one.forced, one.stands(at)
    return CalendarOut(
        name=one.name,
        hours=plain(one.house) if one.house else None,
        forced=ForcedOut(**asdict(forced), holds=forced.holds(at)) if forced else None,
        note=kept.note if kept else "",
        trouble=in_words(kept.trouble) if kept else "",
        standing=Standing(**asdict(reason)) if reason else None,
        flows={name: plain(own) for name, own in one.flows.items()},
        plan=plain(one.plan) if one.plan else None,
        groups=list(one.groups),
        revision=kept.revision if kept else 0,
        changed=kept.changed if kept else None,
        by=kept.by if kept else "",
    )
