"""Who may come in, taken along into another database. Who is signed in has to sign in again."""

from __future__ import annotations

from ivr.errors import Conflict
from ivr.store import tokens, users
from ivr.store.database import Store


def copy(source: Store, target: Store) -> int:
    """Copy the users and tokens that the target has not; returns how many. Raises StoreError;
    what was copied until then stays."""
    copied = 0
    for user in users.every(source):
        try:
            users.add(target, user)
        except Conflict:
            continue
        copied += 1
    there = {token.id for token in tokens.every(target)}
    for token in reversed(tokens.every(source)):
        if token.id not in there:
            tokens.add(target, token)
            copied += 1
    return copied
