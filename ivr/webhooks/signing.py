"""Signatures by Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, moment and body.

While a secret is being replaced a post carries a signature by each, the newest first, so that a receiver may
change over at any time.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping, Sequence
from datetime import datetime

from standardwebhooks import Webhook

from ivr.errors import IvoryError

PREFIX = "whsec_"
LEAST, MOST = 24, 64
"""Bytes of a secret, as Standard Webhooks wants it."""


def new_secret() -> str:
    """A secret nobody has had before."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def checked(secret: str) -> str:
    """A secret that somebody brought along. Raises IvoryError: it is none."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (NoBase64, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not LEAST <= len(key) <= MOST:
        raise IvoryError(
            f"a secret is {PREFIX} and {LEAST} to {MOST} random bytes in base64",
            hint="leave it out, and one is made",
        )
    return secret


def headers(name: str, at: datetime, body: str, keys: Sequence[str]) -> Mapping[str, str]:
    """The headers that make a body a signed post; `keys`, the newest first, are one or more."""
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(name, at, body) for key in keys),
    }
