"""The flows of a folder, checked, and read again when a file changes.

A call takes the set of flows as it is when it arrives and keeps it; an edit that is wrong is reported and
leaves the last good flow in service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gevent
from gevent.lock import BoundedSemaphore

from ivr.call import Speech
from ivr.errors import IvoryError
from ivr.flow.model import LoadedFlow, walk
from ivr.flow.prompts import AudioItem, PromptModel, RepromptModel
from ivr.flow.speaker import constant_speech
from ivr.log import get
from ivr.numbers import match
from ivr.runtime.reading import NO_FLOWS, Flows, files, read

log = get(__name__)


@dataclass
class Library:
    """The flows in service.

    Args:
        folder: where the files are.
        sounds: where recorded sounds are.
        on_change: told of each new set of flows, before calls get it.
    """

    folder: Path
    sounds: Path
    on_change: Callable[[Flows], None] = lambda _flows: None
    flows: Flows = field(default_factory=lambda: NO_FLOWS)
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
        reading = gevent.get_hub().threadpool.apply(read, (paths, self.sounds))
        for finding in reading.findings:
            (log.error if finding.severity == "error" else log.warning)("flow", finding=str(finding))
        flows = MappingProxyType({**self._kept(paths, reading.flows), **reading.flows})
        self.on_change(flows)
        self.flows = flows
        return True

    def _kept(self, paths: list[Path], good: Flows) -> Flows:
        """The last good versions of flows whose files are wrong now, and of what those lead to."""
        there, served = {str(path) for path in paths}, {loaded.file for loaded in good.values()}
        todo = [name for name, flow in self.flows.items() if flow.file in there and flow.file not in served]
        kept: dict[str, LoadedFlow] = {}
        while todo:
            name = todo.pop()
            if name not in kept and name not in good and name in self.flows:
                kept[name] = self.flows[name]
                flow = kept[name].flow
                todo += [target.name for target in flow.targets if target.kind == "flow"]
                todo += [other for node in flow.nodes.values() for other in node.subflows()]
        for name in sorted(kept):
            log.warning("flow keeps its last good version", flow=name)
        return kept

    def choose(self, wish: str, dnis: str) -> LoadedFlow | None:
        """The flow for a call: the one that is named, else the one that wishes for the called number."""
        if wish in self.flows:
            return self.flows[wish]
        wishes = {number: loaded for loaded in self.flows.values() for number in loaded.flow.numbers}
        return match(dnis, wishes)


def _stamp(path: Path) -> tuple[int, int] | None:
    """When a file was changed and its size: another stamp, another content."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def constant_speeches(flows: Flows) -> list[Speech]:
    """Every sentence of these flows that is known before a call comes."""
    speeches: dict[Speech, None] = {}
    for loaded in flows.values():
        flow = loaded.flow
        for part in walk(flow):
            if isinstance(part.value, PromptModel | RepromptModel):
                constant = constant_speech(part.value, flow.languages, flow.prompts)
                speeches.update(dict.fromkeys(constant))
    return list(speeches)


def recorded_sounds(flows: Flows) -> list[str]:
    """Every sound file of these flows, below the folder of sounds."""
    prompts = (
        part.value
        for loaded in flows.values()
        for part in walk(loaded.flow)
        if isinstance(part.value, PromptModel | RepromptModel)
    )
    return list(dict.fromkeys(file for prompt in prompts for file in _sounds(tuple(prompt.texts.values()))))


def _sounds(items: Any) -> Iterator[str]:
    """The sounds among the items of a prompt, which may stand in lists of lists."""
    for item in items:
        if isinstance(item, tuple):
            yield from _sounds(item)
        elif isinstance(item, AudioItem):
            yield item.audio
