"""Numbers that look random and are not, for the lab's small systems: the same seed, the same number."""

from __future__ import annotations

import hashlib


def number(seed: str, below: int) -> int:
    """A number from 0 to `below` - 1 that depends on `seed` alone."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") % below
