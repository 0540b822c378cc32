"""What the web process holds, and how its pages ask the database: never on the hub.

A request that waits for a database, hashes a password or draws a picture does so in a native thread; the hub
goes on carrying the sound of web phones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import gevent
from gevent import monkey

from ivr.clock import Clock, SystemClock
from ivr.control_client import Control
from ivr.settings import Settings
from ivr.store import audits
from ivr.store.database import Store
from ivr.store.records import AuditRecord
from ivr.store.schema import open_current
from ivr.web.accounts.entrance import Lasting
from ivr.web.accounts.who import Who

T = TypeVar("T")

ANSWER = 10.0
"""Seconds the database has for an answer."""
PATIENCE = 3.0
"""Seconds a change waits for another one that is being written."""

_Local: Any = monkey.get_original("_thread", "_local")


class Site:
    """Everything a request may need.

    Args:
        settings: as the worker has them.
        clock: the time.
        sources: where each setting came from, for the page that shows them.
    """

    def __init__(
        self, settings: Settings, clock: Clock | None = None, sources: Mapping[str, str] | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.sources = dict(sources or {})
        web = settings.web
        self.lasting = Lasting(timedelta(hours=web.session_idle), timedelta(hours=web.session_lasts))
        self._stores = _Local()
        self._parts: dict[Callable[[Settings], Any], Any] = {}

    def part(self, kind: Callable[[Settings], T]) -> T:
        """What a part of the site keeps between requests: one of its kind, made when it is first wanted."""
        if kind not in self._parts:
            self._parts[kind] = kind(self.settings)
        return cast(T, self._parts[kind])

    def now(self) -> datetime:
        """The time, aware UTC."""
        return self.clock.now().astimezone(UTC)

    def ask(self, question: Callable[..., T], *arguments: Any) -> T:
        """Have a function of the store, and `arguments`, answered in a native thread. Raises what it does."""
        return self.apart(lambda: question(self._store(), *arguments))

    def apart(self, work: Callable[..., T], *arguments: Any) -> T:
        """Have something done in a native thread, while the hub serves others. Raises what it raises."""
        outcome: tuple[T | None, BaseException | None] = gevent.get_hub().threadpool.apply(
            _caught, (work, arguments)
        )
        value, error = outcome
        if error is not None:
            raise error
        return value  # type: ignore[return-value]

    def control(self, by: str) -> Control:
        """The worker, to be given orders in somebody's name."""
        return Control(self.settings.acd.control, by)

    def audited(
        self, who: Who, order: str, target: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Write down that something was changed. Raises StoreError."""
        record = AuditRecord(self.now(), who.by, order, target, dict(before), dict(after), "done")
        self.ask(audits.add, [record])

    def _store(self) -> Store:
        """This thread's own connection; a fresh one where the file was replaced or the server went away."""
        store: Store | None = getattr(self._stores, "store", None)
        if store is not None:
            try:
                store.verify()
            except Exception:
                store.close()
                store = None
        if store is None:
            store = open_current(self.settings.store.url, patience=PATIENCE, deadline=ANSWER)
            self._stores.store = store
        return store


def _caught(work: Callable[..., T], arguments: tuple[Any, ...]) -> tuple[T | None, BaseException | None]:
    """What came of it. An error that crossed from the thread by itself would be printed there."""
    try:
        return work(*arguments), None
    except BaseException as error:  # handed to who asked
        return None, error
