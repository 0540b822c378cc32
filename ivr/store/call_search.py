"""Calls found by many conditions, in a bounded time however many there are.

What a call's own row tells is asked of the database. What stands elsewhere (nodes, contacts, ratings) is
asked for some hundred candidates at a time, the latest first, until a page is full or the time is over; then
it is said how far back was looked, and the next page goes on there. So no condition, however rare, makes a
database of millions of calls stand still.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import peewee

from ivr.errors import StoreError
from ivr.store.call_conditions import Narrower, narrowers
from ivr.store.calls import LIMIT, cursor, next_of
from ivr.store.database import Store
from ivr.store.models import Calls
from ivr.store.records import CallRecord
from ivr.store.rows import unpack

PATIENCE = 2.0
"""Seconds a search may take before it gives what it has."""
FIRST, MOST = 400, 4000
"""Candidates that are looked at in a go: few at first, as most searches find their page among them."""
TAIL = 4
"""Figures of a number's end that are indexed (migration `0011_search`)."""
FLOWS = 500
"""Names of flows that are told at most."""
LIVE = "live"
"""The `end` of calls that have none yet."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls. Empty, and None, means any.

    Args:
        since: started then or later (aware).
        until: started before then (aware).
        ani, dnis: the caller's and the called number; `*5598`: how it ends.
        number: either of them.
        version: or its beginning.
        node: they came to it; of `flow`, where that is named as `flow/node`.
        goal: they reached it.
        end: as `CallRecord.end`, or `LIVE`.
        cause: FreeSWITCH's word for the hangup.
        direction: `in` or `out`.
        shortest, longest: seconds from start to end.
        waited, waited_most: seconds in a queue, of one of their contacts.
        agent, group, disposition: of one of their contacts; a disposition, or an agent's code for it.
        rating, rating_most: a score that was given in a survey.
        recorded: whether a talk's recording is there.
        message: whether the caller left a message at a node.
        heard: part of what was pressed or recognised.
        text: part of the caller's name, of a contact's note or subject; or the beginning of the call's id.
        limit: calls of a page.
        before: `Found.next` of the page before.
    """

    since: datetime | None = None
    until: datetime | None = None
    ani: str = ""
    dnis: str = ""
    number: str = ""
    flow: str = ""
    version: str = ""
    node: str = ""
    goal: str = ""
    end: str = ""
    cause: str = ""
    language: str = ""
    direction: str = ""
    shortest: float | None = None
    longest: float | None = None
    waited: float | None = None
    waited_most: float | None = None
    agent: str = ""
    group: str = ""
    disposition: str = ""
    rating: int | None = None
    rating_most: int | None = None
    recorded: bool | None = None
    message: bool | None = None
    heard: str = ""
    text: str = ""
    limit: int = 50
    before: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Calls, the latest first. `next` is for `Wanted.before`; empty when there are no more. `searched`: the
    time was over, and only calls from then on were looked at; None: all were, as far as the page goes."""

    calls: tuple[CallRecord, ...]
    next: str
    searched: datetime | None = None


class Candidate(NamedTuple):
    """What of a call is looked at in memory; moments and goals as the driver gives them, read when they are
    needed."""

    started: Any
    id: str
    ended: Any = None
    name: str | None = None
    goals: Any = None


def search(
    store: Store, wanted: Wanted, patience: float = PATIENCE, now: Callable[[], float] = time.monotonic
) -> Found:
    """One page of calls. Paging is by key, so calls that arrive meanwhile shift nothing.

    Raises:
        StoreError: `before` is no cursor, `limit` is out of bounds, or the database cannot be read.
    """
    if not 1 <= wanted.limit <= LIMIT:
        raise StoreError(f"limit {wanted.limit} is out of bounds", hint=f"take 1 to {LIMIT}")
    until, after = now() + patience, cursor(wanted.before) if wanted.before else None
    narrow, size = narrowers(wanted), wanted.limit + 1
    some = FIRST if narrow or _looks(wanted) else size
    kept: list[Candidate] = []
    last: Candidate | None = None
    over = False
    while len(kept) < size and not over:
        candidates = _candidates(store, wanted, after, some)
        kept += _fitting(store, candidates, wanted, narrow)
        over = len(candidates) < some
        if candidates:
            last = candidates[-1]
            after = moment(last.started), last.id
        some = min(MOST, some * 2)
        if now() > until:
            break
    page = kept[: wanted.limit]
    calls = _whole(store, [one.id for one in page])
    if len(kept) > wanted.limit:
        return Found(calls, next_of(moment(page[-1].started), page[-1].id))
    if over or last is None:
        return Found(calls, "")
    return Found(calls, next_of(moment(last.started), last.id), moment(last.started))


def _candidates(
    store: Store, wanted: Wanted, after: tuple[datetime, str] | None, some: int
) -> list[Candidate]:
    """The next `some` calls by what their own rows tell, the latest first."""
    found: dict[str, Candidate] = {}
    for condition in _conditions(store, wanted):
        query = Calls.select(*_columns(wanted)).order_by(Calls.started.desc(), Calls.id.desc()).limit(some)
        if condition is not None:
            query = query.where(condition)
        if after is not None:
            started, call = after
            query = query.where((Calls.started <= started) & ((Calls.started < started) | (Calls.id < call)))
        sql, values = store.db.get_sql_context().sql(query).query()
        with store.errors():
            for row in store.db.execute_sql(sql, values).fetchall():
                found[row[1]] = Candidate(*row)
    if not wanted.number:
        return list(found.values())
    # Of two numbers' calls, those of the one that reach less far back end what is known of both.
    return sorted(found.values(), key=lambda one: (one.started, one.id), reverse=True)[:some]


def _columns(wanted: Wanted) -> tuple[Any, ...]:
    """No more of a row than is looked at: a hundred thousand of them may pass."""
    nothing = peewee.SQL("NULL")
    return (
        Calls.started,
        Calls.id,
        Calls.ended if wanted.shortest is not None or wanted.longest is not None else nothing,
        Calls.caller_name if wanted.text else nothing,
        Calls.goals if wanted.goal else nothing,
    )


def moment(value: Any) -> datetime:
    """A moment as the driver gives it, aware."""
    stamp = datetime.fromisoformat(value) if isinstance(value, str) else value
    return stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _conditions(store: Store, wanted: Wanted) -> Iterator[Any]:
    """What a row must be: one condition, or one for either number, as each has an index of its own."""
    same = {
        Calls.flow: wanted.flow,
        Calls.hangup_cause: wanted.cause,
        Calls.language: wanted.language,
        Calls.end: "" if wanted.end == LIVE else wanted.end,
    }
    parts: list[Any] = [column == value for column, value in same.items() if value]
    if wanted.since:
        parts.append(Calls.started >= wanted.since)
    if wanted.until:
        parts.append(Calls.started < wanted.until)
    if wanted.version:
        parts.append(Calls.version.startswith(wanted.version))
    if wanted.end == LIVE:
        parts.append(Calls.ended.is_null())
    if wanted.direction:
        parts.append(Calls.direction == "out" if wanted.direction == "out" else Calls.direction.is_null())
    if wanted.ani:
        parts.append(_numbered(store, Calls.ani, wanted.ani))
    if wanted.dnis:
        parts.append(_numbered(store, Calls.dnis, wanted.dnis))
    if not wanted.number:
        yield _all(parts)
        return
    for column in (Calls.ani, Calls.dnis):
        yield _all([*parts, _numbered(store, column, wanted.number)])


def _numbered(store: Store, column: peewee.Field, number: str) -> Any:
    """That a number is this one, or ends so: by its indexed end first of all."""
    end = number.removeprefix("*")
    if len(end) < TAIL:
        return column == end if end == number else column.endswith(end)
    # The very words of the index, its figure included: with a placeholder it would not be known again; nor
    # beside `ani = …`, which SQLite puts into the expression.
    postgres = isinstance(store.db, peewee.PostgresqlDatabase)
    cut, size = (peewee.fn.RIGHT, "4") if postgres else (peewee.fn.SUBSTR, "-4")
    ends = (cut(column, peewee.SQL(size)) == end[-TAIL:]) & column.endswith(end)
    return ends if end != number else ends & (peewee.fn.LENGTH(column) == len(end))


def _all(parts: Sequence[Any]) -> Any:
    condition: Any = None
    for part in parts:
        condition = part if condition is None else condition & part
    return condition


def _looks(wanted: Wanted) -> bool:
    """Whether something is looked at in memory."""
    return bool(wanted.goal or wanted.shortest is not None or wanted.longest is not None)


def _fitting(
    store: Store, candidates: list[Candidate], wanted: Wanted, narrow: Sequence[Narrower]
) -> list[Candidate]:
    fitting = [one for one in candidates if _fits(one, wanted)] if _looks(wanted) else candidates
    for only in narrow:
        if not fitting:
            break
        with store.errors():
            fitting = only(store, fitting)
    return fitting


def _fits(one: Candidate, wanted: Wanted) -> bool:
    if wanted.goal:
        goals = json.loads(one.goals) if isinstance(one.goals, str) else one.goals
        if wanted.goal not in (goals or ()):
            return False
    if wanted.shortest is None and wanted.longest is None:
        return True
    if one.ended is None:
        return False
    seconds = (moment(one.ended) - moment(one.started)).total_seconds()
    return (wanted.shortest or 0) <= seconds and (wanted.longest is None or seconds <= wanted.longest)


def _whole(store: Store, calls: list[str]) -> tuple[CallRecord, ...]:
    with store.errors():
        rows = Calls.select().where(Calls.id.in_(calls)).execute(store.db) if calls else ()
        found = {row.id: unpack(CallRecord, row) for row in rows}
    return tuple(found[call] for call in calls if call in found)


def flows(store: Store) -> list[str]:
    """The flows that calls began in, by name. Raises StoreError."""
    found: list[str] = []
    with store.errors():
        while True:  # one jump of the index for each, however many calls there are
            query = Calls.select(peewee.fn.MIN(Calls.flow)).where(Calls.flow > (found[-1] if found else ""))
            name = query.scalar(store.db)
            if name is None or len(found) >= FLOWS:
                return found
            found.append(name)
