"""What people and programs do with sources, the systems that post to us. Commands and API call these."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from ivr.errors import IvoryError
from ivr.store.database import Store
from ivr.store.webhooks import sources
from ivr.store.webhooks.secrets import Secret
from ivr.store.webhooks.sources import Source
from ivr.webhooks import signing
from ivr.webhooks.desk import OVERLAP, rotated

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def add(
    store: Store, name: str, *, by: str, now: datetime, description: str = "", secret: str = ""
) -> tuple[Source, str]:
    """Add a source. Returns it and the secret with which it is to sign. Raises IvoryError."""
    if not _NAME.fullmatch(name):
        raise IvoryError(f'"{name[:64]}" cannot be a source\'s name', hint="use a-z, 0-9, _ and -")
    key = signing.checked(secret) if secret else signing.new_secret()
    source = Source(name, (Secret(key, now),), now, now, description, by=by)
    sources.add(store, source)
    return source, key


def rotate(
    store: Store,
    name: str,
    *,
    by: str,
    now: datetime,
    overlap: timedelta = OVERLAP,
    secret: str = "",
    expected: int = 0,
) -> str:
    """Give a source another secret, which is returned; the former is believed for `overlap`. Raises
    IvoryError."""
    kept = sources.get(store, name)
    key = signing.checked(secret) if secret else signing.new_secret()
    values = {"secrets": rotated(kept.secrets, key, now, overlap)}
    sources.change(store, name, values, now, by, expected or kept.revision)
    return key


def enable(store: Store, name: str, enabled: bool, *, by: str, now: datetime, expected: int = 0) -> Source:
    """Believe it, or nothing of it. Raises IvoryError."""
    return sources.change(store, name, {"enabled": enabled}, now, by, expected)


def shown(source: Source) -> dict[str, Any]:
    """A source as it may be seen: of its secrets only since when they count, and until when."""
    names = ("name", "description", "enabled", "revision", "created", "changed", "by")
    told: dict[str, Any] = {name: getattr(source, name) for name in names}
    told["secrets"] = [{"made": one.made, "until": one.until} for one in source.secrets]
    return told
