"""Contacts that other systems push: what a worker takes up when it starts, and what became of each."""

from __future__ import annotations

from ivr.store.database import Store
from ivr.store.models import Pushed
from ivr.store.records import PushedRecord
from ivr.store.rows import unpack

OPEN = ("waiting", "serving")
MOST = 10_000
"""Pushed contacts that are taken up; the oldest come first."""


def unfinished(store: Store) -> list[PushedRecord]:
    """Those that wait or are being served, as they were pushed. Raises StoreError."""
    with store.errors():
        rows = Pushed.select().where(Pushed.state.in_(OPEN)).order_by(Pushed.asked).limit(MOST)
        return [unpack(PushedRecord, row) for row in rows.execute(store.db)]


def pushed(store: Store, contact: str) -> PushedRecord | None:
    """One of them, whatever became of it. Raises StoreError."""
    with store.errors():
        rows = list(Pushed.select().where(Pushed.id == contact).execute(store.db))
    return unpack(PushedRecord, rows[0]) if rows else None
