"""Coming in and going out: passwords, entry links, sessions, tokens, all against the store.

Functions of a store, so that they run where waiting for a database and hashing are fine: not on the hub.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.errors import IvoryError
from ivr.store import links, sessions, tokens, users
from ivr.store.database import Store
from ivr.store.links import Link
from ivr.store.sessions import Session
from ivr.store.tokens import Token
from ivr.store.users import User
from ivr.web.accounts import secrets
from ivr.web.accounts.roles import ROLES, allows, spread
from ivr.web.accounts.who import Who

NOTICE: Final = timedelta(minutes=1)
"""How often it is written down that a session or a token is used."""
LINK_LASTS: Final = {
    "setup": timedelta(hours=24),
    "password": timedelta(hours=48),
    "enter": timedelta(hours=12),
}


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session holds: unused, and at all."""

    idle: timedelta = timedelta(hours=12)
    whole: timedelta = timedelta(days=14)


class NotLetIn(IvoryError):
    """Name and password do not belong together, or the way in does not hold any longer."""

    code = "A001"


class NotAllowed(IvoryError):
    """Who asks may not do this."""

    code = "A006"


def sign_in(store: Store, name: str, password: str) -> User:
    """The user of a name and a password. Says the same whichever of them is wrong.

    Raises:
        NotLetIn, StoreError
    """
    user = users.find(store, name)
    if not secrets.matches(user.password if user else "", password) or not user or not user.enabled:
        raise NotLetIn("name and password do not belong together", hint="an admin can send you a new link")
    if secrets.outdated(user.password):
        users.change(store, name, {"password": secrets.hashed(password)}, user.changed)
    return user


def begin(store: Store, user: User, at: datetime, lasting: Lasting, address: str, browser: str) -> str:
    """Begin a session; returns its secret, for the cookie. Raises StoreError."""
    secret = secrets.fresh()
    session = Session(secrets.digest(secret), user.name, at, at, at + lasting.whole, address, browser[:200])
    sessions.begin(store, session)
    users.noticed(store, user.name, at)
    return secret


def by_session(store: Store, secret: str, at: datetime, lasting: Lasting) -> Who | None:
    """Whose session it is; None when it is over, or they may not come in any more. Raises StoreError."""
    session = sessions.find(store, secrets.digest(secret))
    if session is None or at >= session.expires or at - session.seen >= lasting.idle:
        return None
    user = users.find(store, session.user)
    if user is None or not user.enabled:
        return None
    if at - session.seen >= NOTICE:
        sessions.noticed(store, session.digest, at)
    return person(user, session.digest)


def person(user: User, session: str = "") -> Who:
    """A user as one who asks."""
    return Who(
        f"user:{user.name}", user.name, ROLES.get(user.role, ()), user.role, user.display or user.name,
        user.agent, user.language, user.theme, session,
    )  # fmt: skip


def by_token(store: Store, secret: str, at: datetime) -> Who | None:
    """Whose token it is; None when there is none, it is over, or who made it may do less today. Raises
    StoreError."""
    token = tokens.find(store, secrets.digest(secret))
    if token is None or (token.expires and at >= token.expires):
        return None
    maker = users.find(store, token.by.removeprefix("user:")) if token.by.startswith("user:") else None
    if token.by.startswith("user:") and (maker is None or not maker.enabled):
        return None
    granted = ROLES.get(maker.role, ()) if maker else ("*",)
    if token.seen is None or at - token.seen >= NOTICE:
        tokens.noticed(store, token.id, at)
    held = tuple(sorted(scope for scope in spread(token.scopes) if allows(granted, scope)))
    return Who(f"token:{token.name}", token.name, held, token=token.id)


def make_token(
    store: Store, name: str, by: str, scopes: Sequence[str], at: datetime, expires: datetime | None
) -> tuple[Token, str]:
    """A new token, and its secret, which nobody can read any more afterwards. Raises StoreError."""
    secret = secrets.TOKEN_PREFIX + secrets.fresh()
    made = Token(secrets.fresh()[:12], secrets.digest(secret), name, by, tuple(scopes), at, expires)
    tokens.add(store, made)
    return made, secret


def make_link(store: Store, user: str, purpose: str, at: datetime) -> str:
    """A link that lets `user` in once; returns its secret. Earlier ones for the same hold no longer. Raises
    StoreError."""
    secret = secrets.fresh()
    links.withdraw(store, user, purpose)
    links.add(store, Link(secrets.digest(secret), user, purpose, at + LINK_LASTS[purpose]), at)
    return secret


def look_at_link(store: Store, secret: str, at: datetime) -> Link:
    """What a link is for. Raises NotLetIn, StoreError."""
    link = links.find(store, secrets.digest(secret), at)
    if link is None:
        raise NotLetIn("this link was used already, or is too old", hint="an admin can send you a new one")
    return link


def use_link(store: Store, secret: str, at: datetime) -> Link:
    """Use a link up. Raises NotLetIn, StoreError."""
    link = look_at_link(store, secret, at)
    if not links.use(store, link.digest, at):
        raise NotLetIn("this link was used already", hint="an admin can send you a new one")
    return link
