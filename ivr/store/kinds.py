"""Which kinds of records there are: one line each, and all the rest follows from the record and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import peewee

from ivr.store import models, records
from ivr.store.cells import Cell, cell

FILL, REPLACE, KEEP = "fill", "replace", "keep"
"""What a later record does to the earlier one of its key: fills in what that left empty and renews what it
says itself; takes its place; or nothing, as it is the same."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    Attributes:
        name: what it is called in the spool; never changes.
        columns: the table's, in the order of the record's fields, and how each is written and read.
        keys: those that make up the table's key.
        later: `FILL`, `REPLACE` or `KEEP`.
        values: takes the fields out of a record.
    """

    name: str
    record: type[Any]
    model: type[peewee.Model]
    later: str
    keys: tuple[str, ...]
    columns: Mapping[str, Cell]
    values: Callable[[Any], tuple[Any, ...]]


def _kind(name: str, record: type[Any], model: type[peewee.Model], later: str = FILL) -> Kind:
    keys = tuple(field.name for field in model._meta.get_primary_keys())
    columns = {field.name: cell(field, key=field.name in keys) for field in fields(record)}
    return Kind(name, record, model, later, keys, columns, attrgetter(*columns))


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("call", records.CallRecord, models.Calls),
        _kind("step", records.Step, models.Steps),
        _kind("contact", records.ContactRecord, models.Contacts),
        _kind("offer", records.OfferRecord, models.Offers),
        _kind("answer", records.SurveyAnswer, models.Answers),
        _kind("callback", records.CallbackRecord, models.Callbacks, REPLACE),
        _kind("pushed", records.PushedRecord, models.Pushed, REPLACE),
        _kind("recording", records.RecordingRecord, models.Recordings),
        _kind("agent", records.AgentRecord, models.Agents, REPLACE),
        _kind("agent_event", records.AgentEventRecord, models.AgentEvents, KEEP),
        _kind("audit", records.AuditRecord, models.Audits, KEEP),
        _kind("customer", records.CustomerRecord, models.Customers),
        _kind("number", records.CustomerNumber, models.Numbers, KEEP),
        _kind("event", records.EventRecord, models.WebhookEvents, KEEP),
    )
}
BY_RECORD: Mapping[type[Any], Kind] = {kind.record: kind for kind in KINDS.values()}
