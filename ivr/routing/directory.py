"""Customers looked up while they call, in a fifth of a second of the call's own time and nobody else's.

A native thread of its own asks the database; answers are kept for a minute, and calls of one number wait for
one answer. A database that is away, or slow, costs callers nothing but being unknown for a moment.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import gevent
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool

from ivr import numbers
from ivr.clock import Clock
from ivr.errors import StoreError
from ivr.log import get
from ivr.runtime.ports import Known
from ivr.store.customers import Acquaintance, acquaintance
from ivr.store.database import Store
from ivr.store.records import CustomerNumber, CustomerRecord, Record

log = get(__name__)

PATIENCE = 0.2
"""Seconds a call waits to know who calls."""
FRESH = 60.0
"""Seconds an answer holds."""
REST = 2.0
"""Seconds a database is left alone after it failed or kept somebody waiting in vain."""
KEPT = 10_000
"""Answers kept at most."""
WAITING = 200
"""Look-ups that may wait for the thread."""
PAST = timedelta(days=90)
"""How far back contacts count."""
_NOBODY = Acquaintance(None, 0, ())


@dataclass(slots=True)
class _Entry:
    until: float
    found: Acquaintance


class CustomerDirectory:
    """The directory, as calls see it (`ivr.runtime.ports.Directory`).

    Attributes:
        failed: look-ups that came to nothing since the start.

    Args:
        open_database: opens the store; called in the native thread, and again after each failure.
        put: takes what is to be written down, as `Writer.put`.
    """

    def __init__(
        self, open_database: Callable[[], Store], put: Callable[[Record], None], clock: Clock
    ) -> None:
        self.failed = 0
        self._open_database, self._put, self._clock = open_database, put, clock
        self._store: Store | None = None
        self._thread: ThreadPool | None = None
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._asked: dict[str, AsyncResult[Acquaintance | StoreError]] = {}
        self._asking: gevent.Greenlet[[], None] | None = None
        self._rest_until = 0.0
        self._down = False

    def start(self) -> None:
        """Begin to look up; before that nobody is known."""
        self._thread = ThreadPool(1)

    def stop(self) -> None:
        """Let go of the database; a look-up that is held up is left alone."""
        thread, self._thread = self._thread, None
        if self._asking is not None:
            self._asking.kill(block=False)
        if thread is not None:
            with suppress(gevent.Timeout), gevent.Timeout(1.0):
                thread.spawn(self._close).get()
            thread.kill()

    def find(self, number: str) -> Known:
        key = numbers.customer_key(number)
        if not key:
            return Known()
        found = self._found(key)
        customer = found.customer
        last = found.served[0].agent if found.served else ""
        if customer is None:
            return Known(key, calls=found.contacts, last_agent=last)
        return Known(
            customer.id,
            customer.name,
            bool(customer.vip),
            customer.tags,
            customer.agent,
            customer.language,
            customer.company,
            customer.attributes,
            found.contacts,
            last,
        )

    def remember(self, number: str, values: Mapping[str, Any]) -> None:
        key = numbers.customer_key(number)
        if not key or not values:
            return
        now = self._clock.now()
        entry = self._entries.pop(key, None)  # what is written now is found by the next call
        customer = entry.found.customer if entry else None
        record = CustomerRecord(customer.id if customer else key, now, changed=now, **values)
        self._put(CustomerNumber(key, record.id))
        self._put(record)

    def known(self, customer: str) -> Acquaintance | None:
        """What was found of a customer, or a number; None: it was not looked up lately. Never waits."""
        entry = self._entries.get(customer)
        return entry.found if entry else None

    # One look-up --------------------------------------------------------------------------------------

    def _found(self, key: str) -> Acquaintance:
        now = self._clock.monotonic()
        entry = self._entries.get(key)
        if entry is not None and now < entry.until:
            return entry.found
        stale = entry.found if entry else _NOBODY
        if self._thread is None or now < self._rest_until:
            return stale
        asked = self._asked.get(key)
        if asked is None:
            if len(self._asked) >= WAITING:
                self._trouble(f"{WAITING} look-ups wait for it already")
                return stale
            asked = self._asked[key] = AsyncResult()
            if self._asking is None:
                self._asking = gevent.spawn(self._ask)
        answer = asked.wait(PATIENCE)
        if not isinstance(answer, Acquaintance):
            self._trouble(str(answer or f"no answer within {PATIENCE:g} s"))
            return stale
        if self._down:
            self._down = False
            log.info("customers are looked up again")
        return answer

    def _ask(self) -> None:
        """Have the thread look up whoever waits, many at once, until nobody does."""
        try:
            while self._asked and self._thread is not None:
                asked = dict(self._asked)
                answers = self._thread.apply(self._look_up, (tuple(asked),))
                for key, result in asked.items():
                    del self._asked[key]
                    answer = answers[key]
                    if isinstance(answer, Acquaintance):
                        self._keep(key, answer)
                    result.set(answer)
        finally:
            self._asking = None

    def _keep(self, key: str, found: Acquaintance) -> None:
        entry = _Entry(self._clock.monotonic() + FRESH, found)
        for name in {key, found.customer.id} if found.customer else {key}:
            self._entries[name] = entry
            self._entries.move_to_end(name)
        while len(self._entries) > KEPT:
            self._entries.popitem(last=False)

    def _trouble(self, error: str) -> None:
        self.failed += 1
        self._rest_until = self._clock.monotonic() + REST
        if not self._down:
            self._down = True
            log.warning("customers cannot be looked up; callers are unknown meanwhile", error=error)

    # In the native thread -----------------------------------------------------------------------------

    def _look_up(self, keys: Sequence[str]) -> dict[str, Acquaintance | StoreError]:
        try:
            if self._store is None:
                self._store = self._open_database()
            self._store.verify()
            since = self._clock.now() - PAST
            return {key: acquaintance(self._store, key, since) for key in keys}
        except Exception as error:  # whatever a database comes up with: callers are unknown, and wait no more
            self._close()
            told = error if isinstance(error, StoreError) else StoreError(f"{type(error).__name__}: {error}")
            return dict.fromkeys(keys, told)

    def _close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with suppress(Exception):  # it is given up because it failed, which is told
                store.close()
