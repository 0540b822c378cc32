"""Passwords, and the random secrets of cookies, links and tokens.

Passwords are hashed with argon2id (RFC 9106; argon2-cffi's defaults are its second recommended option). The
random ones are long enough that a plain SHA-256 of them tells nobody anything.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.errors import IvoryError

SHORTEST: Final = 10
LONGEST: Final = 200
TOKEN_PREFIX: Final = "ivory_"  # noqa: S105 - so that scanners of leaked secrets know one

_HASHER: Final = PasswordHasher()
_NOBODYS: Final = _HASHER.hash(secrets.token_urlsafe())
"""Compared with where there is no user, so that it takes as long."""


def fresh() -> str:
    """A new random secret, 256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hashed(password: str) -> str:
    """What is kept of a password. Takes about 50 ms, on purpose: not on the hub."""
    return _HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one of which `kept` was made; as slow where nothing was."""
    try:
        return _HASHER.verify(kept or _NOBODYS, password[:LONGEST]) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it should be hashed anew, as argon2's recommendations have changed since."""
    return _HASHER.check_needs_rehash(kept)


def refuse_weak(password: str, *others: str) -> None:
    """Raise IvoryError for a password that somebody would guess; `others` are names that it must not be."""
    if len(password) < SHORTEST:
        raise IvoryError(
            f"a password has {SHORTEST} characters at least", hint="four words in a row are easy to remember"
        )
    if len(password) > LONGEST:
        raise IvoryError(f"a password has {LONGEST} characters at most", hint="choose a shorter one")
    if len(set(password)) < SHORTEST // 2 or password.lower() in {other.lower() for other in others}:
        raise IvoryError("this password is easy to guess", hint="four words in a row are easy to remember")
