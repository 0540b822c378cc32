"""What came to the queues and who was there, read back for a replay and for reports: the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ivr.store import counted
from ivr.store.database import Store
from ivr.store.models import AgentEvents, Contacts
from ivr.store.records import AgentEventRecord, ContactRecord
from ivr.store.rows import unpack

PAGE = 1000


def contacts(store: Store, since: datetime, until: datetime) -> Iterator[ContactRecord]:
    """Contacts that arrived from `since` on and before `until` (aware), in pages by key: a month does not
    have to fit into memory as rows. Raises StoreError."""
    after: tuple[datetime, str] = (since, "")
    while True:
        arrived, last = after
        select = (
            Contacts.select()
            .where((Contacts.arrived < until) & counted.CONTACTS)
            .where((Contacts.arrived > arrived) | ((Contacts.arrived == arrived) & (Contacts.id > last)))
            .order_by(Contacts.arrived, Contacts.id)
            .limit(PAGE)
        )
        with store.errors():
            found = [unpack(ContactRecord, row) for row in select.execute(store.db)]
        yield from found
        if len(found) < PAGE:
            return
        after = (found[-1].arrived, found[-1].id)


def turns(store: Store, since: datetime, until: datetime) -> list[AgentEventRecord]:
    """The changes of agents' states in that time. Raises StoreError."""
    select = (
        AgentEvents.select()
        .where((AgentEvents.at >= since) & (AgentEvents.at < until))
        .order_by(AgentEvents.at, AgentEvents.agent)
    )
    with store.errors():
        return [unpack(AgentEventRecord, row) for row in select.execute(store.db)]
