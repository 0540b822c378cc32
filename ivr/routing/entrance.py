"""How callers come to their places: new ones, and those who have one already, as they were found by a worker
that took over, were sent here by another group or an agent, or are called back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ivr.acd import events
from ivr.acd.model import Contact, Destination
from ivr.call import Call
from ivr.errors import IvoryError
from ivr.esl import commands
from ivr.log import get
from ivr.routing import kept
from ivr.routing.kept import Stay
from ivr.routing.places import CallPlace
from ivr.runtime.ports import Leave, Wish

if TYPE_CHECKING:
    from ivr.routing.desk import Desk

log = get(__name__)

SENT: Final = "ivr_sent"
"""The channel variable by which the dialplan says where an agent's telephone has sent a caller."""


class Entrance:
    """A desk's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def enter(self, call: Call, wish: Wish) -> CallPlace:
        """Take a place; the one the call has already, if it is the same visit's. Raises IvoryError."""
        desk, visit = self._desk, f"{call.id}:{wish.visit}"
        place = desk.places.get(call.id)
        if place is not None and _visit(place.contact.id) == visit and place.wish is None:
            place.call, place.wish = call, wish
            desk.recovery.entered(call.id)
            place.news()
            return place
        if place is not None:
            desk.given_up(place, "failed")
        if absent := desk.absent.pop(visit, None):
            return self._meet(call, wish, absent.contact)
        before = desk.sent_on.pop(call.id, None)
        if before is None and (stay := kept_by(call)) and _visit(stay.contact.id) == visit:
            return self._come_back(call, wish, stay)
        return self._enter(call, wish, before if before and _visit(before.id) == visit else None)

    def _enter(self, call: Call, wish: Wish, before: Contact | None) -> CallPlace:
        """Put a contact into the queue; one that was sent here keeps the place in time it had `before`."""
        desk, visit = self._desk, f"{call.id}:{wish.visit}"
        now = desk.now()
        number = int(before.id[len(visit) :].lstrip(".") or 1) + 1 if before else 0
        contact = Contact(
            f"{visit}.{number}" if number else visit,
            wish.group,
            before.arrived if before else now,
            customer=wish.customer,
            priority=wish.priority,
            require=dict(wish.require),
            relax=wish.relax,
            only=wish.agent,
            preferred=wish.preferred,
            prefer_for=wish.prefer_for,
            max_wait=wish.max_wait,
            entered=now if before else None,
        )
        contact = desk.arriving(call, contact)
        if contact.entered is None and contact.arrived < now:  # with an earlier place in time
            contact = replace(contact, entered=now)
        place = CallPlace(desk, call.id, contact, call, wish)
        desk.put(place)
        desk.write(place)
        desk.tell(events.ContactArrived(contact))
        return place

    def _come_back(self, call: Call, wish: Wish, stay: Stay) -> CallPlace:
        """A caller whom somebody took elsewhere has come back, or was found late."""
        desk = self._desk
        place = CallPlace(desk, call.id, stay.contact, call, wish)
        place.stay, place.served = stay, stay.agent
        desk.put(place)
        sent = call.variables.get(f"variable_{SENT}", "")
        if sent:  # by the transfer key of the agent's telephone
            desk.post(commands.set_variables(call.id, {SENT: ""}))
            place.go(Leave("sent", Destination("number" if sent.startswith("+") else "extension", sent)))
        elif stay.sent is not None:
            place.go(Leave("sent", stay.sent))
        elif stay.agent:
            place.go(Leave("next"))
        else:
            desk.tell(events.ContactArrived(stay.contact))
        return place

    def _meet(self, call: Call, wish: Wish, contact: Contact) -> CallPlace:
        """A customer who is called back has answered; an agent who was asked first is there, or is rung."""
        desk = self._desk
        place = CallPlace(desk, call.id, contact, call, wish)
        desk.put(place)
        desk.write(place)
        desk.offers.meet(contact.id, place)
        return place


def kept_by(call: Call) -> Stay | None:
    """The stay that lies on a call since it was found; None where there is none."""
    text = call.variables.get(f"variable_{kept.CONTACT}", "")
    try:
        return kept.unpack(text) if text else None
    except IvoryError as error:
        log.warning("a place is lost", call=call.id, error=str(error))
        return None


def _visit(contact: str) -> str:
    """The visit a contact belongs to, without what tells its later stays in queues apart."""
    head, _, last = contact.rpartition(":")
    return f"{head}:{last.partition('.')[0]}"


def predecessor(contact: str) -> str:
    """The contact that a caller was before they were sent to the queue where they are this one; or empty."""
    visit, _, number = contact.rpartition(".")
    if not (visit and number.isdecimal()):
        return ""
    return f"{visit}.{int(number) - 1}" if int(number) > 2 else visit
