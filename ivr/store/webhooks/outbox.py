"""The outbox: events become deliveries, one for each endpoint that wants to hear, and deliveries are made.

An event is taken, and its deliveries written, in one transaction; so a process that dies between any two
steps leaves either the event or the delivery to the next one. Many rows go in one statement, as the workers'
records want the database, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee

from ivr.store.database import Store
from ivr.store.fields import utc_text
from ivr.store.models import WebhookDeliveries, WebhookEndpoints, WebhookEvents
from ivr.store.records import EventRecord
from ivr.store.rows import unpack

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
CHUNK = 500

_COLUMNS = ("endpoint", "event", "seq", "type", "stream", "pop", "made", "state", "attempts", "due")
_RESULT = ("state", "attempts", "due", "tried", "status", "answer")


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event that one endpoint is to be told of.

    `state` is waiting, delivered or dead. `due`: not before then; `tried` is the last try, `status` the HTTP
    status it brought (None: no answer), `answer` a few words of it. `pop` is the address of the screen pop,
    `body` what is posted; empty unless it was asked for.
    """

    endpoint: str
    event: str
    seq: int
    type: str
    stream: str
    made: datetime
    due: datetime
    pop: str = ""
    state: str = WAITING
    attempts: int = 0
    tried: datetime | None = None
    status: int | None = None
    answer: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """An event made into deliveries; none: nobody wants to hear of it, and it is forgotten."""

    event: str
    body: str
    deliveries: tuple[Delivery, ...] = ()


def untaken(store: Store, limit: int = CHUNK) -> list[EventRecord]:
    """Events of which no deliveries were made yet, the oldest first. Raises StoreError."""
    query = WebhookEvents.select().where(WebhookEvents.taken.is_null())
    with store.errors():
        rows = query.order_by(WebhookEvents.seq, WebhookEvents.id).limit(limit).execute(store.db)
        return [unpack(EventRecord, row) for row in rows]


def spread(store: Store, taken: Sequence[Taken], now: datetime) -> None:
    """Make deliveries of events. Raises StoreError: none was made."""
    rows = [_row(one) for each in taken for one in each.deliveries]
    wanted = [(each.body, utc_text(now), each.event) for each in taken if each.deliveries]
    unwanted = [each.event for each in taken if not each.deliveries]
    places = ", ".join("?" * len(_COLUMNS))
    with store.errors(), store.db.atomic():
        _many(
            store,
            f"INSERT INTO webhook_deliveries ({', '.join(_COLUMNS)}) VALUES ({places})"  # noqa: S608 - our own names
            " ON CONFLICT DO NOTHING",
            rows,
        )
        _many(store, "UPDATE webhook_events SET body = ?, taken = ? WHERE id = ?", wanted)
        if unwanted:
            WebhookEvents.delete().where(WebhookEvents.id.in_(unwanted)).execute(store.db)


def sendable(store: Store, endpoint: str, now: datetime, limit: int) -> list[list[Delivery]]:
    """What may be posted to an endpoint now: up to `limit` streams whose first delivery is due, each with
    those that come after it, in order. A stream whose first one is to wait waits whole. Raises StoreError."""
    earlier = WebhookDeliveries.alias()
    one = WebhookDeliveries
    mine = (one.endpoint == endpoint) & (one.state == WAITING)
    before = earlier.select().where(
        earlier.endpoint == endpoint,
        earlier.state == WAITING,
        earlier.stream == one.stream,
        earlier.seq < one.seq,
    )
    first = one.select().where(mine, one.due <= now, ~peewee.fn.EXISTS(before)).order_by(one.seq).limit(limit)
    with store.errors():
        found: dict[str, dict[str, Delivery]] = {}
        for row in _with_bodies(first).execute(store.db):
            found.setdefault(row["stream"], {})[row["event"]] = _delivery(row)
        if found:
            after = one.select().where(mine, one.stream.in_(list(found))).order_by(one.seq).limit(CHUNK)
            for row in _with_bodies(after).execute(store.db):
                found[row["stream"]].setdefault(row["event"], _delivery(row))
    return [sorted(stream.values(), key=lambda each: each.seq) for stream in found.values()]


def settle(store: Store, deliveries: Sequence[Delivery]) -> None:
    """Note what became of them; one that is no longer there is passed over. Raises StoreError."""
    sets = ", ".join(f"{name} = ?" for name in _RESULT)
    statement = f"UPDATE webhook_deliveries SET {sets} WHERE endpoint = ? AND event = ?"  # noqa: S608 - our own names
    rows = [
        (
            one.state,
            one.attempts,
            utc_text(one.due),
            utc_text(one.tried) if one.tried else None,
            one.status,
            one.answer or None,
            one.endpoint,
            one.event,
        )
        for one in deliveries
    ]
    with store.errors(), store.db.atomic():
        _many(store, statement, rows)


