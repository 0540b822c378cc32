"""The API for sources: systems that post to Ivory, each signing with a secret of its own.

What they may order is in `ivr.web.doors.hooks`; here is who may.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from ivr.store.webhooks import sources
from ivr.store.webhooks.sources import Source
from ivr.web.accounts.who import Who
from ivr.web.address import public_url
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import PLAIN
from ivr.web.api.webhooks import Brought, Id, NewSecret, Rotation, check_secret, revision
from ivr.web.site import Site
from ivr.web.webhooks.seen import SecretOut, secrets
from ivr.webhooks import audited, senders

resource = Resource("webhook sources", "Systems that post to Ivory.")


class SourceIn(In):
    """A source as it should be."""

    description: str = Field("", max_length=200, pattern=PLAIN, description="What it is.")
    enabled: bool = Field(True, description="Whether it is believed.")


class NewSource(In):
    """A source that is not there yet."""

    name: Id
    description: str = Field("", max_length=200, pattern=PLAIN, description="What it is.")
    secret: Brought = Field("", description="One that it has already: `whsec_…`. Left out: a new one.")


class SourceOut(BaseModel):
    """A source."""

    name: str
    url: str = Field(description="Where it posts to.")
    description: str
    enabled: bool
    secrets: list[SecretOut] = Field(description="Its secrets, the newest first.")
    revision: int
    created: datetime
    changed: datetime
    changed_by: str


class MadeSource(BaseModel):
    """A source that was made just now."""

    name: str
    url: str = Field(description="Where it posts to.")
    secret: str = Field(description="Shown this once. It signs with it, by Standard Webhooks.")


@resource.get("/webhook-sources", needs="webhooks:read")
def every(site: Site) -> list[SourceOut]:
    """All sources, in the order of their names."""
    return [shown(site, one) for one in site.ask(sources.every)]


@resource.post("/webhook-sources", needs="webhooks:write", status=201, returns=MadeSource, secret=True)
def add(site: Site, who: Who, body: NewSource) -> Answer:
    """Let a system post to us. The secret is in the answer, and nowhere afterwards."""
    check_secret(body.secret)
    made, secret = site.ask(
        lambda store: senders.add(
            store, body.name, by=who.by, now=site.now(), description=body.description, secret=body.secret
        )
    )
    site.audited(who, "webhook.source.add", made.name, {}, audited.source(made))
    content = MadeSource(name=made.name, url=address(site, made.name), secret=secret)
    return created(content, f"/api/v1/webhook-sources/{made.name}", str(made.revision))


@resource.get("/webhook-sources/<name>", needs="webhooks:read", returns=SourceOut)
def get(site: Site, name: Id) -> Answer:
    """One source."""
    return _told(site, site.ask(sources.get, name))


@resource.put("/webhook-sources/<name>", needs="webhooks:write", returns=SourceOut)
def put(site: Site, who: Who, name: Id, body: SourceIn, match: str) -> Answer:
    """Change a source. Of one that is not enabled nothing is believed."""
    before = site.ask(sources.get, name)
    after = site.ask(sources.change, name, body.model_dump(), site.now(), who.by, revision(match))
    site.audited(who, "webhook.source.change", name, audited.source(before), audited.source(after))
    return _told(site, after)


@resource.post("/webhook-sources/<name>/enable", needs="webhooks:write", returns=SourceOut)
def enable(site: Site, who: Who, name: Id, match: str) -> Answer:
    """Believe it again."""
    return _switch(site, who, name, match, enabled=True)


@resource.post("/webhook-sources/<name>/disable", needs="webhooks:write", returns=SourceOut)
def disable(site: Site, who: Who, name: Id, match: str) -> Answer:
    """Believe nothing of it for now."""
    return _switch(site, who, name, match, enabled=False)


@resource.post("/webhook-sources/<name>/rotate", needs="webhooks:write", secret=True)
def rotate(site: Site, who: Who, name: Id, body: Rotation, match: str) -> NewSecret:
    """Give it another secret. Until the overlap is over posts with the former one are believed, too."""
    check_secret(body.secret)
    secret = site.ask(
        lambda store: senders.rotate(
            store, name, by=who.by, now=site.now(), overlap=timedelta(hours=body.overlap), secret=body.secret,
            expected=revision(match),
        )
    )  # fmt: skip
    site.audited(who, "webhook.source.rotate", name, {}, {"overlap": body.overlap})
    return NewSecret(secret=secret)


@resource.delete("/webhook-sources/<name>", needs="webhooks:write", status=204)
def remove(site: Site, who: Who, name: Id, match: str) -> Answer:
    """Forget a source: nothing that it posts is believed any more."""
    was = site.ask(sources.remove, name, revision(match))
    site.audited(who, "webhook.source.remove", name, audited.source(was), {})
    return NOTHING


def shown(site: Site, source: Source) -> SourceOut:
    """A source as it may be seen: of its secrets only when they count."""
    names = ("name", "description", "enabled", "revision", "created", "changed")
    values = {name: getattr(source, name) for name in names}
    return SourceOut(
        **values, url=address(site, source.name), secrets=secrets(source.secrets), changed_by=source.by
    )


def address(site: Site, name: str) -> str:
    """Where a source posts to."""
    return f"{public_url(site.settings)}/hooks/{name}"


def _switch(site: Site, who: Who, name: str, match: str, *, enabled: bool) -> Answer:
    after = site.ask(
        lambda store: senders.enable(
            store, name, enabled, by=who.by, now=site.now(), expected=revision(match)
        )
    )
    verb = "enable" if enabled else "disable"
    site.audited(who, f"webhook.source.{verb}", name, {}, {"enabled": enabled})
    return _told(site, after)


def _told(site: Site, source: Source) -> Answer:
    return Answer(shown(site, source), etag=str(source.revision))
