"""Receivers of events. A change names the revision it was made on, so that nobody's is written over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ivr.errors import Conflict, NotFound
from ivr.store.database import Store
from ivr.store.models import WebhookDeliveries, WebhookEndpoints
from ivr.store.webhooks.secrets import Secret, packed, unpacked

_LISTS = ("events", "flows", "groups")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One receiver.

    `events` are types and patterns (`contact.*`); `flows` and `groups`, where there are any, the only ones
    whose events it gets. `pop` is the URL template of its screen pop. `reason` says why it is not `enabled`;
    `failing` since when nothing arrives there, and `trouble` why.
    """

    id: str
    url: str
    events: tuple[str, ...]
    secrets: tuple[Secret, ...]
    created: datetime
    changed: datetime
    flows: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    description: str = ""
    pop: str = ""
    enabled: bool = True
    reason: str = ""
    failing: datetime | None = None
    trouble: str = ""
    revision: int = 1
    by: str = ""


def every(store: Store) -> list[Endpoint]:
    """All of them, the oldest first. Raises StoreError."""
    query = WebhookEndpoints.select().order_by(WebhookEndpoints.created, WebhookEndpoints.id)
    with store.errors():
        return [_endpoint(row) for row in query.dicts().execute(store.db)]


def subscriptions(store: Store) -> frozenset[str]:
    """What types and patterns those that are enabled want to hear of. Raises StoreError."""
    query = WebhookEndpoints.select(WebhookEndpoints.events).where(WebhookEndpoints.enabled == 1)
    with store.errors():
        return frozenset(each for row in query.execute(store.db) for each in row.events)


def find(store: Store, endpoint: str) -> Endpoint | None:
    """One of them; None where there is none. Raises StoreError."""
    query = WebhookEndpoints.select().where(WebhookEndpoints.id == endpoint)
    with store.errors():
        rows = list(query.dicts().execute(store.db))
    return _endpoint(rows[0]) if rows else None


def get(store: Store, endpoint: str) -> Endpoint:
    """One of them. Raises NotFound, StoreError."""
    found = find(store, endpoint)
    if found is None:
        raise NotFound(f'there is no webhook "{endpoint}"', hint="`ivr webhook list` shows them all")
    return found


def add(store: Store, endpoint: Endpoint) -> None:
    """Write a new one down. Raises Conflict where the id is taken, StoreError."""
    row = _row({**asdict(endpoint), "secrets": endpoint.secrets})
    with store.errors():
        added = WebhookEndpoints.insert(row).on_conflict_ignore().as_rowcount().execute(store.db)
    if not added:
        raise Conflict(f'there is a webhook "{endpoint.id}" already', hint="choose another id")


def change(
    store: Store, endpoint: str, values: Mapping[str, Any], at: datetime, by: str, expected: int = 0
) -> Endpoint:
    """Change some fields; `expected` is the revision that was looked at, 0: whichever it is. Returns how it
    is now.

    Raises:
        Conflict: somebody else changed it meanwhile.
        NotFound, StoreError
    """
    rows = WebhookEndpoints.id == endpoint
    if expected:
        rows &= WebhookEndpoints.revision == expected
    update = {**_row(values), "changed": at, "by": by, "revision": WebhookEndpoints.revision + 1}
    with store.errors():
        changed = WebhookEndpoints.update(update).where(rows).execute(store.db)
    now = get(store, endpoint)
    if not changed:
        raise Conflict(f'somebody else has changed "{endpoint}" meanwhile', current=str(now.revision))
    return now


def felt(store: Store, endpoint: str, failing: datetime | None, trouble: str = "") -> None:
    """Note how it does; no change of anybody's. Raises StoreError."""
    values = {"failing": failing, "trouble": trouble}
    with store.errors():
        WebhookEndpoints.update(values).where(WebhookEndpoints.id == endpoint).execute(store.db)


def remove(store: Store, endpoint: str, expected: int = 0) -> Endpoint:
    """Take one out with all that waits for it. Returns how it was. Raises as `change` does."""
    with store.errors(), store.db.atomic():
        was = get(store, endpoint)
        if expected and was.revision != expected:
            raise Conflict(f'somebody else has changed "{endpoint}" meanwhile', current=str(was.revision))
        WebhookDeliveries.delete().where(WebhookDeliveries.endpoint == endpoint).execute(store.db)
        WebhookEndpoints.delete().where(WebhookEndpoints.id == endpoint).execute(store.db)
    return was


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: int(value) if isinstance(value, bool) else value for name, value in values.items()
    }
    for name in _LISTS:
        if name in row:
            row[name] = json.dumps(list(row[name]), ensure_ascii=False)
    if "secrets" in row:
        row["secrets"] = packed(row["secrets"])
    return row


def _endpoint(row: Mapping[str, Any]) -> Endpoint:
    lists = {name: tuple(row[name]) for name in _LISTS}
    return Endpoint(**{**row, **lists, "secrets": unpacked(row["secrets"]), "enabled": bool(row["enabled"])})
