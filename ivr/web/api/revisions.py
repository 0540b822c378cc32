"""The revision that somebody looked at, as their request names it."""

from __future__ import annotations


def expected(match: str, new: bool = False) -> int | None:
    """The revision in `If-Match`; None: whichever there is; 0, for `If-None-Match: *`: there must be none.
    What is no revision is one that nothing has."""
    if new:
        return 0
    if not match:
        return None
    return int(match) if match.isdecimal() and len(match) < 10 else -1
