"""How deliveries stand, for people to look at: an index answers each question, however long the log is."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import peewee

from ivr.store.database import Store
from ivr.store.models import WebhookDeliveries, WebhookLeases
from ivr.store.webhooks.outbox import DEAD, DELIVERED, WAITING, Delivery, latest

COUNTED = 1000
"""More than this is told as this many: who looks wants to know that it is a lot."""
STATES = (WAITING, DELIVERED, DEAD)


@dataclass(frozen=True, slots=True)
class Health:
    """How one endpoint does: what waits and what is dead, counted to `COUNTED`, and when it last took an
    event; None: never, or so long ago that the log has forgotten."""

    waiting: int = 0
    dead: int = 0
    delivered: datetime | None = None


def health(store: Store, endpoints: Sequence[str]) -> dict[str, Health]:
    """How each of them does. Raises StoreError."""
    return {
        name: Health(_count(store, name, WAITING), _count(store, name, DEAD), _delivered(store, name))
        for name in endpoints
    }


def page(
    store: Store, endpoints: Sequence[str], state: str = "", limit: int = 50, before: int | None = None
) -> list[Delivery]:
    """The latest deliveries to these endpoints, the newest first, to page on with `before`, a `seq`. The
    index has them in order within one endpoint and state, so it is asked for each. Raises StoreError."""
    states = (state,) if state else STATES
    parts = [
        latest(store, name, state=one, limit=limit, before=before) for name in endpoints for one in states
    ]
    return list(heapq.merge(*parts, key=lambda one: one.seq, reverse=True))[:limit]


def delivering(store: Store, now: datetime) -> bool:
    """Whether a process is at work that posts events. Raises StoreError."""
    with store.errors():
        return bool(WebhookLeases.select().where(WebhookLeases.until > now).exists(store.db))


def _count(store: Store, endpoint: str, state: str) -> int:
    one = WebhookDeliveries
    some = one.select(one.event).where(one.endpoint == endpoint, one.state == state).limit(COUNTED)
    with store.errors():
        return int(peewee.Select([some], [peewee.fn.COUNT(peewee.SQL("*"))]).scalar(store.db) or 0)


def _delivered(store: Store, endpoint: str) -> datetime | None:
    found = latest(store, endpoint, state=DELIVERED, limit=1)
    return found[0].tried if found else None
