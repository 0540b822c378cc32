"""The API for numbers: which flow answers a called number, and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from ivr import dids
from ivr.dids import Candidate, Did, Table
from ivr.runtime.in_service import wishes
from ivr.store import numbers
from ivr.store.bindings import NOTE, Change
from ivr.store.database import Store
from ivr.store.numbers import Number
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.revisions import expected
from ivr.web.flows.serving import ServingFlows
from ivr.web.site import Site

resource = Resource("numbers", "Which flow answers a called number.")

Spelled = Annotated[
    str,
    Field(
        min_length=1,
        max_length=dids.LONGEST,
        description="A number in any spelling, a name that is dialled, or a pattern: `X` is any digit, `!` at"
        " the end any that follow, `!` alone all numbers that nobody else answers.",
    ),
]

NO_NUMBER: Final = {422: "This is no number that could be called."}


class NumberOut(BaseModel):
    """Where a number leads."""

    number: str
    flow: str
    language: str
    note: str
    enabled: bool
    wished: bool = Field(description="It came about by publishing the flow, and goes with its wish.")
    serving: bool = Field(description="Whether that flow is in service.")
    revision: int
    changed: datetime
    by: str


class NumberIn(In):
    """Where a number is to lead."""

    flow: str = Field(min_length=1, max_length=64)
    language: str = Field("", max_length=35, description="What its calls begin in; empty: the flow's own.")
    note: str = Field("", max_length=NOTE)
    enabled: bool = Field(True, description="Whether anybody answers.")


class NewNumber(NumberIn):
    """A number that has no row yet."""

    number: Spelled


class Wanted(In):
    """Which numbers."""

    flow: str = Field("", max_length=64, description="Only those that lead to it.")
    search: str = Field("", max_length=100, description="In the number or the note.")
    after: str = Field("", max_length=dids.LONGEST, description="Only behind this one: the last one seen.")
    limit: int = Field(500, ge=1, le=5000)


class WishOut(BaseModel):
    """What a flow in service wishes for, and what the rows make of it."""

    number: str
    flow: str
    fate: Literal["own", "bound", "taken", "disabled"] = Field(
        description="`own`: no row speaks of it, and so it is fulfilled."
    )
    row: str = Field("", description="The row that decides.")
    leads: str = Field("", description="The flow of that row.")


class Asked(In):
    """A called number."""

    number: str = Field(min_length=1, max_length=256, description="As the network sends it.")


class Reason(BaseModel):
    """What might answer, and by which rule."""

    flow: str = Field(description="Empty: nobody.")
    rule: Literal["row", "pattern", "wish", "others"]
    number: str
    language: str


class Which(BaseModel):
    """What answers a number."""

    number: str
    flow: str = Field(description="Empty: nobody.")
    language: str
    candidates: list[Reason] = Field(description="All that might; the first does.")


@resource.get("/numbers", needs="numbers:read")
def every(site: Site, query: Wanted) -> list[NumberOut]:
    """Numbers that have a row, in order."""
    return site.ask(_every, site, query)


@resource.post("/numbers", needs="numbers:write", status=201, returns=NumberOut)
def add(site: Site, who: Who, body: NewNumber) -> Answer:
    """Let a number that has no row yet lead to a flow. The next call is answered so."""
    shown = site.ask(_put, site, who, body.number, body, 0)
    return created(shown, f"/api/v1/numbers/{shown.number}", str(shown.revision))


@resource.get("/number-wishes", needs="numbers:read")
def wished(site: Site) -> list[WishOut]:
    """What flows in service wish for, and what became of it."""
    return site.ask(_wished, site)


@resource.get("/number-lookup", needs="numbers:read")
def which(site: Site, query: Asked) -> Which:
    """What answers a number when the dialplan lets the number decide, and why."""
    return site.ask(_which, site, query.number)


@resource.get("/numbers/<number>", needs="numbers:read", returns=NumberOut, also=NO_NUMBER)
def get(site: Site, number: Spelled) -> Answer:
    """One number."""
    shown = site.ask(lambda store: told(numbers.get(store, number), _serving(store, site)))
    return Answer(shown, etag=str(shown.revision))


@resource.put("/numbers/<number>", needs="numbers:write", returns=NumberOut)
def put(site: Site, who: Who, number: Spelled, body: NumberIn, match: str, new: bool) -> Answer:
    """Let a number lead to a flow, whether it had a row or not. The next call is answered so."""
    shown = site.ask(_put, site, who, number, body, expected(match, new))
    return Answer(shown, etag=str(shown.revision))


@resource.delete("/numbers/<number>", needs="numbers:write", status=204, also=NO_NUMBER)
def remove(site: Site, who: Who, number: Spelled, match: str) -> Answer:
    """Take a row out. A flow that wishes for the number answers it again."""
    site.ask(numbers.remove, number, Change(who.by, site.now(), expected(match)))
    return NOTHING


def _every(store: Store, site: Site, query: Wanted) -> list[NumberOut]:
    serving, words = _serving(store, site), query.search.casefold()
    found = (
        row
        for row in numbers.every(store, query.flow)
        if row.did.number > query.after and words in f"{row.did.number} {row.did.note}".casefold()
    )
    return [told(row, serving) for row in islice(found, query.limit)]


def _put(store: Store, site: Site, who: Who, number: str, body: NumberIn, revision: int | None) -> NumberOut:
    serving = _serving(store, site)
    did = Did(number, body.flow, body.language, body.note, body.enabled)
    return told(numbers.put(store, did, Change(who.by, site.now(), revision), serving), serving)


def _wished(store: Store, site: Site) -> list[WishOut]:
    flows = site.part(ServingFlows).flows(store)
    found = []
    for name, loaded in flows.items():
        fates = {one.wish: one for one in numbers.standing(store, name, loaded.flow.numbers)}
        for number in loaded.flow.numbers:
            one = fates.get(number)
            found.append(
                WishOut(number=number, flow=name, fate=one.fate, row=one.number, leads=one.flow)
                if one
                else WishOut(number=number, flow=name, fate="own")
            )
    return found


def _which(store: Store, site: Site, number: str) -> Which:
    flows = site.part(ServingFlows).flows(store)
    table = Table(row.did for row in numbers.every(store))
    found = list(table.candidates(number, wishes(flows)))
    first = found[0] if found and found[0].flow in flows else Candidate("", "row", "")
    return Which(
        number=number,
        flow=first.flow,
        language=first.language,
        candidates=[Reason(**asdict(one)) for one in found],
    )


def _serving(store: Store, site: Site) -> frozenset[str]:
    return frozenset(site.part(ServingFlows).flows(store))


def told(row: Number, serving: frozenset[str]) -> NumberOut:
    """A row as it is shown."""
    return NumberOut(**asdict(row.did), serving=row.did.flow in serving, revision=row.revision,
                     changed=row.changed, by=row.by)  # fmt: skip
