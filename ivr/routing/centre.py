"""Everything of the call centre that a worker has, put together: the plan, the desk, who does orders.

What is told by one part to another is wired here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

from ivr.acd.model import Contact
from ivr.acd.plan import EMPTY, LoadedPlan
from ivr.acd.transition import steps
from ivr.call import Call, Piece
from ivr.clock import Clock
from ivr.errors import IvoryError
from ivr.esl.recordings import Recordings as Folder
from ivr.hours import Book
from ivr.log import get
from ivr.portions import BREATH
from ivr.routing.callbacks import Callbacks
from ivr.routing.chronicle import Chronicle
from ivr.routing.contact_orders import ContactDesk
from ivr.routing.control import Control
from ivr.routing.desk import Desk
from ivr.routing.directory import CustomerDirectory
from ivr.routing.history import History
from ivr.routing.inspection import Inspection
from ivr.routing.opening import Hours
from ivr.routing.orders import Orders
from ivr.routing.phones import AgentPhones
from ivr.routing.plan_manners import PlanManners
from ivr.routing.planning import Planning
from ivr.routing.pushed import Pushed
from ivr.routing.recording import Recorder
from ivr.routing.recording_orders import Recordings
from ivr.routing.recording_policy import policies
from ivr.routing.ringing import Prepared
from ivr.routing.ringing_back import RingingBack
from ivr.routing.staff import Staff
from ivr.routing.states import States, stored
from ivr.routing.talking import Talking
from ivr.routing.wrap_ups import WrapUps
from ivr.settings import Settings
from ivr.store.callbacks import unfinished
from ivr.store.database import Store
from ivr.store.pushed import pushed as one_pushed
from ivr.store.pushed import unfinished as still_pushed
from ivr.store.records import CallbackRecord, Record

log = get(__name__)

_T = TypeVar("_T")

HANDED_OVER = 3.0
"""Seconds an order waits for a worker to have all that another is leaving to it."""
LOOK = 1.0
"""Seconds between two looks at the clock for groups that open and close."""


class Keeper(Protocol):
    """Keeps records; never waits."""

    def put(self, record: Record) -> None: ...

    def flush(self, timeout: float = ...) -> bool: ...

    def ask(self, question: Callable[[Store], _T]) -> _T: ...


class Centre:
    """The call centre of one worker.

    Args:
        prepare: begins to make the sounds an agent hears before a caller.
        recordings: where FreeSWITCH records to.
        node: the name of the FreeSWITCH, for records.
        owner: the name under which the worker claims it.
        walkable: raises IvoryError unless a call can go on with a state that was kept.
        book: the calendars of the house.
    """

    def __init__(
        self,
        settings: Settings,
        open_database: Callable[[], Store],
        keeper: Keeper,
        clock: Clock,
        prepare: Callable[[list[Piece]], Prepared],
        recordings: Callable[[], Folder],
        node: str = "",
        owner: str = "",
        walkable: Callable[[str], None] = lambda _state: None,
        book: Callable[[], Book] = Book,
    ) -> None:
        self._clock = clock
        self._changing = BoundedSemaphore(1)
        self.planning = Planning(
            settings.acd.plan, settings.acd.mirror, open_database, on_change=self._planned, book=book
        )
        manners = PlanManners(lambda: self.planning.now)
        self.desk = Desk(EMPTY.plan, settings.calls, prepare, manners)
        wrap_ups: WrapUps = {}
        self.states = States(lambda: self.desk.line, lambda: keeper.ask(stored), wrap_ups)
        self.desk.listeners.append(self.states.told)
        self.desk.recovery.agents = self.states.read
        self.desk.restarted.append(self.states.refill)
        self.hours = Hours(self.planning.opening, self.desk.tell)
        self.staff = Staff(
            self.desk,
            lambda: self.planning.now,
            keeper.put,
            self._called,
            lambda agent: self.talking.of(agent),
            lambda contact: self.contacts.about(contact),
            lambda contact, priority: self.pushed.prioritise(contact, priority),
        )
        self.talking = Talking(
            self.desk, self.planning, settings, keeper.put, clock, lambda *order: self.orders.give(*order)
        )
        self.recorder = Recorder(
            lambda: self.desk.line,
            recordings,
            settings.calls.recordings,
            policies(lambda: self.planning.now.centre),
            keeper.put,
            self.desk.now,
            node,
        )
        self.recorder.attach(self.desk.talks)
        manners.consent = self.recorder.announcement
        self.desk.overheard.append(self.recorder.handle)
        recorded = Recordings(self.recorder, self.desk.talks)
        self.orders = Orders(
            self.staff, recorded, *self.talking.parts, audit=keeper.put, now=clock.now, ours=self._ours
        )
        self.pushed = Pushed(
            self.desk,
            keeper.put,
            keeper.flush,
            lambda: keeper.ask(still_pushed),
            lambda contact: keeper.ask(partial(one_pushed, contact=contact)),
        )
        self.pushed.entering = lambda contact, number: self.chronicle.arrived(contact, ani=number)
        self.pushed.served = self.staff.served
        self.contacts = ContactDesk(self.desk, self.pushed, keeper.put)
        self.orders.add(self.contacts)
        self.phones = AgentPhones(self.staff, lambda: self.planning.now, self.orders)
        ringing_back = RingingBack(self.desk, settings.calls, settings.acd, owner)
        self.callbacks = Callbacks(
            self.desk,
            ringing_back,
            settings.calls,
            settings.acd,
            groups=lambda: self.planning.now.plan.groups,
            keep=keeper.put,
            kept=keeper.flush,
            load=lambda: keeper.ask(unfinished),
            walkable=walkable,
        )
        self.callbacks.entering = self._calls_back
        self.directory = CustomerDirectory(open_database, keeper.put, clock)
        self.history = History(self.directory.known, lambda: self.planning.now.plan, self.desk.tell)
        self.chronicle = Chronicle(keeper.put, self.desk.now, node, wrap_ups)
        self.chronicle.attach(self.desk)
        self._arriving, self.desk.arriving = self.desk.arriving, self._arrives
        self.inspection = Inspection(lambda: self.desk.router if self.desk.active else None)
        self.control = Control(settings.acd.control, self.orders)
        self.desk.anew.append(lambda: self.hours.look(clock.now(), anew=True))
        self._greenlets: list[gevent.Greenlet[..., None]] = []

    def calendars_changed(self) -> None:
        """Another book of calendars is in force."""
        self.hours.look(self._clock.now(), anew=True)

    def warm(self) -> None:
        """Load what takes long to load."""
        self.planning.refresh()

    def start(self) -> None:
        """Look after the plan and take orders."""
        self.directory.start()
        self.planning.start()
        self.control.start()
        self.inspection.start()
        self._greenlets.append(gevent.spawn(self._watch_hours))

    def stop(self) -> None:
        """Take no more orders; callers and agents stay on the switch."""
        self.control.stop()
        self.inspection.stop()
        self.directory.stop()
        self.callbacks.stop()
        self.pushed.stop()
        self.states.stop()
        gevent.killall(self._greenlets, timeout=1)
        self.planning.stop()

    def _called(self, customer: str) -> str:
        """The name of a customer who was looked up lately."""
        known = self.directory.known(customer)
        return known.customer.name if known and known.customer else ""

    def _ours(self) -> None:
        if not self.desk.ours.wait(HANDED_OVER):
            raise IvoryError(
                "this worker has no callers and agents to see to",
                hint="it stands by while another worker has FreeSWITCH, or has not reached FreeSWITCH yet",
            )

    def _calls_back(self, contact: Contact, record: CallbackRecord) -> None:
        """The contact of somebody who is to be called back, before it is put into the queue."""
        self.chronicle.arrived(contact, language=record.language, ani=record.number)

    def _arrives(self, call: Call, contact: Contact) -> Contact:
        """A caller's contact, before it is put into the queue."""
        contact = self.history.acquaint(self._arriving(call, contact))
        self.chronicle.arrived(contact, call)
        return contact

    def _planned(self, plan: LoadedPlan) -> None:
        """Another plan is in force: with agents at work in small steps, and calls have their turn between."""
        with self._changing:
            for step in steps(self.desk.planned, plan.plan) if self.desk.active else (plan.plan,):
                self.desk.plan(step)
                gevent.sleep(BREATH)
            self.hours.look(self._clock.now(), anew=True)

    def _watch_hours(self) -> None:
        while True:
            gevent.sleep(LOOK)
            try:
                self.hours.look(self._clock.now())
            except Exception:
                log.exception("opening hours were not looked at")
