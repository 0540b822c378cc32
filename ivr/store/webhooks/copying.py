"""Webhooks taken along into another database: endpoints, sources, and what still waits."""

from __future__ import annotations

from datetime import datetime

from ivr.errors import Conflict
from ivr.store.database import Store
from ivr.store.webhooks import endpoints, outbox, sources
from ivr.store.webhooks.outbox import CHUNK, DELIVERED, Taken


def copy(source: Store, target: Store, now: datetime) -> int:
    """Copy the endpoints and sources that the target has not, and with them what waits or is dead; the events
    themselves are records. Returns how many. Raises StoreError; what was copied until then stays."""
    copied = 0
    for endpoint in endpoints.every(source):
        try:
            endpoints.add(target, endpoint)
        except Conflict:
            continue
        copied += 1
        _deliveries(source, target, endpoint.id, now)
    for one in sources.every(source):
        try:
            sources.add(target, one)
        except Conflict:
            continue
        copied += 1
    return copied


def _deliveries(source: Store, target: Store, endpoint: str, now: datetime) -> None:
    before: int | None = None
    while page := outbox.latest(source, endpoint, limit=CHUNK, before=before):
        left = [one for one in page if one.state != DELIVERED]
        outbox.spread(target, [Taken(one.event, one.body, (one,)) for one in left], now)
        outbox.settle(target, left)
        before = page[-1].seq
