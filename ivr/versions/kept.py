"""Versions as they were published, read back from the store: texts, flows, and what they differ in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from ivr import registry
from ivr.errors import NotFound
from ivr.flow import loader
from ivr.flow.bundle import Bundle
from ivr.flow.diff import Change, Side, compare
from ivr.flow.model import LoadedFlow
from ivr.flow.releases import Serving, fold
from ivr.store import versions
from ivr.store.database import Store


@dataclass(frozen=True, slots=True)
class Arrival:
    """A whole flow or sound that came (`+`), went (`-`), or sounds different (`~`)."""

    sign: str
    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different between two versions.

    Attributes:
        flows: changes by flow, of flows that both have; none where only comments and layout are others.
        others: flows and sounds that came or went, and sounds that are others.
    """

    flows: Mapping[str, list[Change]]
    others: tuple[Arrival, ...]


def bundle(store: Store, version: str) -> Bundle:
    """A version with all its contents. Raises NotFound, StoreError."""
    manifest = versions.manifest(store, version)
    if manifest is None:
        raise NotFound(f'there is no version "{version}"')
    return Bundle(manifest, versions.contents(store, manifest.contents))


def published(store: Store, flow: str, version: str = "") -> dict[str, LoadedFlow]:
    """The flows of the version that is asked for (its first signs will do), else of the one in service, as
    they were published; empty: there is none. Raises FlowError, StoreError."""
    wanted = fold(versions.releases(store, flow)).get(flow, Serving()).version
    if version:
        wanted = next((name for name in versions.made(store, flow) if name.startswith(version)), "")
    manifest = versions.manifest(store, wanted) if wanted else None
    if manifest is None:
        return {}
    types = registry.load_all("ivr.nodes")
    texts = versions.contents(store, set(manifest.flows.values()))
    found = {}
    for name, digest in manifest.flows.items():
        loaded, _ = loader.load(texts[digest], f"{name}@{wanted}", types)
        found[name] = LoadedFlow(loaded.flow, wanted, loaded.file)
    return found


def differ(before: Bundle, after: Bundle) -> Difference:
    """Every difference between two versions. Raises FlowError where this Ivory cannot read one."""
    both = [name for name in after.manifest.flows if name in before.manifest.flows]
    flows = {
        name: compare(_side(before, name), _side(after, name))
        for name in both
        if before.manifest.flows[name] != after.manifest.flows[name]
    }
    return Difference(flows, tuple(_others(before, after)))


def lines(before: Bundle, after: Bundle, name: str, around: int = 2) -> list[str]:
    """The lines of a flow that both have, as a unified diff."""
    old, new = (text(one, name).splitlines() for one in (before, after))
    found = difflib.unified_diff(old, new, before.id, after.id, n=around, lineterm="")
    return [line.rstrip() for line in found]


def text(version: Bundle, name: str = "") -> str:
    """The text of one of its flows; of its own when left out."""
    digest = version.manifest.flows[name or version.manifest.flow]
    return version.contents[digest].decode("utf-8", "replace")


def _side(version: Bundle, name: str) -> Side:
    types = registry.load_all("ivr.nodes")
    raw = version.contents[version.manifest.flows[name]]
    loaded, document = loader.load(raw, f"{name}@{version.id}", types)
    return Side(document.data, loaded.flow)


def _others(before: Bundle, after: Bundle) -> list[Arrival]:
    told: list[Arrival] = []
    for what, old, new in (
        ("flow", before.manifest.flows, after.manifest.flows),
        ("sound", before.manifest.sounds, after.manifest.sounds),
    ):
        for name in sorted({*old, *new}):
            sign = "+" if name not in old else "-" if name not in new else "~"
            if old.get(name) != new.get(name) and (what == "sound" or sign != "~"):
                told.append(Arrival(sign, what, name))
    return told
