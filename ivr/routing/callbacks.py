"""Customers who hung up and are called back when it is their turn: each waits in the queue without being on
the line, an agent is asked first, then the customer is rung.

A callback outlives everything: it is a record in the database from the moment it was promised until it came
about, was given up after so many attempts, or expired. What happens on the line is `ringing_back`'s.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import gevent

from ivr import numbers
from ivr.acd.actions import Action, ContactEnded, Offer
from ivr.acd.events import ContactLeft, ServiceEnded, ServiceRestored
from ivr.acd.model import Contact
from ivr.call import Call
from ivr.errors import IvoryError, RefusedInput
from ivr.esl.resync import Snapshot
from ivr.log import get
from ivr.routing.alarm import Alarm
from ivr.routing.desk import Desk
from ivr.routing.kept import Stay, pack, unpack
from ivr.routing.legs import AGENT
from ivr.routing.ringing_back import CALLBACK, NotReached, RingingBack, Rung
from ivr.runtime.ports import Promise, Recall
from ivr.settings import Acd, Calls
from ivr.store.records import CallbackRecord

log = get(__name__)

MOST: Final = 10_000
"""Callbacks that may be promised at a time."""
AGAIN: Final = 60.0
"""Seconds until a group that takes nobody (closed, full) is asked again."""
SOON: Final = 1.0
"""Seconds until a customer comes back to the queue whose agent went away while they were rung."""
KEEPS: Final = 1.0
"""Seconds a promise waits at most until it is in the database, or in the spool."""


@dataclass(eq=False)
class Waiting:
    """One callback. `contact` is how it stands in the queue now, each attempt by another id."""

    record: CallbackRecord
    contact: Contact
    queued: bool = False
    rung: Rung | None = field(default=None, repr=False)


class Callbacks:
    """The callbacks of one FreeSWITCH; it is `Services.callbacks`.

    Args:
        groups: the skill groups there are.
        keep: keeps a record; must not wait.
        kept: waits until what was kept is safe, so many seconds at most.
        load: the callbacks that a worker before had promised. May wait; raises StoreError.
    """

    def __init__(
        self,
        desk: Desk,
        line: RingingBack,
        calls: Calls,
        options: Acd,
        groups: Callable[[], Container[str]],
        keep: Callable[[CallbackRecord], None],
        kept: Callable[[float], object],
        load: Callable[[], Sequence[CallbackRecord]],
    ) -> None:
        self._desk, self._line, self._calls, self._options = desk, line, calls, options
        self._groups, self._keep, self._kept, self._load = groups, keep, kept, load
        self._all: dict[str, Waiting] = {}
        self._by_contact: dict[str, Waiting] = {}
        self._agenda: list[tuple[float, str]] = []
        self._loaded = False
        self._alarm = Alarm(desk.now, self.look)
        desk.listeners.append(self._told)
        desk.ups.append(self.up)
        desk.arriving = self.arriving
        line.parted = self._parted

    def __iter__(self) -> Iterator[CallbackRecord]:
        """All that are not over, in the order in which they were asked for."""
        return iter([waiting.record for waiting in self._all.values()])

    def stop(self) -> None:
        """Call nobody any more; the records stay."""
        self._alarm.stop()

    # Asked for ----------------------------------------------------------------------------------------

    def dialled(self, number: str) -> str:
        """The number as it will be dialled, E.164. Raises RefusedInput for one that may not be."""
        form = numbers.normalise(number)
        options = self._calls
        if not (form.startswith("+") and options.number and numbers.may_dial(form, options.allow)):
            hint = "see the settings calls.number and calls.allow"
            raise RefusedInput(f"{numbers.mask(number)} may not be dialled", hint=hint)
        return form

    def ask(self, call: Call, recall: Recall) -> Promise:
        """Promise a callback; asked again with the same key, the same one. Whoever has one of this group
        already keeps the better place."""
        if (waiting := self._all.get(recall.key)) is None:
            waiting = self._new(call, recall)
        contact = waiting.contact.id
        desk = self._desk
        return Promise(desk.router.position(contact), desk.router.estimate(contact, desk.now()))

    def _new(self, call: Call, recall: Recall) -> Waiting:
        if len(self._all) >= MOST:
            raise IvoryError(f"{MOST} callbacks are promised already", hint="more agents are needed")
        wish, now = recall.wish, self._desk.now()
        if wish.group and wish.group not in self._groups():
            raise IvoryError(f'there is no skill group "{wish.group}"')
        number = self.dialled(recall.number)
        since = recall.since
        if (before := self._find(number, wish.group)) is not None:
            since = min(since, before.contact.arrived)
            self._over(before, "cancelled", "asked for again")
        contact = Contact(
            recall.key,
            wish.group,
            since,
            customer=wish.customer or number,
            priority=wish.priority,
            require=wish.require,
            relax=wish.relax,
            only=wish.agent,
            preferred=wish.preferred,
            prefer_for=wish.prefer_for,
            callback=True,
        )
        record = CallbackRecord(
            recall.key,
            number,
            wish.group,
            _moment(now),
            "waiting",
            agent=wish.agent,
            customer=contact.customer,
            call=call.id,
            due=None if recall.due is None else _moment(recall.due),
            expires=_moment(max(now, recall.due or 0.0) + self._options.callback_expires),
            contact=_packed(contact),
            language=wish.language,
        )
        waiting = self._enter(Waiting(record, contact))
        self._write(waiting, "waiting")
        self._kept(KEEPS)
        log.info("callback promised", callback=record.id, group=wish.group, number=numbers.mask(number))
        return waiting

    def cancel(self, callback: str, why: str = "cancelled") -> None:
        """Call this customer back no more. Raises IvoryError when there is no such callback."""
        waiting = self._all.get(callback)
        if waiting is None:
            raise IvoryError(f'there is no callback "{callback[:80]}"')
        self._over(waiting, "cancelled", why)

    def arriving(self, call: Call, contact: Contact) -> Contact:
        """Somebody calls in who has a callback coming: their place goes on with the call."""
        number = numbers.normalise(call.ani)
        waiting = self._find(number, contact.group) if number else None
        if waiting is None or (waiting.rung is not None and waiting.rung.talking):
            return contact
        log.info("callback taken over", callback=waiting.record.id, call=call.id)
        self._over(waiting, "cancelled", "the customer called in")
        return replace(contact, arrived=min(contact.arrived, waiting.contact.arrived))

    # Time ---------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Do what is due by now: queue those whose time has come, let those go that have expired."""
        now = self._desk.now()
        while self._agenda and self._agenda[0][0] <= now:
            _, callback = heapq.heappop(self._agenda)
            if (waiting := self._all.get(callback)) is None or waiting.rung is not None:
                continue
            if waiting.record.expires is not None and waiting.record.expires.timestamp() <= now:
                self._over(waiting, "expired", "nobody could serve it in time")
            elif not waiting.queued:
                self._queue(waiting)
        self._alarm.set(self._agenda[0][0] if self._agenda else None)

    def _at(self, moment: float, waiting: Waiting) -> None:
        heapq.heappush(self._agenda, (moment, waiting.record.id))
        self._alarm.set(self._agenda[0][0])

    def _enter(self, waiting: Waiting) -> Waiting:
        """Know a callback, and queue it when it is due."""
        record = waiting.record
        self._all[record.id] = waiting
        if record.expires is not None:
            self._at(record.expires.timestamp(), waiting)
        due = record.due.timestamp() if record.due is not None else 0.0
        if due > self._desk.now():
            self._at(due, waiting)
        else:
            self._queue(waiting)
        return waiting

    def _queue(self, waiting: Waiting) -> None:
        waiting.queued = True
        self._by_contact[waiting.contact.id] = waiting
        self._desk.ask(waiting.contact, self._serve, {"callback": "yes", "number": waiting.record.number})

    def _again(self, waiting: Waiting, seconds: float) -> None:
        """Out of the queue for so long; the place in time stays. The next attempt is another contact, as
        each ends in one disposition."""
        self._leave_queue(waiting)
        number = int(waiting.contact.id.partition("~")[2] or 1) + 1
        moment = self._desk.now() + seconds
        waiting.contact = replace(waiting.contact, id=f"{waiting.record.id}~{number}", entered=moment)
        self._write(waiting, "waiting", due=_moment(moment))
        self._at(moment, waiting)

    def _leave_queue(self, waiting: Waiting) -> None:
        self._by_contact.pop(waiting.contact.id, None)
        if waiting.queued:
            waiting.queued = False
            self._desk.tell(ContactLeft(waiting.contact.id, "failed"))

    # Its turn -----------------------------------------------------------------------------------------

    def _serve(self, offer: Offer, leg: str) -> None:
        """An agent is there: ring the customer. Runs in a greenlet of its own."""
        waiting = self._by_contact.get(offer.contact.id)
        if waiting is None:
            self._desk.tell(ContactLeft(offer.contact.id, "failed"))
            return
        attempts = waiting.record.attempts + 1
        waiting.rung = Rung(waiting.record.id, offer, leg)
        self._write(waiting, "dialling", attempts=attempts, served_by=offer.agent)
        try:
            self._line.ring(waiting.rung, waiting.record.number)
        except NotReached as missed:
            waiting.rung = None
            self._missed(waiting, missed)
        except Exception:
            waiting.rung = None
            if waiting.record.id in self._all:
                self._again(waiting, AGAIN)
            raise
        else:
            self._write(waiting, "dialling", result="connected")
            log.info("callback connected", callback=waiting.record.id, agent=offer.agent)

    def _missed(self, waiting: Waiting, missed: NotReached) -> None:
        """The customer was not reached, or the agent has gone meanwhile."""
        if waiting.record.id not in self._all:
            return
        retries, attempts = self._options.callback_retries, waiting.record.attempts
        if missed.by_agent:
            self._write(waiting, "waiting", attempts=attempts - 1, result=missed.cause)
            self._again(waiting, SOON)
        elif attempts > len(retries):
            self._over(waiting, "failed", missed.cause)
        else:
            self._write(waiting, "waiting", result=missed.cause)
            self._again(waiting, retries[attempts - 1])

    def _parted(self, rung: Rung) -> None:
        """Agent and customer have talked."""
        waiting = self._all.get(rung.callback)
        self._desk.tell(ServiceEnded(rung.agent, rung.contact))
        if waiting is not None:
            waiting.queued = False  # it was answered: out of the queue already
            self._over(waiting, "done", "")

    def _told(self, action: Action) -> None:
        """A contact's time in the queue is over. Answered ones are with `_serve`."""
        if not isinstance(action, ContactEnded) or action.disposition == "answered":
            return
        waiting = self._by_contact.get(action.contact)
        if waiting is not None and waiting.queued and waiting.rung is None:
            waiting.queued = False
            self._again(waiting, AGAIN)

    def _over(self, waiting: Waiting, state: str, result: str) -> None:
        del self._all[waiting.record.id]
        self._leave_queue(waiting)
        if waiting.rung is not None and state != "done":
            self._line.give_up(waiting.rung)
        self._write(waiting, state, result=result)
        log.info("callback over", callback=waiting.record.id, state=state, result=result)

    def _find(self, number: str, group: str) -> Waiting | None:
        """The callback of a number in a group, if there is one that is not over."""
        return next(
            (
                each
                for each in self._all.values()
                if each.record.number == number and each.record.group == group
            ),
            None,
        )

    def _write(self, waiting: Waiting, state: str, **changed: object) -> None:
        waiting.record = replace(
            waiting.record,
            state=state,
            contact=_packed(waiting.contact),
            changed=_moment(self._desk.now()),
            **changed,  # type: ignore[arg-type]
        )
        self._keep(waiting.record)

    # After a crash ------------------------------------------------------------------------------------

    def up(self, snapshot: Snapshot) -> None:
        """The desk has come to its switch: take up what was promised, once, and the talks that go on. May
        wait for the database; when it is away, it is asked again."""
        if not self._loaded:
            try:
                records = self._load()
            except IvoryError as error:
                log.warning("callbacks not found yet", error=str(error))
                gevent.spawn_later(AGAIN, self.up, snapshot)
                return
            self._loaded = True
            self._restore(records, snapshot)

    def _restore(self, records: Sequence[CallbackRecord], snapshot: Snapshot) -> None:
        talks = dict(self._talks(snapshot))
        for record in records:
            try:
                contact = unpack(str(record.contact["packed"])).contact
            except (IvoryError, KeyError) as error:
                log.warning("a callback cannot be read", callback=record.id, error=str(error))
                continue
            waiting = Waiting(record, contact)
            if (found := talks.get(record.id)) is None:
                self._enter(waiting)
                continue
            agent, leg, customer = found
            waiting.rung = Rung(record.id, None, leg, agent, contact.id, customer, talking=True)
            self._all[record.id] = waiting
            self._desk.tell(ServiceRestored(contact, agent, (record.changed or record.asked).timestamp()))
            self._line.found(waiting.rung)
        log.info("callbacks found", callbacks=len(records), talking=len(talks))

    def _talks(self, snapshot: Snapshot) -> Iterator[tuple[str, tuple[str, str, str]]]:
        """Of each callback whose customer is on the line: the agent, their leg, the customer's. A customer
        who is with nobody was being connected: they are let go, and called again."""
        there = {channel.uuid: channel for channel in snapshot.channels}
        for channel in snapshot.channels:
            if not (callback := channel.variable(CALLBACK)):
                continue
            leg = there.get(channel.variable("bridge_to"))
            if leg is not None and leg.variable(AGENT):
                yield callback, (leg.variable(AGENT), leg.uuid, channel.uuid)
            else:
                self._line.hang_up(channel.uuid)


def _packed(contact: Contact) -> dict[str, str]:
    return {"packed": pack(Stay(contact))}


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
