"""Old calls taken out of the database, without holding up those that are being written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import peewee

from ivr.store.database import Store
from ivr.store.models import Calls

CHUNK = 500


def old(store: Store, before: datetime) -> int:
    """How many calls started before `before` (aware)."""
    with store.errors():
        return int(Calls.select(peewee.fn.COUNT(Calls.id)).where(Calls.started < before).scalar(store.db))


def prune(store: Store, before: datetime, progress: Callable[[int], None] = lambda done: None) -> int:
    """Delete calls that started before `before` (aware), with their journeys. Returns how many.

    Done in small transactions: the writer of new records waits for one of them at most. `progress` hears
    after each how many calls are gone by now. The space stays with the database until `Store.compact`.

    Raises:
        StoreError: the database cannot be written now; what was deleted until then stays so.
    """
    done = 0
    with store.errors():
        while True:
            oldest = Calls.select(Calls.id).where(Calls.started < before).order_by(Calls.started).limit(CHUNK)
            gone = Calls.delete().where(Calls.id.in_(oldest)).execute(store.db)
            if not gone:
                return done
            done += gone
            progress(done)
