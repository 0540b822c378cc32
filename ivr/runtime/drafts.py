"""The flows of a folder, checked, and read again when a file changes.

An edit that is wrong is reported and leaves the last good flow in service.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import gevent
from gevent.lock import BoundedSemaphore

from ivr.errors import IvoryError
from ivr.flow.bundle import closure, leads_to
from ivr.flow.model import LoadedFlow
from ivr.log import get
from ivr.runtime.reading import NO_FLOWS, Flows, Reading, files, read
from ivr.versions.publish import gather

log = get(__name__)


@dataclass
class Drafts:
    """The flows of a folder that may serve.

    Args:
        folder: where the files are.
        sounds: where recorded sounds are.
        only: a flow that serves by itself, with those it leads to; empty: all of them.

    Attributes:
        stale: flows that are an earlier version of their files, as what those say now is wrong.
    """

    folder: Path
    sounds: Path
    only: str = ""
    flows: Flows = field(default_factory=lambda: NO_FLOWS)
    stale: frozenset[str] = frozenset()
    _seen: dict[Path, tuple[int, int]] | None = field(default=None, init=False, repr=False)
    _trouble: str = field(default="", init=False, repr=False)
    _one: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(1), init=False, repr=False)

    def refresh(self) -> bool:
        """Read the folder again if anything in it changed; returns whether it did.

        Raises:
            IvoryError: the folder cannot be read; said once, until it can be read again. Calls are served by
                the flows there were.
        """
        with self._one:  # a slow reading must not put older flows over newer ones
            return self._refresh()

    def _refresh(self) -> bool:
        try:
            paths = files(self.folder)
        except IvoryError as error:
            if str(error) == self._trouble:
                return False
            self._trouble = str(error)
            raise
        self._trouble = ""
        seen = {path: stamp for path in paths if (stamp := _stamp(path))}
        if seen == self._seen:
            return False
        # A large flow takes a second to check, which calls must not notice: another thread does it.
        self._seen = seen
        reading, good = gevent.get_hub().threadpool.apply(self._read, (paths,))
        kept = self._kept(paths, good)
        self.stale = frozenset(kept)
        flows = MappingProxyType({**kept, **good})
        served = MappingProxyType(closure(self.only, flows)) or flows
        files_served = {loaded.file for loaded in served.values()}
        for finding in reading.findings:
            if self.only and finding.place.file not in files_served:
                continue
            (log.error if finding.severity == "error" else log.warning)("flow", finding=str(finding))
        self.flows = served
        return True

    def _read(self, paths: list[Path]) -> tuple[Reading, Flows]:
        """What the files hold, and those that may serve, each under the name it would be published by.

        Where operations go is not judged: a host that the settings do not allow is an `error` of its node,
        not of every caller.
        """
        reading = read(paths, self.sounds)
        good: dict[str, LoadedFlow] = {}
        for name, loaded in reading.flows.items():
            try:
                version = gather(name, reading.flows, self.sounds).id
            except IvoryError:  # a file went or changed this very moment, and will be read again
                version = loaded.version
            good[name] = replace(loaded, version=version)
        return reading, MappingProxyType(good)

    def _kept(self, paths: list[Path], good: Flows) -> Flows:
        """The last good versions of flows whose files are wrong now, and of what those lead to."""
        there, served = {str(path) for path in paths}, {loaded.file for loaded in good.values()}
        todo = [name for name, flow in self.flows.items() if flow.file in there and flow.file not in served]
        kept: dict[str, LoadedFlow] = {}
        while todo:
            name = todo.pop()
            if name not in kept and name not in good and name in self.flows:
                kept[name] = self.flows[name]
                todo += leads_to(kept[name].flow)
        for name in sorted(kept):
            log.warning("flow keeps its last good version", flow=name)
        return kept


def _stamp(path: Path) -> tuple[int, int] | None:
    """When a file was changed and its size: another stamp, another content."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
