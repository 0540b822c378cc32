"""Customers who are still to be called back: what a worker takes up when it starts."""

from __future__ import annotations

from ivr.store.database import Store
from ivr.store.models import Callbacks
from ivr.store.records import CallbackRecord
from ivr.store.rows import unpack

OPEN = ("waiting", "dialling")
MOST = 10_000
"""Callbacks that are taken up; the oldest come first."""


def unfinished(store: Store) -> list[CallbackRecord]:
    """Those that wait, or were being dialled, as they were asked for. Raises StoreError."""
    with store.errors():
        rows = Callbacks.select().where(Callbacks.state.in_(OPEN)).order_by(Callbacks.asked).limit(MOST)
        return [unpack(CallbackRecord, row) for row in rows.execute(store.db)]
