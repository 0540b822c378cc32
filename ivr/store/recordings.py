"""Recordings read back, and those whose time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ivr.store.database import Store
from ivr.store.models import Recordings
from ivr.store.records import RecordingRecord
from ivr.store.rows import unpack

CHUNK = 500


def latest(store: Store, limit: int, *, call: str = "", agent: str = "") -> list[RecordingRecord]:
    """The latest recordings whose files are there, of a call or an agent. Raises StoreError."""
    query = Recordings.select().where(Recordings.purged.is_null()).order_by(Recordings.started.desc())
    if call:
        query = query.where(Recordings.call.startswith(call))
    if agent:
        query = query.where(Recordings.agent == agent)
    with store.errors():
        return [unpack(RecordingRecord, row) for row in query.limit(limit).execute(store.db)]


def due(store: Store, now: datetime, limit: int = CHUNK) -> list[RecordingRecord]:
    """Recordings that are to be removed by now, the oldest first. Raises StoreError."""
    wanted = Recordings.purged.is_null() & (Recordings.keep_until < now) & Recordings.ended.is_null(False)
    query = Recordings.select().where(wanted).order_by(Recordings.keep_until).limit(limit)
    with store.errors():
        return [unpack(RecordingRecord, row) for row in query.execute(store.db)]


def purged(store: Store, recordings: Sequence[str], at: datetime) -> None:
    """These are removed. Raises StoreError."""
    with store.errors():
        query = Recordings.update(purged=at)
        query.where(Recordings.id.in_(list(recordings))).execute(store.db)


def below(folder: Path, path: str) -> Path | None:
    """The file of a recording; None where its path leads out of the folder: nothing else is ever removed."""
    root, file = folder.resolve(), (folder / path).resolve()
    return file if path and file.is_relative_to(root) and file != root else None
