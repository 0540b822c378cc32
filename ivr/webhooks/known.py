"""What is known of the calls, contacts and customers that some events tell of: read at once for all of them.

Events are made into posts in batches; a batch costs a handful of questions to the database, however many
events there are in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar

import peewee

from ivr import numbers
from ivr.store import customers
from ivr.store.customers import Customer
from ivr.store.database import Store
from ivr.store.models import Callbacks, Calls, Contacts, Recordings, Steps
from ivr.store.records import CallbackRecord, CallRecord, ContactRecord, EventRecord, RecordingRecord, Step
from ivr.store.rows import unpack

JOURNEY = 50
"""The latest steps of a journey that go along with a screen pop."""

_R = TypeVar("_R")


class Known:
    """What the database knows of some events. What it does not know is None, or empty."""

    def __init__(self) -> None:
        self.calls: dict[str, CallRecord] = {}
        self.contacts: dict[str, ContactRecord] = {}
        self.recordings: dict[str, RecordingRecord] = {}
        self.callbacks: dict[str, CallbackRecord] = {}
        self._steps: dict[str, list[Step]] = {}
        self._customers: dict[str, Customer] = {}
        self._owners: dict[str, str] = {}

    @classmethod
    def of(cls, store: Store, events: Sequence[EventRecord]) -> Self:
        """Look up what `events` are about. Raises StoreError."""
        known = cls()
        with store.errors():
            contacts = {one.contact for one in events if one.contact}
            known.contacts = _named(store, ContactRecord, Contacts, Contacts.id, contacts)
            of_contacts = {known.contacts[name].call for name in contacts if name in known.contacts}
            calls = ({one.call for one in events} | of_contacts) - {""}
            known.calls = _named(store, CallRecord, Calls, Calls.id, calls)
            recordings = {str(one.data.get("recording", "")) for one in events} - {""}
            known.recordings = _named(store, RecordingRecord, Recordings, Recordings.id, recordings)
            callbacks = {str(one.data.get("callback", "")) for one in events} - {""}
            known.callbacks = _named(store, CallbackRecord, Callbacks, Callbacks.id, callbacks)
            known._read_steps(store, events)
        known._read_customers(store)
        return known

    def call_of(self, event: EventRecord) -> str:
        """The id of an event's call, also where only its contact was named; empty: there is none."""
        contact = self.contacts.get(event.contact)
        return event.call or (contact.call if contact else "")

    def step(self, call: str, visit: int) -> Step | None:
        """One step of a call."""
        return next((step for step in self._steps.get(call, ()) if step.visit == visit), None)

    def journey(self, call: str, before: Any) -> list[Step]:
        """The latest steps of a call that were begun before a moment."""
        return [step for step in self._steps.get(call, ()) if step.entered <= before][-JOURNEY:]

    def customer(self, key: str, number: str = "") -> Customer | None:
        """The customer of a key, or of a number."""
        number = numbers.customer_key(number) if number else ""
        for name in (key, self._owners.get(key, ""), self._owners.get(number, "")):
            if name in self._customers:
                return self._customers[name]
        return None

    def _read_steps(self, store: Store, events: Sequence[EventRecord]) -> None:
        """Those that events name, and whole journeys for screen pops."""
        single = {(one.call, int(one.data["visit"])) for one in events if one.type == "call.node"}
        whole = {self.call_of(one) for one in events if one.type in POPS} - {""}
        wanted = Steps.call.in_(list(whole)) if whole else None
        if single:
            visits = {visit for _, visit in single}
            some = Steps.call.in_([call for call, _ in single]) & Steps.visit.in_(list(visits))
            wanted = some if wanted is None else wanted | some
        if wanted is None:
            return
        query = Steps.select().where(wanted).order_by(Steps.call, Steps.visit)
        for row in query.execute(store.db):
            step = unpack(Step, row)
            self._steps.setdefault(step.call, []).append(step)

    def _read_customers(self, store: Store) -> None:
        keys = {one.customer for one in self.contacts.values()}
        keys |= {one.customer for one in self.callbacks.values()}
        keys |= {numbers.customer_key(one.ani) for one in self.calls.values()}
        keys |= {numbers.customer_key(one.ani) for one in self.contacts.values()}
        keys.discard("")
        self._owners = customers.owners(store, sorted(keys))
        self._customers = {one.id: one for one in customers.some(store, keys | {*self._owners.values()})}


POPS = ("contact.offered", "contact.answered")
"""Types that an agent's desk shows something for."""


def _named(
    store: Store, record: type[_R], model: type[peewee.Model], key: peewee.Field, names: Iterable[str]
) -> dict[str, _R]:
    wanted = list(names)
    rows = model.select().where(key.in_(wanted)).execute(store.db) if wanted else ()
    return {row.id: unpack(record, row) for row in rows}
