"""From an event to what is posted: one body for all endpoints, made once, so each try sends the same."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import Field, SerializeAsAny

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import VERSION, Part
from ivr.webhooks.types import type_of


class Envelope(Part):
    """What every post is, by Standard Webhooks."""

    id: str = Field(description="The event's id, also in the header `webhook-id`: the same at every try.")
    type: str = Field(description="The event's type.")
    timestamp: datetime = Field(description="When it happened.")
    version: str = Field(VERSION, description="The version of the payloads; fields may be added within one.")
    data: SerializeAsAny[Part] = Field(description="What happened, by the type.")


def body_of(event: EventRecord, known: Known) -> tuple[str, dict[str, Any]]:
    """What is posted of an event, and its `data` as plain data."""
    data = type_of(event.type).build(event, known)
    whole = Envelope(id=event.id, type=event.type, timestamp=event.at, data=data)
    text = whole.model_dump_json()
    return text, json.loads(text)["data"]


def with_pop(body: str, url: str) -> str:
    """A body with the page that one endpoint's desk is to open."""
    whole = json.loads(body)
    whole["data"]["url"] = url
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
