"""The composition root: settings become services, services a worker. The only file that sees everything."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import gevent

from ivr.call import Piece
from ivr.clock import SystemClock
from ivr.errors import IvoryError
from ivr.esl.call import Surroundings
from ivr.esl.connection import APPLICATIONS, Connection
from ivr.esl.known_password import refuse_known
from ivr.esl.recordings import LocalRecordings, Recordings
from ivr.esl.sounds import SHARED_DISK, Reel
from ivr.esl.wire import Event
from ivr.files.remote import Remote
from ivr.flow import phrasebook
from ivr.flow.heard import constant_speeches, recorded_sounds
from ivr.log import get
from ivr.ops.centre_live import CentreBoard
from ivr.ops.context import name_lines
from ivr.ops.live import Board
from ivr.ops.meters import MeteredClient, MeteredVoice
from ivr.ops.metrics import Metrics
from ivr.ops.parts import Parts
from ivr.ops.pulse import Pulse
from ivr.ops.queues import QueueMetrics
from ivr.ops.service import BREATH, Ops
from ivr.routing.centre import Centre
from ivr.routing.live_calls import LiveCalls
from ivr.routing.outward import Outward
from ivr.routing.ringing import Prepared
from ivr.routing.trying import Trying
from ivr.runtime.bindings import Bindings
from ivr.runtime.drafts import Drafts
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey, Listener
from ivr.runtime.library import Library
from ivr.runtime.published import Published
from ivr.runtime.reading import Flows
from ivr.runtime.recorder import node_of, recorder
from ivr.runtime.services import RealServices
from ivr.runtime.worker import Worker
from ivr.settings import Settings
from ivr.speech.ears.client import Ears
from ivr.speech.voice import Voice
from ivr.store.calls import one
from ivr.store.records import SurveyAnswer
from ivr.store.schema import open_current
from ivr.store.unfinished import Unfinished
from ivr.store.writer import Writer
from ivr.webhooks.herald import Herald
from ivr.webhooks.subscriptions import Subscriptions

log = get(__name__)

ANSWER = 3.0
"""Seconds the database has to say what is published; a worker that starts does not wait longer."""


class App:
    """Everything a worker process holds, wired up. Needs gevent's monkey patches.

    Args:
        listeners: told of every step of every call, beside the store.
        owner: the name under which the worker claims its FreeSWITCH; a successor of the same name takes over.
        engine: makes what walks a call.
        only: a flow that is served by itself, with those it leads to; empty: all of them.
    """

    def __init__(
        self,
        settings: Settings,
        *listeners: Listener,
        owner: str = "",
        engine: Callable[..., Engine] = Engine,
        only: str = "",
    ) -> None:
        clock = SystemClock()
        self.settings = settings
        self.metrics = Metrics()
        self.owner = owner or uuid.uuid4().hex
        self.remote: Remote | None = None
        self.voice = Voice(settings.speech, made=self._made)
        self.ears = Ears(settings.asr, settings.log)
        self._hears, self._languages = False, frozenset[str]()
        self.writer = Writer(partial(open_current, settings.store.url), settings.store.spool, clock)
        self.subscriptions = Subscriptions(self.writer)
        herald = Herald(self.writer, self.subscriptions.wanted)
        board = Board(clock)
        node = node_of(settings.switch)
        kept = recorder(herald.put, node)
        self.journey = Journey(name_lines, kept, self.metrics.told, board.told, *listeners)
        flows = settings.flows
        database = partial(open_current, settings.store.url, deadline=ANSWER)
        self.bindings = Bindings(flows.published / "bindings.json", database)
        self.library = Library(
            Drafts(flows.dir, flows.sounds, only),
            Published(flows.published, database),
            serve_drafts=flows.drafts,
            on_change=self._render_ahead,
            numbers=lambda: self.bindings.now.dids,
        )
        self.centre = Centre(
            settings,
            database,
            herald,
            clock,
            self._prepare,
            self._recordings,
            node,
            self.owner,
            self.library.check,
            book=lambda: self.bindings.now.calendars,
        )
        self.bindings.on_change = self.centre.calendars_changed
        herald.shown = self.centre.desk.shown
        self.queue_metrics = QueueMetrics(
            self.metrics.registry,
            self.centre.desk,
            lambda: self.centre.planning.now.plan,
            self.centre.recorder,
            self.centre.directory,
            self.centre.inspection,
            partial(gevent.sleep, BREATH),
        )
        self.services = RealServices(
            MeteredClient(settings.http, self.metrics),
            directory=self.centre.directory,
            queues=self.centre.desk,
            callbacks=self.centre.callbacks,
            agents=self.centre.phones,
            rated=lambda rating: herald.put(SurveyAnswer(**asdict(rating))),
            notified=herald.notify,
            book=lambda: self.bindings.now.calendars,
        )
        self.worker = Worker(
            self._connect,
            self._surroundings,
            self.library,
            self.services,
            self.journey,
            settings.calls.max_steps,
            settings.calls.guard,
            Unfinished(self.writer, node, clock, herald.events),
            engine,
            self.centre.desk,
        )
        outward = Outward(
            self.centre.desk,
            self.centre.talking.tolls,
            settings.calls,
            self.library,
            self.journey,
            self.writer.flush,
            lambda call: self.writer.ask(partial(one, call=call)),
            self.owner,
        )
        live = LiveCalls(self.worker, self.centre.desk, outward)
        self.centre.orders.add(outward, live, Trying(self.library))
        pulse = Pulse(self.metrics.lagged, clock)
        parts = Parts(self.worker, self.journey, self.voice, self.writer, board, pulse)
        staff = self.centre.staff
        talking = self.centre.talking
        centre = CentreBoard(clock, self.centre.desk, staff.status, self._about_contact, talking.of)
        self.centre.contacts.told = centre.described
        talking.conversations.changed.append(centre.busied)
        control = self.centre.control
        self.ops = Ops(
            settings.ops, self.metrics, parts, centre, staff.status, mounted=bool(settings.acd.control)
        )
        control.routes.update(self.ops.routes)

    def warm(self) -> None:
        """Load what takes long to load, so that `start` takes no time."""
        self.bindings.refresh()
        self.library.refresh()
        self.centre.warm()

    def hear(self) -> None:
        """Have recognisers ready for the first caller; else they start when somebody is listened to."""
        self._hears = True
        self.ears.ready(self._languages)

    def start(self) -> None:
        """Begin to serve. Raises IvoryError for what cannot work at all."""
        refuse_known(self.settings.switch)
        try:
            self.settings.calls.recordings.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IvoryError(
                f"{self.settings.calls.recordings} cannot be made: {error.strerror}",
                hint="see calls.recordings",
            ) from None
        self.writer.start()
        self.subscriptions.start()
        if self.remote:
            self.remote.start()
        self.bindings.start(self.settings.flows.reload_after)
        self.centre.start()
        self.worker.start(self.settings.flows.reload_after)
        self.ops.start()

    def stop(self) -> None:
        """Let go of everything; calls stay on the switch."""
        self.ops.stop()
        self.centre.stop()
        self.worker.stop()
        self.library.stop()
        self.bindings.stop()
        if self.remote:
            self.remote.stop()
        self.ears.stop()
        self.voice.stop()
        self.subscriptions.stop()
        self.writer.stop()

    def _connect(self, *, on_event: Callable[[Event], None], **callbacks: object) -> Connection:
        switch = self.settings.switch
        return Connection(
            switch.host,
            switch.port,
            switch.password.get_secret_value(),
            on_event=self.metrics.tap(on_event),
            connect_timeout=switch.connect_timeout,
            command_timeout=switch.command_timeout,
            applications=APPLICATIONS,
            wake=switch.wake / 1000,
            **callbacks,  # type: ignore[arg-type]
        )

    def _surroundings(self, connection: Connection) -> Surroundings:
        settings = self.settings
        if settings.files.url:
            self.remote = Remote(settings, connection)
        return Surroundings(
            connection,
            MeteredVoice(self.voice, self.metrics),
            settings.calls,
            settings.flows.sounds,
            settings.speech.deadline,
            self.owner,
            self.remote.carrier if self.remote else SHARED_DISK,
            self.remote.recordings if self.remote else None,
            self.ears,
        )

    def _prepare(self, pieces: list[Piece]) -> Prepared:
        """Begin to make what an agent hears before a caller."""
        settings, carrier = self.settings, self.remote.carrier if self.remote else SHARED_DISK
        reel = Reel(pieces, self.voice, settings.flows.sounds, settings.speech.deadline, "", carrier)
        return lambda: list(iter(reel.next, None))

    def _recordings(self) -> Recordings:
        """Where FreeSWITCH records talks to."""
        return self.remote.recordings if self.remote else LocalRecordings(self.settings.calls.recordings)

    def _made(self, sound: Path) -> None:
        """A sentence of a flow has become sound."""
        if self.remote:
            self.remote.carrier.ahead(sound)

    def _about_contact(self, contact: str, customer: str) -> dict[str, object]:
        """Who a contact is of, and what it is about, for who watches."""
        return {**self.centre.staff.caller(contact, customer), **self.centre.contacts.about(contact)}

    def drain(self, timeout: float) -> int:
        """Take no new calls; let the others end, and what was begun for them, as a half-sent order would be
        neither done nor undone. Returns how many calls are left after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        left = self.worker.drain(timeout)
        if unfinished := self.services.finish(max(0.0, deadline - time.monotonic())):
            log.warning("operations are broken off", operations=unfinished)
        return left

    def _render_ahead(self, flows: Flows) -> None:
        # Going through a large flow takes longer than calls may wait; a thread does it.
        thread = gevent.get_hub().threadpool
        self.voice.prepare(thread.apply(constant_speeches, (flows,)))
        self._languages = thread.apply(phrasebook.prepare, (flows,))
        if self._hears:
            self.ears.ready(self._languages)
        if self.remote:
            for file in thread.apply(recorded_sounds, (flows,)):
                self.remote.carrier.ahead((self.settings.flows.sounds / file).absolute())
