"""Versions of flows in the database: contents, manifests, the log of releases. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import peewee

from ivr.errors import Conflict, StoreError
from ivr.flow.bundle import Bundle, Manifest, digest
from ivr.flow.releases import Release
from ivr.store.database import Store
from ivr.store.models import Contents, Releases, Versions
from ivr.store.webhooks.events import announce, event

MAX_BYTES = 64 << 20
"""All that belongs to one version; an hour of sound at 8 kHz."""


def keep(store: Store, bundle: Bundle, release: Release) -> None:
    """Keep a version and release it, both or neither.

    Raises:
        Conflict: somebody else released the flow meanwhile.
        StoreError: it is too large, or the database cannot.
    """
    size = sum(map(len, bundle.contents.values()))
    if size > MAX_BYTES:
        raise StoreError(
            f"{bundle.manifest.flow} and its sounds are {size >> 20} MiB; {MAX_BYTES >> 20} may be",
            hint="use shorter sounds",
        )
    with store.errors(), store.db.atomic():
        _put(store, bundle, release.at)
        _add(store, release)


def _put(store: Store, bundle: Bundle, at: datetime) -> None:
    for name, data in bundle.contents.items():
        Contents.insert(digest=name, data=data).on_conflict_ignore().execute(store.db)
    row = {"id": bundle.id, "flow": bundle.manifest.flow, "manifest": bundle.manifest.text, "made": at}
    Versions.insert(row).on_conflict_ignore().execute(store.db)


def add(store: Store, release: Release) -> None:
    """Note a release of a version that is kept already.

    Raises:
        Conflict: somebody else released the flow meanwhile.
        StoreError: there is no such version, or the database cannot.
    """
    with store.errors(), store.db.atomic():
        if manifest(store, release.version) is None:
            raise StoreError(
                f'{release.flow} has no version "{release.version}"',
                hint=f"`ivr flow log {release.flow}` lists them",
            )
        _add(store, release)


def _add(store: Store, release: Release) -> None:
    try:
        Releases.insert(asdict(release)).execute(store.db)
    except peewee.IntegrityError as error:
        raise Conflict(
            f"somebody else has released {release.flow} meanwhile",
            hint=f"look at `ivr flow log {release.flow}`, and try again",
        ) from error
    names = ("version", "kind", "percent", "turn", "by", "message")
    told = {name: getattr(release, name) for name in names}
    key, stream = f"{release.flow}:{release.turn}", f"flow:{release.flow}"
    announce(store, event("flow.published", key, release.at, stream, flow=release.flow, data=told))


def copy(source: Store, target: Store) -> int:
    """Copy all versions, and the log of each flow that the target has none of; returns how many versions.

    Raises:
        StoreError: one of them cannot be read or written; what was copied until then stays.
    """
    copied = 0
    there = {release.flow for release in releases(target)}
    logs: dict[str, list[Release]] = {}
    for release in releases(source):
        logs.setdefault(release.flow, []).append(release)
    for flow, log in logs.items():
        for version, when in made(source, flow).items():
            whole = manifest(source, version)
            if whole is not None:
                with target.errors(), target.db.atomic():
                    _put(target, Bundle(whole, contents(source, whole.contents)), when)
                copied += 1
        if flow not in there:
            with target.errors(), target.db.atomic():
                for release in log:
                    _add(target, release)
    return copied


def count(store: Store) -> int:
    """How many releases there are: another number, other news."""
    with store.errors():
        return int(Releases.select(peewee.fn.COUNT(Releases.turn)).scalar(store.db))


def releases(store: Store, flow: str = "") -> list[Release]:
    """The log of one flow, or of all, in order."""
    query = Releases.select().order_by(Releases.flow, Releases.turn)
    if flow:
        query = query.where(Releases.flow == flow)
    with store.errors():
        return [Release(**row) for row in query.dicts().execute(store.db)]


def made(store: Store, flow: str) -> dict[str, datetime]:
    """The versions of a flow, the oldest first, and when each was first kept."""
    query = Versions.select(Versions.id, Versions.made).where(Versions.flow == flow)
    with store.errors():
        rows = query.order_by(Versions.made, Versions.id).dicts().execute(store.db)
        return {row["id"]: row["made"] for row in rows}


def manifest(store: Store, version: str) -> Manifest | None:
    """What a version consists of; None when there is no such version."""
    with store.errors():
        row = Versions.select(Versions.manifest).where(Versions.id == version).dicts().execute(store.db)
        texts = [one["manifest"] for one in row]
    if not texts:
        return None
    try:
        return Manifest.parse(texts[0])
    except ValueError as error:
        raise StoreError(f"version {version} is damaged: {error}", hint="put back a backup") from None


def contents(store: Store, digests: Collection[str]) -> dict[str, bytes]:
    """These contents by digest. Raises StoreError when one is missing or not what its digest says."""
    found: dict[str, bytes] = {}
    with store.errors():
        for name in digests:
            query = Contents.select(Contents.data).where(Contents.digest == name)
            for row in query.dicts().execute(store.db):
                found[name] = bytes(row["data"])
    for name in digests:
        if name not in found or digest(found[name]) != name:
            raise StoreError(f"the content {name[:12]} of a version is damaged", hint="put back a backup")
    return found
