"""Who sends a request proves that they know a password without saying it: digests (RFC 3261, section 22, and
RFC 8760), from both sides.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

_ALGORITHMS: Final = {"MD5": "md5", "SHA-256": "sha256"}
_FIELD = re.compile(r'([a-zA-Z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True)
class Challenge:
    """What must be proved: `WWW-Authenticate`, or `Proxy-Authenticate`."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    opaque: str = ""
    qop: bool = False
    stale: bool = False


def challenge(header: str) -> Challenge | None:
    """A challenge from its header; None when it is of a kind that cannot be met here."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    said = {name.lower(): quoted or plain for name, quoted, plain in _FIELD.findall(rest)}
    algorithm = said.get("algorithm", "MD5").upper()
    kinds = [kind.strip().lower() for kind in said.get("qop", "").split(",") if kind.strip()]
    if algorithm not in _ALGORITHMS or not said.get("nonce") or (kinds and "auth" not in kinds):
        return None
    stale = said.get("stale", "").lower() == "true"
    return Challenge(
        said.get("realm", ""), said["nonce"], algorithm, said.get("opaque", ""), bool(kinds), stale
    )


def proof(asked: Challenge, method: str, uri: str, user: str, password: str, *, count: int, own: str) -> str:
    """The header that meets a challenge: `Authorization`, or `Proxy-Authorization`.

    Args:
        count: how often this nonce was used, this time included.
        own: a random word of ours.
    """
    first = a1(user, asked.realm, password, asked.algorithm)
    second = _hash(f"{method}:{uri}", asked.algorithm)
    fields = {"username": user, "realm": asked.realm, "nonce": asked.nonce, "uri": uri}
    times = f"{count:08x}"
    between = f"{asked.nonce}:{times}:{own}:auth" if asked.qop else asked.nonce
    fields["response"] = _hash(f"{first}:{between}:{second}", asked.algorithm)
    if asked.opaque:
        fields["opaque"] = asked.opaque
    parts = [f'{name}="{_escaped(value)}"' for name, value in fields.items()]
    parts.append(f"algorithm={asked.algorithm}")
    if asked.qop:
        parts += ["qop=auth", f"nc={times}", f'cnonce="{own}"']
    return f"Digest {', '.join(parts)}"


def a1(user: str, realm: str, password: str, algorithm: str = "MD5") -> str:
    """What a server may keep in place of the password: it opens this realm, and no other."""
    return _hash(f"{user}:{realm}:{password}", algorithm)


def _hash(text: str, algorithm: str) -> str:
    return hashlib.new(_ALGORITHMS[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
