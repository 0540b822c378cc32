"""The flows of a folder, checked, and read again when a file changes.

A call takes the set of flows as it is when it arrives and keeps it; an edit that is wrong is reported and
leaves the last good flow in service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ivr import registry
from ivr.errors import Finding, FlowError, IvoryError, Place
from ivr.flow import lint, loader
from ivr.flow.model import LoadedFlow, walk
from ivr.flow.prompts import PromptModel, RepromptModel, constant_speech
from ivr.call import Speech
from ivr.log import get
from ivr.numbers import match

log = get(__name__)

Flows = Mapping[str, LoadedFlow]


@dataclass(frozen=True)
class Reading:
    """What a folder holds: flows that may serve, and all findings."""

    flows: Flows
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]


def read(paths: list[Path], sounds: Path | None = None) -> Reading:
    """Load and check flow files.

    A file with an error gives no flow; neither does one that refers to it.
    """
    types = registry.load_all("ivr.nodes")
    findings: list[Finding] = []
    sources: dict[str, lint.Source] = {}
    for path in paths:
        try:
            loaded, document = loader.load(path.read_bytes(), str(path), types)
            sources[str(path)] = lint.Source(loaded, document)
        except FlowError as error:
            findings.extend(error.findings)
        except OSError as error:
            findings.append(Finding(Place(str(path)), "F099", f"cannot be read: {error.strerror}", "look at its rights"))
    while True:
        found = lint.lint(sources, lambda name: sounds is None or (sounds / name).is_file())
        broken = {finding.place.file for finding in found if finding.severity == "error"}
        findings.extend(finding for finding in found if finding not in findings)
        if not broken:
            break
        sources = {file: source for file, source in sources.items() if file not in broken}
    flows = {source.loaded.id: source.loaded for source in sources.values()}
    return Reading(MappingProxyType(flows), tuple(findings))


def files(folder: Path) -> list[Path]:
    """The flow files of a folder, sorted by name."""
    if not folder.is_dir():
        raise IvoryError(f"there is no folder of flows at {folder}", hint="name it with --flows or the setting flows.dir")
    return sorted(folder.glob("*.yaml"))


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
    flows: Flows = field(default_factory=lambda: MappingProxyType({}))
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def refresh(self) -> bool:
        """Read the folder again if anything in it changed; returns whether it did."""
        paths = files(self.folder)
        seen = {path: (stat.st_mtime_ns, stat.st_size) for path in paths if (stat := _stat(path))}
        if seen == self._seen:
            return False
        self._seen = seen
        reading = read(paths, self.sounds)
        for finding in reading.findings:
            (log.error if finding.severity == "error" else log.warning)("flow", finding=str(finding))
        ids = {loaded.file: loaded.id for loaded in self.flows.values()}
        kept = {
            ids[str(path)]: self.flows[ids[str(path)]]
            for path in paths
            if str(path) in ids and not any(loaded.file == str(path) for loaded in reading.flows.values())
        }
        for name in kept:
            log.warning("flow keeps its last good version", flow=name)
        flows = MappingProxyType({**kept, **reading.flows})
        self.on_change(flows)
        self.flows = flows
        return True

    def choose(self, wish: str, dnis: str) -> LoadedFlow | None:
        """The flow for a call: the one that is named, else the one that wishes for the called number."""
        if wish in self.flows:
            return self.flows[wish]
        wishes = {number: loaded for loaded in self.flows.values() for number in loaded.flow.numbers}
        return match(dnis, wishes)


def _stat(path: Path):  # type: ignore[no-untyped-def]
    try:
        return path.stat()
    except OSError:
        return None


def constant_speeches(flows: Flows) -> list[Speech]:
    """Every sentence of these flows that is known before a call comes."""
    speeches: dict[Speech, None] = {}
    for loaded in flows.values():
        for _, part in walk(loaded.flow):
            if isinstance(part, PromptModel | RepromptModel):
                speeches.update(dict.fromkeys(constant_speech(part, loaded.flow.languages)))
    return list(speeches)
