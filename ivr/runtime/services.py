"""What nodes need of the outside world, for calls that are real: HTTP, Python operations, work beside a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
from gevent.pool import Pool

from ivr import registry
from ivr.call import Call
from ivr.errors import IvoryError
from ivr.http_client import Client, Response

OPERATIONS = "ivr.operations"
MAX_OPERATIONS = 2000  # at the same time, over all calls
LONGEST = 600.0  # seconds an operation may run, whatever its own limits say


class Work:
    """An operation in a greenlet of its own."""

    def __init__(self, greenlet: gevent.Greenlet[..., Any]) -> None:
        self._greenlet = greenlet

    def done(self) -> bool:
        return self._greenlet.ready()

    def wait(self) -> None:
        self._greenlet.join(LONGEST)

    def result(self) -> Any:
        if not self._greenlet.ready():
            raise IvoryError(f"the operation took longer than {LONGEST:g} s")
        if not self._greenlet.successful() and self._greenlet.exception is not None:
            raise self._greenlet.exception
        return self._greenlet.value

    def abandon(self) -> None:
        # The caller has gone, the request has not: a half-sent order would be neither done nor undone.
        return


class RealServices:
    """The services of a worker."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._pool = Pool(MAX_OPERATIONS)

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Response:
        return self._client.fetch(method, url, deadline=deadline, **parts)

    def operation(self, name: str) -> Callable[..., Any]:
        operation: Callable[..., Any] = registry.load(OPERATIONS, name)
        return operation

    def begin(self, call: Call, work: Callable[[], Any]) -> Work:
        if self._pool.full():
            raise IvoryError(f"{MAX_OPERATIONS} operations run already", hint="an integrator's system is too slow")
        greenlet = gevent.Greenlet(_timed, work)
        greenlet.link(lambda _done: call.wake())
        self._pool.start(greenlet)
        return Work(greenlet)

    def calendar_override(self, flow: str, calendar: str) -> str | None:
        return None


def _timed(work: Callable[[], Any]) -> Any:
    with gevent.Timeout(LONGEST):
        return work()
