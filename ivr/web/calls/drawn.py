"""The picture of a call: the flow as it was in the very version the caller met, with their way in it.

Published versions are in the store with everything they consist of. A call that was in a draft is drawn as
the draft is now, which is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ivr import registry
from ivr.drawing import source
from ivr.drawing.scene import scene
from ivr.drawing.svg import svg
from ivr.drawing.walked import Visit, walked
from ivr.errors import FlowError, IvoryError, NotFound
from ivr.flow import loader
from ivr.flow.graph import Graph
from ivr.flow.model import Flow
from ivr.runtime.reading import files
from ivr.settings import Settings
from ivr.store import versions
from ivr.store.database import Store
from ivr.store.records import Step
from ivr.versions.publish import gather

Texts = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The graph of a flow that a call was in. `exact`: it is the version the call was in."""

    graph: Graph
    exact: bool


def texts(store: Store, version: str) -> Texts:
    """The files of a version's flows; none where the store has no such version. Raises StoreError."""
    manifest = versions.manifest(store, version) if version else None
    if manifest is None:
        return ()
    contents = versions.contents(store, set(manifest.flows.values()))
    return tuple((name, contents[digest]) for name, digest in sorted(manifest.flows.items()))


def shown(kept: Texts, settings: Settings, flow: str, version: str, start: str, language: str = "") -> Shown:
    """The graph of `flow` in a version of the flow `start`, of which `texts` were kept; else as its draft is.

    Raises:
        NotFound: there is no such flow any more.
        IvoryError: it cannot be read, or is too large.
    """
    if kept and (graph := _graph(kept, flow, language)) is not None:
        return Shown(graph, True)
    read = _drafts(settings)
    if flow not in read:
        raise NotFound(f'there is no flow "{flow[:100]}" any more', hint="the call's steps are kept")
    graph = source.drawable(flow, read, _spoken(read[flow][0].flow.languages, language))
    return Shown(graph, _same(read, settings, start, version))


def met(kept: Texts, settings: Settings, version: str, start: str) -> Mapping[str, Flow]:
    """The flows of a version of the flow `start`, by name; none where that very version is not there now.

    Raises:
        IvoryError: they cannot be read.
    """
    read = _loaded(kept) if kept else _drafts(settings)
    if not kept and not _same(read, settings, start, version):
        return {}
    return {name: loaded.flow for name, (loaded, _) in read.items()}


def _drafts(settings: Settings) -> Mapping[str, source.Read]:
    return source.read(files(settings.flows.dir))[0]


def _same(read: Mapping[str, source.Read], settings: Settings, start: str, version: str) -> bool:
    """Whether the drafts still are that version."""
    try:
        drafts = {name: loaded for name, (loaded, _) in read.items()}
        return start in drafts and gather(start, drafts, settings.flows.sounds).id == version
    except IvoryError:
        return False  # a sound of it is gone


def picture(graph: Graph, steps: Sequence[Step], theme: str, reads: str = "") -> str:
    """The drawing of `graph` with the way of a call in it, for who reads a language. Raises IvoryError."""
    visits = [
        Visit(
            step.visit,
            step.node,
            (step.left - step.entered).total_seconds() if step.left else None,
            step.outcome,
        )
        for step in steps
        if step.flow == graph.flow
    ]
    return walked(svg(scene(graph, reads), theme=theme), visits, reads)


@lru_cache(maxsize=8)
def _loaded(kept: Texts) -> Mapping[str, source.Read]:
    types = registry.load_all("ivr.nodes")
    try:
        return {name: loader.load(text, f"{name}.yaml", types) for name, text in kept}
    except FlowError as error:
        raise IvoryError(f"the version cannot be read by this Ivory: {error.message}") from None


@lru_cache(maxsize=32)
def _graph(kept: Texts, flow: str, language: str) -> Graph | None:
    read = _loaded(kept)
    if flow not in read:
        return None
    return source.drawable(flow, read, _spoken(read[flow][0].flow.languages, language))


def _spoken(languages: Sequence[str], language: str) -> str:
    return language if language in languages else ""
