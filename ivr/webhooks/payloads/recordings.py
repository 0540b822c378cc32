"""Recordings of talks: told when they are whole."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import Call, Contact, Part, call_of, contact_of


class Recording(Part):
    """A recording of a talk."""

    id: str = Field(description="Its id.")
    path: str | None = Field(None, description="Its file below `calls.recordings`.")
    why: str | None = Field(None, description="`policy`, or who ordered it.")
    stereo: bool | None = Field(None, description="Whether the customer is left and the agent right.")
    started: datetime | None = Field(None, description="When it began.")
    ended: datetime | None = Field(None, description="When it ended.")
    seconds: float | None = Field(None, description="Its length.")
    paused: tuple[tuple[float, float], ...] = Field(
        (), description="From and to, seconds from its beginning, where it is silent on purpose."
    )
    keep_until: datetime | None = Field(None, description="When it is removed.")
    result: str | None = Field(None, description="`done`, or what went wrong: `disk full`.")


class RecordingTold(Part):
    """A recording, and the talk that it is of."""

    recording: Recording = Field(description="The recording.")
    agent: str | None = Field(None, description="The agent.")
    group: str | None = Field(None, description="The skill group.")
    call: Call | None = Field(None, description="The call.")
    contact: Contact | None = Field(None, description="The contact.")


def recording(event: EventRecord, known: Known) -> RecordingTold:
    """Of `recording.ready`."""
    name = str(event.data["recording"])
    record = known.recordings.get(name)
    told = {} if record is None else {each: getattr(record, each) for each in Recording.model_fields}
    told |= {"id": name} | {each: told.get(each) or None for each in ("path", "why", "result")}
    contact = contact_of(event.contact, known.contacts.get(event.contact)) if event.contact else None
    return RecordingTold(
        recording=Recording(**told),
        agent=record.agent or None if record else None,
        group=record.group or None if record else None,
        call=call_of(event.call, known.calls.get(event.call)) if event.call else None,
        contact=contact,
    )
