"""The composition root: settings become services, services a worker. The only file that sees everything."""

from __future__ import annotations

import time
from functools import partial

import gevent

from ivr.clock import SystemClock
from ivr.errors import IvoryError
from ivr.esl.call import Surroundings
from ivr.esl.connection import Connection
from ivr.http_client import Client
from ivr.log import get
from ivr.runtime.journey import Journey, Listener
from ivr.runtime.library import Flows, Library, constant_speeches
from ivr.runtime.recorder import recorder
from ivr.runtime.services import RealServices
from ivr.runtime.worker import Worker
from ivr.settings import Settings
from ivr.speech.voice import Voice
from ivr.store.schema import open_current
from ivr.store.writer import Writer

log = get(__name__)


class App:
    """Everything a worker process holds, wired up. Needs gevent's monkey patches.

    Args:
        listeners: told of every step of every call, beside the store.
    """

    def __init__(self, settings: Settings, *listeners: Listener) -> None:
        self.settings = settings
        self.voice = Voice(settings.speech)
        self.writer = Writer(partial(open_current, settings.store.url), settings.store.spool, SystemClock())
        self.journey = Journey(recorder(self.writer.put, settings.switch.host), *listeners)
        self.library = Library(settings.flows.dir, settings.flows.sounds, self._render_ahead)
        self.services = RealServices(Client(settings.http))
        self.worker = Worker(
            self._connect,
            self._surroundings,
            self.library,
            self.services,
            self.journey,
            settings.calls.max_steps,
        )

    def start(self) -> None:
        """Begin to serve. Raises IvoryError for what cannot work at all."""
        try:
            self.settings.calls.recordings.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IvoryError(
                f"{self.settings.calls.recordings} cannot be made: {error.strerror}",
                hint="see calls.recordings",
            ) from None
        self.writer.start()
        self.worker.start(self.settings.flows.reload_after)

    def stop(self) -> None:
        """Let go of everything; calls stay on the switch."""
        self.worker.stop()
        self.voice.stop()
        self.writer.stop()

    def _connect(self, **callbacks: object) -> Connection:
        switch = self.settings.switch
        return Connection(
            switch.host,
            switch.port,
            switch.password.get_secret_value(),
            connect_timeout=switch.connect_timeout,
            command_timeout=switch.command_timeout,
            **callbacks,  # type: ignore[arg-type]
        )

    def _surroundings(self, connection: Connection) -> Surroundings:
        settings = self.settings
        return Surroundings(
            connection, self.voice, settings.calls, settings.flows.sounds, settings.speech.deadline
        )

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
        self.voice.prepare(gevent.get_hub().threadpool.apply(constant_speeches, (flows,)))
