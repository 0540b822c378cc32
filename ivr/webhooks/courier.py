"""Delivers what waits for one endpoint: streams side by side, within a stream one event after the other.

What became of a post is written down a moment later, many at once. A stream is not looked at again before
that, so a process that is killed in between posts those events once more, and nothing else happens.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from typing import Protocol

import gevent

from ivr.clock import Clock
from ivr.errors import FetchError, IvoryError, StoreError
from ivr.flag import Flag
from ivr.log import get
from ivr.store.webhooks import endpoints, outbox
from ivr.store.webhooks.endpoints import Endpoint
from ivr.store.webhooks.outbox import DEAD, Delivery
from ivr.store.webhooks.secrets import valid
from ivr.webhooks import signing
from ivr.webhooks.bodies import with_pop
from ivr.webhooks.health import Health
from ivr.webhooks.ledger import Ledger
from ivr.webhooks.verdict import Limits, Tried, judge, retry_after
from ivr.webhooks.wire import Answer

log = get(__name__)

GATHER = 0.05
"""Seconds in which results gather to be written together."""
LOOK = 1.0
"""Seconds between looks for what is due, where nobody says that there is something."""
AHEAD = 8
"""Streams that are made ready for each post that may be under way."""
REST = 2.0
"""Seconds a database is left alone that failed."""


class Posts(Protocol):
    """Posts over HTTP; `ivr.webhooks.wire.Wire`."""

    def post(self, url: str, headers: dict[str, str], body: str) -> Answer: ...


class Courier:
    """One endpoint's.

    Attributes:
        endpoint: as it is now; replaced when somebody changes it.
        until: moment of the monotonic clock after which no post may begin: the lease is another's then.

    Args:
        most: posts that may be under way at once.
        gone: called when the endpoint wants to hear nothing more.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        ledger: Ledger,
        wire: Posts,
        clock: Clock,
        limits: Limits,
        most: int,
        gone: Callable[[Endpoint], object],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.endpoint, self.until = endpoint, 0.0
        self._ledger, self._wire, self._clock = ledger, wire, clock
        self._limits, self._most, self._gone, self._chance = limits, most, gone, chance
        self._health = Health()
        self._ready: deque[list[Delivery]] = deque()
        self._busy: set[str] = set()
        self._done: list[Delivery] = []
        self._over: list[str] = []
        self._under_way: set[gevent.Greenlet[..., None]] = set()
        self._wake = Flag()
        self._more = True
        self._ended = False
        self._felt: tuple[bool, str] | None = None
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._greenlet = gevent.spawn(self._run)
        self._greenlet.link_exception(self._died)

    def news(self) -> None:
        """There may be something to deliver."""
        self._more = True
        self._wake.set()

    def stop(self, timeout: float) -> None:
        """Begin nothing more, and write down what is under way, for `timeout` seconds at most."""
        self._ended = True
        gevent.joinall(list(self._under_way), timeout)
        if self._greenlet is not None:
            self._greenlet.kill()
        gevent.killall(list(self._under_way))
        try:
            self._settle()
        except StoreError as error:
            log.warning("posts are not noted, and come again", endpoint=self.endpoint.id, error=str(error))

    # The courier's greenlet -----------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._ended:
            try:
                self._settle()
                self._fetch()
            except StoreError as error:
                log.warning("webhooks wait for the database", endpoint=self.endpoint.id, error=str(error))
                gevent.sleep(REST)
                continue
            self._begin()
            self._wake.wait(self._idle())
            self._wake.clear()
            gevent.sleep(GATHER)

    def _died(self, greenlet: gevent.Greenlet[[], None]) -> None:
        log.error(
            "a courier died; it starts again", endpoint=self.endpoint.id, error=repr(greenlet.exception)
        )
        if not self._ended:
            gevent.spawn_later(REST, self.start)

    def _idle(self) -> float:
        """Seconds until something may be done without anybody saying so."""
        return min(LOOK, max(0.0, self._health.until - self._clock.monotonic()) or LOOK)

    def _settle(self) -> None:
        """Write down what became of posts, and how the endpoint does."""
        done, over = list(self._done), list(self._over)  # others may come while the database is asked
        if done:
            self._ledger.ask(outbox.settle, done)
        del self._done[: len(done)], self._over[: len(over)]
        self._busy.difference_update(over)
        self._more = self._more or bool(over)
        if self._felt is not None:
            (failing, trouble), self._felt = self._felt, None
            now = self._clock.now()
            since = now if failing else None
            self._ledger.ask(endpoints.felt, self.endpoint.id, since, trouble)
            if not failing:
                self._ledger.ask(outbox.hasten, self.endpoint.id, now)
                self._more = True

    def _fetch(self) -> None:
        """Make streams ready that are due and that nobody is at."""
        room = self._most * AHEAD
        if len(self._ready) > room // 2 or not (self._more or not self._ready):
            return
        now, most = self._clock.now(), room + len(self._busy)
        found = self._ledger.ask(outbox.sendable, self.endpoint.id, now, most)
        fresh = [stream for stream in found if stream[0].stream not in self._busy][:room]
        self._more = len(fresh) == room
        self._busy.update(stream[0].stream for stream in fresh)
        self._ready.extend(fresh)

    def _begin(self) -> None:
        """Let as many streams go as may."""
        room = self._health.room(self._clock.monotonic(), len(self._under_way), self._most)
        while room > 0 and self._ready and self._may_begin():
            greenlet = gevent.spawn(self._stream, self._ready.popleft())
            self._under_way.add(greenlet)
            greenlet.link(self._stream_over)
            room -= 1

    def _may_begin(self) -> bool:
        return not self._ended and self.endpoint.enabled and self._clock.monotonic() < self.until

    # One stream -----------------------------------------------------------------------------------------

    def _stream(self, deliveries: list[Delivery]) -> None:
        """Deliver a stream's events until one is not taken, or the endpoint is down."""
        try:
            for delivery in deliveries:
                if not self._may_begin() or delivery.due > self._clock.now():
                    return
                after = self._deliver(delivery)
                self._done.append(after)
                if after.state == outbox.WAITING or self._health.down:
                    return
        finally:
            self._over.append(deliveries[0].stream)

    def _stream_over(self, greenlet: gevent.Greenlet[..., None]) -> None:
        self._under_way.discard(greenlet)
        self._begin()
        self._wake.set()

    def _deliver(self, delivery: Delivery) -> Delivery:
        tried, now = self._try(delivery), self._clock.now()
        after = judge(delivery, tried, now, self._limits, self._chance())
        moment = self._clock.monotonic()
        if tried.gone:
            self._gone(self.endpoint)
        elif tried.unwell:
            if self._health.unwell(moment, self._chance(), tried.after):
                self._felt = (True, tried.words)
                log.warning("a webhook fails; it is left alone for a while", endpoint=self.endpoint.id,
                            trouble=tried.words)  # fmt: skip
        elif self._health.well():
            self._felt = (False, "")
            log.info("a webhook is back", endpoint=self.endpoint.id)
        if after.state == DEAD:
            log.error("an event is a dead letter", endpoint=self.endpoint.id, id=delivery.event,
                      kind=delivery.type, tries=after.attempts, trouble=tried.words)  # fmt: skip
        return after

    def _try(self, delivery: Delivery) -> Tried:
        now, endpoint = self._clock.now(), self.endpoint
        try:
            answer = post(self._wire, endpoint, delivery.event, delivery.body, delivery.pop, self._clock)
        except FetchError as error:
            return Tried(None, error.message)
        except IvoryError as error:
            return Tried(None, str(error))
        words = answer.words if answer.status >= 300 else ""
        return Tried(
            answer.status, words, retry_after(answer.retry_after, now) if answer.retry_after else 0.0
        )


def post(wire: Posts, endpoint: Endpoint, name: str, body: str, pop: str, clock: Clock) -> Answer:
    """Sign a body and post it. Raises FetchError; IvoryError: there is nothing to sign by."""
    now = clock.now()
    keys = valid(endpoint.secrets, now)
    if not keys:
        raise IvoryError(f'webhook "{endpoint.id}" has no secret', hint="`ivr webhook rotate` makes one")
    whole = with_pop(body, pop) if pop else body
    return wire.post(endpoint.url, dict(signing.headers(name, now, whole, keys)), whole)
