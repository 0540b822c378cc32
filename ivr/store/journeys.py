"""The journeys of a flow's calls, read in pages: a million steps pass through a few megabytes.

The rows come straight from the driver, as peewee's models would take longer to make than to count. A page
is a transaction of its own, so that a long report holds nobody up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import peewee

from ivr.store import counted
from ivr.store.database import Store
from ivr.store.models import Calls, Steps
from ivr.store.traces import Stop, Trace

PAGE = 500
"""Calls read at a time."""

_CALL = (
    Calls.started, Calls.id, Calls.version, Calls.language, Calls.end, Calls.goals, Calls.ended,
)  # fmt: skip
_STEP = (
    Steps.call, Steps.visit, Steps.flow, Steps.node, Steps.type, Steps.entered, Steps.left, Steps.outcome,
    Steps.input, Steps.detail,
)  # fmt: skip
_NONE: Mapping[str, Any] = {}
_at = attrgetter("at")
_tuple = tuple.__new__  # what a NamedTuple's own does, less slowly


def traces(
    store: Store, flow: str, since: datetime, until: datetime, *, version: str = "", page: int = PAGE
) -> Iterator[Trace]:
    """The calls that came in by `flow` from `since` on and before `until` (aware), the oldest first, with
    their steps in whatever flow they were.

    Args:
        version: only calls that began with this version, or the only one that begins so.

    Raises:
        StoreError: the database cannot be read.
    """
    wanted = (Calls.flow == flow) & (Calls.started < until) & counted.CALLS
    if version:
        wanted &= Calls.version.startswith(version)
    after = Calls.started >= since
    while True:
        select = Calls.select(*_CALL).where(wanted & after).order_by(Calls.started, Calls.id).limit(page)
        with store.errors():
            calls = _query(store, select).fetchall()
            # Asked once, not twice a step: SQLite has moments as texts, in UTC without saying so.
            stamp = datetime.fromisoformat if calls and isinstance(calls[0][0], str) else _same
            began = {call: stamp(started) for started, call, *_ in calls}
            stops = _stops(store, began, stamp) if calls else {}
        for _, call, kind, language, end, goals, ended in calls:
            yield Trace(
                call,
                _aware(began[call]),
                kind or "",
                language or "",
                end or "",
                tuple(_document(goals) or ()),
                None if ended is None else (stamp(ended) - began[call]).total_seconds(),
                stops.get(call) or [],
            )
        if len(calls) < page:
            return
        last, call = _moment(calls[-1][0]), calls[-1][1]
        after = (Calls.started >= last) & ((Calls.started > last) | (Calls.id > call))


def oldest(store: Store) -> datetime | None:
    """When the oldest call that is kept began; None when there is none."""
    with store.errors():
        found = _query(store, Calls.select(peewee.fn.MIN(Calls.started))).fetchone()[0]
    return None if found is None else _moment(found)


def _stops(
    store: Store, began: Mapping[str, datetime], stamp: Callable[[Any], datetime]
) -> dict[str, list[Stop]]:
    """The steps of some calls, by call; `began`: when each of them did; `stamp` reads a moment."""
    select = Steps.select(*_STEP).where(Steps.call.in_(list(began))).order_by(Steps.call, Steps.visit)
    found: dict[str, list[Stop]] = {}
    mixed: list[list[Stop]] = []
    current = ""
    for call, visit, flow, node, kind, entered, left, outcome, heard, detail in _query(store, select):
        if call != current:
            current, beginning, before = call, began[call], 0.0
            stops = found[call] = []
        here = stamp(entered)
        at = (here - beginning).total_seconds()
        if at < before:
            mixed.append(stops)
        before = at
        seconds = (stamp(left) - here).total_seconds() if left else None
        content = (_document(detail) or _NONE) if detail else _NONE
        stop = (visit, flow or "", node or "", kind or "", at, seconds, outcome or "", heard or "", content)
        stops.append(_tuple(Stop, stop))
    for stops in mixed:  # who was asked again after a crash was so under a later number than what came next
        stops.sort(key=_at)
    return found


def _query(store: Store, query: peewee.Select) -> Any:
    """The driver's cursor."""
    sql, values = store.db.get_sql_context().sql(query).query()
    return store.db.execute_sql(sql, values)


def _same(stamp: datetime) -> datetime:
    return stamp


def _moment(value: str | datetime) -> datetime:
    """As `ivr.store.fields.UtcDateTimeField` reads it."""
    return _aware(datetime.fromisoformat(value) if isinstance(value, str) else value)


def _aware(stamp: datetime) -> datetime:
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _document(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
