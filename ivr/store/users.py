"""People who may sign in. A change names the revision it was made on, so that nobody's is written over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import peewee

from ivr.errors import Conflict, NotFound, StoreError
from ivr.store.database import Store
from ivr.store.models import Links, Sessions, Users

NAME: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"
"""How a name is written."""


@dataclass(frozen=True, slots=True)
class User:
    """One person.

    `password` is what argon2 made of it, empty where none was chosen yet; `agent` the name in the routing
    plan under which they serve contacts; `language` and `theme` empty where the browser decides.
    """

    name: str
    role: str
    added: datetime
    changed: datetime
    display: str = ""
    agent: str = ""
    language: str = ""
    theme: str = ""
    password: str = ""
    enabled: bool = True
    revision: int = 1
    seen: datetime | None = None


def every(store: Store) -> list[User]:
    """All of them, in the order of their names. Raises StoreError."""
    with store.errors():
        return [_user(row) for row in Users.select().order_by(Users.name).dicts().execute(store.db)]


def count(store: Store) -> int:
    """How many there are. Raises StoreError."""
    with store.errors():
        return int(Users.select(peewee.fn.COUNT(Users.name)).scalar(store.db) or 0)


def find(store: Store, name: str) -> User | None:
    """One of them; None where there is none. Raises StoreError."""
    with store.errors():
        rows = list(Users.select().where(Users.name == name).dicts().execute(store.db))
    return _user(rows[0]) if rows else None


def get(store: Store, name: str) -> User:
    """One of them. Raises NotFound, StoreError."""
    user = find(store, name)
    if user is None:
        raise NotFound(f'there is no user "{name}"', hint="`ivr user list` shows them all")
    return user


def add(store: Store, user: User) -> None:
    """Write a new one down. Raises Conflict where the name is taken, StoreError."""
    if not re.match(NAME, user.name):
        raise StoreError(
            f'"{user.name[:60]}" is no name to sign in with', hint="small letters, digits, dots and dashes"
        )
    with store.errors():
        added = Users.insert(_row(asdict(user))).on_conflict_ignore().as_rowcount().execute(store.db)
    if not added:
        raise Conflict(f'there is a user "{user.name}" already', hint="choose another name")


def change(store: Store, name: str, values: Mapping[str, Any], at: datetime, expected: int = 0) -> User:
    """Change some fields; `expected` is the revision that was looked at, 0: whichever it is. Returns how they
    are now.

    Raises:
        Conflict: somebody else changed it meanwhile.
        NotFound, StoreError
    """
    rows = Users.name == name
    if expected:
        rows &= Users.revision == expected
    with store.errors():
        changed = (
            Users.update({**_row(values), "changed": at, "revision": Users.revision + 1})
            .where(rows)
            .execute(store.db)
        )
    now = get(store, name)
    if not changed:
        raise Conflict(f'somebody else has changed "{name}" meanwhile', current=str(now.revision))
    return now


def noticed(store: Store, name: str, at: datetime) -> None:
    """Note that somebody signed in; no change of theirs. Raises StoreError."""
    with store.errors():
        Users.update({"seen": at}).where(Users.name == name).execute(store.db)


def remove(store: Store, name: str, expected: int = 0) -> User:
    """Take one out, with their sessions and entry links. Returns how they were. Raises as `change` does."""
    with store.errors(), store.db.atomic():
        user = get(store, name)
        if expected and user.revision != expected:
            raise Conflict(f'somebody else has changed "{name}" meanwhile', current=str(user.revision))
        for model, column in ((Users, Users.name), (Sessions, Sessions.user), (Links, Links.user)):
            model.delete().where(column == name).execute(store.db)
    return user


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the table has them: PostgreSQL does not take a boolean for a number."""
    return {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}


def _user(row: Mapping[str, Any]) -> User:
    return User(**{**row, "enabled": bool(row["enabled"])})
