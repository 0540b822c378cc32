"""The API about whoever asks: what they may do, how they like it, their password and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from flask import session
from pydantic import BaseModel, Field

from ivr.errors import NotFound
from ivr.store import sessions, users
from ivr.web.accounts import entrance, secrets
from ivr.web.accounts.entrance import NotAllowed
from ivr.web.accounts.roles import spread
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.site import Site

resource = Resource("me", "Whoever asks: their rights, their account, their sessions.")


class Me(BaseModel):
    """Whoever asks."""

    name: str = Field(description="Of the user, or of the token.")
    kind: Literal["user", "token"]
    display: str = ""
    role: str = ""
    agent: str = Field("", description="The agent of the routing plan that they are.")
    language: str = ""
    theme: str = ""
    scopes: list[str] = Field(description="What they may do.")


class Liking(In):
    """How somebody likes the pages; what is left out stays as it is."""

    display: str | None = Field(None, max_length=100, description="The name others see.")
    language: Literal["", "en", "zh"] | None = Field(None, description="Empty: what the browser asks for.")
    theme: Literal["", "auto", "light", "dark"] | None = None


class NewPassword(In):
    """A change of one's own password."""

    current: str = Field(max_length=1000, description="The one until now.")
    password: str = Field(max_length=1000, description="The new one.")


class Browser(BaseModel):
    """A browser somebody is signed in with."""

    id: str = Field(description="What it is ended by.")
    began: datetime
    seen: datetime
    address: str
    browser: str
    this: bool = Field(description="Whether it is the one that asks.")


@resource.get("/me", needs="me:read")
def read(who: Who) -> Me:
    """Who one is, and what one may do."""
    return Me(
        name=who.name,
        kind="token" if who.token else "user",
        display=who.display,
        role=who.role,
        agent=who.agent,
        language=who.language,
        theme=who.theme,
        scopes=sorted(spread(who.scopes)),
    )


@resource.patch("/me", needs="me:read", status=204)
def change(site: Site, who: Who, body: Liking) -> Answer:
    """Change how one likes the pages."""
    _refuse_programs(who)
    values = body.model_dump(exclude_none=True)
    if values:
        site.ask(users.change, who.name, values, site.now())
    return NOTHING


@resource.post("/me/password", needs="me:read", status=204)
def password(site: Site, who: Who, body: NewPassword) -> Answer:
    """Change one's password; all other sessions end."""
    _refuse_programs(who)
    secrets.refuse_weak(body.password, who.name, who.display)
    site.ask(entrance.sign_in, who.name, body.current)
    hashed = site.apart(secrets.hashed, body.password)
    site.ask(users.change, who.name, {"password": hashed}, site.now())
    site.ask(sessions.end_all, who.name, who.session)
    site.audited(who, "user.password", who.name, {}, {})
    return NOTHING


@resource.get("/me/sessions", needs="me:read")
def browsers(site: Site, who: Who) -> list[Browser]:
    """The browsers one is signed in with."""
    _refuse_programs(who)
    return [
        Browser(
            id=one.digest[:16],
            began=one.began,
            seen=one.seen,
            address=one.address,
            browser=one.browser,
            this=one.digest == who.session,
        )
        for one in site.ask(sessions.of, who.name)
    ]


@resource.delete("/me/sessions/<id>", needs="me:read", status=204)
def end(site: Site, who: Who, id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]) -> Answer:
    """Sign out one browser."""
    _refuse_programs(who)
    for one in site.ask(sessions.of, who.name):
        if one.digest.startswith(id):
            site.ask(sessions.end, one.digest)
            return NOTHING
    raise NotFound("there is no such session")


@resource.delete("/session", needs="me:read", status=204)
def sign_out(site: Site, who: Who) -> Answer:
    """Sign out this browser."""
    _refuse_programs(who)
    site.ask(sessions.end, who.session)
    session.clear()
    return NOTHING


def _refuse_programs(who: Who) -> None:
    if who.token:
        raise NotAllowed("a token has no account of its own", hint="sign in as a user")
