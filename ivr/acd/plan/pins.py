"""Agents' PINs, typed on a telephone to sign in: kept as a slow, salted hash, and never shown.

Four digits are found from any hash in minutes by whoever has it, so a hash is treated as a secret, too: what
people are shown says `kept` in its place. A draft file may hold the digits themselves.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

KEPT = "kept"
"""Written in the place of a PIN: the agent keeps the one there is."""

_DIGITS = re.compile(r"[0-9]{4,12}")
_HASH = re.compile(r"scrypt:([A-Za-z0-9_-]{22}):([A-Za-z0-9_-]{43})")
_COST = {"n": 1 << 13, "r": 8, "p": 1, "dklen": 32}
"""8 MiB and some 25 ms a try (half of what RFC 7914 names for logins), so that loading a thousand takes
seconds."""


def is_pin(text: str) -> bool:
    """Whether this is a PIN: its digits, or a hash of them."""
    return _DIGITS.fullmatch(text) is not None or is_hash(text)


def is_hash(text: str) -> bool:
    """Whether a PIN is hashed."""
    return _HASH.fullmatch(text) is not None


def is_kept(text: str) -> bool:
    """Whether this stands in the place of a PIN."""
    return text == KEPT


def hashed(pin: str, salt: bytes) -> str:
    """A PIN as it is kept. `salt` is 16 bytes of chance. Takes some 25 ms."""
    digest = hashlib.scrypt(pin.encode(), salt=salt, **_COST)
    return f"scrypt:{_text(salt)}:{_text(digest)}"


def verify(kept: str, typed: str) -> bool:
    """Whether somebody typed the PIN that is kept. Takes some 25 ms where it is hashed: do it in a thread."""
    found = _HASH.fullmatch(kept)
    if found is None:
        return _DIGITS.fullmatch(kept) is not None and hmac.compare_digest(kept.encode(), typed.encode())
    return hmac.compare_digest(hashed(typed, _bytes(found[1])), kept)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
