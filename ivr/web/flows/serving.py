"""Which flow answers which number, for a door that is asked at each call, and for pages: flows and numbers
are read when something about them has changed, and not before. A door that is asked while they are being read
is answered by how things were; a page waits.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from gevent import monkey

from ivr.dids import Table
from ivr.flow.model import LoadedFlow
from ivr.runtime.in_service import in_service, wishes
from ivr.settings import Settings
from ivr.store import bindings, numbers, versions
from ivr.store.database import Store

Mark = tuple[object, ...]

_lock: Final[Any] = monkey.get_original("_thread", "allocate_lock")


@dataclass(frozen=True, slots=True)
class Serving:
    """The flows, the flow that wishes for each number, and what the admin says of numbers."""

    flows: Mapping[str, LoadedFlow] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)
    table: Table = field(default_factory=Table)


class ServingFlows:
    """A part of the site; asked in native threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.flows
        self._reading = _lock()
        self._mark: Mark | None = None
        self._known = Serving()

    def flows(self, store: Store) -> Mapping[str, LoadedFlow]:
        """All flows that answer, as they are now. Raises StoreError."""
        return self._serving(store, wait=True).flows

    def names(self, store: Store) -> frozenset[str]:
        """All flows that answer. Raises StoreError."""
        return frozenset(self._serving(store).flows)

    def answering(self, store: Store, number: str) -> str:
        """The flow that answers a number; empty: none does. Raises StoreError."""
        serving = self._serving(store)
        found = serving.table.choose(number, serving.wishes)
        return found.flow if found and found.flow in serving.flows else ""

    def _serving(self, store: Store, *, wait: bool = False) -> Serving:
        mark = self._look(store)
        if mark == self._mark:
            return self._known
        if not self._reading.acquire(wait or self._mark is None):
            return self._known
        try:
            if mark != self._mark:
                self._known, self._mark = self._read(store, mark), mark
        finally:
            self._reading.release()
        return self._known

    def _read(self, store: Store, mark: Mark) -> Serving:
        """Read what has changed: numbers are read in no time, flows are not."""
        known = self._known
        if self._mark is None or mark[1:] != self._mark[1:]:
            flows = in_service(store, self._settings)
            known = Serving(flows, wishes(flows))
        return replace(known, table=Table(row.did for row in numbers.every(store)))

    def _look(self, store: Store) -> Mark:
        """What is another when anything has changed: of numbers the first, of flows the rest."""
        folder = _stamps(self._settings.dir) if self._settings.drafts else ()
        return (bindings.turn(store), versions.count(store), *folder)


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    try:
        with os.scandir(folder) as entries:
            stats = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".yaml")]
    except OSError:
        return ()
    return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))
