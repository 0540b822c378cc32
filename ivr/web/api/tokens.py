"""The API for tokens: programs that may ask, each with scopes of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from ivr.errors import IvoryError
from ivr.registry import did_you_mean
from ivr.store import tokens
from ivr.store.tokens import Token
from ivr.web.accounts import entrance
from ivr.web.accounts.roles import SCOPES, spread, unknown
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import Instant
from ivr.web.site import Site

resource = Resource("tokens", "Programs that may ask the API.")


class TokenOut(BaseModel):
    """A token; its secret is nowhere to be had."""

    id: str
    name: str
    by: str = Field(description="Who made it. It may never do more than they.")
    scopes: list[str]
    added: datetime
    expires: datetime | None
    seen: datetime | None = Field(description="When it was last used.")


class MadeToken(TokenOut):
    """A token that was made just now."""

    secret: str = Field(description="Shown this once. Send it as `Authorization: Bearer …`.")


class NewToken(In):
    """A token to be made."""

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$", description="The program.")
    scopes: list[str] = Field(
        min_length=1, max_length=100, description="What it may do: `calls:read`, `calls:*`."
    )
    expires: Instant | None = Field(None, description="When it ends; null: never.")


@resource.get("/scopes", needs="me:read")
def scopes() -> dict[str, str]:
    """Every scope there is, and what it allows."""
    return dict(SCOPES)


@resource.get("/tokens", needs="users:read")
def every(site: Site) -> list[TokenOut]:
    """All tokens, the newest first."""
    return [TokenOut(**_plain(token)) for token in site.ask(tokens.every)]


@resource.post("/tokens", needs="users:write", status=201, returns=MadeToken, secret=True)
def add(site: Site, who: Who, body: NewToken) -> Answer:
    """Make a token. Its secret is in the answer, and nowhere afterwards."""
    if wrong := unknown(body.scopes):
        raise IvoryError(f'there is no scope "{wrong[0][:60]}"', hint=did_you_mean(wrong[0], list(SCOPES)))
    if missing := sorted(scope for scope in spread(body.scopes) if not who.may(scope)):
        raise IvoryError(f"you may not do this yourself: {', '.join(missing[:5])}", hint="ask an admin")
    now = site.now()
    if body.expires and body.expires <= now:
        raise IvoryError("this token would be over already", hint="choose a later end")
    made, secret = site.ask(entrance.make_token, body.name, who.by, body.scopes, now, body.expires)
    site.audited(who, "token.add", made.name, {}, {"scopes": body.scopes, "expires": str(body.expires or "")})
    return created(MadeToken(**_plain(made), secret=secret), f"/api/v1/tokens/{made.id}")


@resource.delete("/tokens/<id>", needs="users:write", status=204)
def remove(site: Site, who: Who, id: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{12}$")]) -> Answer:
    """Take a token out; it holds no longer from this moment."""
    token = site.ask(tokens.remove, id)
    site.audited(who, "token.remove", token.name, {"scopes": list(token.scopes)}, {})
    return NOTHING


def _plain(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "by": token.by,
        "scopes": list(token.scopes),
        "added": token.added,
        "expires": token.expires,
        "seen": token.seen,
    }
