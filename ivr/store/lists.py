"""Contacts, recordings, callbacks and answers of surveys in pages, the latest first.

Each is paged by its moment and its key, so that what comes meanwhile shifts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import peewee

from ivr.errors import NotFound
from ivr.store.calls import cursor, next_of
from ivr.store.database import Store
from ivr.store.models import Answers, Callbacks, Contacts, Offers, Recordings
from ivr.store.records import CallbackRecord, ContactRecord, OfferRecord, RecordingRecord, SurveyAnswer
from ivr.store.rows import unpack

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Some(Generic[R]):
    """Records, the latest first. `next` goes on behind them; empty when there are no more."""

    items: tuple[R, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Which:
    """Which records: their columns by name, exactly; from `since` on and before `until` (aware)."""

    same: Mapping[str, str]
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50
    before: str = ""


@dataclass(frozen=True, slots=True)
class ContactWhole:
    """A contact, the agents who were rung for it, and its recordings."""

    contact: ContactRecord
    offers: tuple[OfferRecord, ...]
    recordings: tuple[RecordingRecord, ...]


def contacts(store: Store, which: Which, *, open_only: bool = False) -> Some[ContactRecord]:
    """Contacts of all channels; `open_only`: those that are not over. Raises StoreError."""
    only = [Contacts.ended.is_null()] if open_only else []
    return _page(store, ContactRecord, Contacts.arrived, Contacts.id, which, only)


def recordings(store: Store, which: Which, *, purged: bool = False) -> Some[RecordingRecord]:
    """Recordings of talks; `purged`: also those whose files were removed. Raises StoreError."""
    only = [] if purged else [Recordings.purged.is_null()]
    return _page(store, RecordingRecord, Recordings.started, Recordings.id, which, only)


def callbacks(store: Store, which: Which) -> Some[CallbackRecord]:
    """Customers who asked to be called back. Raises StoreError."""
    return _page(store, CallbackRecord, Callbacks.asked, Callbacks.id, which)


def answers(store: Store, which: Which, *, most: int | None = None) -> Some[SurveyAnswer]:
    """What customers answered in surveys; `most`: the highest score. All that a call answered in one moment
    is on one page. Raises StoreError."""
    only = [] if most is None else [Answers.score <= most]
    return _page(store, SurveyAnswer, Answers.at, Answers.call, which, only)


def contact(store: Store, name: str) -> ContactWhole:
    """One contact. Raises NotFound, StoreError."""
    with store.errors():
        found = list(Contacts.select().where(Contacts.id == name).execute(store.db))
        if not found:
            raise NotFound(f'there is no contact "{name[:100]}"')
        offers = Offers.select().where(Offers.contact == name).order_by(Offers.at).execute(store.db)
        kept = Recordings.select().where(Recordings.contact == name).order_by(Recordings.started)
        return ContactWhole(
            unpack(ContactRecord, found[0]),
            tuple(unpack(OfferRecord, row) for row in offers),
            tuple(unpack(RecordingRecord, row) for row in kept.execute(store.db)),
        )


def recording(store: Store, name: str) -> RecordingRecord:
    """One recording, whether its file is still there or not. Raises NotFound, StoreError."""
    with store.errors():
        found = list(Recordings.select().where(Recordings.id == name).execute(store.db))
    if not found:
        raise NotFound(f'there is no recording "{name[:100]}"')
    return unpack(RecordingRecord, found[0])


def callback(store: Store, name: str) -> CallbackRecord:
    """One callback. Raises NotFound, StoreError."""
    with store.errors():
        found = list(Callbacks.select().where(Callbacks.id == name).execute(store.db))
    if not found:
        raise NotFound(f'there is no callback "{name[:100]}"')
    return unpack(CallbackRecord, found[0])


def _page(
    store: Store,
    record: type[R],
    moment: peewee.Field,
    key: peewee.Field,
    which: Which,
    only: list[Any] | None = None,
) -> Some[R]:
    model = moment.model
    query = model.select().order_by(moment.desc(), key.desc()).limit(which.limit + 1)
    for column, value in which.same.items():
        if value:
            query = query.where(getattr(model, column) == value)
    if which.since:
        query = query.where(moment >= which.since)
    if which.until:
        query = query.where(moment < which.until)
    if only:
        query = query.where(*only)
    if which.before:
        at, last = cursor(which.before)
        query = query.where((moment <= at) & ((moment < at) | (key < last)))
    with store.errors():
        found = [unpack(record, row) for row in query.execute(store.db)]
    items = tuple(found[: which.limit])
    if len(found) <= which.limit:
        return Some(items, "")
    last_one = items[-1]
    return Some(items, next_of(getattr(last_one, moment.name), getattr(last_one, key.name)))
