"""The API for contacts of all channels: looked up, put into queues, told more of, cancelled; and what follows
from them, callbacks and the answers of surveys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from flask import request
from pydantic import BaseModel, Field

from ivr.store import lists
from ivr.store.lists import ContactWhole, Which
from ivr.store.records import CallbackRecord, ContactRecord, SurveyAnswer
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.idempotency import HEADER
from ivr.web.api.params import PLAIN, Key, Page, Text
from ivr.web.site import Site

resource = Resource("contacts", "Contacts of all channels, callbacks, answers of surveys.")

Attributes = Annotated[dict[str, Any], Field(max_length=50)]
Link = Annotated[str, Field(pattern=r"^(https?://[^\x00-\x20\x7f-\xa0<>\"']{1,480})?$")]
Under = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
"""The id of a contact under way."""
Name = Annotated[str, Field(max_length=100, pattern=PLAIN)]


class ContactQuery(Page):
    """Which contacts."""

    call: Text = ""
    channel: Text = ""
    direction: Text = ""
    group: Text = ""
    agent: Text = ""
    customer: Text = ""
    disposition: Text = ""
    under_way: bool = Field(False, description="Only those that are not over.")


class Contacts(BaseModel):
    """A page of contacts, the latest first."""

    contacts: list[ContactRecord]
    next: str


class NewContact(In):
    """A contact that is no call: a chat, a message, a task."""

    channel: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="`chat`, `email`, …")
    group: Name = Field("", description="The skill group it waits in.")
    agent: Name = Field("", description="The one agent who may have it, in place of a group.")
    require: Annotated[dict[str, int], Field(max_length=20)] = Field({}, description="Skills and levels.")
    priority: float = Field(0.0, ge=-1000, le=1000)
    preferred: Name = Field("", description="The agent for whom it waits first.")
    prefer_for: float = Field(60.0, ge=0, le=86_400, description="Seconds it waits for them.")
    customer: Text = ""
    number: Annotated[str, Field(max_length=40)] = ""
    subject: Text = ""
    link: Link = Field("", description="Where the agent works on it.")
    attributes: Attributes = Field({}, description="Whatever else the agent is to see.")
    expires: float = Field(86_400.0, ge=1, le=2_592_000, description="Seconds until nobody gets it any more.")


class Added(BaseModel):
    """A contact that waits."""

    contact: str
    new: bool = Field(description="False: it was asked for before with the same key.")
    position: int | None = Field(None, description="How many are before it, and itself.")


class About(In):
    """What a contact is about; empty words change nothing."""

    subject: Text = ""
    link: Link = ""
    attributes: Attributes = Field({}, description="Merged into those there are; null takes one out.")


class Priority(In):
    """How urgent a waiting contact is."""

    priority: float = Field(ge=-1000, le=1000)


class Gone(In):
    """Why it is taken out."""

    abandoned: bool = Field(False, description="The customer has gone by themselves.")


class CallbackQuery(Page):
    """Which callbacks."""

    state: Text = Field("", description="waiting, dialling, done, failed, expired or cancelled.")
    group: Text = ""
    agent: Text = ""
    number: Text = ""


class CallbackOut(BaseModel):
    """A customer who asked to be called back."""

    id: str
    number: str
    group: str
    asked: datetime
    state: str
    agent: str
    customer: str
    call: str
    due: datetime | None
    expires: datetime | None
    attempts: int
    language: str
    served_by: str
    result: str
    changed: datetime | None


class Callbacks(BaseModel):
    """A page of callbacks, the latest first."""

    callbacks: list[CallbackOut]
    next: str


class AnswerQuery(Page):
    """Which answers."""

    flow: Text = ""
    agent: Text = ""
    group: Text = ""
    call: Text = ""
    most: int | None = Field(None, ge=0, le=100, description="The highest score: `2` finds the unhappy.")


class Answers(BaseModel):
    """A page of answers, the latest first."""

    answers: list[SurveyAnswer]
    next: str


@resource.get("/contacts", needs="contacts:read")
def page(site: Site, query: ContactQuery) -> Contacts:
    """Contacts, the latest first."""
    names = ("call", "channel", "direction", "group", "agent", "customer", "disposition")
    which = _which(query, names)
    found = site.ask(lambda store: lists.contacts(store, which, open_only=query.under_way))
    return Contacts(contacts=list(found.items), next=found.next)


@resource.post(
    "/contacts",
    needs="contacts:write",
    status=201,
    returns=Added,
    also={200: "It was asked for before with the same key."},
)
def add(site: Site, who: Who, body: NewContact) -> Answer:
    """Put a contact into a queue. With an `Idempotency-Key` it is there once, however often it is sent."""
    key = request.headers.get(HEADER, "")
    given = {**body.model_dump(), "key": f"{who.by} {key}"[:200] if key else ""}
    answer = site.control(who.by).give("contact.add", **given)
    added = Added(
        contact=str(answer["contact"]), new=bool(answer.get("new", True)), position=answer.get("position")
    )
    location = {"Location": f"/api/v1/contacts/{added.contact}"}
    return Answer(added, 201 if added.new else 200, headers=location)


@resource.get("/contacts/<id>", needs="contacts:read")
def get(site: Site, id: Key) -> ContactWhole:
    """One contact, the agents who were rung for it, its recordings."""
    return site.ask(lists.contact, id)


@resource.patch("/contacts/<id>", needs="contacts:write", status=204)
def describe(site: Site, who: Who, id: Under, body: About) -> Answer:
    """Say what a contact under way is about, for the agent and the record."""
    site.control(who.by).give("contact.attributes", contact=id, **body.model_dump())
    return NOTHING


@resource.put("/contacts/<id>/priority", needs="contacts:write", status=204)
def prioritise(site: Site, who: Who, id: Under, body: Priority) -> Answer:
    """Give a waiting contact another priority."""
    site.control(who.by).give("contact.priority", contact=id, priority=body.priority)
    return NOTHING


@resource.post("/contacts/<id>/cancel", needs="contacts:write", status=204)
def cancel(site: Site, who: Who, id: Under, body: Gone) -> Answer:
    """Take a contact that was put there out of its queue."""
    site.control(who.by).give("contact.cancel", contact=id, abandoned=body.abandoned)
    return NOTHING


@resource.get("/contacts/<id>/explanation", needs="contacts:read", also={409: "It does not wait."})
def explain(site: Site, who: Who, id: Under) -> dict[str, Any]:
    """Why each agent has a waiting contact or has it not, and what comes next."""
    return site.control(who.by).give("acd.explain", contact=id)


@resource.get("/callbacks", needs="contacts:read")
def callbacks(site: Site, query: CallbackQuery) -> Callbacks:
    """Customers who asked to be called back, the latest first."""
    found = site.ask(lists.callbacks, _which(query, ("state", "group", "agent", "number")))
    return Callbacks(callbacks=[_callback(one) for one in found.items], next=found.next)


@resource.get("/callbacks/<id>", needs="contacts:read")
def callback(site: Site, id: Key) -> CallbackOut:
    """One callback."""
    return _callback(site.ask(lists.callback, id))


@resource.get("/survey-answers", needs="contacts:read")
def answers(site: Site, query: AnswerQuery) -> Answers:
    """What customers answered in surveys, the latest first."""
    which = _which(query, ("flow", "agent", "group", "call"))
    found = site.ask(lambda store: lists.answers(store, which, most=query.most))
    return Answers(answers=list(found.items), next=found.next)


def _which(query: Page, names: tuple[str, ...]) -> Which:
    same = {name: getattr(query, name) for name in names}
    return Which(same, query.since, query.until, query.limit, query.before)


def _callback(one: CallbackRecord) -> CallbackOut:
    """Without what is kept of the call, which may hold more than others should see."""
    return CallbackOut(**{name: getattr(one, name) for name in CallbackOut.model_fields})
