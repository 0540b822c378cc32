"""The API for flows: what there is, and the drafts that designers write."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from ivr.errors import Conflict, IvoryError
from ivr.flow.releases import Serving, fold
from ivr.store import numbers, versions
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.flows import drafts, noted
from ivr.web.flows.drafts import Draft
from ivr.web.flows.figures import Today
from ivr.web.flows.listing import Listed, listed
from ivr.web.flows.workshop import Workshop
from ivr.web.site import Site

resource = Resource("flows", "What callers meet: drafts, checks, tests, versions, traffic.")

Name = Annotated[str, Field(pattern=drafts.NAME, description="Small letters, digits and `_`.")]
Text = Annotated[str, Field(max_length=drafts.MOST_TEXT, description="The flow in YAML.")]

LONGEST = 8 << 20
"""Bytes of a body that brings a text."""


class FlowText(BaseModel):
    """A draft. It is what a flow is published from; the ETag is its version."""

    name: str
    text: str
    tests: str | None = Field(None, description="Its tests; left out: there are none.")
    version: str
    changed_by: str = Field("", description="Who wrote it last; empty: somebody, with another editor.")
    changed_at: datetime


class FlowIn(In):
    """A draft as it should be. What else `GET` tells of a flow may be in it, and is not looked at."""

    text: Text
    tests: str | None = Field(
        None, max_length=drafts.MOST_TEXT, description="Left out: they stay as they are."
    )
    name: str | None = Field(None, max_length=64)
    version: str | None = Field(None, max_length=64)
    changed_by: str | None = Field(None, max_length=200)
    changed_at: str | None = Field(None, max_length=40)


class NewName(In):
    """What a flow is to be called."""

    name: Name


@resource.get("/flows", needs="flows:read")
def every(site: Site) -> list[Listed]:
    """All flows, in the order of their names: drafts, and those that only serve."""
    return read(site)


@resource.get("/flows/<name>", needs="flows:read", returns=FlowText)
def get(site: Site, name: Name) -> Answer:
    """The draft of a flow."""
    return told(site, site.apart(site.part(Workshop).flows.get, name))


@resource.put(
    "/flows/<name>", needs="flows:write", returns=FlowText, max_body=LONGEST, also={201: "It was not there."}
)
def put(site: Site, who: Who, name: Name, body: FlowIn, match: str, new: bool) -> Answer:
    """Save a draft, or begin one with `If-None-Match: *`.

    It may hold mistakes: nobody meets it until it is published. But a flow that was never published serves
    as its file is (setting `flows.drafts`), by its last text without mistakes.
    """
    workshop = site.part(Workshop)
    try:
        before, after = site.apart(_saved, workshop, name, body, match, new)
    except Conflict as error:
        raise _blamed(site, name, error) from None
    if before is None or before.content != after.content:
        site.audited(who, "flow.save" if before else "flow.create", name, *noted.change(before, after))
    answer = told(site, after)
    return answer if before else created(answer.content, f"/api/v1/flows/{name}", answer.etag)


@resource.delete("/flows/<name>", needs="flows:write", status=204)
def remove(site: Site, who: Who, name: Name, match: str) -> Answer:
    """Delete the draft of a flow, and its tests. Versions that were published stay, and go on serving."""
    try:
        before = site.apart(_removed, site.part(Workshop), name, match)
    except Conflict as error:
        raise _blamed(site, name, error) from None
    site.audited(who, "flow.remove", name, *noted.change(before, None))
    return NOTHING


@resource.post("/flows/<name>/rename", needs="flows:write", returns=FlowText)
def rename(site: Site, who: Who, name: Name, body: NewName, match: str) -> Answer:
    """Call a draft otherwise, and its tests. One that serves keeps its name, and so does one that other flows
    lead to."""
    if site.ask(_serving, name).version:
        raise IvoryError(f"{name} is in service under its name", hint="retire it first, or publish a copy")
    before, after = site.apart(_renamed, site.part(Workshop), name, body.name, match)
    site.audited(who, "flow.rename", body.name, {"name": name, "version": before.version},
                 {"name": body.name, "version": after.version})  # fmt: skip
    return told(site, after)


def read(site: Site) -> list[Listed]:
    """What the list of flows shows, as the page has it, too."""
    workshop = site.part(Workshop)
    reading, texts = site.apart(lambda: (workshop.reading(), workshop.versions()))
    files = site.apart(workshop.flows.names)
    tested = site.apart(workshop.tests.names)
    serving = fold(site.ask(versions.releases))
    bound: dict[str, list[str]] = {}
    for row in site.ask(numbers.every):
        bound.setdefault(row.did.flow, []).append(row.did.number)
    days = site.ask(site.part(Today).ask, site.now())
    return [
        listed(name, files.get(name), reading, texts, serving.get(name), bound.get(name, []), days.get(name),
               tests=name in tested)
        for name in sorted({*files, *(one for one, now in serving.items() if now.version)})
    ]  # fmt: skip


def _serving(store: Any, name: str) -> Serving:
    return fold(versions.releases(store, name)).get(name, Serving())


def _saved(workshop: Workshop, name: str, body: FlowIn, match: str, new: bool) -> tuple[Draft | None, Draft]:
    with workshop.writing:
        saved = workshop.flows.write(name, body.text, match, new=new)
        if body.tests is not None:
            there = workshop.tests.find(name) is not None
            workshop.tests.write(name, body.tests, new=not there)
        return saved


def _removed(workshop: Workshop, name: str, match: str) -> Draft:
    with workshop.writing:
        before = workshop.flows.remove(name, match)
        if workshop.tests.find(name) is not None:
            workshop.tests.remove(name)
        return before


def _renamed(workshop: Workshop, name: str, other: str, match: str) -> tuple[Draft, Draft]:
    with workshop.writing:
        before = workshop.flows.get(name)
        if match and before.version != match:
            raise Conflict(f'"{name}" was changed meanwhile', current=before.version)
        if led := workshop.leading_to(name):
            raise IvoryError(f"{', '.join(led)} leads to {name}", hint="change that first")
        tests = workshop.tests.find(name)
        _, after = workshop.flows.write(other, drafts.renamed(before.text, "id", other), new=True)
        if tests is not None:
            workshop.tests.write(other, drafts.renamed(tests.text, "flow", other), new=True)
            workshop.tests.remove(name)
        workshop.flows.remove(name)
        return before, after


def told(site: Site, draft: Draft) -> Answer:
    """A draft as an answer, with who wrote it."""
    tests = site.apart(site.part(Workshop).tests.find, draft.name)
    by, at = writer(site, draft)
    content = FlowText(
        name=draft.name,
        text=draft.text,
        tests=tests.text if tests else None,
        version=draft.version,
        changed_by=by,
        changed_at=at,
    )
    return Answer(content, etag=draft.version)


def writer(site: Site, draft: Draft) -> tuple[str, datetime]:
    """Who wrote a draft last, and when; nobody's name where it was not in the admin."""
    entry = site.ask(noted.last, draft.name)
    if entry is not None and entry.after.get("version") == draft.version:
        return entry.by.removeprefix("user:"), entry.at
    return "", draft.changed


def _blamed(site: Site, name: str, error: Conflict) -> Conflict:
    """A conflict that says who changed the draft."""
    entry = site.ask(noted.last, name) if error.current else None
    if entry is None or entry.after.get("version") != error.current:
        return error
    by = entry.by.removeprefix("user:")
    return Conflict(f"{by} changed {name} at {entry.at:%H:%M} UTC", hint=error.hint, current=error.current)
