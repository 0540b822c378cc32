"""The graph of a version that was published, with the lines of its own text."""

from __future__ import annotations

from ivr import registry
from ivr.drawing import source
from ivr.flow import loader
from ivr.flow.graph import Graph
from ivr.store.database import Store
from ivr.versions.kept import bundle
from ivr.versions.publish import Desk


def kept(store: Store, flow: str, version: str, language: str = "") -> Graph:
    """The graph of a flow in a version, whose first signs will do. Raises IvoryError, StoreError."""
    whole = bundle(store, Desk(store, flow, "").find(version))
    types = registry.load_all("ivr.nodes")
    reads = {
        name: loader.load(whole.contents[digest], f"{name}@{whole.id}", types)
        for name, digest in whole.manifest.flows.items()
    }
    spoken = reads[flow][0].flow.languages
    return source.drawable(flow, reads, language if language in spoken else "")
