"""Contacts that other systems push: a chat, a message, a task. They wait in the queues as callers do, and are
offered to agents who are there for their channel; no telephone is rung, the agents' page or program says what
becomes of the offer.

Each is a record in the database from the moment it was taken until it is done with, so a worker's death loses
none: the next one puts those that waited back at their place, and leaves those that are served with whom they
were.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

import gevent

from ivr.acd.actions import Action, ContactEnded, Moved, Offer, Withdraw
from ivr.acd.events import (
    ContactArrived,
    ContactChanged,
    ContactLeft,
    OfferAccepted,
    OfferConnected,
    OfferFailed,
    ServiceEnded,
    ServiceRestored,
)
from ivr.acd.model import VOICE, Contact
from ivr.errors import IvoryError
from ivr.esl.resync import Snapshot
from ivr.log import get
from ivr.registry import did_you_mean
from ivr.routing.alarm import Alarm
from ivr.routing.arguments import AddContact
from ivr.routing.desk import Absent, Desk
from ivr.routing.kept import Stay, pack, unpack
from ivr.routing.moments import arrival, moment
from ivr.store.records import ContactRecord, PushedRecord, Record

log = get(__name__)

NAMES: Final = UUID("2b6b1b58-7a2d-5c1c-8f55-0c5d5f0f2c64")
"""The namespace of contacts' names that come from keys (RFC 9562, version 5)."""
MOST: Final = 10_000
"""Pushed contacts that may be there at a time."""
AGAIN: Final = 60.0
"""Seconds until a group that takes nobody (closed, full) is asked again, or the database."""
KEEPS: Final = 1.0
"""Seconds an order waits at most until the contact is in the database, or in the spool."""
WAITING, SERVING = "waiting", "serving"


@dataclass(eq=False)
class Errand:
    """One pushed contact. `contact` is how it stands in the queue now: each attempt has a name of its own, as
    each ends in one disposition. `offers`: to whom it is offered, by agent."""

    record: PushedRecord
    contact: Contact
    attempt: int = 1
    queued: bool = False
    offers: dict[str, Offer] = field(default_factory=dict)

    @property
    def served(self) -> bool:
        return self.record.state == SERVING


