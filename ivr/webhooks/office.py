"""The post process at work: makes deliveries of events, and has a courier for each endpoint.

Several may run on one database. Each thing to do has a lease; whoever holds it does it, and when a holder
dies another takes it up as soon as the lease is over. A lease lasts longer than any post, and no post begins
unless it will be over by then, so that two never deliver to one endpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import gevent

from ivr.clock import Clock
from ivr.errors import StoreError
from ivr.log import get
from ivr.settings import Webhooks
from ivr.store.database import Store
from ivr.store.webhooks import endpoints, leases, outbox, sources
from ivr.store.webhooks.endpoints import Endpoint
from ivr.webhooks.courier import Courier, Posts
from ivr.webhooks.ledger import Ledger
from ivr.webhooks.receiving import REMEMBERED
from ivr.webhooks.spreader import BATCH, spread
from ivr.webhooks.verdict import Limits

log = get(__name__)

LOOK = 0.2
"""Seconds between looks for events."""
RENEW = 2.0
"""Seconds between looks at endpoints and leases."""
COUNT = 30.0
"""Seconds between counts of what waits."""
SWEEP = 600.0
"""Seconds between sweeps of what is over."""
BREATH = 0.05
"""Seconds between two steps of a sweep."""
SPARE = 10.0
"""Seconds of a lease beyond what the longest post takes."""
ENDING = 5.0
"""Seconds for posts that are under way at the end."""
OFFICE = "office"
"""The lease of whoever makes deliveries, counts and sweeps."""


class Office:
    """Delivers until it is stopped.

    Args:
        open_database: opens the store, up to date.
        holder: the name under which leases are held; a successor of the same name has them at once.
        lease: seconds; None: as long as the settings' longest post, and some.
    """

    def __init__(
        self,
        options: Webhooks,
        open_database: Callable[[], Store],
        wire: Posts,
        clock: Clock,
        holder: str,
        lease: float | None = None,
    ) -> None:
        self._options, self._wire, self._clock, self._holder = options, wire, clock, holder
        self._lease = lease or options.timeout + SPARE
        self._ledger = Ledger(open_database)
        self._couriers: dict[str, Courier] = {}
        self._leading = 0.0
        self._greenlets: list[gevent.Greenlet[..., None]] = []

    def start(self) -> None:
        """Begin."""
        for work, every in (
            (self._look_after, RENEW),
            (self._spread, LOOK),
            (self._count, COUNT),
            (self._sweep, SWEEP),
        ):
            self._greenlets.append(gevent.spawn(self._again, work, every))

    def stop(self) -> None:
        """Let posts that are under way end, write down what became of them, and leave the rest to others."""
        gevent.killall(self._greenlets)
        jobs = [gevent.spawn(courier.stop, ENDING) for courier in self._couriers.values()]
        gevent.joinall(jobs, ENDING + 2)
        try:
            self._ledger.ask(leases.leave, self._holder)
        except StoreError as error:
            log.warning("leases are not left", error=str(error))
        self._ledger.close()

    def _again(self, work: Callable[[], None], every: float) -> None:
        failing = False
        while True:
            try:
                work()
            except StoreError as error:
                if not failing:
                    log.warning("the post waits for the database", error=str(error))
                failing = True
            except Exception:
                log.exception("the post stumbled")
            else:
                failing = False
            gevent.sleep(every)

    # Endpoints and leases -------------------------------------------------------------------------------

    def _look_after(self) -> None:
        """Have a courier for each endpoint whose lease is ours."""
        if (until := self._take(OFFICE)) is not None:
            self._leading = until
        there = {one.id: one for one in self._ledger.ask(endpoints.every)}
        for name in [*self._couriers]:
            if name not in there or not there[name].enabled:
                self._dismiss(name)
        for name, endpoint in there.items():
            if endpoint.enabled:
                self._employ(name, endpoint)

    def _employ(self, name: str, endpoint: Endpoint) -> None:
        until = self._take(f"endpoint {name}")
        courier = self._couriers.get(name)
        if until is None:
            if courier is not None and self._clock.monotonic() >= courier.until:
                self._dismiss(name)
            return
        if courier is None:
            options = self._options
            limits = Limits(options.tries, timedelta(hours=options.give_up))
            courier = self._couriers[name] = Courier(
                endpoint, self._ledger, self._wire, self._clock, limits, options.concurrency, self._gone
            )
            courier.until = until
            courier.start()
        courier.endpoint, courier.until = endpoint, until

    def _dismiss(self, name: str) -> None:
        gevent.spawn(self._couriers.pop(name).stop, ENDING)

    def _take(self, name: str) -> float | None:
        """Take or renew a lease: until when posts may begin; None: another has it."""
        began = self._clock.monotonic()
        now = self._clock.now()
        taken = self._ledger.ask(leases.take, name, self._holder, now, self._lease)
        return began + max(self._lease - self._options.timeout, RENEW) if taken else None

    def _gone(self, endpoint: Endpoint) -> None:
        """A receiver answered 410: it wants to hear nothing more."""
        gevent.spawn(self._disable, endpoint, "it answered 410 Gone")

    def _disable(self, endpoint: Endpoint, reason: str) -> None:
        if (courier := self._couriers.get(endpoint.id)) is not None:
            courier.until = 0.0  # at once; the database hears of it in a moment
        values = {"enabled": False, "reason": reason}
        try:
            self._ledger.ask(endpoints.change, endpoint.id, values, self._clock.now(), "post")
        except StoreError as error:
            log.warning("a webhook is not disabled yet", endpoint=endpoint.id, error=str(error))
            return
        hint = f"ivr webhook enable {endpoint.id}"
        log.error("a webhook is disabled", endpoint=endpoint.id, reason=reason, hint=hint)

    # Events ---------------------------------------------------------------------------------------------

    @property
    def _leads(self) -> bool:
        return self._clock.monotonic() < self._leading

    def _spread(self) -> None:
        """Make deliveries of all the events there are."""
        while self._leads:
            now = self._clock.now()
            count, receivers = self._ledger.ask(spread, now)
            for name in receivers:
                if courier := self._couriers.get(name):
                    courier.news()
            if count < BATCH:
                return

    def _count(self) -> None:
        """Disable endpoints for which more waits than is reasonable: somebody has forgotten them."""
        most = self._options.backlog
        for courier in [*self._couriers.values()]:
            endpoint = courier.endpoint
            if self._ledger.ask(outbox.waiting, endpoint.id, most) >= most:
                self._disable(endpoint, f"{most} events wait for it")

    def _sweep(self) -> None:
        """Forget what is over, in small steps."""
        options, now = self._options, self._clock.now()
        delivered, dead = now - timedelta(days=options.keep), now - timedelta(days=options.keep_dead)
        while self._leads and self._ledger.ask(outbox.purge, delivered, dead):
            gevent.sleep(BREATH)
        if self._leads:
            self._ledger.ask(sources.purge, now - REMEMBERED)
