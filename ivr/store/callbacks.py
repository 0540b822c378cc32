"""Customers who are to be called back: what a worker takes up when it starts, and what became of them."""

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


def latest(store: Store, group: str = "", *, still: bool = False, limit: int = 20) -> list[CallbackRecord]:
    """The latest callbacks, the newest first: of one group, if it is named; `still`: those not done with.
    Raises StoreError."""
    found = Callbacks.select().order_by(Callbacks.asked.desc()).limit(limit)
    if group:
        found = found.where(Callbacks.group == group)
    if still:
        found = found.where(Callbacks.state.in_(OPEN))
    with store.errors():
        return [unpack(CallbackRecord, row) for row in found.execute(store.db)]
