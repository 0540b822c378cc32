"""Calls read back: pages of a list, and one call with its journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import peewee

from ivr.errors import Invalid, StoreError
from ivr.store import counted
from ivr.store.database import Store
from ivr.store.fields import utc_text
from ivr.store.models import Calls, Steps
from ivr.store.records import CallRecord, Step
from ivr.store.rows import unpack

LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """Which calls. Empty means all of them.

    Args:
        since: started then or later (aware).
        until: started before then (aware).
        number: how the caller's or the called number ends: `5598` finds `+861095598`.
        end: how it ended (`abandoned`).
        limit: rows of a page, 1 to 1000.
        before: `Page.next` of the page before this one.
    """

    since: datetime | None = None
    until: datetime | None = None
    flow: str = ""
    number: str = ""
    end: str = ""
    limit: int = 50
    before: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Calls, the latest first. `next` is for `Query.before`; empty when there are no more."""

    calls: tuple[CallRecord, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Journey:
    """One call and every node it visited, in order."""

    call: CallRecord
    steps: tuple[Step, ...]


def page(store: Store, query: Query) -> Page:
    """One page of calls. Paging is by key, so calls that arrive meanwhile shift nothing.

    Raises:
        StoreError: `before` is no cursor, `limit` is out of bounds, or the database cannot be read.
    """
    if not 1 <= query.limit <= LIMIT:
        raise StoreError(f"limit {query.limit} is out of bounds", hint=f"take 1 to {LIMIT}")
    select = Calls.select().order_by(Calls.started.desc(), Calls.id.desc()).limit(query.limit + 1)
    if query.since:
        select = select.where(Calls.started >= query.since)
    if query.until:
        select = select.where(Calls.started < query.until)
    if query.flow:
        select = select.where(Calls.flow == query.flow)
    if query.number:
        select = select.where(Calls.ani.endswith(query.number) | Calls.dnis.endswith(query.number))
    if query.end:
        select = select.where(Calls.end == query.end)
    if query.before:
        started, call = cursor(query.before)
        select = select.where((Calls.started < started) | ((Calls.started == started) & (Calls.id < call)))
    with store.errors():
        found = [unpack(CallRecord, row) for row in select.execute(store.db)]
    more = len(found) > query.limit
    calls = tuple(found[: query.limit])
    return Page(calls, next_of(calls[-1].started, calls[-1].id) if more else "")


def one(store: Store, call: str) -> CallRecord | None:
    """A call by its id; None where there is none. Raises StoreError."""
    with store.errors():
        found = list(Calls.select().where(Calls.id == call).execute(store.db))
    return unpack(CallRecord, found[0]) if found else None


def journey(store: Store, call: str) -> Journey:
    """The call whose id is `call` or is the only one that begins with it.

    Raises:
        StoreError: there is none, or several begin so (they are listed), or the database cannot be read.
    """
    with store.errors():
        found = list(Calls.select().where(Calls.id == call).execute(store.db))
        if not found and call:
            # A range instead of LIKE: it uses the key's index, and nothing in `call` needs quoting.
            begins = (Calls.id >= call) & (Calls.id < call + "\U0010ffff")
            found = list(Calls.select().where(begins).order_by(Calls.id).limit(6).execute(store.db))
        if not found:
            raise StoreError(f'no call "{call}"', hint="`ivr calls list` shows the latest")
        if len(found) > 1:
            names = ", ".join(row.id for row in found[:5]) + (" …" if len(found) > 5 else "")
            raise StoreError(f'several calls begin with "{call}": {names}', hint="give more of the id")
        record = unpack(CallRecord, found[0])
        steps = Steps.select().where(Steps.call == record.id).order_by(Steps.visit)
        return Journey(record, tuple(unpack(Step, row) for row in steps.execute(store.db)))


def ended(
    store: Store, flow: str, version: str, since: datetime
) -> list[tuple[str, tuple[str, ...], float | None]]:
    """How the calls of a version ended that began from `since` on: (`CallRecord.end`, empty while it is under
    way; goals; seconds). Raises StoreError: the database cannot be read."""
    wanted = (Calls.flow == flow) & (Calls.started >= since) & (Calls.version == version) & counted.CALLS
    select = Calls.select(Calls.end, Calls.goals, Calls.started, Calls.ended).where(wanted)
    with store.errors():
        return [
            (
                row.end or "",
                tuple(row.goals or ()),
                (row.ended - row.started).total_seconds() if row.ended else None,
            )
            for row in select.execute(store.db)
        ]


def count(store: Store) -> tuple[int, int]:
    """How many calls and how many steps are stored."""
    with store.errors():
        return _count(store, Calls), _count(store, Steps)


def _count(store: Store, model: type[peewee.Model]) -> int:
    return int(model.select(peewee.fn.COUNT(peewee.SQL("*"))).scalar(store.db))


def next_of(started: datetime, call: str) -> str:
    """The place in the list behind a call."""
    return f"{utc_text(started).replace(' ', 'T')}/{call}"


def cursor(text: str) -> tuple[datetime, str]:
    """A place in the list, as `next_of` wrote it. Raises Invalid."""
    stamp, _, call = text.partition("/")
    try:
        started = datetime.fromisoformat(stamp + "+00:00")
    except ValueError:
        raise Invalid(
            f'"{text}" is no place in the list', hint="take `next` of the page before", field="before"
        ) from None
    return started, call