def hasten(store: Store, endpoint: str, now: datetime) -> None:
    """What waits for an endpoint waits no longer: it was the endpoint that failed, and it is back. Raises
    StoreError."""
    query = WebhookDeliveries.update(due=now)
    mine = (WebhookDeliveries.endpoint == endpoint) & (WebhookDeliveries.state == WAITING)
    with store.errors():
        query.where(mine, WebhookDeliveries.due > now).execute(store.db)


def counts(store: Store) -> dict[str, dict[str, int]]:
    """How many deliveries each endpoint has in each state. Raises StoreError."""
    one = WebhookDeliveries
    query = one.select(one.endpoint, one.state, peewee.fn.COUNT(one.event)).group_by(one.endpoint, one.state)
    found: dict[str, dict[str, int]] = {}
    with store.errors():
        for endpoint, state, count in query.tuples().execute(store.db):
            found.setdefault(endpoint, {})[state] = count
    return found


def waiting(store: Store, endpoint: str, most: int) -> int:
    """How many wait for an endpoint; counted to `most` only. Raises StoreError."""
    one = WebhookDeliveries
    some = one.select(one.event).where(one.endpoint == endpoint, one.state == WAITING).limit(most)
    with store.errors():
        return int(peewee.Select([some], [peewee.fn.COUNT(peewee.SQL("*"))]).scalar(store.db) or 0)


def latest(
    store: Store, endpoint: str = "", *, state: str = "", limit: int = 50, before: int | None = None
) -> list[Delivery]:
    """The latest deliveries, the newest first, to page on with `before`, a `seq`; with their bodies. Raises
    StoreError."""
    query = WebhookDeliveries.select().order_by(WebhookDeliveries.seq.desc()).limit(limit)
    if endpoint:
        query = query.where(WebhookDeliveries.endpoint == endpoint)
    if state:
        query = query.where(WebhookDeliveries.state == state)
    if before is not None:
        query = query.where(WebhookDeliveries.seq < before)
    with store.errors():
        return [_delivery(row) for row in _with_bodies(query).execute(store.db)]


def find(store: Store, endpoint: str, event: str) -> Delivery | None:
    """One delivery, with its body; None where there is none. Raises StoreError."""
    one = WebhookDeliveries
    query = one.select().where(one.endpoint == endpoint, one.event == event)
    with store.errors():
        rows = list(_with_bodies(query).execute(store.db))
    return _delivery(rows[0]) if rows else None


def resend(store: Store, endpoint: str, now: datetime, events: Sequence[str] | None = None) -> int:
    """Post dead ones again, as if they were new: those `events`, else all; how many. A delivered event that
    is named is posted again, too. Raises StoreError."""
    again = {"state": WAITING, "attempts": 0, "due": now, "made": now}
    query = WebhookDeliveries.update(again).where(WebhookDeliveries.endpoint == endpoint)
    states = [DEAD] if events is None else [DEAD, DELIVERED]
    query = query.where(WebhookDeliveries.state.in_(states))
    if events is not None:
        query = query.where(WebhookDeliveries.event.in_(list(events)))
    with store.errors():
        return int(query.execute(store.db))


def purge(store: Store, delivered: datetime, dead: datetime) -> int:
    """Delete some of what was delivered, or died, before these moments, of endpoints there are no more, and
    of events that nobody needs; how many rows went, 0 when there is nothing left to do. Raises StoreError."""
    one, event = WebhookDeliveries, WebhookEvents
    old = ((one.state == DELIVERED) & (one.made < delivered)) | ((one.state == DEAD) & (one.made < dead))
    lost = one.endpoint.not_in(WebhookEndpoints.select(WebhookEndpoints.id))
    needed = peewee.fn.EXISTS(one.select().where(one.event == event.id))
    with store.errors(), store.db.atomic():
        keys = list(
            one.select(one.endpoint, one.event).where(old | lost).limit(CHUNK).tuples().execute(store.db)
        )
        _many(store, "DELETE FROM webhook_deliveries WHERE endpoint = ? AND event = ?", keys)
        done = event.select(event.id).where(event.taken < delivered, ~needed).limit(CHUNK)
        gone = [name for (name,) in done.tuples().execute(store.db)]
        if gone:
            event.delete().where(event.id.in_(gone)).execute(store.db)
    return len(keys) + len(gone)


def _with_bodies(query: Any) -> Any:
    joined = query.join(WebhookEvents, peewee.JOIN.LEFT_OUTER, on=(WebhookEvents.id == query.model.event))
    return joined.select_extend(WebhookEvents.body).dicts()


def _delivery(row: dict[str, Any]) -> Delivery:
    texts = {name: row[name] or "" for name in ("pop", "answer", "body")}
    return Delivery(**{**row, **texts})


def _row(one: Delivery) -> tuple[Any, ...]:
    moments = {"made": utc_text(one.made), "due": utc_text(one.due), "pop": one.pop or None}
    return tuple(moments.get(name, getattr(one, name)) for name in _COLUMNS)


def _many(store: Store, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        store.db.cursor().executemany(statement.replace("?", store.db.param), rows)
