"""Calls: they begin, go from node to node, and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import Call, Customer, Part, Step, call_of, customer_of, step_of


class CallTold(Part):
    """A call, and who calls."""

    call: Call = Field(description="The call.")
    customer: Customer | None = Field(None, description="Who calls, where the directory knows them.")


class NodeTold(Part):
    """A caller at a node of a flow."""

    call: Call = Field(description="The call.")
    phase: Literal["entered", "left"] = Field(description="Whether the caller came to the node, or left it.")
    step: Step = Field(description="The node; how it was left, once it is.")
    detail: Mapping[str, Any] = Field(
        {}, description="What else is known of it: prompts heard, an HTTP status."
    )


def call(event: EventRecord, known: Known) -> CallTold:
    """Of `call.started` and `call.ended`."""
    record = known.calls.get(event.call)
    who = known.customer("", record.ani) if record else None
    over = event.type == "call.ended"
    return CallTold(call=call_of(event.call, record, over=over), customer=customer_of(who))


def node(event: EventRecord, known: Known) -> NodeTold:
    """Of `call.node`."""
    visit, phase = int(event.data["visit"]), event.data["phase"]
    found = known.step(event.call, visit)
    step = step_of(found) if found else Step(visit=visit)
    if phase == "entered":
        step = step.model_copy(update={"left": None, "outcome": None, "input": None})
    detail = found.detail if found and phase == "left" else {}
    record = known.calls.get(event.call)
    return NodeTold(call=call_of(event.call, record), phase=phase, step=step, detail=detail)
