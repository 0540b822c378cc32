"""The flows in service, for whoever is no worker: the versions of the store, and files that were never
published.

It is read anew each time, from the store and the disk; calls do not come by here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ivr import registry
from ivr.errors import FlowError, IvoryError
from ivr.flow import loader
from ivr.flow.model import LoadedFlow
from ivr.flow.releases import fold
from ivr.log import get
from ivr.runtime.reading import files, read
from ivr.settings import Flows as FlowSettings
from ivr.store import versions
from ivr.store.database import Store

log = get(__name__)


def in_service(store: Store, settings: FlowSettings) -> dict[str, LoadedFlow]:
    """Each flow that serves callers, as it serves most of them. Raises StoreError.

    A flow that cannot be read here is left out, as a worker of this Ivory would."""
    released = fold(versions.releases(store))
    found = dict(_drafts(settings.dir, settings.sounds)) if settings.drafts else {}
    types = registry.load_all("ivr.nodes")
    for name, serving in released.items():
        found.pop(name, None)
        manifest = versions.manifest(store, serving.version) if serving.version else None
        if manifest is None:
            continue
        digest = manifest.flows[name]
        try:
            loaded, _ = loader.load(versions.contents(store, [digest])[digest], name, types)
        except FlowError as error:
            log.warning("version cannot serve", flow=name, version=serving.version, error=str(error))
            continue
        found[name] = LoadedFlow(loaded.flow, serving.version, loaded.file)
    return dict(sorted(found.items()))


def wishes(flows: Mapping[str, LoadedFlow]) -> dict[str, str]:
    """The flow that wishes for each number."""
    return {number: name for name, loaded in flows.items() for number in loaded.flow.numbers}


def _drafts(folder: Path, sounds: Path) -> Mapping[str, LoadedFlow]:
    try:
        return read(files(folder), sounds).flows
    except IvoryError:  # where everything is published there need be no folder
        return {}
