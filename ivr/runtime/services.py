"""What nodes need of the outside world, for real calls: HTTP, Python operations, work beside a call."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import gevent
from gevent.pool import Pool

from ivr import registry
from ivr.call import Call
from ivr.errors import FetchError, IvoryError
from ivr.http_client import Client, Response

OPERATIONS = "ivr.operations"
MAX_OPERATIONS = 2000  # at the same time, over all calls
LONGEST = 600.0  # seconds an operation may run, whatever its own limits say


class Work:
    """An operation in a greenlet of its own; `after` is called when it is over, however it ended."""

    def __init__(self, work: Callable[[], Any], after: Callable[[], None]) -> None:
        self._work = work
        self._value: Any = None
        self._error: Exception | None = IvoryError("the operation was broken off")
        self.greenlet: gevent.Greenlet[..., Any] = gevent.Greenlet(self._run)
        self.greenlet.gr_context = copy_context()  # its lines of the log are the call's
        self.greenlet.link(lambda _done: after())

    def _run(self) -> None:
        # Caught here, not in the greenlet, whose hub would print every refused connection with its trace.
        late = gevent.Timeout(LONGEST)
        late.start()
        try:
            self._value = self._work()
            self._error = None
        except gevent.Timeout as fired:
            if fired is not late:
                raise
            self._error = FetchError(f"no answer within {LONGEST:g} s", reason="timeout")
        except Exception as error:
            self._error = error
        finally:
            late.close()

    def done(self) -> bool:
        return self.greenlet.ready()

    def wait(self) -> None:
        self.greenlet.join(LONGEST + 1)

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value

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
            raise IvoryError(
                f"{MAX_OPERATIONS} operations run already", hint="an integrator's system is too slow"
            )
        begun = Work(work, call.wake)
        self._pool.start(begun.greenlet)
        return begun

    def finish(self, timeout: float) -> int:
        """Wait for what goes on; how many operations are not done after `timeout` seconds."""
        self._pool.join(timeout)
        return len(self._pool)

    def calendar_override(self, flow: str, calendar: str) -> str | None:
        return None
