"""What one process at a time may do: a name, who holds it, and until when.

Moments are the holders' own clocks, so machines that share a database must agree on the time to a part of a
lease; `ivr doctor` looks at that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ivr.store.database import Store
from ivr.store.models import WebhookLeases


def take(store: Store, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take a lease, or make one's own last longer; whether `holder` has it now. Raises StoreError."""
    until = now + timedelta(seconds=seconds)
    free = (WebhookLeases.holder == holder) | (WebhookLeases.until < now)
    with store.errors():
        mine = WebhookLeases.update(holder=holder, until=until).where(WebhookLeases.name == name, free)
        if mine.execute(store.db):
            return True
        new = WebhookLeases.insert(name=name, holder=holder, until=until)
        return bool(new.on_conflict_ignore().as_rowcount().execute(store.db))


def leave(store: Store, holder: str) -> None:
    """Let go of all that `holder` has. Raises StoreError."""
    with store.errors():
        WebhookLeases.delete().where(WebhookLeases.holder == holder).execute(store.db)
