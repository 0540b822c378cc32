"""Numbers and calendars in force, watched: what the store says, else what this machine saw last.

The database is asked in a thread of its own; calls never wait for it. While it is away nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from ivr.dids import Table
from ivr.errors import IvoryError, StoreError
from ivr.hours import Book, Entry
from ivr.log import get
from ivr.store import bindings, calendars, numbers
from ivr.store.database import Store
from ivr.versions.bound import NOTHING, Bound, BoundMirror
from ivr.watched import Watched

log = get(__name__)


class Bindings(Watched[Bound]):
    """Looks after what names are bound to.

    Attributes:
        now: what is in force.
        on_change: told when something else is; must not wait.

    Args:
        mirror: the file that it is kept in.
        open_database: opens the store, brought up to date; called in a native thread.
    """

    def __init__(self, mirror: Path, open_database: Callable[[], Store]) -> None:
        super().__init__("bindings", _Watch(BoundMirror(mirror), open_database))
        self.now: Bound = NOTHING
        self.on_change: Callable[[], None] = lambda: None

    def take(self, found: Bound) -> None:
        """What is new is in force from now on."""
        if found.dids.rows or found.calendars.entries or self.now.turn >= 0:
            log.info("bindings in force", turn=found.turn, numbers=len(found.dids.rows),
                     calendars=len(found.calendars.entries))  # fmt: skip
        self.now = found

    def tell(self) -> None:
        """Tell who asked to be told."""
        self.on_change()


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
