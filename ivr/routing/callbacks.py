"""Customers who hung up and are called back when it is their turn: each waits in the queue without being on
the line, an agent is asked first, then the customer is rung.

A callback outlives everything: it is a record in the database from the moment it was promised until it came
about, was given up after so many attempts, or expired. What happens on the line is `ringing_back`'s.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import gevent

from ivr import numbers
from ivr.acd.actions import Action, ContactEnded, Offer
from ivr.acd.events import ContactLeft
from ivr.acd.model import Contact
from ivr.call import Call
from ivr.errors import IvoryError, RefusedInput
from ivr.esl.resync import Snapshot
from ivr.log import get
from ivr.routing.alarm import Alarm
from ivr.routing.desk import Desk
from ivr.routing.kept import Stay, pack, unpack
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
    """One callback. `contact` is how it stands in the queue now, each attempt by another id; `there`: the
    customer has answered, and has not talked with an agent yet."""

    record: CallbackRecord
    contact: Contact
    queued: bool = False
    there: bool = False
    rung: Rung | None = field(default=None, repr=False)


class Callbacks:
    """The callbacks of one FreeSWITCH; it is `Services.callbacks`.

    Args:
        groups: the skill groups there are.
        keep: keeps a record; must not wait.
        kept: waits until what was kept is safe, so many seconds at most.
        load: the callbacks that a worker before had promised. May wait; raises StoreError.
        walkable: raises IvoryError unless a call can go on with a state. May wait.

    Attributes:
        entering: told of each contact before it is put into the queue.
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
        walkable: Callable[[str], None] = lambda _state: None,
    ) -> None:
        self._desk, self._line, self._calls, self._options = desk, line, calls, options
        self._groups, self._keep, self._kept, self._load = groups, keep, kept, load
        self._walkable = walkable
        self.entering: Callable[[Contact, CallbackRecord], None] = lambda _contact, _record: None
        self._all: dict[str, Waiting] = {}
        self._by_contact: dict[str, Waiting] = {}
        self._agenda: list[tuple[float, str]] = []
        self._loaded = False
        self._alarm = Alarm(desk.now, self.look)
        desk.listeners.append(self._told)
        desk.ups.append(self.up)
        desk.anew.append(self._let_go)
        desk.arriving = self.arriving
        line.answered, line.gone = self._answered, self._gone

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
            _named(recall.key),
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
            contact=_packed(contact, dialled=_dialled(call), state=recall.state),
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
        if waiting is None or waiting.there:
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
        contact, record = waiting.contact, waiting.record
        self._by_contact[contact.id] = waiting
        self.entering(contact, record)
        self._desk.ask(contact, self._serve, {"callback": "yes", "number": record.number})

    def _again(self, waiting: Waiting, seconds: float) -> None:
        """Out of the queue for so long; the place in time stays. The next attempt is another contact, as
        each ends in one disposition."""
        self._leave_queue(waiting)
        moment = self._desk.now() + seconds
        waiting.contact = replace(waiting.contact, id=_named(waiting.contact.id), entered=moment)
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
        if waiting.there or waiting.rung is not None:
            return  # they are on the line by now, and the desk connects them; or are just being given up
        record, kept = waiting.record, waiting.record.contact
        state = str(kept["state"])
        try:
            self._walkable(state)
        except IvoryError as error:
            log.warning("callback cannot be made", callback=record.id, error=str(error))
            self._over(waiting, "failed", error.message)
            return
        waiting.rung = Rung(record.id, offer, leg, record.number, str(kept["dialled"]), state)
        self._write(waiting, "dialling", attempts=record.attempts + 1, served_by=offer.agent)
        try:
            self._line.ring(waiting.rung)
        except NotReached as missed:
            waiting.rung = None
            self._missed(waiting, missed)
        except Exception:
            waiting.rung = None
            if record.id in self._all:
                self._again(waiting, AGAIN)
            raise
        else:
            waiting.rung = None
            log.info("customer answered", callback=record.id, agent=offer.agent)

    def _answered(self, callback: str) -> None:
        """The customer is on the line, as a call that waits for its agent."""
        if waiting := self._all.get(callback):
            waiting.there = True
            self._write(waiting, "dialling", result="answered")

    def _gone(self, callback: str) -> None:
        """The customer has hung up: if that was before their call had its place, nobody else says so."""
        waiting = self._all.get(callback)
        if waiting is not None and waiting.there:
            self._desk.tell(ContactLeft(waiting.contact.id, "abandoned"))

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

    def _told(self, action: Action) -> None:
        """A contact's time in the queue is over."""
        if not isinstance(action, ContactEnded):
            return
        waiting = self._by_contact.get(action.contact)
        if waiting is None or not waiting.queued or (waiting.rung is not None and not waiting.rung.answered):
            return
        there, waiting.queued, waiting.there = waiting.there, False, False
        if action.disposition == "answered" or (there and action.disposition not in ("abandoned", "failed")):
            self._over(waiting, "done", action.disposition)
        elif there:
            self._missed(waiting, NotReached(action.disposition))
        else:
            self._again(waiting, AGAIN)

    def _over(self, waiting: Waiting, state: str, result: str) -> None:
        del self._all[waiting.record.id]
        self._leave_queue(waiting)
        if waiting.rung is not None and state != "done":
            self._line.give_up(waiting.rung)
        self._write(waiting, state, result=result, contact=_packed(waiting.contact))
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
        kept = {"contact": {**waiting.record.contact, **_packed(waiting.contact)}, **changed}
        now = _moment(self._desk.now())
        waiting.record = replace(waiting.record, state=state, changed=now, **kept)  # type: ignore[arg-type]
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

    def _let_go(self) -> None:
        """Where another worker has the desk now, the callbacks are its to make: they are read again when the
        desk comes back."""
        if not self._desk.active:
            self._all.clear()
            self._by_contact.clear()
            self._agenda.clear()
            self._loaded = False

    def _restore(self, records: Sequence[CallbackRecord], snapshot: Snapshot) -> None:
        rung = {leg: channel.uuid for channel in snapshot.channels if (leg := channel.variable(CALLBACK))}
        for record in records:
            try:
                contact, state = unpack(str(record.contact["packed"])).contact, record.contact["state"]
            except (IvoryError, KeyError) as error:
                log.warning("a callback cannot be read", callback=record.id, error=str(error))
                continue
            self._take_up(Waiting(record, contact), rung.get(record.id, "") if state else "")
        log.info("callbacks found", callbacks=len(records), there=len(rung))

    def _take_up(self, waiting: Waiting, customer: str) -> None:
        """Go on with a callback whose customer may be on the line, as `customer`: in a talk, waiting for one,
        or with a telephone that rings, which is let be and rung again."""
        record, contact, desk = waiting.record, waiting.contact, self._desk
        if desk.talks.by_contact(contact.id):
            self._all[record.id] = waiting
            self._over(waiting, "done", "answered")
        elif customer and customer in desk.places:
            self._all[record.id] = self._by_contact[contact.id] = waiting
            waiting.queued = waiting.there = True
            self._line.found(customer, record.id)
        else:
            if customer:
                self._line.hang_up(customer)
                waiting.contact = replace(contact, id=_named(contact.id))
            self._enter(waiting)


def _named(key: str) -> str:
    """The name of the contact that begins when a customer is called: after the call that will be, and the
    visit of `key` that it takes up."""
    return f"{uuid4()}:{key.rpartition(':')[2]}"


def _dialled(call: Call) -> str:
    """The number a caller has dialled; empty for what is none, such as a name."""
    return call.dnis if re.fullmatch(r"[0-9+*#]{1,32}", call.dnis) else ""


def _packed(contact: Contact, **more: str) -> dict[str, str]:
    return {"packed": pack(Stay(contact)), **more}


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
