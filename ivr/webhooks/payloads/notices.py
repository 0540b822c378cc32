"""What a flow itself has others told, by its `notify` nodes; and a test that everything works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import Call, Customer, Part, call_of, customer_of


class NoticeTold(Part):
    """What a flow tells."""

    call: Call = Field(description="The call.")
    customer: Customer | None = Field(None, description="Who calls, where the directory knows them.")
    flow: str = Field(description="The flow the node is in.")
    node: str = Field(description="The node.")
    values: Mapping[str, Any] = Field({}, description="The node's `data`.")


class Greeting(Part):
    """A test."""

    message: str = Field(description="A greeting.")
    by: str | None = Field(None, description="Who asked for it.")


def notice(event: EventRecord, known: Known) -> NoticeTold:
    """Of `flow.notify`, and of all types that flows name themselves."""
    record = known.calls.get(event.call)
    return NoticeTold(
        call=call_of(event.call, record),
        customer=customer_of(known.customer("", record.ani) if record else None),
        flow=event.flow,
        node=str(event.data.get("node", "")),
        values=event.data.get("values") or {},
    )


def greeting(event: EventRecord, known: Known) -> Greeting:
    """Of `webhook.test`."""
    return Greeting(message="Ivory reaches you.", by=event.data.get("by") or None)
