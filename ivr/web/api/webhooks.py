"""The API for webhooks: who is told of what happens, with which secret, and whether it reaches them.

A secret is in the answer of who makes or rotates it, this once, and in no other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field

from ivr.errors import FetchError
from ivr.store.webhooks import endpoints, watching
from ivr.store.webhooks.endpoints import Endpoint
from ivr.web.accounts.who import Who
from ivr.web.api import revisions
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import PLAIN
from ivr.web.site import Site
from ivr.web.webhooks.seen import EndpointOut, fitting, shown
from ivr.web.wording import in_words
from ivr.webhooks import audited, desk, signing
from ivr.webhooks.types import TYPES
from ivr.webhooks.wire import Wire

resource = Resource("webhooks", "Programs that are told of what happens.")

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", description="`a-z`, `0-9`, `_`, `-`.")]
Names = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]], Field(max_length=50)
]
_FOUR = "[A-Za-z0-9+/]{4}"
_REST = "([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_BYTES = f"({_FOUR}){{8}}(({_FOUR}){{0,12}}{_REST}|({_FOUR}){{13}}([A-Za-z0-9+/]{{2}}==)?)"
Brought = Annotated[
    str, Field(max_length=200, pattern=PLAIN, json_schema_extra={"pattern": f"^(whsec_{_BYTES})?$"})
]
"""A secret by Standard Webhooks: 24 to 64 bytes in base64. What is none is refused in better words than those
of a pattern, which is for programs."""


class EventTypeOut(BaseModel):
    """A type of event."""

    name: str
    told: str = Field(description="When it is told.")
    data: dict[str, Any] = Field(description="JSON Schema of its `data`.")


class EndpointIn(In):
    """An endpoint as it should be."""

    url: str = Field(
        min_length=1,
        max_length=2000,
        description="Where events are posted to.",
        json_schema_extra={"pattern": r"^https?://[^\s/]"},
    )
    events: Names = Field(["*"], description="Types and patterns: `contact.*`; `*` is everything.")
    flows: Names = Field([], description="Only what happens in calls of these flows; empty: of all.")
    groups: Names = Field([], description="Only what happens in these skill groups; empty: in all.")
    description: str = Field("", max_length=200, pattern=PLAIN)
    pop: str = Field(
        "",
        max_length=2000,
        description="Screen pop: `https://crm.example/{{ customer.id | default(contact.ani) }}`.",
    )


class NewEndpoint(EndpointIn):
    """An endpoint that is not there yet."""

    id: Id | None = Field(None, description="Made of the URL's host when left out.")
    secret: Brought = Field("", description="One the receiver has already: `whsec_…`. Left out: a new one.")


class MadeEndpoint(BaseModel):
    """An endpoint that was made just now."""

    id: str
    secret: str = Field(description="Shown this once. It verifies what is posted, by Standard Webhooks.")


class Disabling(In):
    """Why nothing is to be posted."""

    reason: str = Field("", max_length=200, pattern=PLAIN)


class Rotation(In):
    """How a secret is replaced."""

    overlap: float = Field(24, ge=0, le=8760, description="Hours for which the former one counts, too.")
    secret: Brought = Field("", description="The new one: `whsec_…`. Left out, one is made.")


class NewSecret(BaseModel):
    """A secret that was made just now."""

    secret: str = Field(description="Shown this once.")


class Trial(BaseModel):
    """What a test event brought."""

    taken: bool = Field(description="Whether the receiver took it.")
    status: int | None = Field(description="The HTTP status; null: nobody answered.")
    answer: str = Field(description="The beginning of what it said.")
    seconds: float | None = Field(description="How long it took; null: nobody answered.")
    problem: str = Field(description="Why nobody answered.")
    hint: str = Field(description="The way out.")


@resource.get("/webhook-events", needs="webhooks:read")
def types() -> list[EventTypeOut]:
    """Every type of event, with the schema of what is told. Flows may tell of types of their own besides."""
    return [
        EventTypeOut(name=one.name, told=one.told, data=one.data.model_json_schema())
        for one in TYPES.values()
    ]


@resource.get("/webhooks", needs="webhooks:read")
def every(site: Site, who: Who) -> list[EndpointOut]:
    """All endpoints, the oldest first."""
    found = site.ask(endpoints.every)
    does = site.ask(watching.health, [one.id for one in found])
    return [shown(one, does[one.id], who) for one in found]


@resource.post("/webhooks", needs="webhooks:write", status=201, returns=MadeEndpoint, secret=True)
def add(site: Site, who: Who, body: NewEndpoint) -> Answer:
    """Tell one more program of what happens. The secret is in the answer, and nowhere afterwards."""
    values, options = _values(site, body), site.settings.webhooks
    check_secret(body.secret)
    made, secret = site.ask(
        lambda store: desk.add(
            store, options, name=body.id or "", secret=body.secret, by=who.by, now=site.now(), **values
        )
    )
    site.audited(who, "webhook.add", made.id, {}, audited.endpoint(made))
    return created(MadeEndpoint(id=made.id, secret=secret), f"/api/v1/webhooks/{made.id}", str(made.revision))


@resource.get("/webhooks/<id>", needs="webhooks:read", returns=EndpointOut)
def get(site: Site, who: Who, id: Id) -> Answer:
    """One endpoint."""
    return _told(site, who, site.ask(endpoints.get, id))


@resource.put("/webhooks/<id>", needs="webhooks:write", returns=EndpointOut)
def put(site: Site, who: Who, id: Id, body: EndpointIn, match: str) -> Answer:
    """Change an endpoint. What waits for it already goes where it is now."""
    before, values, options = site.ask(endpoints.get, id), _values(site, body), site.settings.webhooks
    after = site.ask(
        lambda store: desk.change(
            store, options, id, values, by=who.by, now=site.now(), expected=revision(match)
        )
    )
    site.audited(who, "webhook.change", id, audited.endpoint(before), audited.endpoint(after))
    return _told(site, who, after)


@resource.delete("/webhooks/<id>", needs="webhooks:write", status=204)
def remove(site: Site, who: Who, id: Id, match: str) -> Answer:
    """Take an endpoint out, with its log and all that waits for it."""
    was = site.ask(endpoints.remove, id, revision(match))
    site.audited(who, "webhook.remove", id, audited.endpoint(was), {})
    return NOTHING


@resource.post("/webhooks/<id>/enable", needs="webhooks:write", returns=EndpointOut)
def enable(site: Site, who: Who, id: Id, match: str) -> Answer:
    """Post to it again, first what waited."""
    after = site.ask(
        lambda store: desk.enable(store, id, by=who.by, now=site.now(), expected=revision(match))
    )
    site.audited(who, "webhook.enable", id, {}, {"enabled": True})
    return _told(site, who, after)


@resource.post("/webhooks/<id>/disable", needs="webhooks:write", returns=EndpointOut)
def disable(site: Site, who: Who, id: Id, body: Disabling, match: str) -> Answer:
    """Post nothing to it: what waits stays, what happens meanwhile it never hears of."""
    after = site.ask(
        lambda store: desk.disable(
            store, id, by=who.by, now=site.now(), reason=body.reason, expected=revision(match)
        )
    )
    site.audited(who, "webhook.disable", id, {}, {"enabled": False, "reason": body.reason})
    return _told(site, who, after)


@resource.post("/webhooks/<id>/rotate", needs="webhooks:write", secret=True)
def rotate(site: Site, who: Who, id: Id, body: Rotation, match: str) -> NewSecret:
    """Give it another secret. Until the overlap is over each post carries both signatures."""
    check_secret(body.secret)
    secret = site.ask(
        lambda store: desk.rotate(
            store, id, by=who.by, now=site.now(), overlap=timedelta(hours=body.overlap), secret=body.secret,
            expected=revision(match),
        )
    )  # fmt: skip
    site.audited(who, "webhook.rotate", id, {}, {"overlap": body.overlap})
    return NewSecret(secret=secret)


@resource.post("/webhooks/<id>/test", needs="webhooks:write")
def test(site: Site, who: Who, id: Id) -> Trial:
    """Post `webhook.test` to it, now and once, and tell what it answers. Others are served meanwhile."""
    endpoint = site.ask(endpoints.get, id)
    wire = site.apart(Wire, site.settings.webhooks)  # reads the authorities' certificates
    try:
        tried = desk.try_out(endpoint, wire, site.clock, who.by)
    except FetchError as error:
        return Trial(
            taken=False, status=None, answer="", seconds=None,
            problem=in_words(error.message), hint=in_words(error.hint),
        )  # fmt: skip
    finally:
        wire.close()
    return Trial(
        taken=tried.taken, status=tried.status, answer=tried.words, seconds=tried.seconds, problem="", hint=""
    )


def revision(match: str) -> int:
    """The revision of `If-Match` as the store has it; 0: whichever there is."""
    wanted = revisions.expected(match)
    return 0 if wanted is None else wanted or -1


def check_secret(secret: str) -> None:
    """Raise Invalid for a secret that is none."""
    if secret:
        with fitting("secret"):
            signing.checked(secret)


def _values(site: Site, body: EndpointIn) -> dict[str, Any]:
    """What an endpoint is to be. Raises Invalid, which names the first value that cannot be so."""
    values = {name: getattr(body, name) for name in desk.CHANGEABLE}
    for name, value in values.items():
        with fitting(name):
            desk.checked({name: value}, site.settings.webhooks)
    return values


def _told(site: Site, who: Who, endpoint: Endpoint) -> Answer:
    does = site.ask(watching.health, [endpoint.id])
    return Answer(shown(endpoint, does[endpoint.id], who), etag=str(endpoint.revision))
