"""Surveys: each answer, at once."""

from __future__ import annotations

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import Call, Contact, Part, call_of, contact_of


class SurveyTold(Part):
    """An answer to one item of a survey."""

    item: str = Field(description="The question's name; `comment` for what was spoken.")
    score: int | None = Field(None, description="The key's number.")
    answer: str | None = Field(None, description="What it stands for.")
    recording: str | None = Field(None, description="The file of a spoken comment, below `calls.recordings`.")
    agent: str | None = Field(None, description="The agent it is about.")
    group: str | None = Field(None, description="The skill group.")
    call: Call = Field(description="The call.")
    contact: Contact | None = Field(None, description="The contact it is about.")


def answer(event: EventRecord, known: Known) -> SurveyTold:
    """Of `survey.answered`."""
    told = {name: event.data.get(name) or None for name in ("answer", "recording", "agent")}
    contact = contact_of(event.contact, known.contacts.get(event.contact)) if event.contact else None
    return SurveyTold(
        item=str(event.data["item"]),
        score=event.data.get("score"),
        group=event.group or None,
        call=call_of(event.call, known.calls.get(event.call)),
        contact=contact,
        **told,
    )
