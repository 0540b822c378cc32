"""The plan in force, watched: the store's newest turn, else the draft file.

The database and the disk are asked in a thread of their own; calls never wait for either. While the database
is away nothing changes, and a worker that starts begins with what this machine saw last.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from ivr.acd.plan import EMPTY, LoadedPlan, load
from ivr.acd.plan.hours import Opening, opening
from ivr.errors import IvoryError, StoreError
from ivr.hours import Book
from ivr.log import get
from ivr.routing.planfile import Draft, Kept, Mirror
from ivr.store import plans
from ivr.store.database import Store
from ivr.watched import Watched

log = get(__name__)

EVERY = 0.25
"""Seconds between two looks: a change is in force within a second."""


class Planning(Watched[LoadedPlan]):
    """Looks after the plan.

    Attributes:
        now: the plan in force.

    Args:
        draft: the file that serves while the store has no plan.
        mirror: the file that the store's newest plan is kept in.
        open_database: opens the store, brought up to date; called in a native thread.
        on_change: told of each new plan, and of the first; must not wait.
        book: the calendars of the house, which go before the plan's.
    """

    def __init__(
        self,
        draft: Path,
        mirror: Path,
        open_database: Callable[[], Store],
        on_change: Callable[[LoadedPlan], None] = lambda plan: None,
        book: Callable[[], Book] = Book,
    ) -> None:
        super().__init__("routing plan", _Watch(Draft(draft), Mirror(mirror), open_database))
        self.now: LoadedPlan = EMPTY
        self.on_change = on_change
        self._book = book

    def take(self, found: LoadedPlan) -> None:
        """What is new is in force from now on."""
        for finding in found.findings:
            log.warning("routing plan", finding=str(finding))
        log.info("routing plan in force", turn=found.turn or "draft", groups=len(found.plan.groups),
                 agents=len(found.plan.agents))  # fmt: skip
        self.now = found

    def tell(self) -> None:
        """Tell who asked to be told."""
        self.on_change(self.now)

    def opening(self, at: datetime) -> Opening:
        """Which groups are open at `at`, aware, and when that changes next."""
        return opening(self.now.centre, at, self._book())

    def start(self, every: float = EVERY) -> None:
        """Look now, and go on looking."""
        self.refresh()
        super().start(every)


class _Watch:
    """What belongs to the thread."""

    def __init__(self, draft: Draft, mirror: Mirror, open_database: Callable[[], Store]) -> None:
        self._draft, self._mirror, self._open = draft, mirror, open_database
        self._store: Store | None = None
        self._kept: Kept | None = None
        self._begun = False
        self._seen: Kept | None = None
        self._wrong: list[str] = []

    def look(self) -> tuple[LoadedPlan | None, list[str]]:
        """Another plan than at the last look, if there is one, and what is wrong."""
        troubles: list[str] = []
        if not self._begun:
            # What this machine saw last serves at once: the next look asks the database.
            self._begun, self._kept = True, self._mirror.read()
        if self._seen is not None or self._kept is None:
            try:
                self._ask()
            except IvoryError as error:
                self.close()
                troubles.append(f"the store is not looked at: {error}")
        wanted = self._kept
        if wanted is None:
            try:
                wanted = self._draft.read()
            except IvoryError as error:
                return None, [*troubles, str(error)]
        if wanted == self._seen:
            return None, troubles + self._wrong
        self._seen, self._wrong = wanted, []
        if not wanted.text.strip():
            return EMPTY, troubles
        name = f"turn {wanted.turn}" if wanted.turn else str(self._draft.path)
        try:
            with _nothing_looked_over():
                plan = load(wanted.text.encode("utf-8", "surrogateescape"), name, wanted.turn)
        except IvoryError as error:
            self._wrong = [f"the plan before it stays in force: {error}"]
            return None, troubles + self._wrong
        return plan, troubles

    def _ask(self) -> None:
        """The store's newest turn into `_kept`, and into the mirror."""
        store = self._store = self._store or self._open()
        newest = plans.newest(store)
        if newest == (self._kept.turn if self._kept else 0):
            return
        found = plans.get(store, newest) if newest else None
        if found is None:
            self._kept = None
            self._mirror.forget()
            return
        self._kept = Kept(found.turn, found.text)
        self._mirror.keep(self._kept)

    def close(self) -> None:
        """Let the database go."""
        if self._store is not None:
            store, self._store = self._store, None
            with suppress(StoreError):
                store.close()


@contextmanager
def _nothing_looked_over() -> Iterator[None]:
    """Python looks for cycles among all there is, in whatever thread makes much of it, and everybody waits
    meanwhile: a second with 10,000 agents. A plan has no cycles; what is there now need not be looked at."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
