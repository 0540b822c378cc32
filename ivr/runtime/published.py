"""The published versions of flows as calls meet them: those that serve, and any other that a call began with.

The database is asked in a thread of its own, at most once a second; calls never wait for it. While it is
away, what this machine's disk has goes on serving.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import get_native_id
from types import MappingProxyType

import gevent
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool

from ivr.errors import IvoryError
from ivr.flow.releases import Release, Serving, fold
from ivr.log import get
from ivr.runtime.reading import Flows
from ivr.store.database import Store
from ivr.versions.mirror import Mirror
from ivr.versions.watch import Watch

log = get(__name__)

KEPT = 64
"""Versions in memory that serve nobody new any more."""

_Look = tuple[dict[str, Serving], dict[str, Flows], list[str]]


class Published:
    """What is in service.

    Attributes:
        serving: by flow, what serves its callers; a flow with no version here is retired.

    Args:
        folder: the mirror on this machine's disk.
        open_database: opens the store, brought up to date; called in a native thread.
    """

    def __init__(self, folder: Path, open_database: Callable[[], Store]) -> None:
        self.serving: Mapping[str, Serving] = MappingProxyType({})
        self._mirror = Mirror(folder)
        self._watch = Watch(open_database, self._mirror)
        self._loaded: OrderedDict[str, Flows] = OrderedDict()
        self._pool = ThreadPool(1)
        self._begun = False
        self._trouble = ""
        self._nowhere: set[str] = set()
        self._looking, self._fetching = BoundedSemaphore(1), BoundedSemaphore(1)

    def refresh(self) -> bool:
        """Look for news; returns whether there are. What cannot be had is logged, once."""
        with self._looking:
            look = self._pool.apply(self._try_to_look)
            if isinstance(look, IvoryError):
                if str(look) != self._trouble:
                    log.warning("published flows are not looked for", error=str(look))
                self._trouble = str(look)
                return False
        self._trouble = ""
        self._nowhere.clear()
        if look is None:
            return False
        serving, loaded, troubles = look
        for trouble in troubles:
            log.error("version cannot serve", error=trouble)
        for name, now in serving.items():
            if now != self.serving.get(name):
                log.info("flow in service", flow=name, version=now.version or "none",
                         canary=now.canary, percent=now.percent)  # fmt: skip
        self._remember(loaded)
        self.serving = MappingProxyType(serving)
        return True

    def flows(self, version: str) -> Flows | None:
        """All flows of a version that serves; None for any other."""
        return self._loaded.get(version)

    def pinned(self, version: str) -> Flows | None:
        """All flows of any version there is, fetched if need be; waits for that, once for all calls that were
        in it. None when it is nowhere, or cannot be had now."""
        if version and version not in self._loaded:
            with self._fetching:
                if version not in self._loaded and version not in self._nowhere:
                    self._fetch(version)
        return self._loaded.get(version)

    def _fetch(self, version: str) -> None:
        # What is on the disk need not wait behind a database that does not answer.
        with suppress(IvoryError):
            if self._mirror.has(version):
                load = gevent.get_hub().threadpool.apply(self._mirror.load, (version,))
                self._remember({version: load})
                return
        try:
            self._remember({version: self._pool.apply(self._load, (version,))})
        except IvoryError as error:
            self._nowhere.add(version)
            log.warning("version cannot be had", version=version, error=str(error))

    @property
    def threads(self) -> tuple[int, ...]:
        """The system's number of its thread."""
        return (self._pool.apply(get_native_id),)

    def stop(self) -> None:
        """Let the database go."""
        self._pool.apply(self._watch.close)
        self._pool.kill()

    # In threads ---------------------------------------------------------------------------------------

    def _try_to_look(self) -> _Look | IvoryError | None:
        """As `_look`. Of what a pool's thread raises, gevent prints the whole trace each time."""
        try:
            return self._look()
        except IvoryError as error:
            return error

    def _look(self) -> _Look | None:
        releases = None if self._begun else self._watch.begin()
        if releases is None:
            releases = self._watch.look()
        self._begun = True
        return None if releases is None else self._read(releases)

    def _read(self, releases: tuple[Release, ...]) -> _Look:
        """Load what is to serve; a version that cannot be read leaves in service what there was."""
        serving: dict[str, Serving] = {}
        loaded: dict[str, Flows] = {}
        troubles: list[str] = []
        for name, wanted in fold(releases).items():
            try:
                for version in wanted.versions:
                    loaded[version] = self._loaded.get(version) or self._load(version)
                serving[name] = wanted
            except IvoryError as error:
                troubles.append(str(error))
                if name in self.serving:
                    serving[name] = self.serving[name]
        return serving, loaded, troubles

    def _load(self, version: str) -> Flows:
        if self._mirror.has(version):
            with suppress(IvoryError):  # what is damaged is forgotten, and brought again
                return self._mirror.load(version)
        if not self._watch.bring(version):
            raise IvoryError(f"there is no version {version}")
        return self._mirror.load(version)

    # ---------------------------------------------------------------------------------------------------

    def _remember(self, loaded: Mapping[str, Flows]) -> None:
        self._loaded.update(loaded)
        serve = {version for now in self.serving.values() for version in now.versions} | loaded.keys()
        for version in [one for one in self._loaded if one not in serve][:-KEPT]:
            del self._loaded[version]
