"""Links that let somebody in once: for the first admin, for who was invited, for who forgot a password."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from ivr.store.database import Store
from ivr.store.models import Links


@dataclass(frozen=True, slots=True)
class Link:
    """One link. `user` is empty where who follows it becomes the first admin.

    `purpose`: `setup`, `password` (choose one), `enter` (just come in).
    """

    digest: str
    user: str
    purpose: str
    expires: datetime


def add(store: Store, link: Link, at: datetime) -> None:
    """Write one down; those that are over are swept out. Raises StoreError."""
    with store.errors():
        Links.delete().where(Links.expires < at).execute(store.db)
        Links.insert(asdict(link)).execute(store.db)


def find(store: Store, digest: str, at: datetime) -> Link | None:
    """A link that still holds. Raises StoreError."""
    query = Links.select().where(Links.digest == digest, Links.expires >= at)
    with store.errors():
        rows = list(query.dicts().execute(store.db))
    return Link(**rows[0]) if rows else None


def use(store: Store, digest: str, at: datetime) -> bool:
    """Use one up; False where it does not hold, or somebody used it this very moment. Raises StoreError."""
    with store.errors():
        used = Links.delete().where(Links.digest == digest, Links.expires >= at).execute(store.db)
    return bool(used)


def withdraw(store: Store, user: str, purpose: str) -> None:
    """None of somebody's links of this purpose holds any longer. Raises StoreError."""
    with store.errors():
        Links.delete().where(Links.user == user, Links.purpose == purpose).execute(store.db)
