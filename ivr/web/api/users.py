"""The API for users: who may sign in, and as what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ivr.errors import IvoryError
from ivr.store import sessions, users
from ivr.store.users import User
from ivr.web.accounts import entrance
from ivr.web.accounts.who import Who
from ivr.web.address import public_url
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.site import Site

resource = Resource("users", "People who may sign in.")

Name = Annotated[str, Field(pattern=users.NAME, description="Small letters, digits, `.`, `_`, `-`.")]
Role = Literal["admin", "designer", "supervisor", "agent", "viewer"]


class UserOut(BaseModel):
    """A user."""

    name: str
    display: str
    role: str
    agent: str
    language: str
    enabled: bool
    invited: bool = Field(description="Whether they have not chosen a password yet.")
    added: datetime
    changed: datetime
    seen: datetime | None = Field(description="When they last signed in.")
    revision: int


class UserIn(In):
    """A user as they should be."""

    display: str = Field("", max_length=100, description="The name others see.")
    role: Role
    agent: str = Field("", max_length=100, description="The agent of the routing plan that they are.")
    language: Literal["", "en", "zh"] = Field("", description="Empty: what the browser asks for.")
    enabled: bool = Field(True, description="Whether they may sign in.")


class NewUser(UserIn):
    """A user that is not there yet."""

    name: Name


class Invitation(BaseModel):
    """A link that lets somebody in once, to choose a password."""

    user: str
    link: str = Field(description="Give it to nobody else. It holds 48 hours.")


@resource.get("/users", needs="users:read")
def every(site: Site) -> list[UserOut]:
    """All users, in the order of their names."""
    return [shown(user) for user in site.ask(users.every)]


@resource.post("/users", needs="users:write", status=201, returns=Invitation, secret=True)
def add(site: Site, who: Who, body: NewUser) -> Answer:
    """Invite somebody. The answer holds the link by which they choose a password."""
    now = site.now()
    user = User(body.name, body.role, now, now, body.display, body.agent, body.language, enabled=body.enabled)
    site.ask(users.add, user)
    site.audited(who, "user.add", user.name, {}, audited(user))
    return created(_invited(site, user.name), f"/api/v1/users/{user.name}", "1")


@resource.get("/users/<name>", needs="users:read", returns=UserOut)
def get(site: Site, name: Name) -> Answer:
    """One user."""
    user = site.ask(users.get, name)
    return Answer(shown(user), etag=str(user.revision))


@resource.put("/users/<name>", needs="users:write", returns=UserOut)
def put(site: Site, who: Who, name: Name, body: UserIn, match: str) -> Answer:
    """Change a user. Who is disabled is signed out everywhere."""
    before = site.ask(users.get, name)
    values = body.model_dump()
    if not (body.enabled and body.role == "admin"):
        _keep_an_admin(site, before)
    user = site.ask(users.change, name, values, site.now(), _revision(match))
    if not user.enabled:
        site.ask(sessions.end_all, name)
    site.audited(who, "user.change", name, audited(before), audited(user))
    return Answer(shown(user), etag=str(user.revision))


@resource.delete("/users/<name>", needs="users:write", status=204)
def remove(site: Site, who: Who, name: Name, match: str) -> Answer:
    """Take a user out. Their tokens hold no longer."""
    if name == who.name and not who.token:
        raise IvoryError("nobody takes themselves out", hint="another admin can")
    _keep_an_admin(site, site.ask(users.get, name))
    user = site.ask(users.remove, name, _revision(match))
    site.audited(who, "user.remove", name, audited(user), {})
    return NOTHING


@resource.post("/users/<name>/link", needs="users:write", status=201, secret=True)
def link(site: Site, who: Who, name: Name) -> Invitation:
    """Make a link by which somebody chooses a new password. Earlier ones hold no longer."""
    site.ask(users.get, name)
    site.audited(who, "user.link", name, {}, {})
    return _invited(site, name)


def shown(user: User) -> UserOut:
    """A user as others may see them: nothing of the password."""
    return UserOut(invited=not user.password, **audited(user), added=user.added, changed=user.changed,
                   seen=user.seen, name=user.name, revision=user.revision)  # fmt: skip


def audited(user: User) -> dict[str, Any]:
    """What the audit keeps of a user."""
    return {name: getattr(user, name) for name in ("display", "role", "agent", "language", "enabled")}


def _invited(site: Site, name: str) -> Invitation:
    secret = site.ask(entrance.make_link, name, "password", site.now())
    return Invitation(user=name, link=f"{public_url(site.settings)}/welcome?link={secret}")


def _keep_an_admin(site: Site, user: User) -> None:
    """Refuse what would leave nobody who may do everything."""
    others = [one for one in site.ask(users.every) if one.role == "admin" and one.enabled]
    if [one.name for one in others] == [user.name]:
        raise IvoryError(f'"{user.name}" is the only admin', hint="make somebody else an admin first")


def _revision(match: str) -> int:
    return int(match) if match.isdigit() else 0 if not match else -1
