"""Answers to requests that carried an Idempotency-Key: whoever asks again gets the same, and nothing is done
twice.

A key is taken before the request is done, so that of two that come together one is done and the other told
to wait.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.store.database import Store
from ivr.store.models import Remembered

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=2)
"""After which a request that was begun and never answered may be done anew."""
BEGUN = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """`request` is a digest of what was asked; `status` `BEGUN` while it is being done."""

    request: str
    status: int = BEGUN
    body: str = ""
    headers: Mapping[str, str] | None = None


def begin(store: Store, key: str, request: str, at: datetime) -> Answer | None:
    """Take a key for a request; None when it is free and taken now, else what it stands for. Raises
    StoreError."""
    with store.errors():
        Remembered.delete().where(
            (Remembered.at < at - KEPT) | ((Remembered.status == BEGUN) & (Remembered.at < at - ABANDONED))
        ).execute(store.db)
        row = {"key": key, "request": request, "status": BEGUN, "body": "", "headers": "{}", "at": at}
        if Remembered.insert(row).on_conflict_ignore().as_rowcount().execute(store.db):
            return None
        rows = list(Remembered.select().where(Remembered.key == key).execute(store.db))
    if not rows:  # it was let go this very moment
        return begin(store, key, request, at)
    return Answer(rows[0].request, rows[0].status, rows[0].body, rows[0].headers)


def keep(store: Store, key: str, answer: Answer) -> None:
    """Remember the answer. Raises StoreError."""
    values = {"status": answer.status, "body": answer.body, "headers": json.dumps(dict(answer.headers or {}))}
    with store.errors():
        Remembered.update(values).where(Remembered.key == key).execute(store.db)


def let_go(store: Store, key: str) -> None:
    """The request was not done, and may come again. Raises StoreError."""
    with store.errors():
        Remembered.delete().where(Remembered.key == key).execute(store.db)
