"""Callbacks: a customer asks to be called."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import Call, Customer, Part, call_of, customer_of


class Callback(Part):
    """A customer who is to be called back."""

    id: str = Field(description="Its id.")
    number: str | None = Field(None, description="The number that is called.")
    group: str | None = Field(None, description="The skill group that calls.")
    agent: str | None = Field(None, description="The one agent who may; null: any of the group.")
    language: str | None = Field(None, description="The customer's language.")
    asked: datetime | None = Field(None, description="When it was asked for.")
    due: datetime | None = Field(None, description="Not before then.")
    expires: datetime | None = Field(None, description="Not after then.")


class CallbackTold(Part):
    """A callback, and the call in which it was asked for."""

    callback: Callback = Field(description="The callback.")
    call: Call | None = Field(None, description="The call in which it was asked for.")
    customer: Customer | None = Field(None, description="Who asks, where the directory knows them.")


def requested(event: EventRecord, known: Known) -> CallbackTold:
    """Of `callback.requested`."""
    name = str(event.data["callback"])
    record = known.callbacks.get(name)
    told = {} if record is None else {each: getattr(record, each) or None for each in Callback.model_fields}
    return CallbackTold(
        callback=Callback(**{**told, "id": name}),
        call=call_of(event.call, known.calls.get(event.call)) if event.call else None,
        customer=customer_of(known.customer(record.customer, record.number) if record else None),
    )