class Pushed:
    """The pushed contacts of one desk.

    Args:
        put: keeps a record; must not wait.
        kept: waits until what was put is safe, so many seconds at most.
        load: those that a worker before had. May wait; raises StoreError.
        find: one by its id, whatever became of it. May wait; raises StoreError.

    Attributes:
        entering: told of each contact before it is put into the queue, with the number it is of.
        served: told when an agent is done with one.
    """

    def __init__(
        self,
        desk: Desk,
        put: Callable[[Record], None],
        kept: Callable[[float], object],
        load: Callable[[], Sequence[PushedRecord]],
        find: Callable[[str], PushedRecord | None],
    ) -> None:
        self._desk, self._put, self._kept, self._load, self._find = desk, put, kept, load, find
        self.entering: Callable[[Contact, str], None] = lambda _contact, _number: None
        self.served: Callable[[str, Contact], None] = lambda _agent, _contact: None
        self._all: dict[str, Errand] = {}
        self._by_contact: dict[str, Errand] = {}
        self._agenda: list[tuple[float, str]] = []
        self._loaded = False
        self._seeking: gevent.Greenlet[[], None] | None = None
        self._alarm = Alarm(desk.now, self.look)
        desk.unrung = self._offered
        desk.listeners.append(self._told)
        desk.ups.append(self.up)
        desk.anew.append(self._let_go)

    def __iter__(self) -> Iterator[Errand]:
        return iter(list(self._all.values()))

    def stop(self) -> None:
        """Look at no clock any more; the records stay."""
        self._alarm.stop()

    # Asked for ----------------------------------------------------------------------------------------

    def add(self, asked: AddContact, by: str) -> tuple[str, bool]:
        """Take a contact in; its id, and whether it is a new one. Raises IvoryError."""
        now = self._desk.now()
        self._check(asked)
        name = str(uuid5(NAMES, asked.key)) if asked.key else str(uuid4())
        if asked.key and (name in self._all or self._find(name) is not None or name in self._all):
            return name, False
        if len(self._all) >= MOST:
            raise IvoryError(f"{MOST} contacts wait or are served already", hint="more agents are needed")
        contact = Contact(
            name,
            asked.group,
            now,
            channel=asked.channel,
            customer=asked.customer or asked.number,
            priority=asked.priority,
            require=asked.require,
            only=asked.agent,
            preferred=asked.preferred,
            prefer_for=asked.prefer_for if asked.preferred else 0.0,
        )
        record = PushedRecord(
            name,
            moment(now),
            WAITING,
            asked.channel,
            asked.group,
            asked.agent,
            contact.customer,
            asked.number,
            asked.subject,
            asked.link,
            asked.attributes,
            moment(now + asked.expires),
            _packed(contact, 1),
            by=by,
            changed=moment(now),
        )
        errand = Errand(record, contact)
        self._write(errand)
        self._enter(errand)
        self._kept(KEEPS)
        log.info("contact pushed", contact=name, channel=asked.channel, group=asked.group)
        return name, True

    def _check(self, asked: AddContact) -> None:
        plan = self._desk.planned
        if asked.channel == VOICE:
            raise IvoryError("calls come by telephone", hint="name another channel: chat, email, task")
        if bool(asked.group) == bool(asked.agent):
            raise IvoryError(
                "a contact is for a skill group or for one agent", hint="give `group` or `agent`"
            )
        if asked.group and asked.group not in plan.groups:
            hint = did_you_mean(asked.group, sorted(plan.groups))
            raise IvoryError(f'there is no skill group "{asked.group}"', hint=hint)
        for agent in filter(None, (asked.agent, asked.preferred)):
            if agent not in plan.agents:
                raise IvoryError(
                    f'there is no agent "{agent}"', hint=did_you_mean(agent, sorted(plan.agents))
                )

    def find(self, named: str) -> Errand | None:
        """One that waits or is served: by its id, or that of its present attempt."""
        return self._all.get(named) or self._by_contact.get(named)

    def cancel(self, named: str, *, abandoned: bool = False) -> None:
        """Take a waiting contact out of its queue; `abandoned`: the customer has gone. Raises IvoryError."""
        errand = self._named(named)
        if errand.served:
            raise IvoryError(
                f"{named} is with {errand.record.served_by}", hint="ivr agent end-contact ends that"
            )
        self._over(errand, "cancelled", "abandoned" if abandoned else "cancelled")

    def prioritise(self, named: str, priority: float) -> None:
        """Give a waiting contact another priority. Raises IvoryError."""
        errand = self._named(named)
        errand.contact = replace(errand.contact, priority=priority)
        self._write(errand)
        if errand.queued:
            self._desk.tell(ContactChanged(errand.contact))

    def describe(self, errand: Errand, changed: Mapping[str, Any]) -> None:
        """Subject, link or attributes are other ones."""
        self._write(errand, **changed)
        self._put(ContactRecord(errand.contact.id, arrival(errand.contact.arrived), **changed))

    def _named(self, named: str) -> Errand:
        errand = self.find(named)
        if errand is None:
            raise IvoryError(f'there is no pushed contact "{named[:80]}"', hint="`ivr acd status` lists them")
        return errand

    # Agents -------------------------------------------------------------------------------------------

    def accept(self, agent: str, contact: str = "") -> str:
        """An agent takes what is offered to them; the contact's id. Raises IvoryError: nothing is."""
        errand, offer = self._offer(agent, contact)
        desk = self._desk
        desk.tell(OfferAccepted(offer.id), OfferConnected(offer.id))
        if errand.record.served_by != agent or not errand.served:
            raise IvoryError("it was offered no longer", hint="somebody else was faster, or it took too long")
        return errand.contact.id

    def decline(self, agent: str, contact: str = "") -> str:
        """An agent does not take what is offered to them; the contact's id. Raises IvoryError."""
        errand, offer = self._offer(agent, contact)
        errand.offers.pop(agent, None)
        self._desk.tell(OfferFailed(offer.id, "rejected"))
        return errand.contact.id

    def end(self, agent: str, contact: str = "", by: str = "agent") -> str:
        """An agent is done with a contact; its id. Raises IvoryError: they serve none, or several."""
        serving = [one for one in self if one.served and one.record.served_by == agent]
        found = [one for one in serving if contact in ("", one.record.id, one.contact.id)]
        if len(found) != 1:
            which = "several contacts" if found else "no such contact"
            hint = "name one: " + ", ".join(one.contact.id for one in serving) if serving else ""
            raise IvoryError(f"{agent} serves {which}", hint=hint)
        (errand,) = found
        self._put(ContactRecord(errand.contact.id, arrival(errand.contact.arrived), ended_by=by))
        self._desk.tell(ServiceEnded(agent, errand.contact.id))
        self._over(errand, "done", "served")
        self.served(agent, errand.contact)
        return errand.contact.id

    def _offer(self, agent: str, contact: str) -> tuple[Errand, Offer]:
        for errand in self:
            offer = errand.offers.get(agent)
            if offer is not None and contact in ("", errand.record.id, errand.contact.id):
                return errand, offer
        raise IvoryError(f"nothing is offered to {agent}", hint="calls are answered by telephone")

    # What the router says -----------------------------------------------------------------------------

    def _offered(self, offer: Offer) -> bool:
        """Whether an offer is one of ours; then it is out until it is accepted, declined or withdrawn."""
        errand = self._by_contact.get(offer.contact.id)
        if errand is None:
            return offer.contact.channel != VOICE  # nobody can be rung for it
        errand.offers[offer.agent] = offer
        return True

    def _told(self, action: Action) -> None:
        match action:
            case Withdraw() if errand := self._by_contact.get(action.contact):
                errand.offers.pop(action.agent, None)
            case Moved() if errand := self._by_contact.get(action.contact):
                before = errand.contact
                errand.contact = replace(before, group=action.group, passed=(*before.passed, before.group))
                self._write(errand)
            case ContactEnded() if (errand := self._by_contact.get(action.contact)) and errand.queued:
                errand.queued = False
                errand.offers.clear()
                if action.disposition == "answered":
                    since = moment(self._desk.now())
                    self._write(errand, state=SERVING, served_by=action.agent, since=since)
                else:  # the group is closed, say: it waits for when it is not
                    self._again(errand, action.reason or action.disposition)

    # Time ---------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Do what is due by now: queue those whose time has come, let those go that have expired."""
        now = self._desk.now()
        while self._agenda and self._agenda[0][0] <= now:
            _, name = heapq.heappop(self._agenda)
            if (errand := self._all.get(name)) is None or errand.served:
                continue
            expires = errand.record.expires
            if expires is not None and expires.timestamp() <= now:
                self._over(errand, "expired", "nobody could serve it in time")
            elif not errand.queued:
                self._queue(errand)
        self._alarm.set(self._agenda[0][0] if self._agenda else None)

    def _at(self, when: float, errand: Errand) -> None:
        heapq.heappush(self._agenda, (when, errand.record.id))
        self._alarm.set(self._agenda[0][0])

    def _enter(self, errand: Errand) -> None:
        self._all[errand.record.id] = errand
        if errand.record.expires is not None:
            self._at(errand.record.expires.timestamp(), errand)
        self._queue(errand)

    def _queue(self, errand: Errand) -> None:
        contact, record = errand.contact, errand.record
        errand.queued = True
        self._by_contact[contact.id] = errand
        self.entering(contact, record.number)
        about = {name: value for name in ABOUT if (value := getattr(record, name))}
        if about:
            self._put(ContactRecord(contact.id, arrival(contact.arrived), **about))
        show = {"number": record.number} if record.number else {}
        self._desk.absent[contact.id] = Absent(contact, _nobody, show)
        self._desk.tell(ContactArrived(contact))

    def _again(self, errand: Errand, why: str) -> None:
        """Out of the queue for a while; the place in time stays."""
        self._by_contact.pop(errand.contact.id, None)
        errand.attempt += 1
        when = self._desk.now() + AGAIN
        errand.contact = replace(
            errand.contact, id=f"{errand.record.id}.{errand.attempt}", entered=when, passed=()
        )
        self._write(errand, result=why)
        self._at(when, errand)

    def _over(self, errand: Errand, state: str, result: str) -> None:
        self._all.pop(errand.record.id, None)
        self._by_contact.pop(errand.contact.id, None)
        self._desk.absent.pop(errand.contact.id, None)
        self._write(errand, state=state, result=result)
        if errand.queued:
            errand.queued = False
            self._desk.tell(
                ContactLeft(errand.contact.id, "abandoned" if result == "abandoned" else "failed")
            )
        log.info("pushed contact over", contact=errand.record.id, state=state, result=result)

    def _write(self, errand: Errand, **changed: Any) -> None:
        errand.record = replace(
            errand.record,
            contact=_packed(errand.contact, errand.attempt),
            changed=moment(self._desk.now()),
            **changed,
        )
        self._put(errand.record)

    # After a crash ------------------------------------------------------------------------------------

    def up(self, _snapshot: Snapshot) -> None:
        """The desk has come to its switch: take up what was pushed, once. Callers do not wait for the
        database meanwhile; when it is away, it is asked again."""
        if not self._loaded:
            if self._seeking is not None:
                self._seeking.kill(block=False)
            self._seeking = gevent.spawn(self._seek)

    def _seek(self) -> None:
        while not self._loaded:
            try:
                records = self._load()
            except IvoryError as error:
                log.warning("pushed contacts not found yet", error=str(error))
                gevent.sleep(AGAIN)
                continue
            if self._loaded or not self._desk.active:
                return
            self._loaded = True
            for record in records:
                if record.id not in self._all:
                    self._take_up(record)
            log.info("pushed contacts found", contacts=len(records))

    def _take_up(self, record: PushedRecord) -> None:
        try:
            contact = unpack(str(record.contact["packed"])).contact
            attempt = int(str(record.contact.get("attempt", 1)))
        except (IvoryError, KeyError, ValueError) as error:
            log.warning("a pushed contact cannot be read", contact=record.id, error=str(error))
            return
        errand = Errand(record, contact, attempt)
        if record.state != SERVING:
            self._enter(errand)
            return
        self._all[record.id] = self._by_contact[contact.id] = errand
        since = record.since.timestamp() if record.since else self._desk.now()
        self._desk.tell(ServiceRestored(contact, record.served_by, since))

    def _let_go(self) -> None:
        """Where another worker has the desk now, they are its to see to: they are read again when the desk
        comes back."""
        if not self._desk.active:
            self._all.clear()
            self._by_contact.clear()
            self._agenda.clear()
            self._loaded = False


ABOUT: Final = ("subject", "link", "attributes")
"""What of a pushed contact is for the agent."""


def _packed(contact: Contact, attempt: int) -> dict[str, Any]:
    return {"packed": pack(Stay(contact)), "attempt": attempt}


def _nobody(_offer: Offer, _leg: str) -> None:
    """No telephone is rung for it."""
