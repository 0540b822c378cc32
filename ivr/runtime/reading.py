"""Flow files, read and checked together: which of them may serve, and all that is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType

from ivr import forks, registry
from ivr.errors import Finding, FlowError, IvoryError, Place
from ivr.flow import lint, loader
from ivr.flow.checks import People, Popular
from ivr.flow.model import LoadedFlow
from ivr.settings import Http

Flows = Mapping[str, LoadedFlow]
NO_FLOWS: Flows = MappingProxyType({})
FEW = 10
"""Files of one process at least: fewer are done before a child has begun."""


@dataclass(frozen=True)
class Reading:
    """What a folder holds: flows that may serve, all findings, and which sounds were looked for, with whether
    they are there."""

    flows: Flows
    findings: tuple[Finding, ...]
    sounds: Mapping[str, bool] = field(default_factory=dict)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]


def read(
    paths: list[Path],
    sounds: Path | None = None,
    http: Http | None = None,
    popular: Callable[[Flows], Popular] | None = None,
    processes: int = 1,
    people: People | None = None,
) -> Reading:
    """Load and check flow files.

    A file with an error gives no flow; neither does one that refers to it. Sounds, where operations go by
    the settings `http`, the order of options by what is `popular`, and skill groups and agents by the
    `people` there are, are judged where they are given. With
    several `processes` the files are shared out among children; see `ivr.forks` for when that may be.
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
            findings.append(
                Finding(Place(str(path)), "F099", f"cannot be read: {error.strerror}", "look at its rights")
            )
    looked: dict[str, bool] = {}

    def has_sound(name: str) -> bool:
        if name not in looked:
            looked[name] = sounds is None or (sounds / name).is_file()
        return looked[name]

    chosen = popular({source.loaded.id: source.loaded for source in sources.values()}) if popular else None

    def judged(only: list[str]) -> list[Finding]:
        return lint.lint(sources, has_sound, http=http, popular=chosen, only=set(only), people=people)

    def judge(only: list[str]) -> tuple[list[Finding], dict[str, bool]]:
        return judged(only), looked

    found: list[Finding] = []
    for some, sounds_there in forks.each(
        [partial(judge, share) for share in _shares(list(sources), processes)]
    ):
        found += some
        looked |= sounds_there
    while found:
        findings += found
        broken = {finding.place.file for finding in found if finding.severity == "error"}
        names = {sources[file].loaded.id for file in broken}
        sources = {file: source for file, source in sources.items() if file not in broken}
        found = lint.orphans(sources, names - {source.loaded.id for source in sources.values()})
    flows = {source.loaded.id: source.loaded for source in sources.values()}
    return Reading(MappingProxyType(flows), tuple(findings), looked)


def _shares(files: list[str], processes: int) -> list[list[str]]:
    """The files in order, as evenly as can be, in no more shares than are worth it."""
    shares = max(1, min(processes, len(files) // FEW))
    size = max(1, -(-len(files) // shares))
    return [files[begin : begin + size] for begin in range(0, len(files), size)]


def files(folder: Path) -> list[Path]:
    """The flow files of a folder, sorted by name. Raises IvoryError when it cannot be read."""
    way_out = "name it with --flows or the setting flows.dir"
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".yaml" and path.is_file())
    except FileNotFoundError:
        raise IvoryError(f"there is no folder of flows at {folder}", hint=way_out) from None
    except OSError as error:
        raise IvoryError(f"the flows at {folder} cannot be read: {error.strerror}", hint=way_out) from None
