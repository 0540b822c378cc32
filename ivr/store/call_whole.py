"""One call with all that is kept of it, and, for the calls of a list, the little of it that a line shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import peewee

from ivr.errors import NotFound
from ivr.store.database import Store
from ivr.store.models import (
    Answers,
    Callbacks,
    Calls,
    Contacts,
    Offers,
    Recordings,
    Steps,
    WebhookEvents,
)
from ivr.store.records import (
    CallbackRecord,
    CallRecord,
    ContactRecord,
    EventRecord,
    OfferRecord,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.store.rows import unpack

_R = TypeVar("_R")

MOST = 2000
"""Rows of a kind that are read of one call; a flow that goes round for ever has its bound elsewhere."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One call and everything that belongs to it, each in its order."""

    call: CallRecord
    steps: tuple[Step, ...]
    contacts: tuple[ContactRecord, ...]
    offers: tuple[OfferRecord, ...]
    recordings: tuple[RecordingRecord, ...]
    answers: tuple[SurveyAnswer, ...]
    callbacks: tuple[CallbackRecord, ...]
    events: tuple[EventRecord, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """What a list shows of a call beside its own row: of its last contact, whether a talk can be heard, the
    lowest score it was given."""

    group: str = ""
    agent: str = ""
    waited: float | None = None
    disposition: str = ""
    recordings: int = 0
    rating: int | None = None


NOTHING = Extra()


def whole(store: Store, call: str) -> Whole:
    """A call by its id. Raises NotFound, StoreError."""
    with store.errors():
        found = list(Calls.select().where(Calls.id == call).execute(store.db))
        if not found:
            raise NotFound(f'there is no call "{call[:100]}"', hint="it may be too old to be kept")

        def some(
            record: type[_R], column: peewee.Field, *order: peewee.Field, of: Any = call
        ) -> tuple[_R, ...]:
            condition = column.in_(of) if isinstance(of, list) else column == of
            query = column.model.select().where(condition).order_by(*order).limit(MOST)
            return tuple(unpack(record, row) for row in query.execute(store.db))

        contacts = some(ContactRecord, Contacts.call, Contacts.arrived, Contacts.id)
        ids = [one.id for one in contacts]
        return Whole(
            unpack(CallRecord, found[0]),
            some(Step, Steps.call, Steps.visit),
            contacts,
            some(OfferRecord, Offers.contact, Offers.at, of=ids) if ids else (),
            some(RecordingRecord, Recordings.call, Recordings.started),
            some(SurveyAnswer, Answers.call, Answers.visit, Answers.at),
            some(CallbackRecord, Callbacks.call, Callbacks.asked),
            some(EventRecord, WebhookEvents.call, WebhookEvents.seq),
        )


def extras(store: Store, calls: Sequence[str]) -> dict[str, Extra]:
    """What lines show of these calls, at most a page of them. Raises StoreError."""
    if not calls:
        return {}
    ids = list(calls)
    contacts = (
        Contacts.select(Contacts.call, Contacts.group, Contacts.agent, Contacts.waited, Contacts.disposition)
        .where(Contacts.call.in_(ids))
        .order_by(Contacts.arrived)
    )
    kept = (
        Recordings.select(Recordings.call, peewee.fn.COUNT(Recordings.id))
        .where(Recordings.call.in_(ids), Recordings.purged.is_null())
        .group_by(Recordings.call)
    )
    scores = (
        Answers.select(Answers.call, peewee.fn.MIN(Answers.score))
        .where(Answers.call.in_(ids), Answers.score.is_null(False))
        .group_by(Answers.call)
    )
    with store.errors():
        last = {row[0]: row[1:] for row in contacts.tuples().execute(store.db)}
        recordings = dict(kept.tuples().execute(store.db))
        rated = dict(scores.tuples().execute(store.db))
    told = {}
    for call in {*last, *recordings, *rated}:
        group, agent, waited, disposition = last.get(call, ("", "", None, ""))
        told[call] = Extra(
            group or "", agent or "", waited, disposition or "", recordings.get(call, 0), rated.get(call)
        )
    return told
