"""Systems that post to us, and what they posted: by the ids they gave, so that a repetition is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.errors import Conflict, NotFound
from ivr.store.database import Store
from ivr.store.models import WebhookReceived, WebhookSources
from ivr.store.webhooks.secrets import Secret, packed, unpacked

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Source:
    """One system that posts to us."""

    name: str
    secrets: tuple[Secret, ...]
    created: datetime
    changed: datetime
    description: str = ""
    enabled: bool = True
    revision: int = 1
    by: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A post of a source. `digest` is of its body; `status` and `answer` are what it was answered, None and
    empty while it is in hand."""

    source: str
    id: str
    at: datetime
    digest: str
    status: int | None = None
    answer: str = ""


def every(store: Store) -> list[Source]:
    """All of them, in the order of their names. Raises StoreError."""
    with store.errors():
        rows = WebhookSources.select().order_by(WebhookSources.name).dicts().execute(store.db)
        return [_source(row) for row in rows]


def find(store: Store, name: str) -> Source | None:
    """One of them; None where there is none. Raises StoreError."""
    with store.errors():
        rows = list(WebhookSources.select().where(WebhookSources.name == name).dicts().execute(store.db))
    return _source(rows[0]) if rows else None


def get(store: Store, name: str) -> Source:
    """One of them. Raises NotFound, StoreError."""
    found = find(store, name)
    if found is None:
        raise NotFound(f'there is no source "{name}"', hint="`ivr webhook source list` shows them all")
    return found


def add(store: Store, source: Source) -> None:
    """Write a new one down. Raises Conflict where the name is taken, StoreError."""
    row = {name: getattr(source, name) for name in Source.__slots__}
    with store.errors():
        added = WebhookSources.insert(_row(row)).on_conflict_ignore().as_rowcount().execute(store.db)
    if not added:
        raise Conflict(f'there is a source "{source.name}" already', hint="choose another name")


def change(
    store: Store, name: str, values: Mapping[str, Any], at: datetime, by: str, expected: int = 0
) -> Source:
    """Change some fields; `expected` is the revision that was looked at, 0: whichever it is. Returns how it
    is now.

    Raises:
        Conflict: somebody else changed it meanwhile.
        NotFound, StoreError
    """
    rows = WebhookSources.name == name
    if expected:
        rows &= WebhookSources.revision == expected
    update = {**_row(values), "changed": at, "by": by, "revision": WebhookSources.revision + 1}
    with store.errors():
        changed = WebhookSources.update(update).where(rows).execute(store.db)
    now = get(store, name)
    if not changed:
        raise Conflict(f'somebody else has changed "{name}" meanwhile', current=str(now.revision))
    return now


def remove(store: Store, name: str, expected: int = 0) -> Source:
    """Take one out; what it posted stays known for a while. Returns how it was. Raises as `change` does."""
    with store.errors(), store.db.atomic():
        was = get(store, name)
        if expected and was.revision != expected:
            raise Conflict(f'somebody else has changed "{name}" meanwhile', current=str(was.revision))
        WebhookSources.delete().where(WebhookSources.name == name).execute(store.db)
    return was


# What they posted -------------------------------------------------------------------------------------


def begin(store: Store, new: Received, given_up: datetime) -> Received | None:
    """Take a post in hand: None when it is new, or was taken in hand before `given_up` and never answered;
    else what is known of it. Two who begin at once: one of them gets None. Raises StoreError."""
    row = {name: getattr(new, name) for name in Received.__slots__}
    mine = (WebhookReceived.source == new.source) & (WebhookReceived.id == new.id)
    with store.errors(), store.db.atomic():
        fresh = WebhookReceived.insert(row).on_conflict_ignore().as_rowcount().execute(store.db)
        if not fresh:
            again = WebhookReceived.update(at=new.at).where(
                mine,
                WebhookReceived.status.is_null(),
                WebhookReceived.at < given_up,
                WebhookReceived.digest == new.digest,
            )
            fresh = again.execute(store.db)
        if fresh:
            return None
        found = list(WebhookReceived.select().where(mine).dicts().execute(store.db))
    return Received(**{**found[0], "answer": found[0]["answer"] or ""}) if found else None


def answered(store: Store, source: str, post: str, status: int, answer: str) -> None:
    """Keep what a post was answered, for when it is repeated. Raises StoreError."""
    mine = (WebhookReceived.source == source) & (WebhookReceived.id == post)
    with store.errors():
        WebhookReceived.update(status=status, answer=answer).where(mine).execute(store.db)


def dropped(store: Store, source: str, post: str) -> None:
    """Know nothing of a post any more: it could not be done, and may be repeated. Raises StoreError."""
    mine = (WebhookReceived.source == source) & (WebhookReceived.id == post)
    with store.errors():
        WebhookReceived.delete().where(mine, WebhookReceived.status.is_null()).execute(store.db)


def purge(store: Store, before: datetime) -> int:
    """Forget what was posted before then; how many. Raises StoreError."""
    with store.errors():
        return int(WebhookReceived.delete().where(WebhookReceived.at < before).execute(store.db))


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: int(value) if isinstance(value, bool) else value for name, value in values.items()
    }
    if "secrets" in row:
        row["secrets"] = packed(row["secrets"])
    return row


def _source(row: Mapping[str, Any]) -> Source:
    return Source(**{**row, "secrets": unpacked(row["secrets"]), "enabled": bool(row["enabled"])})
