"""Looks in the store for news about what serves, and brings the versions it needs to this machine's disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ivr.errors import IvoryError, StoreError
from ivr.flow.releases import Release, fold
from ivr.store import versions
from ivr.store.database import Store
from ivr.versions.mirror import Mirror


class Watch:
    """Belongs to one thread, which may wait for the database as long as that takes.

    Args:
        open_database: opens the store, brought up to date.
    """

    def __init__(self, open_database: Callable[[], Store], mirror: Mirror) -> None:
        self._open = open_database
        self._mirror = mirror
        self._store: Store | None = None
        self._count = -1

    def begin(self) -> tuple[Release, ...] | None:
        """What was known when this machine looked last; None when it never did."""
        return self._mirror.releases() or None

    def look(self) -> tuple[Release, ...] | None:
        """All releases, when there are others than at the last look, with the versions that serve on this
        machine's disk; else None.

        Raises:
            IvoryError: the database or the disk cannot; the next look begins anew.
        """
        try:
            store = self._store = self._store or self._open()
            count = versions.count(store)
            if count == self._count:
                return None
            releases = tuple(versions.releases(store))
            for flow in fold(releases).values():
                for version in flow.versions:
                    self.bring(version)
            self._mirror.keep(releases)
        except IvoryError:
            self.close()
            raise
        self._count = count
        return releases

    def bring(self, version: str) -> bool:
        """Have a version on this machine's disk; whether it is there. Raises IvoryError."""
        if self._mirror.has(version):
            return True
        store = self._store = self._store or self._open()
        manifest = versions.manifest(store, version)
        if manifest is None:
            return False
        self._mirror.put(manifest, lambda missing: versions.contents(store, missing))
        return True

    def close(self) -> None:
        """Let the database go."""
        if self._store is not None:
            store, self._store = self._store, None
            with suppress(StoreError):
                store.close()
        self._count = -1
