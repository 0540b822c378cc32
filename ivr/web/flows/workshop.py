"""Flows as they are written just now: checked among their neighbours, drawn, read for everything else.

A file is parsed again only when it has changed, so that a check of one text costs that text alone. All of it
is for native threads; each change of what is remembered is one assignment.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gevent import monkey

from ivr import registry
from ivr.drawing import source
from ivr.drawing.scene import scene
from ivr.drawing.svg import svg
from ivr.errors import Finding, FlowError, IvoryError
from ivr.flow import lint, loader
from ivr.flow.bundle import Bundle, leads_to
from ivr.flow.fix import Repair, repair
from ivr.flow.graph import Graph
from ivr.runtime import people, reading
from ivr.runtime.people import PlannedPeople
from ivr.runtime.reading import NO_FLOWS, Reading
from ivr.settings import Settings
from ivr.versions.publish import gather
from ivr.web.flows import drafts

_lock: Any = monkey.get_original("_thread", "allocate_lock")
Stamp = tuple[int, int]
NOTHING: Final = Reading(NO_FLOWS, ())


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a text, and its graph where it can be drawn."""

    findings: Sequence[Finding]
    graph: Graph | None


class Workshop:
    """The flows of an installation, for those who write them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.flows, self.tests = drafts.flows(settings.flows.dir), drafts.tests(settings.flows.dir)
        self._types = registry.load_all("ivr.nodes")
        self._sources: dict[Path, tuple[Stamp, lint.Source | None]] = {}
        self._people: tuple[Stamp | None, PlannedPeople | None] = (None, None)
        self._reading: tuple[object, Reading] = (None, NOTHING)
        self._versions: tuple[Reading, object, Mapping[str, str]] = (NOTHING, None, {})
        self.writing = _lock()
        """Held, in a native thread, by who looks at a file and then writes it."""

    def reading(self) -> Reading:
        """All flows, checked together. Empty where there is no folder yet."""
        stamps = self._stamps()
        key = (stamps, _stamp(self.settings.acd.plan))
        before, read = self._reading
        if before != key or any(self._has_sound(name) != there for name, there in read.sounds.items()):
            sounds, http = self.settings.flows.sounds, self.settings.http
            with _not_looked_over(kept=True):
                read = reading.read([*stamps], sounds, http, people=self.people())
            self._reading = key, read
        return read

    def versions(self) -> Mapping[str, str]:
        """The version that each flow would be published as; of those that may serve."""
        read, sounds = self.reading(), self.settings.flows.sounds
        stamps = tuple(_stamp(sounds / name) for name in sorted(read.sounds))
        of, before, found = self._versions
        if of is not read or before != stamps:
            found = {}
            for name in read.flows:
                with suppress(IvoryError):  # a file went or changed this very moment
                    found[name] = gather(name, read.flows, sounds).id
            self._versions = read, stamps, found
        return found

    def bundle(self, name: str) -> Bundle:
        """A flow as it would be published. Raises NotFound, FlowError, IvoryError."""
        file = str(self.flows.get(name).file)
        read = self.reading()
        if name not in read.flows:
            raise FlowError([one for one in read.errors if one.place.file == file] or read.errors)
        return gather(name, read.flows, self.settings.flows.sounds)

    def check(self, name: str, text: str, language: str = "") -> Checked:
        """What would be wrong with a flow if this were its text."""
        content = text.encode("utf-8", "replace")
        file, others = self._among(name)
        with _not_looked_over():
            try:
                one = self._load(content, file)
            except FlowError as error:
                return Checked(error.findings, None)
            sources = dict(sorted({**others, file: one}.items()))
            findings = self._lint(sources, file)
            reads = {each.loaded.id: (each.loaded, each.document) for each in sources.values()}
            spoken = language if language in one.loaded.flow.languages else ""
            return Checked(findings, source.drawable(one.loaded.id, reads, spoken))

    def fixed(self, name: str, text: str) -> Repair:
        """The text with all that has one safe way to be repaired."""
        file, others = self._among(name)

        def check(content: bytes) -> Sequence[Finding]:
            try:
                one = self._load(content, file)
            except FlowError as error:
                return error.findings
            return self._lint(dict(sorted({**others, file: one}.items())), file)

        return repair(text.encode("utf-8", "replace"), check)

    def leading_to(self, name: str) -> list[str]:
        """The flows that lead to this one."""
        flows = (one.loaded.flow for one in self._known().values())
        return sorted(flow.id for flow in flows if name in leads_to(flow))

    def people(self) -> PlannedPeople | None:
        """Who is there to answer."""
        stamp = _stamp(self.settings.acd.plan)
        before, known = self._people
        if stamp != before:
            known = people.read(self.settings.acd.plan)
            self._people = stamp, known
        return known

    def _among(self, name: str) -> tuple[str, dict[str, lint.Source]]:
        """The file of a flow, and what stands beside it."""
        found = self.flows.find(name)
        file = found.file if found else self.flows.folder / f"{name}.yaml"
        return str(file), {str(path): one for path, one in self._known().items() if path != file}

    def _known(self) -> dict[Path, lint.Source]:
        """Every flow that can be read."""
        stamps, known = self._stamps(), dict(self._sources)
        others = {path for path, stamp in stamps.items() if path not in known or known[path][0] != stamp}
        if others:
            with _not_looked_over(kept=True):
                known |= {path: (stamps[path], self._parsed(path)) for path in others}
        known = {path: known[path] for path in stamps}
        self._sources = known
        return {path: one for path, (_, one) in known.items() if one is not None}

    def _parsed(self, path: Path) -> lint.Source | None:
        try:
            return self._load(path.read_bytes(), str(path))
        except (FlowError, OSError):
            return None

    def _load(self, content: bytes, file: str) -> lint.Source:
        return lint.Source(*loader.load(content, file, self._types))

    def _lint(self, sources: Mapping[str, lint.Source], file: str) -> list[Finding]:
        http = self.settings.http
        return lint.lint(sources, self._has_sound, http=http, only=[file], people=self.people())

    def _has_sound(self, name: str) -> bool:
        return (self.settings.flows.sounds / name).is_file()

    def _stamps(self) -> dict[Path, Stamp]:
        """When each file was changed, and its size."""
        try:
            files = reading.files(self.flows.folder)
        except IvoryError:  # there will be a folder with the first flow
            return {}
        return {path: stamp for path in files if (stamp := _stamp(path))}


def picture(graph: Graph, theme: str = "page", reads: str = "") -> str:
    """The SVG of a graph, for somebody who reads a language."""
    with _not_looked_over():
        return svg(scene(graph, reads), theme=theme)


def spans(graph: Graph, lines: int) -> list[tuple[str, str, int, int]]:
    """Each node of a graph: its name, its type, its first line and its last."""
    begins = sorted((node.line, node.name, node.type) for node in graph.nodes)
    ends = [begin - 1 for begin, _, _ in begins[1:]] + [lines]
    return [(name, kind, line, max(line, end)) for (line, name, kind), end in zip(begins, ends, strict=True)]


@contextmanager
def _not_looked_over(*, kept: bool = False) -> Iterator[None]:
    """Python looks for cycles among all there is, in whatever thread makes much of it, and the sound of web
    phones waits meanwhile: a tenth of a second. Flows have none; those that are `kept` need not be looked at
    ever again."""
    gc.disable()
    try:
        yield
    finally:
        if kept:
            gc.freeze()
        gc.enable()


def _stamp(path: Path) -> Stamp | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
