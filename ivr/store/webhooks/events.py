"""Making events: named after what they tell of, numbered in the order in which they happen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from ivr.store.database import Store
from ivr.store.kinds import KINDS
from ivr.store.models import WebhookEvents
from ivr.store.records import EventRecord
from ivr.store.rows import pack

_last = 0


def event(
    kind: str,
    key: str,
    at: datetime,
    stream: str,
    *,
    call: str = "",
    contact: str = "",
    flow: str = "",
    group: str = "",
    data: Mapping[str, Any] | None = None,
) -> EventRecord:
    """An event of the type `kind`.

    Args:
        key: what it tells of; the same thing, told twice or by two workers, is one event.
        stream: events of one stream reach a receiver in the order in which they were made here.
    """
    name = blake2b(f"{kind}\0{key}".encode(errors="replace"), digest_size=16).hexdigest()
    return EventRecord(f"evt_{name}", _next(), kind, at, stream, call, contact, flow, group, data or {})


def announce(store: Store, told: EventRecord) -> None:
    """Write an event down, within the transaction of what it tells of; for whoever has no writer. Raises what
    the driver does."""
    row = dict(zip(KINDS["event"].columns, pack(told).values, strict=True))
    WebhookEvents.insert(row).on_conflict_ignore().execute(store.db)


def _next() -> int:
    """Microseconds since the epoch, but always one more than before: clocks may be set back."""
    global _last
    _last = max(_last + 1, time.time_ns() // 1000)
    return _last
