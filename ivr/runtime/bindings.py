"""Numbers and calendars in force, watched: what the store says, else what this machine saw last.

The database is asked in a thread of its own; calls never wait for it. While it is away nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import get_native_id
from types import MappingProxyType

import gevent
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool

from ivr.dids import Table
from ivr.errors import IvoryError, StoreError
from ivr.hours import Book, Entry
from ivr.log import get
from ivr.store import bindings, calendars, numbers
from ivr.store.database import Store
from ivr.versions.bound import NOTHING, Bound, BoundMirror

log = get(__name__)


class Bindings:
    """Looks after what names are bound to.

    Attributes:
        now: what is in force.
        on_change: told when something else is; must not wait.

    Args:
        mirror: the file that it is kept in.
        open_database: opens the store, brought up to date; called in a native thread.
    """

    def __init__(self, mirror: Path, open_database: Callable[[], Store]) -> None:
        self.now: Bound = NOTHING
        self.on_change: Callable[[], None] = lambda: None
        self._watch = _Watch(BoundMirror(mirror), open_database)
        self._pool = ThreadPool(1)
        self._looking = BoundedSemaphore(1)
        self._greenlet: gevent.Greenlet[..., None] | None = None
        self._troubles: tuple[str, ...] = ()

    def refresh(self) -> bool:
        """Look for news; returns whether there are. What is wrong is logged, once."""
        with self._looking:
            bound, troubles = self._pool.apply(self._watch.look)
            for trouble in troubles:
                if trouble not in self._troubles:
                    log.warning("bindings", trouble=trouble)
            self._troubles = tuple(troubles)
            if bound is None:
                return False
            if bound.dids.rows or bound.calendars.entries or self.now.turn >= 0:
                log.info("bindings in force", turn=bound.turn, numbers=len(bound.dids.rows),
                         calendars=len(bound.calendars.entries))  # fmt: skip
            self.now = bound
        self.on_change()
        return True

    def start(self, every: float) -> None:
        """Go on looking, every so many seconds."""
        if self.now is NOTHING:
            self.refresh()
        self._greenlet = gevent.spawn(self._run, every)

    @property
    def alive(self) -> bool:
        """Whether it still looks."""
        return self._greenlet is not None and not self._greenlet.dead

    @property
    def threads(self) -> tuple[int, ...]:
        """The system's number of its thread."""
        return (self._pool.apply(get_native_id),)

    def stop(self) -> None:
        """Look no more, and let the database go."""
        if self._greenlet is not None:
            self._greenlet.kill()
        self._pool.apply(self._watch.close)
        self._pool.kill()

    def _run(self, every: float) -> None:
        while True:
            try:
                self.refresh()
            except Exception:  # of who is told: numbers must be looked after all the same
                log.exception("bindings were not looked after")
            gevent.sleep(every)


class _Watch:
    """What belongs to the thread."""

    def __init__(self, mirror: BoundMirror, open_database: Callable[[], Store]) -> None:
        self._mirror, self._open = mirror, open_database
        self._store: Store | None = None
        self._seen: Bound | None = None
        self._asked = False
        self._wrong: list[str] = []
        self._unkept = False

    def look(self) -> tuple[Bound | None, list[str]]:
        """What is in force, if it is something else than at the last look, and what is wrong."""
        if self._seen is None:
            # What this machine saw last serves at once: the next look asks the database.
            self._seen = self._mirror.read()
            if self._seen.turn >= 0:
                return self._seen, []
        try:
            found = self._ask(self._seen)
        except IvoryError as error:
            self.close()
            return None, [f"the store is not looked at: {error}"]
        return found, [*self._wrong, *self._keep(found)]

    def _ask(self, seen: Bound) -> Bound | None:
        store = self._store = self._store or self._open()
        turn = bindings.turn(store)
        if turn == seen.turn and self._asked:  # what is on the disk may be of another database
            return None
        # A change while this is read has another turn, and so is read at the next look.
        kept = calendars.every(store)
        self._wrong = [
            f"calendar {one.name} keeps its last hours: {one.trouble}" for one in kept if one.trouble
        ]
        before = seen.calendars.entries
        entries = {
            one.name: Entry(before[one.name].calendar, one.entry.forced)
            if one.trouble and one.name in before
            else one.entry
            for one in kept
        }
        table = Table(one.did for one in numbers.every(store))
        self._seen, self._asked = Bound(turn, table, Book(MappingProxyType(entries))), True
        return self._seen

    def _keep(self, found: Bound | None) -> list[str]:
        """Keep what is in force, also what a full disk did not take the last time."""
        if found is None and not self._unkept:
            return []
        try:
            self._mirror.keep(self._seen or NOTHING)
        except IvoryError as error:
            self._unkept = True
            return [str(error)]
        self._unkept = False
        return []

    def close(self) -> None:
        """Let the database go."""
        if self._store is not None:
            store, self._store = self._store, None
            with suppress(StoreError):
                store.close()
