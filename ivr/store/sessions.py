"""Browsers that somebody is signed in with, by the digest of the secret that their cookie holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from ivr.store.database import Store
from ivr.store.models import Sessions


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `expires`: it ends then, whatever is done with it."""

    digest: str
    user: str
    began: datetime
    seen: datetime
    expires: datetime
    address: str = ""
    browser: str = ""


def begin(store: Store, session: Session) -> None:
    """Somebody signs in; sessions that are over are swept out. Raises StoreError."""
    with store.errors():
        Sessions.delete().where(Sessions.expires < session.began).execute(store.db)
        Sessions.insert(asdict(session)).execute(store.db)


def find(store: Store, digest: str) -> Session | None:
    """A session, over or not. Raises StoreError."""
    with store.errors():
        rows = list(Sessions.select().where(Sessions.digest == digest).dicts().execute(store.db))
    return Session(**rows[0]) if rows else None


def of(store: Store, user: str) -> list[Session]:
    """Somebody's sessions, the latest used first. Raises StoreError."""
    query = Sessions.select().where(Sessions.user == user).order_by(Sessions.seen.desc())
    with store.errors():
        return [Session(**row) for row in query.dicts().execute(store.db)]


def noticed(store: Store, digest: str, at: datetime) -> None:
    """It was used. Raises StoreError."""
    with store.errors():
        Sessions.update({"seen": at}).where(Sessions.digest == digest).execute(store.db)


def end(store: Store, digest: str) -> None:
    """Somebody signs out. Raises StoreError."""
    with store.errors():
        Sessions.delete().where(Sessions.digest == digest).execute(store.db)


def end_all(store: Store, user: str, but: str = "") -> int:
    """End all of somebody's sessions `but` one; returns how many. Raises StoreError."""
    with store.errors():
        return int(Sessions.delete().where(Sessions.user == user, Sessions.digest != but).execute(store.db))
