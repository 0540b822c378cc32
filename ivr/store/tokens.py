"""Programs that may ask the API, by the digest of their token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ivr.errors import NotFound
from ivr.store.database import Store
from ivr.store.models import Tokens


@dataclass(frozen=True, slots=True)
class Token:
    """One program: what it may do (`scopes`), who let it (`by`), and until when."""

    id: str
    digest: str
    name: str
    by: str
    scopes: tuple[str, ...]
    added: datetime
    expires: datetime | None = None
    seen: datetime | None = None


def every(store: Store) -> list[Token]:
    """All of them, the newest first. Raises StoreError."""
    with store.errors():
        return [
            _token(row) for row in Tokens.select().order_by(Tokens.added.desc()).dicts().execute(store.db)
        ]


def find(store: Store, digest: str) -> Token | None:
    """The one with this digest. Raises StoreError."""
    with store.errors():
        rows = list(Tokens.select().where(Tokens.digest == digest).dicts().execute(store.db))
    return _token(rows[0]) if rows else None


def add(store: Store, token: Token) -> None:
    """Write a new one down. Raises StoreError."""
    with store.errors():
        Tokens.insert({**asdict(token), "scopes": json.dumps(token.scopes)}).execute(store.db)


def noticed(store: Store, token: str, at: datetime) -> None:
    """It was used. Raises StoreError."""
    with store.errors():
        Tokens.update({"seen": at}).where(Tokens.id == token).execute(store.db)


def remove(store: Store, token: str) -> Token:
    """Take one out; returns how it was. Raises NotFound, StoreError."""
    with store.errors():
        rows = list(Tokens.select().where(Tokens.id == token).dicts().execute(store.db))
        Tokens.delete().where(Tokens.id == token).execute(store.db)
    if not rows:
        raise NotFound(f'there is no token "{token}"', hint="`ivr token list` shows them all")
    return _token(rows[0])


def _token(row: Mapping[str, Any]) -> Token:
    return Token(**{**row, "scopes": tuple(row["scopes"])})
