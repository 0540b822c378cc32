"""What the audit keeps of endpoints and sources: no secret, and nothing of a URL that may be a password."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ivr.store.webhooks.endpoints import Endpoint
from ivr.store.webhooks.sources import Source
from ivr.webhooks.desk import CHANGEABLE


def endpoint(one: Endpoint) -> dict[str, Any]:
    """Of an endpoint."""
    values = {name: getattr(one, name) for name in (*CHANGEABLE, "enabled")}
    listed = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    return {**values, **listed, "url": without_query(one.url)}


def source(one: Source) -> dict[str, Any]:
    """Of a source."""
    return {"description": one.description, "enabled": one.enabled}


def without_query(url: str) -> str:
    """A URL, but for what may be a password in it."""
    parts = urlsplit(url)
    return parts._replace(query="…" if parts.query else "", fragment="").geturl()
