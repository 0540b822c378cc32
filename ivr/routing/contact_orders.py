"""Orders about contacts of any channel: push one, take it, be done with it, say what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ivr.errors import IvoryError
from ivr.routing.arguments import AddContact, CancelContact, Describe, OfOffer
from ivr.routing.desk import Desk
from ivr.routing.moments import arrival
from ivr.routing.ordered import side
from ivr.routing.orders import order
from ivr.routing.pushed import ABOUT, Pushed
from ivr.runtime.given import written
from ivr.store.records import ContactRecord, Record

LARGEST = 2048
"""Bytes of JSON that the attributes of a contact may have: they ride with its call."""


class ContactDesk:
    """Contacts as other systems see to them: those that were pushed, and callers'.

    Args:
        put: keeps a record; must not wait.
        told: told of a contact of which something else is known now.
    """

    def __init__(
        self,
        desk: Desk,
        pushed: Pushed,
        put: Callable[[Record], None],
        told: Callable[[str], None] = lambda _contact: None,
    ) -> None:
        self.desk, self.pushed, self._put, self.told = desk, pushed, put, told

    def about(self, contact: str) -> dict[str, Any]:
        """What is known of a contact beside its place: subject, link, attributes."""
        if (errand := self.pushed.find(contact)) is not None:
            return {name: value for name in ABOUT if (value := getattr(errand.record, name))}
        place = self.desk.places.get(contact.rpartition(":")[0])
        if place is None or place.contact.id != contact or not place.stay.attributes:
            return {}
        return {"attributes": dict(place.stay.attributes)}

    def describe(self, asked: Describe) -> dict[str, Any]:
        """Say what a contact is about; attributes are merged, and one that is null goes. What it was before.

        Raises:
            IvoryError: there is no such contact, or it would be too much.
        """
        before = self.about(asked.contact)
        attributes = {**before.get("attributes", {}), **asked.attributes}
        attributes = {name: value for name, value in attributes.items() if value is not None}
        _bounded(attributes)
        errand = self.pushed.find(asked.contact)
        changed = {"attributes": attributes}
        if errand is not None:
            words = {"subject": asked.subject, "link": asked.link}
            self.pushed.describe(errand, {**changed, **{name: each for name, each in words.items() if each}})
        else:
            self._of_caller(asked.contact, attributes)
        self.told(asked.contact)
        return before

    def _of_caller(self, contact: str, attributes: Mapping[str, Any]) -> None:
        place = self.desk.places.get(contact.rpartition(":")[0]) or self.desk.places.get(contact)
        if place is None or contact not in (place.contact.id, place.id):
            raise IvoryError(f'there is no contact "{contact[:80]}" here', hint="`ivr acd status` lists them")
        place.stay = replace(place.stay, attributes=attributes)
        self.desk.write(place)
        at = arrival(place.contact.arrived)
        self._put(ContactRecord(place.contact.id, at, attributes=attributes))


def _bounded(attributes: Mapping[str, Any]) -> None:
    if len(written(attributes, "the attributes").encode()) > LARGEST:
        raise IvoryError(f"the attributes are more than {LARGEST} bytes", hint="give a link to them")


@order("contact.add")
def _add(contacts: ContactDesk, asked: AddContact, by: str) -> Mapping[str, Any]:
    _bounded(asked.attributes)
    contact, new = contacts.pushed.add(asked, by)
    position = contacts.desk.position(contact)
    return {"contact": contact, "new": new, **({"position": position} if position else {})}


@order("contact.cancel")
def _cancel(contacts: ContactDesk, asked: CancelContact, by: str) -> None:
    contacts.pushed.cancel(asked.contact, abandoned=asked.abandoned)


@order("contact.attributes")
def _describe(contacts: ContactDesk, asked: Describe, by: str) -> Mapping[str, Any]:
    return {"before": contacts.describe(asked)}


@order("agent.accept")
def _accept(contacts: ContactDesk, asked: OfOffer, by: str) -> Mapping[str, Any]:
    return {"contact": contacts.pushed.accept(asked.agent, asked.contact)}


@order("agent.decline")
def _decline(contacts: ContactDesk, asked: OfOffer, by: str) -> Mapping[str, Any]:
    return {"contact": contacts.pushed.decline(asked.agent, asked.contact)}


@order("agent.end_contact")
def _end(contacts: ContactDesk, asked: OfOffer, by: str) -> Mapping[str, Any]:
    return {"contact": contacts.pushed.end(asked.agent, asked.contact, side(asked.agent))}
