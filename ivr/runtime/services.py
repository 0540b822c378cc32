"""What nodes need of the outside world, for real calls: HTTP, Python operations, work beside a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from datetime import datetime
from typing import Any

import gevent
from gevent.pool import Pool

from ivr import numbers, registry
from ivr.call import Call
from ivr.errors import FetchError, IvoryError, RefusedInput
from ivr.hours import Book, Calendar, Status
from ivr.http_client import Client, Response
from ivr.log import get
from ivr.runtime.ports import (
    Agents,
    Callbacks,
    Code,
    Comfort,
    Directory,
    Known,
    Notification,
    Place,
    Promise,
    Queues,
    Rating,
    Recall,
    Wish,
)

log = get(__name__)

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


class Strangers:
    """A directory that nobody is in."""

    def find(self, number: str) -> Known:
        return Known(numbers.customer_key(number))

    def remember(self, number: str, values: Mapping[str, Any]) -> None:
        return


class NoQueues:
    """Skill groups of which there are none."""

    def comfort(self, call: Call, wish: Wish) -> Comfort:
        return Comfort()

    def enter(self, call: Call, wish: Wish) -> Place:
        raise IvoryError(f'there is no skill group "{wish.group}"', hint="write a routing plan")

    def waiting(self, group: str) -> int:
        return 0

    def available(self, group: str) -> int:
        return 0

    def expected_wait(self, group: str) -> float | None:
        return None


class NoCallbacks:
    """Nobody is called back."""

    def dialled(self, number: str) -> str:
        raise RefusedInput(f"{numbers.mask(number)} may not be dialled: nobody is called back here")

    def ask(self, call: Call, recall: Recall) -> Promise:
        raise IvoryError("nobody is called back here", hint="write a routing plan")


class NoAgents:
    """Agents of whom there are none."""

    def reasons(self, language: str) -> Sequence[Code]:
        return ()

    def dispositions(self, agent: str, language: str) -> Sequence[Code]:
        return ()

    def by_number(self, number: str) -> str:
        return ""

    def check(self, agent: str, pin: str) -> bool:
        return False

    def state(self, agent: str) -> str:
        return ""

    def order(self, name: str, agent: str, **given: Any) -> None:
        raise IvoryError(f'there is no agent "{agent}"', hint="write a routing plan")


class RealServices:
    """The services of a worker.

    Attributes:
        calendars: those that are `open` or `closed` whatever the time is, by name, unless the house has one.

    Args:
        book: the calendars of the house.
        rated: keeps a survey's answer; must not wait.
        notified: has other systems told; must not wait.
    """

    def __init__(
        self,
        client: Client,
        directory: Directory | None = None,
        queues: Queues | None = None,
        callbacks: Callbacks | None = None,
        agents: Agents | None = None,
        rated: Callable[[Rating], object] = lambda _rating: None,
        book: Callable[[], Book] = Book,
        notified: Callable[[Notification], object] = lambda _notification: None,
    ) -> None:
        self.queues = queues or NoQueues()
        self.callbacks = callbacks or NoCallbacks()
        self.agents = agents or NoAgents()
        self.calendars: dict[str, str] = {}
        self._rated, self._notified = rated, notified
        self._book = book
        self.directory = directory or Strangers()
        self._client = client
        self._pool = Pool(MAX_OPERATIONS)

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Response:
        return self._client.fetch(method, url, deadline=deadline, **parts)

    def awaits(self, call: Call, key: str, came: Callable[[Any], None]) -> None:
        return  # an order brings it

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

    def rated(self, rating: Rating) -> None:
        try:
            self._rated(rating)
        except Exception:  # an answer that is lost must not cost its caller the call
            log.exception("survey's answer not kept", call=rating.call, item=rating.item)

    def notify(self, notification: Notification) -> None:
        try:
            self._notified(notification)
        except Exception:  # as above
            log.exception("nobody was told", call=notification.call, kind=notification.event)

    def finish(self, timeout: float) -> int:
        """Wait for what goes on; how many operations are not done after `timeout` seconds."""
        self._pool.join(timeout)
        return len(self._pool)

    def hours(self, calendar: str, own: Calendar | None, at: datetime) -> Status | None:
        book = self._book()
        if own is not None and calendar in self.calendars and calendar not in book.entries:
            return own.status(at, self.calendars[calendar])
        return book.status(calendar, at, own)
