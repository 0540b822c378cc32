"""How long an event of a FreeSWITCH takes to us: somebody else fires one, and we wait for it to come."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import gevent
from gevent.event import AsyncResult

from ivr.esl.connection import EVENTS, Connection
from ivr.esl.wire import Event
from tests.freeswitch.client import Client
from tests.freeswitch.instance import Instance

MARK = "Delay-Probe"
PAUSES = 0.015, 0.055  # seconds between two events, so that they fall anywhere in FreeSWITCH's 20 ms


@contextmanager
def listening(
    freeswitch: Instance, wake: float, applications: Sequence[str] = ()
) -> Iterator[tuple[Connection, list[Event]]]:
    """A connection as a worker's that wakes FreeSWITCH every `wake` seconds, and the events it heard."""
    heard: list[Event] = []
    line = Connection(
        "127.0.0.1",
        freeswitch.port,
        freeswitch.password,
        on_event=heard.append,
        on_up=lambda *_: None,
        on_down=lambda _: None,
        events=EVENTS,
        applications=applications,
        wake=wake,
    )
    line.start()
    assert line.wait_up(10), line.failure
    try:
        yield line, heard
    finally:
        line.stop()


class Prober(Client):
    """Fires events and takes the time."""

    def __enter__(self) -> Self:
        return self

    def delays(self, line: Connection, count: int) -> list[float]:
        """Milliseconds from firing an event to its handler on `line`, `count` times."""
        arrived: AsyncResult[float] = AsyncResult()
        took: list[float] = []

        def hear(event: Event) -> None:
            if MARK in event:
                arrived.set(time.monotonic())

        line._on_event = hear
        for _ in range(count):
            gevent.sleep(random.uniform(*PAUSES))
            arrived = AsyncResult()
            began = time.monotonic()
            self._socket.sendall(f"sendevent DTMF\n{MARK}: 1\nUnique-ID: none\n\n".encode())
            at = arrived.get(timeout=5)
            assert at is not None
            took.append((at - began) * 1000)
            self._read()
        return took
